"""Rework of each case: what the one grouping of `cases` counts, and what only a closer look at some cases can tell.

Rejections, corrections and retries are counted as rows stream by. Whether a step was done twice shows in a bit mask;
the few cases that did are looked at visit by visit (`visits`), so that who did it again, and when, is exact.
The instants of rework are those of the kinds that count, when the visit began; a rate is final once no more come.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from metrics.facts.dictionary import Dictionary, case_when
from metrics.facts.rework import any_of, count_where, rework_policy
from metrics.facts.steps import StepQuery, instances_sql
from metrics.facts.visits import repetition_sql
from metrics.query import literal
from metrics.stream.model import Stream

# The column of `cases` that counts each kind; two more say by whom the first two were done.
KIND_COLUMNS = {
    "self_loop": "self_loops", "loop": "loops", "backward": "backward_moves", "rejection": "rejections",
    "correction": "corrections", "reopen": "reopens", "reversal": "reversals",
}  # fmt: skip
_AGAIN = ("self_loops", "loops", "repeats", "redos", "allowed_repeats")
REWORK_COLUMNS = """self_loops, loops, repeats, redos, backward_moves, rejections, corrections, reopens, reversals,
    allowed_repeats, retries, is_rework_free, CASE WHEN NOT is_rework_free THEN first_rework_at END AS first_rework_at,
    CASE WHEN NOT is_rework_free THEN last_rework_at END AS last_rework_at"""


def rework_aggregates(stream: Stream, dictionary: Dictionary) -> str:
    """SQL aggregates over the steps of a case, for the grouping of `cases`."""
    policy, counted = rework_policy(stream, dictionary), stream.rework.counted
    named = [("rejection", policy.rejection), ("correction", policy.correction)]
    seen = {"named": any_of(sql for kind, sql in named if kind in counted), "backward": policy.backward}
    instants = ", ".join(f"{_min_max(name, condition)}" for name, condition in seen.items())
    return f"""{policy.repeats(policy.watched)} AS done_twice, {count_where(policy.backward)} AS moves_back,
    {count_where(policy.rejection)} AS rejections, {count_where(policy.correction)} AS corrections,
    {count_where("attempt > 1")} AS retries, {instants},"""


def _min_max(name: str, condition: str) -> str:
    if condition == "FALSE":
        return f"NULL::TIMESTAMP AS first_{name}_at, NULL::TIMESTAMP AS last_{name}_at"
    filtered = f"(happened_at) FILTER ({condition})"
    return f"min{filtered} AS first_{name}_at, max{filtered} AS last_{name}_at"


def outcomes_after(stream: Stream) -> str:
    """SQL of `reopens` and `reversals`, and when a reversal was first and last seen.

    Both need an outcome named by a step: one that is the last event cannot be followed. An outcome told again is
    neither; one of another kind that first comes after the outcome that stopped the clock reverses it.
    """
    ending = {number: outcome.kind for number, outcome in enumerate(stream.outcomes) if outcome.steps}
    first = f"least({', '.join(f'outcome_{number}' for number in ending)})"
    others = list(_others(ending, first))
    seen = ", ".join(others)
    return f"""({f"coalesce(last_other_at > {first}, FALSE)" if ending else "FALSE"})::BIGINT AS reopens,
        {f"least({seen})" if others else "NULL::TIMESTAMP"} AS first_reversal_at,
        {f"greatest({seen})" if others else "NULL::TIMESTAMP"} AS last_reversal_at,
        (first_reversal_at IS NOT NULL)::BIGINT AS reversals"""


def _others(ending: Mapping[int, str], first: str) -> Iterator[str]:
    """Of each outcome the instant at which it reversed the first; NULL where it is of its kind, or no later."""
    if len(set(ending.values())) < 2:
        return
    accepted = case_when([(f"outcome_{number} = {first}", literal(kind)) for number, kind in ending.items()], "NULL")
    for number, kind in ending.items():
        reverses = f"outcome_{number} > {first} AND {literal(kind)} <> {accepted}"
        yield f"CASE WHEN {reverses} THEN outcome_{number} END"


def with_rework(query: StepQuery, judged: str) -> str:
    """SELECT of the judged cases with REWORK_COLUMNS, of which `first_rework_at` may still hold what does not count."""
    stream = query.stream
    looks_closer = rework_policy(stream, query.dictionary).watched != "FALSE"
    none = "(SELECT NULL::UBIGINT AS case_key, " + ", ".join(f"0::BIGINT AS {name}" for name in _AGAIN)
    none += ", 0::BIGINT AS backward_moves, NULL::TIMESTAMP AS first_again_at, NULL::TIMESTAMP AS last_again_at)"
    again = f"({repetition_sql(query, 'done_twice_cases')})" if looks_closer else none
    reopened = _reopened(query) if "reopen" in stream.rework.counted else None
    counts = " + ".join(KIND_COLUMNS[kind] for kind in stream.rework.counted) or "0"
    return f"""
    WITH judged AS MATERIALIZED ({judged}),
    done_twice_cases AS (SELECT case_key FROM judged WHERE done_twice > 0),
    again AS {again}{f", reopened AS ({reopened})" if reopened else ""}
    SELECT *, {counts} = 0 AS is_rework_free FROM (
        SELECT judged.*, {", ".join(f"coalesce(again.{name}, 0) AS {name}" for name in _AGAIN)},
            CASE WHEN again.case_key IS NULL THEN moves_back ELSE again.backward_moves END AS backward_moves,
            {_instant("least", "first", stream, has_reopened=bool(reopened))} AS first_rework_at,
            {_instant("greatest", "last", stream, has_reopened=bool(reopened))} AS last_rework_at
        FROM judged LEFT JOIN again USING (case_key) {"LEFT JOIN reopened USING (case_key)" if reopened else ""}
    )"""


def _instant(pick: str, which: str, stream: Stream, *, has_reopened: bool) -> str:
    """The first or last instant of rework of any kind that counts; NULLs are passed over."""
    parts = [
        f"{which}_named_at",
        f"CASE WHEN again.case_key IS NULL THEN {which}_backward_at ELSE again.{which}_again_at END",
    ]
    if "reversal" in stream.rework.counted:
        parts.append(f"{which}_reversal_at")
    if has_reopened:
        parts.append(
            "CASE WHEN reopens > 0 THEN " + ("first_other_at" if which == "first" else "last_other_at") + " END"
        )
    return f"{pick}({', '.join(parts)})"


def _reopened(query: StepQuery) -> str:
    """SELECT of when other work first followed the outcome, of the cases where it did."""
    names = [step for outcome in query.stream.outcomes for step in outcome.steps]
    ending = query.dictionary.member("step_code", "step", names)
    return f"""SELECT case_key, min(done_at) AS first_other_at FROM (
        SELECT case_key, coalesce(ended_at, happened_at) AS done_at FROM ({instances_sql(query)}) WHERE NOT {ending}
    ) JOIN (SELECT case_key, finished_at FROM judged WHERE reopens > 0) USING (case_key)
    WHERE done_at > finished_at GROUP BY case_key"""
