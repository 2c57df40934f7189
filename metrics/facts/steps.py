"""Steps ← events: which events are one execution of a step, who was responsible, and what came before.

Reads rows of the ledger (coded events). Two shapes of log, one result:
- *instants*: every event is a step; if the relation is sorted, windows need no partition and stream through;
- *intervals*: schedule, start and complete of one `activity_id` are one step. Without an id the k-th start of a step
  in a case pairs with its k-th end, and the step says so (`paired_by` = heuristic).
Lifecycle `skip`, failure events and steps the stream file ignores are no steps.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass

from metrics.facts.dictionary import Dictionary, case_when, is_one_of
from metrics.facts.handoffs import looks_back
from metrics.facts.local_day import local_day
from metrics.facts.noted import counted_sql, is_told_by_events, mode_sql
from metrics.facts.performer_kind import filled_sql, kind_sql
from metrics.stream.model import Stream
from metrics.stream.performer_registry import PerformerRegistry

# The words of IEEE 1849 (XES) beside our own.
LIFECYCLE = {
    "schedule": "schedule", "assign": "assign", "reassign": "assign", "start": "start", "suspend": "suspend",
    "resume": "resume", "complete": "complete", "abort": "abort", "ate_abort": "abort", "pi_abort": "abort",
    "withdraw": "abort", "skip": "skip", "autoskip": "skip", "manualskip": "skip", "instant": "instant",
}  # fmt: skip
_INSTANTS = ("instant", "complete", "abort", "skip")
SORTED = "()"
UNSORTED = "(PARTITION BY case_key ORDER BY happened_at, sequence NULLS FIRST, event_key)"
_UNSORTED_EVENTS = "(PARTITION BY case_key ORDER BY event_at, sequence NULLS FIRST, event_key)"
# The same order as one value: within one, DuckDB takes NULL as the greatest.
LEDGER_ORDER = "(event_at, sequence IS NOT NULL, sequence, event_key)"


@dataclass(frozen=True, slots=True)
class StepQuery:
    """What a stream's steps are made from: the relation of coded events, and whether it is in ledger order.

    `newest_at` (UTC) is the newest event, where known: days near it are found faster. It changes no result.
    """

    stream: Stream
    dictionary: Dictionary
    relation: str
    is_sorted: bool
    newest_at: dt.datetime | None = None
    registry: PerformerRegistry = ()

    @property
    def local_day(self) -> Callable[[str], str]:
        """A function from a UTC instant (SQL) to its local day (SQL)."""
        return local_day(self.stream.time_zone, self.newest_at)

    @property
    def has_intervals(self) -> bool:
        """Does any event tell more than that a step was done?"""
        words = self.dictionary.known("lifecycle")
        return any(canonical_lifecycle(self.stream, word) not in _INSTANTS for word in words)

    @property
    def streams_through(self) -> bool:
        """True when one pass in ledger order suffices."""
        return self.is_sorted and not self.has_intervals

    @property
    def window(self) -> str:
        """SQL window over executions in case order."""
        return SORTED if self.streams_through else UNSORTED


def canonical_lifecycle(stream: Stream, word: str) -> str | None:
    """The canonical lifecycle of a log's own word; None when nothing says what it means."""
    mapped = stream.source.lifecycle.get(word) or LIFECYCLE.get(word.lower())
    return mapped or stream.source.lifecycle_default


def steps_sql(query: StepQuery) -> str:
    """SELECT of coded steps: one row per execution, in case order, with the step before it."""
    window = query.window
    responsible = f"{query.stream.performers.responsible}_code"
    looked = _looked_back(query)
    return f"""
SELECT *, has_previous AND responsible IS DISTINCT FROM previous_responsible AS is_handoff
FROM (
    SELECT *, {responsible} AS responsible, row_number() OVER {window} AS position,
        has_previous_raw AS has_previous,
        CASE WHEN has_previous_raw THEN previous_step_raw END AS previous_step_code,
        CASE WHEN has_previous_raw THEN previous_kind_raw END AS previous_kind,
        CASE WHEN has_previous_raw THEN previous_responsible_raw END AS previous_responsible,
        CASE WHEN has_previous_raw THEN previous_end_raw END AS previous_end_at
    FROM (
        SELECT *,
            lag(case_key) OVER {window} IS NOT DISTINCT FROM case_key AS has_previous_raw,
            lag(step_code) OVER {window} AS previous_step_raw,
            lag(kind) OVER {window} AS previous_kind_raw,
            lag({responsible}) OVER {window} AS previous_responsible_raw,
            lag(coalesce(ended_at, happened_at)) OVER {window} AS previous_end_raw{looked}
        FROM ({instances_sql(query)})
    )
)"""


def _looked_back(query: StepQuery) -> str:
    """Columns for what handoffs ask of earlier steps, only where the log holds any of it."""
    window, looked = query.window, ""
    for column, (asked, back) in looks_back(query.stream, query.dictionary).items():
        is_there = f"lag(case_key, {back}) OVER {window} IS NOT DISTINCT FROM case_key"
        looked += f", CASE WHEN {is_there} THEN lag({asked}, {back}) OVER {window} END AS {column}"
    return looked


