"""The published table `value_stream`: one row is
one step of the value stream in one quarter, in the order customers' work passes it.
"""

from metrics.tables.table import Column, Table

VALUE_STREAM = Table(
    "value_stream",
    "one step of the value stream in one quarter, in the order customers' work passes it",
    key=("stream", "period", "step"),
    columns=(
        Column("stream", "VARCHAR", "value stream"),
        Column("period", "VARCHAR", "quarter, e.g. 2026-Q3"),
        Column("position", "INTEGER", "1 is the first step on the way"),
        Column("step", "VARCHAR", "step name in the log"),
        Column("label", "VARCHAR", "step name in customer words"),
        Column("performer_kind", "VARCHAR", "most frequent kind: human, system, agent, external or unknown"),
        Column("role", "VARCHAR", "most frequent role; NULL when unknown"),
        Column("visits", "BIGINT", "executions of the step in cases finished in the period"),
        Column("cases", "BIGINT", "cases that passed the step"),
        Column("case_share", "DOUBLE", "cases that passed it ÷ cases finished in the period, 0–1"),
        Column("wait_hours", "DOUBLE", "mean hours between the step before ending and this one starting, per visit"),
        Column("touch_hours", "DOUBLE", "mean hours of work per visit; NULL when the log has only instants"),
        Column(
            "accurate_share", "DOUBLE", "%C&A: visits whose output was used as it came: not sent back, mended, redone"
        ),
        Column("accurate_low", "DOUBLE", "95 % interval; NULL where none can be defended"),
        Column("accurate_high", "DOUBLE", "95 % interval"),
    ),
)
