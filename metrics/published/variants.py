"""The published table `variants`: one row is
one way cases took through the stream in one quarter, the most frequent first; the last row holds all others.
"""

from metrics.tables.table import Column, Table

VARIANTS = Table(
    "variants",
    "one sequence of steps that cases completed in one quarter took up to their outcome, or all rarer ones together",
    key=("stream", "period", "rank"),
    columns=(
        Column("stream", "VARCHAR", "value stream"),
        Column("period", "VARCHAR", "quarter, e.g. 2026-Q3"),
        Column("rank", "BIGINT", "1 is the most frequent; ties by the id"),
        Column(
            "variant", "VARCHAR", "id of the sequence: the same steps in the same order, in any period; or 'others'"
        ),
        Column("path", "VARCHAR", "the steps in customer words; long ones shortened, saying how many are left out"),
        Column("variants", "BIGINT", "sequences in the row: 1, or how many the others are"),
        Column("steps", "BIGINT", "steps in the sequence; NULL for the others"),
        Column("cases", "BIGINT", "completed cases that took it"),
        Column("case_share", "DOUBLE", "of all completed cases, 0–1"),
        Column("cumulative_share", "DOUBLE", "share of this row and all before it"),
        Column("rework_free_cases", "BIGINT", "of these, right first time"),
        Column("median_days", "DOUBLE", "median flow time of these; NULL where none could be measured"),
        Column("customer_days", "DOUBLE", "their flow time together"),
        Column("customer_share", "DOUBLE", "of the flow time of all completed cases, 0–1"),
    ),
)
