"""The contract table `events`: one row is one event as a source told it; append-only."""

from metrics.tables.table import Column, Table

EVENTS = Table(
    "events",
    "one event as a source told it; append-only",
    key=("stream", "source", "event_id"),
    columns=(
        Column("stream", "VARCHAR", "value stream", required=True),
        Column("source", "VARCHAR", "who told it; ids are unique within a source", required=True),
        Column("event_id", "VARCHAR", "idempotency key: the source's own, or derived from the content", required=True),
        Column("case_id", "VARCHAR", "primary case", required=True),
        Column("event_at", "TIMESTAMP", "when it happened, UTC", required=True),
        Column("sequence", "BIGINT", "order within the source at equal times; NULL when unknown"),
        Column("step", "VARCHAR", "activity"),
        Column("lifecycle", "VARCHAR", "the log's own word, or a canonical one"),
        Column("activity_id", "VARCHAR", "instance of the step: pairs start and complete"),
        Column("performer_kind", "VARCHAR", "as told by the event: human, system, agent or external"),
        Column("performer", "VARCHAR", "pseudonym of who or what did it"),
        Column("role", "VARCHAR", "role of the performer"),
        Column("team", "VARCHAR", "team or group of the performer"),
        Column("outcome", "VARCHAR", "result of the step, as told"),
        Column("attempt", "INTEGER", "1 is the first try; technical retries count up"),
        Column("release", "VARCHAR", "service.version in force, as told by the event"),
        Column("failure_id", "VARCHAR", "containment episode this event belongs to"),
        Column("failure_stage", "VARCHAR", "onset, detected, triaged, contained, remediated or steady"),
        Column("attributes", "VARCHAR", "everything else the source said: a JSON object"),
        Column("is_retracted", "BOOLEAN", "it says that the event it corrects never happened"),
        Column("is_in_effect", "BOOLEAN", "no later event corrects or retracts it; steps follow only from these"),
        Column("received_at", "TIMESTAMP", "when our receiver took it, UTC; NULL for files"),
        Column("is_late", "BOOLEAN", "arrived longer after it happened than the stream file allows; NULL for files"),
        Column("is_ahead", "BOOLEAN", "told a time later than its arrival: some clock is wrong; NULL for files"),
        Column("ingested_at", "TIMESTAMP", "knowledge time, UTC", required=True),
    ),
)
