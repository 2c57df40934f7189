"""The contract table `steps` as a view: coded steps with their names, durations, visit numbers and rework kinds.

Reads `codes(stream, kind, code, name)`. Costs a window more than coded steps, so only queries that need names use it.
"""

from __future__ import annotations

from metrics.facts.cases import local_day, release_in_force
from metrics.facts.dictionary import KIND_CODES, literal
from metrics.facts.rework import rework_policy
from metrics.facts.steps import StepQuery, steps_sql

_HOUR = "3.6e9"


def named_steps_sql(query: StepQuery) -> str:
    """SELECT of rows of the contract table `steps`."""
    stream = query.stream
    responsible = stream.performers.responsible
    policy = rework_policy(stream, query.dictionary)
    first_at = "coalesce(started_at, ended_at, happened_at)"
    release = release_in_force(stream)
    return f"""
SELECT {literal(stream.stream)} AS stream, case_id,
    row_number() OVER (PARTITION BY case_key ORDER BY position) AS position, {_name("step", "step_code")} AS step, visit,
    activity_id, paired_by, scheduled_at, started_at, ended_at,
    CASE WHEN ended_at >= started_at THEN (epoch_us(ended_at) - epoch_us(started_at)) / {_HOUR} END AS touch_hours,
    CASE WHEN {first_at} >= previous_end_at THEN (epoch_us({first_at}) - epoch_us(previous_end_at)) / {_HOUR} END
        AS wait_hours,
    {_kind("kind")} AS performer_kind, {_name("performer", "performer_code")} AS performer,
    {_name("role", "role_code")} AS role, {_name("team", "team_code")} AS team,
    {_name("outcome", "outcome_code")} AS outcome, attempt::INTEGER AS attempt,
    CASE WHEN {policy.rejection} THEN 'rejection' WHEN {policy.correction} THEN 'correction'
         WHEN {policy.repeatable} AND previous_step_code = step_code THEN 'self_loop'
         WHEN {policy.repeatable} AND visit > 1 THEN 'loop' END AS rework_kind,
    {release(first_at, _name("release", "release_code"))} AS release,
    {local_day(stream.time_zone)("coalesce(ended_at, happened_at)")} AS happened_on,
    {_name(responsible, "responsible")} AS responsible, {_name(responsible, "previous_responsible")} AS previous_responsible,
    {_name("step", "previous_step_code")} AS previous_step,
    CASE WHEN previous_kind IS NOT NULL THEN {_kind("previous_kind")} END AS previous_performer_kind, is_handoff
FROM (
    SELECT *, row_number() OVER (PARTITION BY case_key, step_code ORDER BY position) AS visit
    FROM ({steps_sql(query)})
), names"""


def names_sql(stream: str) -> str:
    """SELECT of one row: a MAP of code to name for each kind. A map look-up costs less than ten joins."""
    return f"""
SELECT {", ".join(f"coalesce(map_from_entries(list((code, name)) FILTER (kind = '{kind}')), MAP {{}}) AS {kind}_names"
    for kind in ("step", "performer", "role", "team", "outcome", "release"))}
FROM codes WHERE stream = {literal(stream)}"""


def _name(kind: str, column: str) -> str:
    return f"{kind}_names[{column}]"


def _kind(column: str) -> str:
    whens = " ".join(f"WHEN {code} THEN '{name}'" for name, code in KIND_CODES.items())
    return f"CASE {column} {whens} END"
