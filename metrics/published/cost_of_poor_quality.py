"""The published table `cost_of_poor_quality`: one row is
what one kind of poor quality cost in one quarter: rework, failures, or waiting.
"""

from metrics.tables.table import Column, Table

COST_OF_POOR_QUALITY = Table(
    "cost_of_poor_quality",
    "what one kind of poor quality cost in one quarter; rework and failures hold no visit twice",
    key=("stream", "period", "line"),
    columns=(
        Column("stream", "VARCHAR", "value stream"),
        Column("period", "VARCHAR", "quarter, e.g. 2026-Q3"),
        Column("line", "VARCHAR", "rework, failures or waiting_open"),
        Column(
            "is_in_cost", "BOOLEAN", "it is part of the cost of the quarter; FALSE for waiting, which no bill tells"
        ),
        Column("amount", "DECIMAL(38,6)", "money; NULL where it cannot be told, and reason says why"),
        Column("cost_share", "DOUBLE", "amount ÷ cost_amount, 0–1; NULL where it is no part of it"),
        Column("quantity", "DOUBLE", "hours of work by people, or days that cases were open"),
        Column("unit", "VARCHAR", "hours, or case days"),
        Column("items", "BIGINT", "visits with that work, or cases open in the quarter"),
        Column("uncosted_items", "BIGINT", "visits of the kind whose work is not known: not in the amount"),
        Column("counted_before_amount", "DECIMAL(38,6)", "of failures: cost within episodes that rework holds already"),
        Column("cost_amount", "DECIMAL(38,6)", "all cost of the quarter; NULL where any of it has no price"),
        Column(
            "untraced_amount", "DECIMAL(38,6)", "of it, bills and idle capacity: no visit is told to have caused it"
        ),
        Column("currency", "VARCHAR", "ISO 4217"),
        Column("reason", "VARCHAR", "why there is no amount; NULL where there is one"),
    ),
)
