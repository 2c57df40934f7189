"""Visits ← steps: the number of each visit, the kind of rework it is, and who did the step the time before.

Costs a window by case and step. The contract table `steps` needs it for every case; `cases` only for those that did
something twice, which one pass in ledger order finds with a bit mask.
"""

from __future__ import annotations

from dataclasses import replace

from metrics.facts.rework import FIRST_TRY, count_where, rework_policy
from metrics.facts.steps import StepQuery, instances_sql, steps_sql
from metrics.query import literal

_SELF_LOOP_OR_LOOP = "rework_kind IN ('self_loop', 'loop')"


def visits_sql(query: StepQuery) -> str:
    """SELECT of coded steps with `visit`, `tries`, `rework_kind`, `is_redo` and `is_allowed_repeat`."""
    return _judged(query, steps_sql(query))


def _judged(query: StepQuery, steps: str) -> str:
    """The number of each visit, and its kind. `is_redo` is NULL where it is not known who did one of the two."""
    policy = rework_policy(query.stream, query.dictionary)
    of_step = "(PARTITION BY case_key, step_code ORDER BY position)"
    return f"""
SELECT *, CASE WHEN {_SELF_LOOP_OR_LOOP} THEN responsible <> last_responsible END AS is_redo
FROM (
    SELECT *, {policy.kind} AS rework_kind, {policy.allowed_repeat} AS is_allowed_repeat
    FROM (
        SELECT *, row_number() OVER {of_step} AS visit, lag(position) OVER {of_step} = position - 1 AS is_at_once,
            lag(responsible) OVER {of_step} AS last_responsible,
            count(*) FILTER ({FIRST_TRY}) OVER {of_step} AS tries
        FROM ({steps})
    )
)"""


def repetition_sql(query: StepQuery, only: str) -> str:
    """SELECT of one row per case of the relation `only`: what was done again, by whom, and when that was seen.

    The instants are of the kinds that count.
    """
    counted = [kind for kind in ("self_loop", "loop", "backward") if kind in query.stream.rework.counted]
    seen = f"rework_kind IN ({', '.join(literal(kind) for kind in counted)})" if counted else "FALSE"
    return f"""
SELECT case_key, {count_where("rework_kind = 'self_loop'")} AS self_loops,
    {count_where("rework_kind = 'loop'")} AS loops, {count_where("is_redo")} AS redos,
    {count_where("NOT is_redo")} AS repeats, {count_where("rework_kind = 'backward'")} AS backward_moves,
    {count_where("is_allowed_repeat")} AS allowed_repeats,
    min(happened_at) FILTER ({seen}) AS first_again_at, max(happened_at) FILTER ({seen}) AS last_again_at
FROM ({_judged(query, _repeated_steps(query, only))}) GROUP BY case_key"""


def _repeated_steps(query: StepQuery, only: str) -> str:
    """Visits of the steps that a chosen case did more than once; all visits where moves back count."""
    if "backward" in query.stream.rework.counted:
        return _some_steps(query, only)
    return f"""
WITH looked_at AS MATERIALIZED ({_some_steps(query, only)})
SELECT * FROM looked_at SEMI JOIN (
    SELECT case_key, step_code FROM looked_at GROUP BY ALL HAVING count(*) > 1
) USING (case_key, step_code)"""


def _some_steps(query: StepQuery, only: str) -> str:
    """Steps of the chosen cases, with no more columns than their kind needs.

    In ledger order the pass streams whole and the cases are chosen after; elsewhere fewer events are ordered anew.
    """
    chosen = f"case_key IN (SELECT case_key FROM {only})"
    source, window = query, query.window
    if not query.streams_through:
        source = replace(query, relation=f"(SELECT * FROM {query.relation} WHERE {chosen})", is_sorted=False)
    before = ""
    if "backward" in query.stream.rework.counted:
        before = f""", CASE WHEN lag(case_key) OVER {window} IS NOT DISTINCT FROM case_key
        THEN lag(step_code) OVER {window} END AS previous_step_code"""
    return f"""
SELECT * FROM (
    SELECT case_key, step_code, attempt, happened_at, {query.stream.performers.responsible}_code AS responsible,
        row_number() OVER {window} AS position{before}
    FROM ({instances_sql(source)})
) WHERE {chosen}"""
