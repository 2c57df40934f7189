"""The published table `segment_values`: one row is one headline value of one segment value in one quarter."""

from metrics.tables.table import Column, Table

SEGMENT_VALUES = Table(
    "segment_values",
    "one headline value of one segment value in one quarter, of its 20 largest in that quarter",
    key=("stream", "metric", "statistic", "period", "dimension", "rank"),
    columns=(
        Column("stream", "VARCHAR", "value stream"),
        Column("metric", "VARCHAR", "key in the catalogue"),
        Column("statistic", "VARCHAR", "the first of the metric, and its headline"),
        Column("period", "VARCHAR", "quarter, e.g. 2026-Q3"),
        Column("dimension", "VARCHAR", "the segment it is split by, or the rule or severity of failures"),
        Column("rank", "BIGINT", "1 has the most observations; chosen by size, never by result"),
        Column("segment", "VARCHAR", "the value; NULL where it was never told"),
        Column("value", "DOUBLE", "NULL is no data, and reason says why"),
        Column("low", "DOUBLE", "lower end of the 95 % interval; NULL where none can be defended"),
        Column("high", "DOUBLE", "upper end of the 95 % interval"),
        Column("n", "BIGINT", "observations behind the value"),
        Column("unit", "VARCHAR", "as in metric_values"),
        Column("segments", "BIGINT", "values that the segment had in the quarter, those without a row counted"),
        Column("observations", "BIGINT", "observations of all of them together"),
        Column("reason", "VARCHAR", "why there is no value; NULL otherwise"),
        Column("method", "VARCHAR", "how the interval was made"),
    ),
)
