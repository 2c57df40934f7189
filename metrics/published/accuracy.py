"""The published table `accuracy`: one row is
one quarter: what share of cases the steps let through untouched as if they failed independently, and what was observed.
"""

from metrics.tables.table import Column, Table

ACCURACY = Table(
    "accuracy",
    "one quarter: the share right if the steps failed independently of each other, and the share observed",
    key=("stream", "period"),
    columns=(
        Column("stream", "VARCHAR", "value stream"),
        Column("period", "VARCHAR", "quarter, e.g. 2026-Q3"),
        Column("cases", "BIGINT", "cases completed in the period"),
        Column("steps", "BIGINT", "steps they passed up to their outcome"),
        Column(
            "rolled_share", "DOUBLE", "rolled %C&A: product over the steps of 1 − cases with a refused output ÷ cases"
        ),
        Column("observed_share", "DOUBLE", "first-time-right"),
        Column("low", "DOUBLE", "95 % interval of the observed share; NULL where none can be defended"),
        Column("high", "DOUBLE", "95 % interval of the observed share"),
        Column("correlated_failure", "DOUBLE", "observed − rolled: positive where failures come together in few cases"),
        Column(
            "refused_nowhere", "BIGINT", "cases not right of which no step's output was refused; lower the observed"
        ),
    ),
)
