"""Failures ← steps and events: one row per episode, from the first sign back to steady state.

Three kinds, one shape: of one item, by rules over its steps (`item_failures`); told by events (`told_failures`); of the
whole stream, seen in its failure rate (`watch`). An episode without a steady instant is open: kept, never dropped.
"""

from __future__ import annotations

from metrics.facts.attribution import attribution_columns, release_within
from metrics.facts.cases import release_in_force
from metrics.facts.item_failures import item_failures_sql
from metrics.facts.steps import StepQuery
from metrics.facts.told_failures import STAGES, told_failures_sql
from metrics.query import literal


def failures_sql(query: StepQuery, watched: str | None = None) -> str:
    """SELECT of rows of the contract table `failures`, with `case_key` in front (NULL when it hit the whole stream).

    `watched` names a relation of the rows of `watch_failures`; needed where the stream file watches a rate.
    """
    parts = [item_failures_sql(query, rule) for rule in query.stream.failures]
    if query.dictionary.known("failure_stage") or not parts:
        parts.append(told_failures_sql(query, watched))
    if watched is not None:
        parts.append(_seen(query, watched))
    local = query.local_day
    release = release_in_force(query.stream)
    days = ", ".join(f"{local(f'{stage}_at')} AS {stage}_on" for stage in STAGES if stage != "onset")
    return f"""
SELECT case_key, {literal(query.stream.stream)} AS stream, failure_id, rule, level, case_id, episode, severity,
    {", ".join(f"{stage}_at" for stage in STAGES)}, {days}, is_auto_healed, affected_cases,
    {release("detected_at", "NULL")} AS release, {attribution_columns()}
FROM ({" UNION ALL BY NAME ".join(parts)})
WHERE detected_at IS NOT NULL"""


def _seen(query: StepQuery, watched: str) -> str:
    """Episodes that nobody told, as a watch saw them."""
    windows = " ".join(
        f"WHEN {literal(watch.name)} THEN {release_within(query.stream, watch.release_hours)}"
        for watch in query.stream.incidents.watch
    )
    return f"""
SELECT NULL::UBIGINT AS case_key, failure_id, rule, 'stream' AS level, NULL::VARCHAR AS case_id, 1::BIGINT AS episode,
    severity, onset_at, detected_at, NULL::TIMESTAMP AS triaged_at, contained_at, NULL::TIMESTAMP AS remediated_at,
    steady_at, is_auto_healed, affected_cases, NULL::VARCHAR AS linked_release,
    CASE rule {windows} END AS window_release
FROM {watched} WHERE NOT is_told"""
