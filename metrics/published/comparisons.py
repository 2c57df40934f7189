"""The published table `comparisons`: one row is
one change of one metric: a period against the one before, or a release against the weeks before it.
"""

from metrics.tables.table import Column, Table

COMPARISONS = Table(
    "comparisons",
    "one change of one metric: a period against the one before, or a release against the weeks before it",
    key=("stream", "kind", "label", "metric", "statistic"),
    columns=(
        Column("stream", "VARCHAR", "value stream"),
        Column("kind", "VARCHAR", "period, release, or placebo (a release date shifted back, where nothing happened)"),
        Column("label", "VARCHAR", "the later period (2026-Q3), or the release version"),
        Column("title", "VARCHAR", "release name in customer words; NULL for periods"),
        Column("at_on", "DATE", "local day of the cut"),
        Column("metric", "VARCHAR", "key in the catalogue"),
        Column("statistic", "VARCHAR", "as in metric_values"),
        Column("unit", "VARCHAR", "as in metric_values"),
        Column("before_value", "DOUBLE", "value before"),
        Column("after_value", "DOUBLE", "value after"),
        Column("before_n", "BIGINT", "observations before"),
        Column("after_n", "BIGINT", "observations after"),
        Column("difference", "DOUBLE", "after minus before"),
        Column("low", "DOUBLE", "95 % interval of the difference"),
        Column("high", "DOUBLE", "95 % interval of the difference"),
        Column("low80", "DOUBLE", "80 % interval of the difference"),
        Column("high80", "DOUBLE", "80 % interval of the difference"),
        Column("meaningful", "DOUBLE", "smallest change worth acting on, from the stream file"),
        Column("verdict", "VARCHAR", "a word of metrics.metric.Verdict"),
        Column("method", "VARCHAR", "how the interval was made"),
    ),
)
