"""Cases ← steps: trigger, outcome, rework and handoffs of each case, in one grouping.

Cases that did something twice are looked at visit by visit besides (see `case_rework`).
One row per case that showed its trigger. Outcomes named by steps count at their first occurrence; `last_steps` and
`last_event` apply only to cases none of those ended. Days are local to the stream.
"""

from __future__ import annotations

from collections.abc import Callable

from metrics.facts.case_rework import REWORK_COLUMNS, outcomes_after, rework_aggregates, with_rework
from metrics.facts.dictionary import Dictionary, case_when
from metrics.facts.handoffs import handoff_counts, handoff_sql
from metrics.facts.noted import COUNTED_IN, KIND
from metrics.facts.precision import precision_of_step, within_us
from metrics.facts.steps import LEDGER_ORDER, StepQuery, steps_sql
from metrics.query import literal
from metrics.stream.model import Stream


def cases_sql(query: StepQuery) -> str:
    """SELECT of rows of the contract table `cases`, with `case_key` in front."""
    stream = query.stream
    within = within_us(stream)
    releases = release_in_force(stream)
    local = query.local_day
    return f"""
SELECT case_key, {literal(stream.stream)} AS stream, case_id, triggered_at, finished_at, last_event_at,
    {within("triggered_at", "trigger_precision")} AS triggered_within_us,
    {within("finished_at", "finish_precision")} AS finished_within_us,
    {local("triggered_at")} AS triggered_on, {local("finished_at")} AS finished_on,
    outcome, outcome_kind, {_segments(stream)} AS segments,
    {releases("triggered_at", "told_release")} AS release_at_trigger,
    {releases("finished_at", "NULL")} AS release_at_finish, steps,
    {", ".join(handoff_counts(stream, query.dictionary))},
    {REWORK_COLUMNS}, touch_hours
FROM ({with_rework(query, _judged(query))})"""


def spans_sql(query: StepQuery) -> str:
    """SELECT of `case_key`, `case_id`, `triggered_at` and `finished_at` alone, without a closer look at any case."""
    return f"SELECT case_key, case_id, triggered_at, finished_at FROM ({_judged(query)})"


def _judged(query: StepQuery) -> str:
    """Cases that showed their trigger, with the outcome that ended them and what came after it."""
    stream = query.stream
    outcome, kind, finished, precision = _outcome(stream)
    return f"""
    SELECT *, {outcome} AS outcome, {kind} AS outcome_kind, {finished} AS finished_at,
        {precision} AS finish_precision, {outcomes_after(stream)}
    FROM ({_grouped(query)}) {_told_attributes(query)}
    WHERE triggered_at IS NOT NULL"""


def _grouped(query: StepQuery) -> str:
    stream, dictionary = query.stream, query.dictionary
    trigger = "TRUE" if stream.trigger.first_event else dictionary.member("step_code", "step", stream.trigger.steps)
    only_counted = " FILTER (is_counted)" if COUNTED_IN in dictionary.known(KIND) else ""
    handoffs = ", ".join(f"{count} AS {name}" for name, count in handoff_counts(stream, dictionary).items())
    measured = "sum(epoch_us(ended_at) - epoch_us(started_at)) FILTER (ended_at >= started_at) / 3.6e9"
    touch = measured if query.has_intervals else "NULL::DOUBLE"  # instants tell no work
    return f"""
SELECT case_key, any_value(case_id) AS case_id, min(first_at) FILTER ({trigger}) AS triggered_at,
    max(coalesce(ended_at, happened_at)) AS last_event_at, count(*){only_counted} AS steps,
    {_outcome_columns(stream, dictionary)}
    {_counts(stream, dictionary)} {_precisions(stream, dictionary, trigger)}
    {_told_release(stream, dictionary, trigger)} AS told_release,
    {handoffs},
    {rework_aggregates(stream, dictionary)}
    {touch} AS touch_hours
FROM (SELECT *, {handoff_sql(stream, dictionary)} AS handoff FROM ({steps_sql(query)}))
GROUP BY case_key"""


def _outcome_columns(stream: Stream, dictionary: Dictionary) -> str:
    """Per outcome the instant it would end the case, and what reopening needs."""
    columns = []
    for number, outcome in enumerate(stream.outcomes):
        if outcome.steps:
            match = dictionary.member("step_code", "step", outcome.steps)
            columns.append(f"min(ended_at) FILTER ({match}) AS outcome_{number}")
        elif outcome.last_steps:
            match = dictionary.member("arg_max(step_code, position)", "step", outcome.last_steps)
            columns.append(f"CASE WHEN {match} THEN max(ended_at) END AS outcome_{number}")
        else:
            columns.append(f"max(ended_at) AS outcome_{number}")
    ending = dictionary.member("step_code", "step", [s for outcome in stream.outcomes for s in outcome.steps])
    columns.append(f"max(coalesce(ended_at, happened_at)) FILTER (NOT {ending}) AS last_other_at")
    return ", ".join(columns) + ","


