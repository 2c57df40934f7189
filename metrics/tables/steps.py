"""The contract table `steps`: one row is one execution of a step in a case, with the step before it."""

from metrics.tables.table import Column, Table

STEPS = Table(
    "steps",
    "one execution of a step in a case, with the step before it",
    key=("stream", "case_id", "position"),
    columns=(
        Column("stream", "VARCHAR", "value stream", required=True),
        Column("case_id", "VARCHAR", "primary case", required=True),
        Column("position", "BIGINT", "order in the case: by start, ties by sequence, then event id", required=True),
        Column("step", "VARCHAR", "activity", required=True),
        Column("visit", "BIGINT", "1 is the first execution of this step in this case", required=True),
        Column("activity_id", "VARCHAR", "instance id, where the log has one"),
        Column("paired_by", "VARCHAR", "instant, activity_id or heuristic", required=True),
        Column("scheduled_at", "TIMESTAMP", "queue entry, UTC; NULL when not seen"),
        Column("started_at", "TIMESTAMP", "start of work, UTC; NULL when not seen"),
        Column("ended_at", "TIMESTAMP", "end of work, UTC; NULL while running"),
        Column("touch_hours", "DOUBLE", "ended − started; NULL, never 0, for instants"),
        Column("wait_hours", "DOUBLE", "from the step before ending to this one starting; NULL for first and overlaps"),
        Column("performer_kind", "VARCHAR", "human, system, agent, external or unknown", required=True),
        Column("performer", "VARCHAR", "pseudonym"),
        Column("role", "VARCHAR", "role"),
        Column("team", "VARCHAR", "team"),
        Column("outcome", "VARCHAR", "result as told"),
        Column("attempt", "INTEGER", "technical try"),
        Column("rework_kind", "VARCHAR", "rejection, correction, self_loop, loop or backward; NULL when none"),
        Column("is_redo", "BOOLEAN", "of a self_loop or loop: another did it the time before; NULL when not known"),
        Column("is_allowed_repeat", "BOOLEAN", "it would be rework but for the allow-list", required=True),
        Column("release", "VARCHAR", "in force at its start"),
        Column("happened_on", "DATE", "local day it ended, or began while running", required=True),
        Column("responsible", "VARCHAR", "performer, role or team, as the stream file chooses"),
        Column("previous_responsible", "VARCHAR", "who was responsible for the step before"),
        Column("previous_step", "VARCHAR", "step before in the case; NULL for the first"),
        Column("previous_performer_kind", "VARCHAR", "kind of performer of the step before"),
        Column("is_handoff", "BOOLEAN", "the responsible differs from the step before", required=True),
    ),
)
