"""Freed hours by quarter ← steps, cases, baselines and benefit_entries: as measured, beside what is claimed of them.

One row for each step and role that a benefit claims hours of; see `metrics.finance.freed` for what is measured.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from decimal import Decimal

import duckdb

from metrics.baseline import cases_of
from metrics.finance.benefit import HOURS, Frees
from metrics.finance.conflicts import Claim, amounts_of
from metrics.finance.course import NOTHING
from metrics.finance.freed import OVERLAPS, Freed, Worked, freed_in, worked_in
from metrics.finance.history import State
from metrics.finance.stored import read_claims
from metrics.periods import Period, parse_period
from metrics.published import FREED_CAPACITY
from metrics.query import one_row
from metrics.reports.benefit_quarters import told_scope
from metrics.reports.quarters import quarters
from metrics.reports.report import Report
from metrics.stream.model import Stream

Row = dict[str, object]
_FROZEN = """
SELECT first_on, until_on, baseline, cases_fingerprint FROM baselines WHERE stream = $stream AND is_current LIMIT 1"""


@dataclass(frozen=True, slots=True)
class Against:
    """What a quarter is held against. `is_as_frozen`: its cases are those that were frozen; None against a quarter."""

    window: Period
    worked: Worked
    is_as_frozen: bool | None


def rows(connection: duckdb.DuckDBPyConnection, stream: Stream) -> Iterator[Row]:
    """Rows of the published table `freed_capacity`: every quarter with data, for whatever hours are claimed."""
    claims = [c for c in read_claims(connection) if c.stream == stream.stream]
    for scope in sorted({c.benefit.frees for c in claims if c.benefit.frees}, key=told_scope):
        against = _against(connection, stream, scope)
        held = [c for c in claims if c.benefit.frees == scope and c.benefit.measured_in == HOURS]
        for period in quarters(connection, stream):
            freed = freed_in(None if against is None else against.worked, worked_in(connection, stream, scope, period))
            if against is not None and period.first_on < against.window.until_on:
                freed = replace(freed, hours=None, low=None, high=None, reason=OVERLAPS)
            yield _row(stream, scope, period, against, freed, held)


def _against(connection: duckdb.DuckDBPyConnection, stream: Stream, scope: Frees) -> Against | None:
    if scope.against is not None:
        window = parse_period(scope.against, year_starts=stream.fiscal_year_starts)
        return Against(window, worked_in(connection, stream, scope, window), None)
    frozen = one_row(connection, _FROZEN, {"stream": stream.stream})
    if frozen is None:
        return None
    window = Period(frozen[0], frozen[1], frozen[2], "all")
    same = cases_of(connection, stream, window).fingerprint == frozen[3]
    return Against(window, worked_in(connection, stream, scope, window), same)


def _row(stream: Stream, scope: Frees, period: Period, against: Against | None, freed: Freed, held: list[Claim]) -> Row:
    step, role, told = told_scope(scope)
    claimed, validated = (_claimed(held, level, period) for level in ("proposed", "validated"))
    return {
        "stream": stream.stream, "period": period.key, "step": step, "role": role, "against": told,
        "against_first_on": against and against.window.first_on,
        "against_until_on": against and against.window.until_on, "is_as_frozen": against and against.is_as_frozen,
        "hours_per_case_then": _mean(freed.then), "cases_then": freed.then and freed.then.cases,
        "hours_per_case_now": _mean(freed.now), "cases_now": freed.now.cases,
        "freed_hours": freed.hours, "low": freed.low, "high": freed.high, "freed_people": _people(stream, freed),
        "untold_steps": freed.now.untold + (freed.then.untold if freed.then else 0),
        "claimed_hours": claimed, "validated_hours": validated, "covered_share": _covered(freed, claimed),
        "reason": freed.reason,
    }  # fmt: skip


def _claimed(held: list[Claim], level: State, period: Period) -> Decimal:
    return sum((sum(amounts_of(claim, level, period).values(), NOTHING) for claim in held), NOTHING)


def _mean(worked: Worked | None) -> float | None:
    return worked.summary.value if worked is not None and worked.summary is not None else None


def _people(stream: Stream, freed: Freed) -> float | None:
    """So many full-time people of a quarter of a year."""
    year = stream.finance.hours_per_fte_year
    return None if year is None or freed.hours is None else freed.hours / (year / 4)


def _covered(freed: Freed, claimed: Decimal) -> float | None:
    if freed.hours is None or claimed <= 0:
        return None
    return min(1.0, max(0.0, freed.hours / float(claimed)))


CAPACITY_FREED = Report(FREED_CAPACITY, ("benefit_entries", "steps", "cases", "baselines"), rows)
