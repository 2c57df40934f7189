"""Failures of one item ← steps: an episode opens at a `detected` step and is steady at the next `steady` step.

All failures before that belong to it, so overlapping ones are united, not added. Steps count when they ended.
It healed by itself when every step of the case after its detection, up to and with the steady one, was done by a
system or an agent; where no person but an unknown performer took part, nobody knows.
"""

from __future__ import annotations

from metrics.facts.attribution import release_within
from metrics.facts.dictionary import KIND_CODES, PERSONAL, Dictionary, is_one_of
from metrics.facts.steps import SORTED, UNSORTED, StepQuery, instances_sql
from metrics.stream.failures import FailureRule

_BETWEEN = ("triaged", "contained", "remediated")
_RULE_STAGES = (*_BETWEEN, "steady")
_SO_FAR = "ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW"


def item_failures_sql(query: StepQuery, rule: FailureRule) -> str:
    """SELECT of one rule's episodes, before what all failures share (see `failures`)."""
    within = ", ".join(_within(name) for name in _BETWEEN)
    return f"""
SELECT case_key, case_id || ':{rule.name}:' || episode AS failure_id, '{rule.name}' AS rule, 'item' AS level, case_id,
    episode, {rule.severity} AS severity, onset_at, detected_at, {within}, steady_at,
    CASE WHEN steady_at IS NULL OR (persons = 0 AND strangers > 0) THEN NULL ELSE persons = 0 END AS is_auto_healed,
    1::BIGINT AS affected_cases, NULL::VARCHAR AS linked_release,
    {release_within(query.stream, rule.release_hours)} AS window_release
FROM (
    SELECT case_key, any_value(case_id) AS case_id, min(happened_at) AS detected_at,
        any_value(next_steady_at) AS steady_at,
        row_number() OVER (PARTITION BY case_key ORDER BY min(position)) AS episode,
        arg_min(onset_at, position) AS onset_at,
        {", ".join(f"arg_min(next_{name}_at, position) AS {name}_seen_at" for name in _BETWEEN)},
        {", ".join(f"any_value(next_{who}) - arg_min({who}, position) AS {who}" for who in ("persons", "strangers"))}
    FROM ({_looking_around(query, rule)})
    GROUP BY case_key, ended_before
)"""


def _looking_around(query: StepQuery, rule: FailureRule) -> str:
    """Each detection with what comes next in its case, and how many episodes had ended before it."""
    dictionary = query.dictionary
    stages = {"onset": rule.onset, "detected": rule.detected, **{name: getattr(rule, name) for name in _RULE_STAGES}}
    involved = dictionary.member("step_code", "step", [step for steps in stages.values() for step in steps])
    following = ", ".join(_next(dictionary, stages[name], "happened_at", f"{name}_at") for name in _RULE_STAGES)
    passing = ", ".join(_next(dictionary, rule.steady, who, who) for who in ("persons", "strangers"))
    steady = dictionary.member("step_code", "step", rule.steady)
    return f"""
        SELECT *, {_onset(dictionary, rule)} AS onset_at
        FROM (
            SELECT *, {following}, {passing}, count(CASE WHEN {steady} THEN 1 END) OVER behind AS ended_before
                {_begun(dictionary, rule)}
            FROM (
                SELECT *, row_number() OVER {query.window} AS position FROM ({_counted(query)}) WHERE {involved}
            )
            WINDOW ahead AS (PARTITION BY case_key ORDER BY position
                    ROWS BETWEEN 1 FOLLOWING AND UNBOUNDED FOLLOWING),
                behind AS (PARTITION BY case_key ORDER BY position ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING)
        )
        WHERE {dictionary.member("step_code", "step", rule.detected)}"""


def _counted(query: StepQuery) -> str:
    """Executions that ended, with how many so far were a person's and how many a stranger's.

    In ledger order the counts run on from case to case: only their differences within a case mean anything.
    """
    over = f"({_SO_FAR})" if query.window == SORTED else f"{UNSORTED.removesuffix(')')} {_SO_FAR})"
    return f"""
SELECT case_key, case_id, step_code, sequence, event_key, happened_at,
    count(CASE WHEN {is_one_of("kind", PERSONAL)} THEN 1 END) OVER {over} AS persons,
    count(CASE WHEN kind = {KIND_CODES["unknown"]} THEN 1 END) OVER {over} AS strangers
FROM (
    SELECT case_key, case_id, step_code, sequence, event_key, kind, ended_at AS happened_at
    FROM ({instances_sql(query)}) WHERE ended_at IS NOT NULL
)"""


def _next(dictionary: Dictionary, steps: tuple[str, ...], column: str, name: str) -> str:
    """The first value of a column that never falls, at the next of these steps."""
    match = dictionary.member("step_code", "step", steps)
    return f"min(CASE WHEN {match} THEN {column} END) OVER ahead AS next_{name}"


def _begun(dictionary: Dictionary, rule: FailureRule) -> str:
    """Columns about the last onset step before each step, where the rule has any."""
    if not rule.onset:
        return ""
    onset, steady = (dictionary.member("step_code", "step", steps) for steps in (rule.onset, rule.steady))
    return f""", max(CASE WHEN {onset} THEN happened_at END) OVER behind AS begun_at,
                max(CASE WHEN {onset} THEN position END) OVER behind AS begun_position,
                max(CASE WHEN {steady} THEN position END) OVER behind AS steady_position"""


def _onset(dictionary: Dictionary, rule: FailureRule) -> str:
    """The onset belongs to this episode unless another was steady after it; a step may end one and begin the next."""
    if not rule.onset:
        return "NULL::TIMESTAMP"
    return "CASE WHEN begun_position >= coalesce(steady_position, 0) THEN begun_at END"


def _within(name: str) -> str:
    """A stage counts only inside its own episode."""
    return f"CASE WHEN steady_at IS NULL OR {name}_seen_at <= steady_at THEN {name}_seen_at END AS {name}_at"