def instances_sql(query: StepQuery) -> str:
    """SELECT of coded steps, one row per execution, without the step before it: filters on it reach the files.

    `is_counted` is FALSE where several cases share the execution and another of them counts it; `mode_code` tells how
    the work was handed over, where an event said so (see `noted`).
    """
    accepted = _accepted_events(query)
    executions = _paired(query, accepted) if query.has_intervals else _instants(query, accepted)
    done_at = "coalesce(ended_at, happened_at)" if query.has_intervals else "ended_at"
    filled = filled_sql(query.stream, query.dictionary, query.registry, done_at)
    if filled:
        told = ", ".join(f"{value} AS {column}" for column, value in filled.items())
        executions = f"SELECT * REPLACE ({told}) FROM ({executions})"
    kind = kind_sql(query.stream, query.dictionary, query.registry, done_at)
    return f"SELECT *, {kind} AS kind FROM ({executions})"


def _instants(query: StepQuery, accepted: str) -> str:
    return f"""
SELECT case_key, case_id, event_key, sequence, step_code, performer_code, role_code, team_code, outcome_code, attempt,
    release_code, activity_id, kind_code, {counted_sql(query.dictionary)} AS is_counted,
    {mode_sql(query.dictionary)} AS mode_code, 'instant' AS paired_by, event_at AS happened_at, event_at AS first_at,
    NULL::TIMESTAMP AS scheduled_at, NULL::TIMESTAMP AS started_at, event_at AS ended_at
FROM ({accepted})"""


def _paired(query: StepQuery, accepted: str) -> str:
    phase = _phase(query)
    turn = "replace(phase, 'abort', 'complete')"  # either is the end of an execution
    picked = ", ".join(
        f"arg_max({column}, {LEDGER_ORDER}) FILTER ({column} IS NOT NULL) AS {column}"
        for column in ("performer_code", "role_code", "team_code", "outcome_code", "kind_code", "release_code")
    )
    noted, dictionary = "", query.dictionary
    counted, mode = counted_sql(dictionary), mode_sql(dictionary)
    if is_told_by_events(counted):
        counted, noted = "bool_and(is_counted)", f", {counted} AS is_counted"
    if is_told_by_events(mode):
        mode, noted = (
            f"arg_max(mode_code, {LEDGER_ORDER}) FILTER (mode_code IS NOT NULL)",
            f"{noted}, {mode} AS mode_code",
        )
    return f"""
SELECT *, coalesce(started_at, ended_at, scheduled_at) AS happened_at,
    least(coalesce(scheduled_at, started_at, ended_at), coalesce(started_at, ended_at, scheduled_at)) AS first_at
FROM (
    SELECT case_key, any_value(case_id) AS case_id, min(event_key) AS event_key, min(sequence) AS sequence,
        step_code, {picked}, {counted} AS is_counted, {mode} AS mode_code,
        max(attempt) AS attempt, any_value(activity_id) AS activity_id,
        CASE WHEN bool_or(phase = 'instant') THEN 'instant' WHEN max(activity_key) IS NOT NULL THEN 'activity_id'
             WHEN count(*) > 1 THEN 'heuristic' ELSE 'instant' END AS paired_by,
        min(event_at) FILTER (phase = 'schedule') AS scheduled_at,
        min(event_at) FILTER (phase = 'start') AS started_at,
        max(event_at) FILTER (phase IN ('complete', 'abort', 'instant')) AS ended_at
    FROM (
        SELECT *, CASE WHEN phase = 'instant' THEN event_key
            ELSE coalesce(activity_key, row_number() OVER (
                PARTITION BY case_key, step_code, {turn}
                ORDER BY event_at, sequence NULLS FIRST, event_key)::UBIGINT)
            END AS instance_key
        FROM (SELECT *, {phase} AS phase{noted} FROM ({accepted}))
        WHERE phase IN ('schedule', 'start', 'complete', 'abort', 'instant')
    )
    GROUP BY case_key, step_code, instance_key
)"""


def _phase(query: StepQuery) -> str:
    """SQL for the canonical lifecycle of an event; no word at all is an instant."""
    phases: dict[str, list[int]] = {}
    for word, code in query.dictionary.known("lifecycle").items():
        phases.setdefault(canonical_lifecycle(query.stream, word) or "instant", []).append(code)
    return case_when([(is_one_of("lifecycle_code", codes), f"'{name}'") for name, codes in phases.items()], "'instant'")


def _accepted_events(query: StepQuery) -> str:
    """Events that can be steps: no failure events, no skips, no ignored steps, no echoes."""
    stream, dictionary = query.stream, query.dictionary
    skips = [w for w in dictionary.known("lifecycle") if canonical_lifecycle(stream, w) == "skip"]
    conditions = ["failure_stage_code IS NULL", "step_code IS NOT NULL"]
    if skips:
        conditions.append(f"NOT coalesce({dictionary.member('lifecycle_code', 'lifecycle', skips)}, FALSE)")
    always = [rule.step for rule in stream.ignore if not rule.after]
    if always:
        conditions.append(f"NOT {dictionary.member('step_code', 'step', always)}")
    told = f"SELECT * FROM {query.relation} WHERE {' AND '.join(conditions)}"
    echoes = [
        f"({dictionary.member('step_code', 'step', [rule.step])} AND same_case "
        f"AND {dictionary.member('step_before', 'step', rule.after)})"
        for rule in stream.ignore
        if rule.after
    ]
    if not echoes:
        return told
    window = SORTED if query.is_sorted else _UNSORTED_EVENTS
    return f"""
SELECT * FROM (
    SELECT *, lag(step_code) OVER {window} AS step_before,
        lag(case_key) OVER {window} IS NOT DISTINCT FROM case_key AS same_case
    FROM ({told})
) WHERE NOT coalesce({" OR ".join(echoes)}, FALSE)"""
