"""The published table `exceptions`: one row is one class of exception at one step in one quarter."""

from metrics.tables.table import Column, Table

EXCEPTIONS = Table(
    "exceptions",
    "one class of exception at one step in one quarter, with the customer time it came with; classes overlap",
    key=("stream", "period", "rank"),
    columns=(
        Column("stream", "VARCHAR", "value stream"),
        Column("period", "VARCHAR", "quarter, e.g. 2026-Q3"),
        Column("rank", "BIGINT", "1 came with the most customer time beyond comparable cases"),
        Column("family", "VARCHAR", "rework, path, wait or data"),
        Column(
            "class", "VARCHAR",
            "rework: its kind; path, against the most frequent: added_step, skipped_step, other_order; "
            "wait; data: unknown_performer, guessed_pairing",
        ),
        Column("step", "VARCHAR", "where; of a wait, the step waited for"),
        Column("label", "VARCHAR", "the step in customer words"),
        Column("cases", "BIGINT", "completed cases with it"),
        Column("case_share", "DOUBLE", "of all completed cases whose flow time is known, 0–1"),
        Column("customer_days", "DOUBLE", "flow time of the cases with it, together"),
        Column(
            "extra_days", "DOUBLE",
            "came with: customer_days − cases × mean flow time of the cases without it; of a wait, the days waited; "
            "NULL below 30 cases without it. No claim that it caused them",
        ),
        Column("median_days", "DOUBLE", "median flow time of the cases with it"),
        Column("median_days_without", "DOUBLE", "of the cases without it; NULL below 30 of them"),
    ),
)  # fmt: skip
