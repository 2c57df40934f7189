"""The published table `distributions`: one row is one span of durations of one metric in one quarter."""

from metrics.tables.table import Column, Table

DISTRIBUTIONS = Table(
    "distributions",
    "one span of durations of one metric in one quarter, all spans but the last equally wide, and how many lie in it",
    key=("stream", "metric", "period", "position"),
    columns=(
        Column("stream", "VARCHAR", "value stream"),
        Column("metric", "VARCHAR", "a headline metric measured in days"),
        Column("period", "VARCHAR", "quarter, e.g. 2026-Q3"),
        Column("position", "BIGINT", "1 begins at 0; spans are the same in all quarters of a metric"),
        Column("from_value", "DOUBLE", "shortest duration in the span"),
        Column("until_value", "DOUBLE", "durations in it are below this; NULL: the last one, however long"),
        Column("observations", "BIGINT", "observations in the span"),
        Column("share", "DOUBLE", "of all observations of the quarter, 0–1"),
        Column("unit", "VARCHAR", "days"),
    ),
)
