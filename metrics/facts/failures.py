"""Failures ← steps and events: one row per episode, from the first sign back to steady state.

Item-level rules of the stream file: an episode opens at a `detected` step and is steady at the next `steady` step; all
failures before that belong to it, so overlapping ones are united, not added. Steps count when they ended. Episodes that
events told carry their own stage instants. An episode without a steady instant is open; it is kept, never dropped.
"""

from __future__ import annotations

from metrics.facts.cases import release_in_force
from metrics.facts.dictionary import Dictionary
from metrics.facts.steps import StepQuery, instances_sql
from metrics.query import literal
from metrics.stream.failures import FailureRule

STAGES = ("onset", "detected", "triaged", "contained", "remediated", "steady")
_BETWEEN = ("triaged", "contained", "remediated")
_RULE_STAGES = (*_BETWEEN, "steady")


def failures_sql(query: StepQuery) -> str:
    """SELECT of rows of the contract table `failures`, with `case_key` in front (NULL when it hit the whole stream)."""
    parts = [_by_rule(query, rule) for rule in query.stream.failures]
    if query.dictionary.known("failure_stage") or not parts:
        parts.append(_told(query))
    local = query.local_day
    release = release_in_force(query.stream)
    return f"""
SELECT case_key, {literal(query.stream.stream)} AS stream, failure_id, rule, case_id, episode, severity,
    onset_at, detected_at, triaged_at, contained_at, remediated_at, steady_at,
    {local("detected_at")} AS detected_on, {local("remediated_at")} AS remediated_on,
    {local("steady_at")} AS steady_on, {release("detected_at", "NULL")} AS release
FROM ({" UNION ALL ".join(parts)})
WHERE detected_at IS NOT NULL"""


def _by_rule(query: StepQuery, rule: FailureRule) -> str:
    dictionary = query.dictionary
    stages = {"detected": rule.detected, **{name: getattr(rule, name) for name in _RULE_STAGES}}
    involved = dictionary.member("step_code", "step", [step for steps in stages.values() for step in steps])
    detected = dictionary.member("step_code", "step", rule.detected)
    following = ", ".join(_next_at(dictionary, name, stages[name]) for name in _RULE_STAGES)
    steady = dictionary.member("step_code", "step", rule.steady)
    within = ", ".join(_within(name) for name in _BETWEEN)
    return f"""
SELECT case_key, case_id || ':{rule.name}:' || episode AS failure_id, '{rule.name}' AS rule, case_id, episode,
    {rule.severity} AS severity, NULL::TIMESTAMP AS onset_at, detected_at, {within}, steady_at
FROM (
    SELECT case_key, any_value(case_id) AS case_id, min(happened_at) AS detected_at,
        any_value(next_steady_at) AS steady_at,
        row_number() OVER (PARTITION BY case_key ORDER BY min(position)) AS episode,
        {", ".join(f"arg_min(next_{name}_at, position) AS {name}_seen_at" for name in _BETWEEN)}
    FROM (
        SELECT *, {following}, count(CASE WHEN {steady} THEN 1 END) OVER behind AS ended_before
        FROM (SELECT *, row_number() OVER {query.window} AS position FROM (
            SELECT case_key, case_id, step_code, sequence, event_key, ended_at AS happened_at
            FROM ({instances_sql(query)}) WHERE {involved} AND ended_at IS NOT NULL))
        WINDOW ahead AS (PARTITION BY case_key ORDER BY position ROWS BETWEEN 1 FOLLOWING AND UNBOUNDED FOLLOWING),
            behind AS (PARTITION BY case_key ORDER BY position ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING)
    )
    WHERE {detected}
    GROUP BY case_key, ended_before
)"""


def _next_at(dictionary: Dictionary, name: str, steps: tuple[str, ...]) -> str:
    match = dictionary.member("step_code", "step", steps)
    return f"min(CASE WHEN {match} THEN happened_at END) OVER ahead AS next_{name}_at"


def _within(name: str) -> str:
    """A stage counts only inside its own episode."""
    return f"CASE WHEN steady_at IS NULL OR {name}_seen_at <= steady_at THEN {name}_seen_at END AS {name}_at"


def _told(query: StepQuery) -> str:
    """Episodes that explicit failure events tell; a stage told twice counts at its first instant."""
    first = {stage: _first(query.dictionary, stage) for stage in STAGES}
    stages = ", ".join(f"{sql} AS {stage}_at" for stage, sql in first.items())
    severity = "min(try_cast(json_extract_string(attributes, '$.severity') AS INTEGER))"  # 1 is worst
    return f"""
SELECT NULL::UBIGINT AS case_key, failure_id, 'event' AS rule, NULL::VARCHAR AS case_id, 1 AS episode,
    {severity} AS severity, {stages}
FROM {query.relation} WHERE failure_stage_code IS NOT NULL AND failure_id IS NOT NULL
GROUP BY failure_id"""


def _first(dictionary: Dictionary, stage: str) -> str:
    return f"min(event_at) FILTER ({dictionary.member('failure_stage_code', 'failure_stage', [stage])})"
