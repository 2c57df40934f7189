"""The published table `transitions`: one row is
the moves from one step straight to another in the cases completed in one quarter: the stream as it really branches.
"""

from metrics.tables.table import Column, Table

TRANSITIONS = Table(
    "transitions",
    "the moves from one step straight to another in the cases completed in one quarter, up to their outcome",
    key=("stream", "period", "from_step", "to_step"),
    columns=(
        Column("stream", "VARCHAR", "value stream"),
        Column("period", "VARCHAR", "quarter in which the cases were completed, e.g. 2026-Q3"),
        Column("from_step", "VARCHAR", "step name in the log; NULL: the start of the case"),
        Column("to_step", "VARCHAR", "step name in the log; NULL: the outcome"),
        Column("moves", "BIGINT", "how often; into each step, and out of it, they sum to its visits by cases"),
        Column("cases", "BIGINT", "cases that made it"),
        Column("rework_moves", "BIGINT", "of the moves: into a visit that is rework of a kind that counts"),
        Column("waits", "BIGINT", "of the moves: told at both ends, so that the wait is known"),
        Column("wait_hours_p50", "DOUBLE", "median wait of these; NULL where none is known"),
        Column("wait_hours_mean", "DOUBLE", "likewise, mean"),
    ),
)
