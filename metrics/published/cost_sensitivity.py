"""The published table `cost_sensitivity`: one row is
one assumption behind the unit cost of one quarter, and the unit cost if it were at its low or its high end.
"""

from metrics.tables.table import Column, Table

COST_SENSITIVITY = Table(
    "cost_sensitivity",
    "one assumption behind the unit cost of one quarter, and the unit cost were it at its low or its high end",
    key=("stream", "period", "kind", "cost_class", "name"),
    columns=(
        Column("stream", "VARCHAR", "value stream"),
        Column("period", "VARCHAR", "quarter, e.g. 2026-Q3"),
        Column("rank", "BIGINT", "1 moves the unit cost most; NULL where there is no unit cost"),
        Column("kind", "VARCHAR", "rate, bill (all of one driver in the quarter), or standard_minutes"),
        Column("cost_class", "VARCHAR", "people, compute, licence or shared"),
        Column("name", "VARCHAR", "line of the rate card, driver of the bills, or step"),
        Column("driver", "VARCHAR", "role or driver; NULL for standard minutes"),
        Column("unit", "VARCHAR", "what the assumption is in: money for an hour, money, minutes"),
        Column("assumed", "DECIMAL(38,6)", "as it stands: rate, sum of the bills, or minutes"),
        Column("low", "DECIMAL(38,6)", "at least"),
        Column("high", "DECIMAL(38,6)", "at most"),
        Column("basis", "VARCHAR", "told; partly told; or assumed for this table: a tenth less and more"),
        Column("cost_low", "DECIMAL(38,6)", "cost of the quarter at the low end, all else equal"),
        Column("cost_high", "DECIMAL(38,6)", "cost of the quarter at the high end, all else equal"),
        Column("unit_cost", "DECIMAL(38,6)", "cost for each completed case as it stands; NULL where none is told"),
        Column("unit_low", "DECIMAL(38,6)", "at the low end"),
        Column("unit_high", "DECIMAL(38,6)", "at the high end"),
        Column("swing", "DECIMAL(38,6)", "unit_high − unit_low"),
        Column("currency", "VARCHAR", "ISO 4217"),
        Column("reason", "VARCHAR", "why there is no unit cost; NULL where there is one"),
    ),
)
