"""The contract table `time_parts`: one row is one finished case, its flow time taken apart."""

from metrics.tables.table import Column, Table

TIME_PARTS = Table(
    "time_parts",
    "one finished case, its flow time taken apart",
    key=("stream", "case_id"),
    columns=(
        Column("stream", "VARCHAR", "value stream", required=True),
        Column("case_id", "VARCHAR", "primary case", required=True),
        Column(
            "flow_us", "BIGINT", "finished − triggered, in microseconds, as all parts; they sum to it", required=True
        ),
        Column("touch_us", "BIGINT", "some step was worked on; NULL, never 0, where no step told its work"),
        Column("queue_us", "BIGINT", "else: waiting for a system, an agent or an unknown performer", required=True),
        Column("external_wait_us", "BIGINT", "else: an external party had it", required=True),
        Column("human_wait_us", "BIGINT", "else: waiting for a human", required=True),
        Column("unexplained_us", "BIGINT", "none of these, as far as the steps tell", required=True),
        Column("timed_steps", "BIGINT", "steps in the flow that told their work", required=True),
        Column(
            "untimed_steps", "BIGINT", "steps in the flow that told none: touch is at least touch_us", required=True
        ),
    ),
)
