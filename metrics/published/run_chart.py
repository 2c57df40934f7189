"""The published table `run_chart`: one row is one point of a run chart, with the limits it is held against."""

from metrics.tables.table import Column, Table

RUN_CHART = Table(
    "run_chart",
    "one point of a run chart: a value of a week or month, with the limits it is held against",
    key=("stream", "metric", "statistic", "grain", "first_on"),
    columns=(
        Column("stream", "VARCHAR", "value stream"),
        Column("metric", "VARCHAR", "key in the catalogue"),
        Column("statistic", "VARCHAR", "as in metric_values"),
        Column("grain", "VARCHAR", "week or month; only whole ones"),
        Column("point", "VARCHAR", "e.g. 2026-W30 or 2026-07"),
        Column("first_on", "DATE", "first local day"),
        Column("value", "DOUBLE", "NULL where there is none, or too few stand behind it: a gap, no fall to 0"),
        Column("n", "BIGINT", "observations behind it"),
        Column("unit", "VARCHAR", "as in metric_values"),
        Column("centre", "DOUBLE", "mean of the stretch; NULL below 2 points"),
        Column("low", "DOUBLE", "centre minus 2.66 mean moving ranges"),
        Column("high", "DOUBLE", "centre plus 2.66 mean moving ranges"),
        Column("points", "BIGINT", "points of the stretch that have a value"),
        Column("is_firm", "BOOLEAN", "12 points or more; below, the limits may still move"),
        Column("signal", "VARCHAR", "why the point is a signal; NULL when it is none"),
        Column("is_above", "BOOLEAN", "of a signal: above the centre?"),
        Column("rebased_on", "DATE", "day of the documented change that began the stretch; NULL for the first"),
        Column("rebase_reason", "VARCHAR", "that change, from the stream file"),
    ),
)
