"""The published table `wait_causes`: one row is
one cause of waiting before one step in one quarter: how much of the wait is put down to it, and on what ground.
"""

from metrics.tables.table import Column, Table

WAIT_CAUSES = Table(
    "wait_causes",
    "one cause of waiting before one step in one quarter: how much of the wait is put down to it, and on what ground",
    key=("stream", "period", "step", "cause"),
    columns=(
        Column("stream", "VARCHAR", "value stream"),
        Column("period", "VARCHAR", "quarter in which the step was begun, e.g. 2026-Q3"),
        Column("step", "VARCHAR", "step name in the log"),
        Column("label", "VARCHAR", "step name in customer words"),
        Column("cause", "VARCHAR", "absence, batch, queue, handoff or unexplained; each microsecond has one"),
        Column("waits", "BIGINT", "waits before the step, told at both ends"),
        Column("untold_waits", "BIGINT", "visits whose wait is unknown, as a start or what was before was not told"),
        Column("judged_waits", "BIGINT", "of the waits: those of which this cause can be judged"),
        Column("cause_us", "BIGINT", "wait put down to this cause, in microseconds; NULL where it cannot be judged"),
        Column("total_us", "BIGINT", "all told wait before the step; the known causes sum to it exactly"),
        Column("cause_share", "DOUBLE", "cause_us ÷ total_us, 0–1"),
        Column("mean_hours", "DOUBLE", "hours of this cause per told wait"),
        Column("basis", "VARCHAR", "what the cause is read from, or what is missing"),
    ),
)
