"""The contract table `failures`: one row is one failure episode: from first sign back to steady state."""

from metrics.tables.table import Column, Table

FAILURES = Table(
    "failures",
    "one failure episode: from first sign back to steady state",
    key=("stream", "failure_id"),
    columns=(
        Column("stream", "VARCHAR", "value stream", required=True),
        Column("failure_id", "VARCHAR", "told by events; or case, rule and episode number; or watch and onset", True),
        Column("rule", "VARCHAR", "failure rule or watch in the stream file, or 'event'", required=True),
        Column("level", "VARCHAR", "item: it happened to one case; stream: it hit the whole stream", required=True),
        Column("case_id", "VARCHAR", "the case it happened to; NULL when it hit the whole stream"),
        Column("episode", "BIGINT", "1 is the first of its rule in its case", required=True),
        Column("severity", "INTEGER", "1 is worst; NULL when no event told it"),
        Column("onset_at", "TIMESTAMP", "when it began, UTC; NULL when unknown"),
        Column("detected_at", "TIMESTAMP", "when it was noticed, UTC", required=True),
        Column("triaged_at", "TIMESTAMP", "when someone owned it, UTC"),
        Column("contained_at", "TIMESTAMP", "when no new case was affected, UTC"),
        Column("remediated_at", "TIMESTAMP", "when the defect was repaired, UTC"),
        Column("steady_at", "TIMESTAMP", "when work was back to normal, UTC; NULL while open"),
        Column("detected_on", "DATE", "local day", required=True),
        Column("triaged_on", "DATE", "local day; NULL until then"),
        Column("contained_on", "DATE", "local day; NULL until then"),
        Column("remediated_on", "DATE", "local day; NULL until then"),
        Column("steady_on", "DATE", "local day; NULL while open"),
        Column("is_auto_healed", "BOOLEAN", "steady without any person; NULL while open, or where performers unknown"),
        Column("affected_cases", "BIGINT", "cases that failed; NULL where only events tell of it"),
        Column("release", "VARCHAR", "in force when detected"),
        Column("caused_by_release", "VARCHAR", "release it is put down to; NULL when none, or unknown"),
        Column(
            "attributed_by", "VARCHAR", "link: events told the cause, or that no release was; window; NULL: unknown"
        ),
    ),
)
