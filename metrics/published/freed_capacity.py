"""The published table `freed_capacity`: one row is the hours of one step and role in one quarter, against before."""

from metrics.tables.table import Column, Table

FREED_CAPACITY = Table(
    "freed_capacity",
    "the hours that were freed of one step and role in one quarter, as measured, and what is claimed of them",
    key=("stream", "period", "step", "role", "against"),
    columns=(
        Column("stream", "VARCHAR", "value stream"),
        Column("period", "VARCHAR", "quarter, e.g. 2026-Q3"),
        Column("step", "VARCHAR", "step whose hours they are; (all): every step"),
        Column("role", "VARCHAR", "role whose hours they are; (all): every role"),
        Column("against", "VARCHAR", "(baseline), or the quarter it is held against"),
        Column("against_first_on", "DATE", "first local day of what it is held against"),
        Column("against_until_on", "DATE", "day after its last"),
        Column("is_as_frozen", "BOOLEAN", "the baseline's cases are those that were frozen; NULL against a quarter"),
        Column("hours_per_case_then", "DOUBLE", "hours of people per completed case, then"),
        Column("cases_then", "BIGINT", "completed cases then"),
        Column("hours_per_case_now", "DOUBLE", "hours of people per completed case in the quarter"),
        Column("cases_now", "BIGINT", "completed cases in the quarter"),
        Column("freed_hours", "DOUBLE", "(then − now) × cases now; below 0: more work, not less; never money"),
        Column("low", "DOUBLE", "lower end of its 95 % interval; NULL where none could be defended"),
        Column("high", "DOUBLE", "upper end"),
        Column("freed_people", "DOUBLE", "the same in full-time people of a quarter; NULL without hours_per_fte_year"),
        Column("untold_steps", "BIGINT", "executions by people that told no work, then and now"),
        Column("claimed_hours", "DECIMAL(38,6)", "what benefits of class capacity claim of them"),
        Column("validated_hours", "DECIMAL(38,6)", "of it, what finance validated"),
        Column("covered_share", "DOUBLE", "freed ÷ claimed, within 0–1; NULL where nothing is claimed or measured"),
        Column("reason", "VARCHAR", "why nothing was measured; NULL otherwise"),
    ),
)
