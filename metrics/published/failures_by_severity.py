"""The published table `failures_by_severity`: one row is
the failures of one severity and level in one quarter: how many, how long the stream suffered, and what caused them.
"""

from metrics.tables.table import Column, Table

FAILURES_BY_SEVERITY = Table(
    "failures_by_severity",
    "the failures of one severity and level in one quarter: how many, how long the stream suffered, what caused them",
    key=("stream", "period", "level", "severity"),
    columns=(
        Column("stream", "VARCHAR", "value stream"),
        Column("period", "VARCHAR", "quarter, e.g. 2026-Q3"),
        Column("level", "VARCHAR", "item: of one case; stream: of the whole stream; all"),
        Column("severity", "VARCHAR", "1 is worst; unknown; all"),
        Column("detected", "BIGINT", "episodes detected in the period"),
        Column("closed", "BIGINT", "episodes that became steady in the period"),
        Column("open_at_end", "BIGINT", "episodes open at its end, or at the newest event where that comes first"),
        Column("auto_healed", "BIGINT", "of those closed, over without any person"),
        Column("auto_healed_unknown", "BIGINT", "of those closed, nobody knows whether a person took part"),
        Column("failing_hours", "DOUBLE", "hours of the period in which any of them was going on: overlaps count once"),
        Column("summed_hours", "DOUBLE", "the same hours summed over episodes: overlaps count each time"),
        Column("failing_share", "DOUBLE", "failing_hours ÷ hours of the period so far, 0–1"),
        Column("caused_by_release", "BIGINT", "of those detected, put down to a release"),
        Column("unattributed", "BIGINT", "of those detected, nobody says whether a release caused them"),
        Column("unattributed_share", "DOUBLE", "unattributed ÷ detected, 0–1; NULL where none was detected"),
    ),
)
