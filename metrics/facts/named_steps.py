"""The contract table `steps` as a view: coded steps with their names, durations, visit numbers and rework kinds.

Reads `codes(stream, kind, code, name)`. Costs a window more than coded steps, so only queries that need names use it.
"""

from __future__ import annotations

from metrics.facts.cases import release_in_force
from metrics.facts.dictionary import KIND_CODES
from metrics.facts.handoffs import AUTOMATED_HANDOFF, MANUAL, UNKNOWN_HANDOFF, handoff_sql, pair_counted_sql
from metrics.facts.steps import StepQuery
from metrics.facts.visits import visits_sql
from metrics.query import literal

_HOUR = "3.6e9"
_REASONS = " ".join(f"WHEN {code} THEN {literal(reason)}" for reason, code in MANUAL.items())


def named_steps_sql(query: StepQuery) -> str:
    """SELECT of rows of the contract table `steps`, with `case_key` in front."""
    stream = query.stream
    responsible = stream.performers.responsible
    columns = {
        "step_code": "step", "previous_step_code": "step", "performer_code": "performer", "role_code": "role",
        "team_code": "team", "outcome_code": "outcome", "release_code": "release",
        "responsible": responsible, "previous_responsible": responsible,
    }  # fmt: skip
    first_at = "coalesce(started_at, ended_at, happened_at)"
    release = release_in_force(stream)
    return f"""
SELECT case_key, {literal(stream.stream)} AS stream, case_id,
    row_number() OVER (PARTITION BY case_key ORDER BY position) AS position, {_name("step_code")} AS step, visit,
    activity_id, paired_by, scheduled_at, started_at, ended_at,
    CASE WHEN ended_at >= started_at THEN (epoch_us(ended_at) - epoch_us(started_at)) / {_HOUR} END AS touch_hours,
    CASE WHEN {first_at} >= previous_end_at THEN (epoch_us({first_at}) - epoch_us(previous_end_at)) / {_HOUR} END
        AS wait_hours,
    {_kind("kind")} AS performer_kind, {_name("performer_code")} AS performer,
    {_name("role_code")} AS role, {_name("team_code")} AS team,
    {_name("outcome_code")} AS outcome, attempt::INTEGER AS attempt,
    rework_kind, is_redo, is_allowed_repeat,
    {release(first_at, _name("release_code"))} AS release,
    {query.local_day("coalesce(ended_at, happened_at)")} AS happened_on,
    {_name("responsible")} AS responsible, {_name("previous_responsible")} AS previous_responsible,
    {_name("previous_step_code")} AS previous_step,
    {_kind("previous_kind")} AS previous_performer_kind, is_handoff,
    is_counted, {pair_counted_sql(query.dictionary)} AS is_pair_counted,
    CASE WHEN handoff >= {min(MANUAL.values())} THEN 'manual' WHEN handoff = {AUTOMATED_HANDOFF} THEN 'automated'
         WHEN handoff = {UNKNOWN_HANDOFF} THEN 'unknown' END AS handoff_kind,
    CASE handoff {_REASONS} END AS manual_reason
FROM (SELECT *, {handoff_sql(stream, query.dictionary)} AS handoff FROM ({visits_sql(query)}))
{_joins(stream.stream, columns)}"""


def _joins(stream: str, columns: dict[str, str]) -> str:
    """A join to the dictionary for each coded column: hash joins on a few names, whatever their number."""
    return "\n".join(
        f"LEFT JOIN (SELECT code, name FROM codes WHERE stream = {literal(stream)} AND kind = '{kind}') {column}_name "
        f"ON {column}_name.code = {column}"
        for column, kind in columns.items()
    )


def _name(column: str) -> str:
    return f"{column}_name.name"


def _kind(column: str) -> str:
    whens = " ".join(f"WHEN {code} THEN '{name}'" for name, code in KIND_CODES.items())
    return f"CASE {column} {whens} END"
