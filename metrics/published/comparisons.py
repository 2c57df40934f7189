"""The published table `comparisons`: one row is
one change of one metric: of a period, a segment, a release or a roll-out, or of a quarter since the baseline.
"""

from metrics.tables.table import Column, Table

COMPARISONS = Table(
    "comparisons",
    "one change of one metric: of a period, a segment, a release or a roll-out, or of a quarter since the baseline",
    key=("stream", "kind", "label", "metric", "statistic", "dimensions"),
    columns=(
        Column("stream", "VARCHAR", "value stream"),
        Column(
            "kind",
            "VARCHAR",
            "period; segment (a period by segment value); baseline (a quarter against the frozen values); release; "
            "placebo (a release date shifted back, where nothing happened); rollout (the change of those reached, less "
            "the change of those not reached yet); pre_trend (the same, before anybody was reached)",
        ),
        Column("label", "VARCHAR", "the later period (2026-Q3), or the release version, with its stage"),
        Column("title", "VARCHAR", "release name in customer words, or the baseline; NULL for periods"),
        Column("at_on", "DATE", "local day of the cut"),
        Column("dimensions", "VARCHAR", "JSON object of segment values, or of those reached; {} is everything"),
        Column("metric", "VARCHAR", "key in the catalogue"),
        Column("statistic", "VARCHAR", "as in metric_values"),
        Column("unit", "VARCHAR", "as in metric_values"),
        Column("before_value", "DOUBLE", "value before; of a roll-out the change of those not reached yet"),
        Column("after_value", "DOUBLE", "value after; of a roll-out the change of those reached"),
        Column("before_n", "BIGINT", "observations before"),
        Column("after_n", "BIGINT", "observations after"),
        Column("difference", "DOUBLE", "after minus before"),
        Column("low", "DOUBLE", "95 % interval of the difference"),
        Column("high", "DOUBLE", "95 % interval of the difference"),
        Column("low80", "DOUBLE", "80 % interval of the difference"),
        Column("high80", "DOUBLE", "80 % interval of the difference"),
        Column("meaningful", "DOUBLE", "smallest change worth acting on, from the stream file"),
        Column(
            "verdict",
            "VARCHAR",
            "a word of metrics.metric.Verdict; it allows for the family, but of period and baseline",
        ),
        Column("p", "DOUBLE", "how often chance alone moves this far, read off the interval; NULL without one"),
        Column("family", "VARCHAR", "what is met together and so counted together"),
        Column("family_size", "BIGINT", "comparisons made in the family, those without an interval left out"),
        Column("adjusted_p", "DOUBLE", "p allowing for the family (Benjamini & Hochberg 1995)"),
        Column("is_discovery", "BOOLEAN", "adjusted_p is at most 0.05"),
        Column("reason", "VARCHAR", "why there is no value or no comparison; NULL otherwise"),
        Column("method", "VARCHAR", "how the interval was made"),
    ),
)