def _outcome(stream: Stream) -> tuple[str, str, str, str]:
    """SQL for the name, kind, instant and precision of the outcome that ended the case."""
    by_step = [n for n, outcome in enumerate(stream.outcomes) if outcome.steps]
    by_end = [n for n, outcome in enumerate(stream.outcomes) if not outcome.steps]
    first = "least(" + ", ".join(f"outcome_{n}" for n in by_step) + ")" if by_step else "NULL::TIMESTAMP"
    finished = f"coalesce({', '.join([first, *(f'outcome_{n}' for n in by_end)])})"

    def pick(value_of: list[str]) -> str:
        branches = [(f"outcome_{n} = {first}", value_of[n]) for n in by_step]
        branches += [(f"outcome_{n} IS NOT NULL", value_of[n]) for n in by_end]
        return case_when(branches, "NULL")

    names = [literal(outcome.name) for outcome in stream.outcomes]
    kinds = [literal(outcome.kind) for outcome in stream.outcomes]
    is_mixed = bool(stream.source.precision_by_step)
    precision = pick([f"precision_{n}" for n in range(len(stream.outcomes))]) if is_mixed else "NULL"
    return pick(names), pick(kinds), finished, precision


def _precisions(stream: Stream, dictionary: Dictionary, trigger: str) -> str:
    """Columns for how precisely the trigger and each outcome are told, only where steps differ in that."""
    if not stream.source.precision_by_step:
        return ""
    code = precision_of_step(stream, dictionary)
    columns = [f"arg_min({code}, first_at) FILTER ({trigger}) AS trigger_precision"]
    for number, outcome in enumerate(stream.outcomes):
        if outcome.steps:
            match = dictionary.member("step_code", "step", outcome.steps)
            columns.append(f"arg_min({code}, ended_at) FILTER ({match}) AS precision_{number}")
        else:
            columns.append(f"arg_max({code}, ended_at) AS precision_{number}")
    return ", ".join(columns) + ","


def _counts(stream: Stream, dictionary: Dictionary) -> str:
    """Columns for segments that count how often a step occurred."""
    return "".join(
        f"count(*) FILTER ({dictionary.member('step_code', 'step', [segment.count_of])}) AS segment_{number},"
        for number, segment in enumerate(stream.segments.values())
        if segment.count_of is not None
    )


def _segments(stream: Stream) -> str:
    """SQL for the JSON object of segment values; a value that was never told is null in it."""
    values = [
        f"{literal(name)}, "
        + (f"segment_{number}::VARCHAR" if segment.attribute is None else attribute_sql(segment.attribute))
        for number, (name, segment) in enumerate(stream.segments.items())
    ]
    return f"json_object({', '.join(values)})::VARCHAR" if values else "'{}'"


def _told_attributes(query: StepQuery) -> str:
    """A join to what the trigger event told, only where a segment needs it: attributes are wide."""
    stream = query.stream
    if all(segment.count_of for segment in stream.segments.values()):
        return ""
    trigger = query.dictionary.member("step_code", "step", stream.trigger.steps) if stream.trigger.steps else "TRUE"
    return f"""LEFT JOIN (
        SELECT case_key, arg_min(attributes, {LEDGER_ORDER}) AS attributes
        FROM {query.relation} WHERE {trigger} AND attributes IS NOT NULL GROUP BY case_key
    ) USING (case_key)"""


def attribute_sql(name: str) -> str:
    """SQL for one attribute as text; the name may hold any character, as no part of a JSON pointer is a wildcard."""
    pointer = "/" + name.replace("~", "~0").replace("/", "~1")
    return f"json_extract_string(attributes, {literal(pointer)})"


def _told_release(stream: Stream, dictionary: Dictionary, trigger: str) -> str:
    """The release an event told at the trigger; only where the stream file lists no releases."""
    if stream.releases or not dictionary.known("release"):
        return "NULL"
    names = [(f"told = {code}", literal(name)) for name, code in dictionary.known("release").items()]
    told = f"arg_min(release_code, first_at) FILTER ({trigger})"
    return case_when([(condition.replace("told", told), value) for condition, value in names], "NULL")


def release_in_force(stream: Stream) -> Callable[[str, str], str]:
    """A function from an instant (SQL) to the release in force then, by the stream file's list."""
    latest_first = sorted(stream.releases, key=lambda release: release.at, reverse=True)
    instants = [(release.at.astimezone().timestamp(), release.version) for release in latest_first]

    def at(column: str, otherwise: str) -> str:
        branches = [(f"epoch_us({column}) >= {int(ts * 1_000_000)}", literal(version)) for ts, version in instants]
        return case_when(branches, otherwise)

    return at
