"""The published table `rework_allowance`: one row is what the allow-list removed from rework in one quarter."""

from metrics.tables.table import Column, Table

REWORK_ALLOWANCE = Table(
    "rework_allowance",
    "what the allow-list, or its entries for one step, removed from rework in one quarter",
    key=("stream", "period", "step"),
    columns=(
        Column("stream", "VARCHAR", "value stream"),
        Column("period", "VARCHAR", "quarter, e.g. 2026-Q3"),
        Column("step", "VARCHAR", "step on the allow-list; '(all)' is the whole list"),
        Column("reason", "VARCHAR", "why repeating it is no rework, as the stream file says; NULL for the whole list"),
        Column("policy_version", "BIGINT", "version of the rework policy in the stream file"),
        Column("completed_cases", "BIGINT", "cases completed in the period"),
        Column("removed_repeats", "BIGINT", "repeats in them that would be rework but for the list"),
        Column("touched_cases", "BIGINT", "completed cases with such a repeat"),
        Column("turned_cases", "BIGINT", "of these, right only because of it"),
        Column("right_share", "DOUBLE", "first-time-right as published"),
        Column("right_share_without", "DOUBLE", "first-time-right without these entries"),
        Column("moved_share", "DOUBLE", "how far they moved it: 0.013 is 1.3 points"),
    ),
)
