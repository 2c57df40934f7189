"""The published table `failure_stages`: one row is
one stage of the failures of one severity and level in one quarter: how long it took, and how many went through it.
"""

from metrics.tables.table import Column, Table

FAILURE_STAGES = Table(
    "failure_stages",
    "one stage of the failures of one severity and level in one quarter: how long it took, and how many had it",
    key=("stream", "period", "level", "severity", "position"),
    columns=(
        Column("stream", "VARCHAR", "value stream"),
        Column("period", "VARCHAR", "quarter, e.g. 2026-Q3"),
        Column("level", "VARCHAR", "item: of one case; stream: of the whole stream; all"),
        Column("severity", "VARCHAR", "1 is worst; unknown; all"),
        Column("position", "INTEGER", "order in which stages are told"),
        Column("stage", "VARCHAR", "detection, triage, spread, remediation, containment or restoration"),
        Column("begins", "VARCHAR", "instant it is counted from: onset or detected"),
        Column("ends", "VARCHAR", "instant that ends and dates it: detected, triaged, contained, remediated or steady"),
        Column("median_days", "DOUBLE", "median, elapsed days; NULL where no episode knows both instants"),
        Column("n", "BIGINT", "episodes behind it"),
    ),
)
