"""The published table `cost_by_class`: one row is
the cost of one class in one quarter, as far as rates and bills cover it, and what of it nobody used.
"""

from metrics.tables.table import Column, Table

COST_BY_CLASS = Table(
    "cost_by_class",
    "the cost of one class in one quarter; the classes sum to what cost_per_transaction divides, to the last digit",
    key=("stream", "period", "cost_class"),
    columns=(
        Column("stream", "VARCHAR", "value stream"),
        Column("period", "VARCHAR", "quarter in which it was incurred, e.g. 2026-Q3"),
        Column("cost_class", "VARCHAR", "people, compute, licence or shared"),
        Column("amount", "DECIMAL(38,6)", "money, idle capacity included; NULL where no rate covers any of it"),
        Column("idle_amount", "DECIMAL(38,6)", "of it, paid for and used by no case"),
        Column("standard_amount", "DECIMAL(38,6)", "of it, from standard minutes instead of measured work"),
        Column("unpriced_rows", "BIGINT", "rows of work or use that no rate or bill covers: they block the unit cost"),
        Column("completed_cases", "BIGINT", "cases completed in the period: what the amounts are divided by"),
        Column("unit_cost", "DOUBLE", "amount ÷ completed cases; NULL where anything in the period is without a price"),
        Column("currency", "VARCHAR", "ISO 4217"),
    ),
)
