"""The published table `targets`: one row is one target from the stream file, in the unit of the metric."""

from metrics.tables.table import Column, Table

TARGETS = Table(
    "targets",
    "one target from the stream file, in the unit of the metric",
    key=("stream", "metric", "statistic"),
    columns=(
        Column("stream", "VARCHAR", "value stream"),
        Column("metric", "VARCHAR", "key in the catalogue"),
        Column("statistic", "VARCHAR", "as in metric_values"),
        Column("target", "DOUBLE", "value to reach"),
        Column("unit", "VARCHAR", "as in metric_values"),
    ),
)
