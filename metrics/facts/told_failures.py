"""Failures that events told, stage by stage; a stage told twice counts at its first instant.

It happened to one case where all its events name that one, else it hit the whole stream. Without triage and repair it
healed by itself, unless an event says otherwise. Stages that were left out may be filled by a watch (see `watch`).
"""

from __future__ import annotations

from metrics.facts.attribution import release_within
from metrics.facts.cases import attribute_sql
from metrics.facts.dictionary import Dictionary
from metrics.facts.steps import StepQuery
from metrics.query import literal
from metrics.stream.model import TOLD_RULE

STAGES = ("onset", "detected", "triaged", "contained", "remediated", "steady")


def told_failures_sql(query: StepQuery, watched: str | None = None) -> str:
    """SELECT of the episodes that events told, before what all failures share; `watched` is a relation that fills."""
    stages = ", ".join(f"{stage}_at" for stage in STAGES)
    return f"""
SELECT NULL::UBIGINT AS case_key, failure_id, {literal(TOLD_RULE)} AS rule,
    CASE WHEN case_id IS NULL THEN 'stream' ELSE 'item' END AS level, case_id, 1::BIGINT AS episode, severity, {stages},
    CASE WHEN steady_at IS NOT NULL THEN coalesce(told_healed, triaged_at IS NULL AND remediated_at IS NULL) END
        AS is_auto_healed,
    CASE WHEN case_id IS NOT NULL THEN 1 ELSE affected_cases END AS affected_cases, linked_release,
    {release_within(query.stream, query.stream.incidents.release_hours)} AS window_release
FROM ({_filled(query, watched)})"""


def told_episodes_sql(query: StepQuery) -> str:
    """SELECT of the episodes as told, each stage at its first instant."""
    first = {stage: _first(query.dictionary, stage) for stage in STAGES}
    earliest = "(event_at, event_key)"
    caused_by = attribute_sql("caused_by_release")
    healed = f"try_cast({attribute_sql('auto_healed')} AS BOOLEAN)"
    return f"""
SELECT failure_id, {", ".join(f"{sql} AS {stage}_at" for stage, sql in first.items())},
    CASE WHEN min(case_id) = max(case_id) AND min(case_id) <> 'failure:' || failure_id THEN min(case_id) END AS case_id,
    min(try_cast({attribute_sql("severity")} AS INTEGER)) AS severity, -- 1 is worst
    arg_min({caused_by}, {earliest}) AS linked_release, arg_min({healed}, {earliest}) AS told_healed -- skips NULL
FROM {query.relation} WHERE failure_stage_code IS NOT NULL AND failure_id IS NOT NULL
GROUP BY failure_id"""


def _filled(query: StepQuery, watched: str | None) -> str:
    """Told episodes with what a watch knows of them."""
    told = told_episodes_sql(query)
    if watched is None:
        return f"SELECT *, NULL::BIGINT AS affected_cases FROM ({told})"
    return f"""
    SELECT told.* EXCLUDE (onset_at, contained_at, steady_at), coalesce(told.onset_at, seen.onset_at) AS onset_at,
        CASE WHEN told.contained_at <= coalesce(seen.steady_at, told.contained_at) THEN told.contained_at
            ELSE seen.contained_at END AS contained_at, -- what is told after the end moves nothing
        least(told.steady_at, seen.steady_at) AS steady_at, seen.affected_cases
    FROM ({told}) told LEFT JOIN (SELECT * FROM {watched} WHERE is_told) seen USING (failure_id)"""


def _first(dictionary: Dictionary, stage: str) -> str:
    return f"min(event_at) FILTER ({dictionary.member('failure_stage_code', 'failure_stage', [stage])})"
