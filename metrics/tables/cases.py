"""The contract table `cases`: one row is one case that was triggered."""

from metrics.tables.table import Column, Table

CASES = Table(
    "cases",
    "one case that was triggered",
    key=("stream", "case_id"),
    columns=(
        Column("stream", "VARCHAR", "value stream", required=True),
        Column("case_id", "VARCHAR", "primary case", required=True),
        Column("triggered_at", "TIMESTAMP", "first accepted trigger, UTC", required=True),
        Column("finished_at", "TIMESTAMP", "first accepted outcome, UTC; NULL while open"),
        Column("last_event_at", "TIMESTAMP", "last event of the case, UTC", required=True),
        Column("triggered_on", "DATE", "local day of the trigger", required=True),
        Column("finished_on", "DATE", "local day of the outcome"),
        Column("outcome", "VARCHAR", "name of the outcome in the stream file; NULL while open"),
        Column("outcome_kind", "VARCHAR", "completed, rejected, cancelled or abandoned; NULL while open"),
        Column("segments", "VARCHAR", "JSON object: segment name to value"),
        Column("release_at_trigger", "VARCHAR", "release in force at the trigger"),
        Column("release_at_finish", "VARCHAR", "release in force at the outcome: differs for straddlers"),
        Column("steps", "BIGINT", "step executions; what several cases share counts in one", required=True),
        Column("automated_handoffs", "BIGINT", "handoffs between two of system and agent, or told so", required=True),
        Column(
            "manual_handoffs", "BIGINT", "handoffs that touch a human or an external party, or told so", required=True
        ),
        Column("unknown_handoffs", "BIGINT", "handoffs with an unknown kind that touch no person", required=True),
        Column("designed_handoffs", "BIGINT", "manual ones in which a person takes part by design", required=True),
        Column("fallback_handoffs", "BIGINT", "manual ones: a person did what a system or agent should", required=True),
        Column("exception_handoffs", "BIGINT", "manual ones after a rejection, correction or failure", required=True),
        Column("other_handoffs", "BIGINT", "manual ones for none of these reasons; the four sum to all", required=True),
        Column("automated_to_human", "BIGINT", "handoffs from system or agent to a human", required=True),
        Column("maybe_automated_to_human", "BIGINT", "may be such a handoff: a kind is unknown", required=True),
        Column("self_loops", "BIGINT", "steps repeated at once", required=True),
        Column("loops", "BIGINT", "steps repeated later", required=True),
        Column("rejections", "BIGINT", "rejecting steps", required=True),
        Column("corrections", "BIGINT", "correcting steps", required=True),
        Column("reopens", "BIGINT", "1 when other work followed the outcome", required=True),
        Column("allowed_repeats", "BIGINT", "repeats the stream file calls legitimate", required=True),
        Column("is_rework_free", "BOOLEAN", "no rework of any kind", required=True),
        Column("touch_hours", "DOUBLE", "known work; NULL when none is known"),
    ),
)
