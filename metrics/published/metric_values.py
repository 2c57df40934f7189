"""The published table `metric_values`: one row is
one value of one metric: a statistic in one period for one combination of dimension values.
"""

from metrics.tables.table import Column, Table

METRIC_VALUES = Table(
    "metric_values",
    "one value of one metric: a statistic in one period for one combination of dimension values",
    key=("stream", "metric", "statistic", "grain", "period", "dimensions"),
    columns=(
        Column("stream", "VARCHAR", "value stream"),
        Column("metric", "VARCHAR", "key in the catalogue, e.g. flow_time"),
        Column("statistic", "VARCHAR", "p50, p85, p90, mean, share, ratio, unit_cost or count"),
        Column("grain", "VARCHAR", "week, month, quarter, year or all"),
        Column("period", "VARCHAR", "e.g. 2026-Q3, 2026-07, 2026-W30, all"),
        Column("first_on", "DATE", "first local day of the period"),
        Column("until_on", "DATE", "day after the last"),
        Column("dimensions", "VARCHAR", "JSON object of dimension values with sorted keys; {} is everything"),
        Column("value", "DOUBLE", "NULL is no data, and reason says why"),
        Column("low", "DOUBLE", "lower end of the 95 % interval; NULL where none can be defended"),
        Column("high", "DOUBLE", "upper end of the 95 % interval"),
        Column("least", "DOUBLE", "the least it could be, whatever is unknown; NULL where all is known, or no end"),
        Column("most", "DOUBLE", "the most it could be, whatever is unknown"),
        Column("n", "BIGINT", "observations behind the value"),
        Column("unit", "VARCHAR", "days, working_days, share (0–1), ratio, count, or an ISO 4217 currency code"),
        Column("verdict", "VARCHAR", "against the period before: a word of metrics.metric.Verdict"),
        Column("reason", "VARCHAR", "why there is no value; NULL otherwise"),
        Column("method", "VARCHAR", "how the interval was made"),
        Column("definition_version", "VARCHAR", "version of the metric's definition"),
        Column(
            "matures_on", "DATE", "final from this day on: its youngest cases have had their time; NULL: final at once"
        ),
        Column(
            "evidence_id", "VARCHAR", "under which all that the value was made of is kept; see streamgauge evidence"
        ),
    ),
)
