"""How the benefits of a stream stand in each quarter with data, and in the one before it; for several reports."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal

import duckdb

from metrics.finance.benefit import Frees
from metrics.finance.conflicts import Claim
from metrics.finance.course import LEVELS
from metrics.finance.history import State
from metrics.finance.standing import Level, level_of
from metrics.finance.stored import read_claims
from metrics.periods import Period, previous
from metrics.reports.quarters import quarters
from metrics.stream.model import Stream

ALL = "(all)"
BASELINE = "(baseline)"
NEEDS = ("benefit_entries", "freed_capacity", "cases")
LEVEL_NAMES: Mapping[State, str] = {"proposed": "claimed", "validated": "validated", "booked": "booked"}


@dataclass(frozen=True, slots=True)
class BenefitQuarter:
    """The claims of a stream in a quarter and in the one before, by level."""

    period: Period
    before: Period
    claims: tuple[Claim, ...]
    now: Mapping[State, Level]
    then: Mapping[State, Level]


def benefit_quarters(connection: duckdb.DuckDBPyConnection, stream: Stream) -> Iterator[BenefitQuarter]:
    """Every quarter with data of a stream that claims anything, oldest first."""
    every = read_claims(connection)
    own = tuple(claim for claim in every if claim.stream == stream.stream)
    if not own:
        return
    measured = _measured(connection, stream)
    then: Mapping[State, Level] | None = None
    for period in quarters(connection, stream):
        before = previous(period, stream.fiscal_year_starts)
        assert before is not None  # a quarter has one before it
        if then is None:
            then = _levels(own, every, before, {})
        now = _levels(own, every, period, measured.get(period.key, {}))
        yield BenefitQuarter(period, before, own, now, then)
        then = now


def told_scope(scope: Frees) -> tuple[str, str, str]:
    """Step, role and what it is held against, as tables tell them."""
    return scope.step or ALL, scope.role or ALL, scope.against or BASELINE


def _levels(
    own: tuple[Claim, ...], every: list[Claim], period: Period, measured: Mapping[Frees, Decimal | None]
) -> dict[State, Level]:
    return {level: level_of(own, every, level, period, measured) for level in LEVELS}


def _measured(connection: duckdb.DuckDBPyConnection, stream: Stream) -> dict[str, dict[Frees, Decimal | None]]:
    """Freed hours by quarter and scope, as they were published; reads `freed_capacity`."""
    found: dict[str, dict[Frees, Decimal | None]] = {}
    rows = connection.execute(
        "SELECT period, step, role, against, freed_hours::DECIMAL(38, 6) FROM freed_capacity WHERE stream = $stream",
        {"stream": stream.stream},
    ).fetchall()
    for period, step, role, against, hours in rows:
        named = (None if step == ALL else step, None if role == ALL else role, None if against == BASELINE else against)
        scope = Frees(**dict(zip(("step", "role", "against"), named, strict=True)))
        found.setdefault(period, {})[scope] = hours
    return found
