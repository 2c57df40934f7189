"""The published table `release_strata`: one row is one stratum of the cases around a release."""

from metrics.tables.table import Column, Table

RELEASE_STRATA = Table(
    "release_strata",
    "one stratum of the cases around a release: those ended before it, those that straddle it, those begun after it",
    key=("stream", "release", "stratum", "statistic"),
    columns=(
        Column("stream", "VARCHAR", "value stream"),
        Column("release", "VARCHAR", "its version"),
        Column("name", "VARCHAR", "its name in customer words"),
        Column("at_on", "DATE", "local day of the release"),
        Column(
            "stratum",
            "VARCHAR",
            "before (begun in the weeks before, and ended), straddling (begun then, open at it), after",
        ),
        Column("statistic", "VARCHAR", "p50, p85 or p90 of the flow time, open work counted"),
        Column("cases", "BIGINT", "cases in the stratum"),
        Column("open_cases", "BIGINT", "of these, not completed yet: open, or ended otherwise"),
        Column("case_share", "DOUBLE", "share of all cases around the release"),
        Column(
            "value",
            "DOUBLE",
            "straddlers are slow by their nature, so no stratum is judged by another",
        ),
        Column("low", "DOUBLE", "lower end of the 95 % interval; NULL where none can be defended"),
        Column("high", "DOUBLE", "upper end of the 95 % interval"),
        Column("unit", "VARCHAR", "days"),
        Column("reason", "VARCHAR", "why there is no value; NULL otherwise"),
        Column("method", "VARCHAR", "how the interval was made"),
    ),
)
