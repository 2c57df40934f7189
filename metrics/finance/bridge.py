"""The bridge of a quarter, for one class and level: opening + began + ended + decayed + reversed + disputed = closing.

Every move is read off each benefit, and the six add up to the last digit. Amounts are those of the two quarters:

began, ended   more or fewer months than in the quarter before, at what a month came to then; all of it where the
               quarter before had none, at what its first month comes to
decayed        what the same months came to less
reversed       what it would have come to, had it not been taken back in this quarter
disputed       change of the part that others claim, too, or that was not measured
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, fields
from decimal import Decimal

from metrics.finance.benefit import Benefit
from metrics.finance.course import NOTHING, amount_in, counted_months, is_reversed, rate_at, rounded
from metrics.finance.history import State
from metrics.periods import Period


@dataclass(frozen=True, slots=True)
class Bridge:
    """From the opening to the closing, in one unit."""

    opening: Decimal = NOTHING
    began: Decimal = NOTHING
    ended: Decimal = NOTHING
    decayed: Decimal = NOTHING
    reversed: Decimal = NOTHING
    disputed: Decimal = NOTHING
    closing: Decimal = NOTHING

    @property
    def residual(self) -> Decimal:
        """What the moves leave unexplained: 0."""
        moves = self.began + self.ended + self.decayed + self.reversed + self.disputed
        return self.closing - self.opening - moves

    def __add__(self, other: Bridge) -> Bridge:
        """Another benefit of the same class and unit, see `sums`."""
        return Bridge(*(getattr(self, field.name) + getattr(other, field.name) for field in fields(self)))


def bridge_of(
    benefit: Benefit, level: State, before: Period, period: Period, disputed_before: Decimal, disputed: Decimal
) -> Bridge:
    """The bridge of one benefit between two quarters, given what was disputed of each."""
    if is_reversed(benefit, before.until_on):
        return Bridge()
    months_then, months_now = (_unreversed(benefit, level, quarter) for quarter in (before, period))
    then, now, more = sum(months_then, NOTHING), sum(months_now, NOTHING), _more(months_then, months_now)
    taken_back = -now if is_reversed(benefit, period.until_on) else NOTHING
    return Bridge(
        opening=then - disputed_before,
        began=more if len(months_now) > len(months_then) else NOTHING,
        ended=more if len(months_now) < len(months_then) else NOTHING,
        decayed=now - then - more, reversed=taken_back, disputed=disputed_before - disputed,
        closing=now + taken_back - disputed,
    )  # fmt: skip


def total(bridges: Iterable[Bridge]) -> Bridge:
    """The bridges of several benefits of one class and unit."""
    return sum(bridges, Bridge())


def _unreversed(benefit: Benefit, level: State, period: Period) -> list[Decimal]:
    """What each month that counts comes to, as though nothing had been taken back in the period."""
    rate = rate_at(benefit, level, period.until_on)
    months = counted_months(benefit, period) if rate is not None else []
    return [amount_in(benefit, rate, month) for month in months if rate is not None]


def _more(then: Sequence[Decimal], now: Sequence[Decimal]) -> Decimal:
    """What more or fewer months come to."""
    if not then:
        return now[0] * len(now) if now else NOTHING
    return rounded(sum(then, NOTHING) * (len(now) - len(then)) / len(then))
