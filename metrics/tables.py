"""The contract tables: what a metric may read. Columns, types, units, keys, and what one row is.

Instants are UTC in TIMESTAMP (microseconds); days are local to the stream. Money is DECIMAL. NULL is unknown, never 0.
Knows nothing of storage: pipelines fill these tables, `metrics.facts` says how each follows from the one before.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Column:
    """A column: its name carries the unit, `meaning` says the rest."""

    name: str
    type: str
    meaning: str
    required: bool = False


@dataclass(frozen=True, slots=True)
class Table:
    """A table: `one_row` completes the sentence 'one row is …'."""

    name: str
    one_row: str
    key: tuple[str, ...]
    columns: tuple[Column, ...]

    @property
    def column_names(self) -> tuple[str, ...]:
        """The names, in order."""
        return tuple(column.name for column in self.columns)

    def ddl(self, name: str | None = None) -> str:
        """CREATE TABLE statement in DuckDB's dialect."""
        lines = [f'  "{c.name}" {c.type}{" NOT NULL" if c.required else ""}' for c in self.columns]
        return f"CREATE TABLE {name or self.name} (\n" + ",\n".join(lines) + "\n)"


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
        Column("rework_kind", "VARCHAR", "self_loop, loop, rejection or correction; NULL when none"),
        Column("release", "VARCHAR", "in force at its start"),
        Column("happened_on", "DATE", "local day it ended, or began while running", required=True),
        Column("responsible", "VARCHAR", "performer, role or team, as the stream file chooses"),
        Column("previous_responsible", "VARCHAR", "who was responsible for the step before"),
        Column("previous_step", "VARCHAR", "step before in the case; NULL for the first"),
        Column("previous_performer_kind", "VARCHAR", "kind of performer of the step before"),
        Column("is_handoff", "BOOLEAN", "the responsible differs from the step before", required=True),
    ),
)
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
        Column("steps", "BIGINT", "step executions", required=True),
        Column("automated_handoffs", "BIGINT", "handoffs between two of system and agent", required=True),
        Column("manual_handoffs", "BIGINT", "handoffs that touch a human or an external party", required=True),
        Column("unknown_handoffs", "BIGINT", "handoffs with an unknown kind that touch no person", required=True),
        Column("automated_to_human", "BIGINT", "handoffs from system or agent to a human", required=True),
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
TIME_PARTS = Table(
    "time_parts",
    "one finished case, its flow time taken apart",
    key=("stream", "case_id"),
    columns=(
        Column("stream", "VARCHAR", "value stream", required=True),
        Column("case_id", "VARCHAR", "primary case", required=True),
        Column(
            "flow_us", "BIGINT", "finished − triggered, in microseconds, as all parts; they sum to it", required=True
        ),
        Column("touch_us", "BIGINT", "some step was worked on; NULL, never 0, where no step told its work"),
        Column("queue_us", "BIGINT", "else: waiting for a system, an agent or an unknown performer", required=True),
        Column("external_wait_us", "BIGINT", "else: an external party had it", required=True),
        Column("human_wait_us", "BIGINT", "else: waiting for a human", required=True),
        Column("unexplained_us", "BIGINT", "none of these, as far as the steps tell", required=True),
        Column("timed_steps", "BIGINT", "steps in the flow that told their work", required=True),
        Column(
            "untimed_steps", "BIGINT", "steps in the flow that told none: touch is at least touch_us", required=True
        ),
    ),
)
FAILURES = Table(
    "failures",
    "one failure episode: from first sign back to steady state",
    key=("stream", "failure_id"),
    columns=(
        Column("stream", "VARCHAR", "value stream", required=True),
        Column("failure_id", "VARCHAR", "told by events, or case, rule and episode number", required=True),
        Column("rule", "VARCHAR", "failure rule in the stream file, or 'event'", required=True),
        Column("case_id", "VARCHAR", "the case it happened to; NULL when it hit the whole stream"),
        Column("episode", "BIGINT", "1 is the first of its rule in its case", required=True),
        Column("severity", "INTEGER", "1 is worst"),
        Column("onset_at", "TIMESTAMP", "when it began, UTC; NULL when unknown"),
        Column("detected_at", "TIMESTAMP", "when it was noticed, UTC", required=True),
        Column("triaged_at", "TIMESTAMP", "when someone owned it, UTC"),
        Column("contained_at", "TIMESTAMP", "when no new case was affected, UTC"),
        Column("remediated_at", "TIMESTAMP", "when the defect was repaired, UTC"),
        Column("steady_at", "TIMESTAMP", "when work was back to normal, UTC; NULL while open"),
        Column("detected_on", "DATE", "local day", required=True),
        Column("remediated_on", "DATE", "local day; NULL until then"),
        Column("steady_on", "DATE", "local day; NULL while open"),
        Column("release", "VARCHAR", "in force when detected"),
    ),
)
COSTS = Table(
    "costs",
    "the cost of one class that one case, or idle capacity, caused on one day",
    key=("stream", "case_id", "cost_class", "driver", "rate_id", "incurred_on"),
    columns=(
        Column("stream", "VARCHAR", "value stream", required=True),
        Column("case_id", "VARCHAR", "NULL for idle capacity and for cost no case caused"),
        Column("cost_class", "VARCHAR", "people, compute, licence or shared", required=True),
        Column("driver", "VARCHAR", "role, or metered quantity", required=True),
        Column("rate_id", "VARCHAR", "line of the rate card or bill", required=True),
        Column("incurred_on", "DATE", "local day", required=True),
        Column("quantity", "DOUBLE", "hours, or the driver's unit"),
        Column("basis", "VARCHAR", "measured, standard minutes, usage of the bill, or idle", required=True),
        Column("amount", "DECIMAL(18,6)", "money; NULL when no rate covers the day"),
        Column("currency", "VARCHAR", "ISO 4217", required=True),
    ),
)
CONTRACT = (EVENTS, STEPS, CASES, TIME_PARTS, FAILURES, COSTS)
