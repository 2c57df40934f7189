"""Why a cost differs from the one before, taken apart exactly: volume, efficiency, mix, rate, idle, spending.

With N completed cases, V the cost of what was used (Q in hours or the driver's unit, so V = Σ Q · r), I the idle
capacity and S the bills spread over cases, before (0) and after (1); the drivers of a group share a unit:

before       V₀ + I₀ + S₀
volume       V₀ · N₁/N₀             − V₀                     as many cases more or fewer, each as before
efficiency   ΣQ₁ · (V₀ / ΣQ₀)       − V₀ · N₁/N₀             more or less use for each case, by the group's mean rate
mix          Σ Q₁ · r₀              − ΣQ₁ · (V₀ / ΣQ₀)       the use falls to dearer or cheaper drivers of the group
rate         V₁                     − Σ Q₁ · r₀              the same use at other rates
idle         I₁                     − I₀                     capacity that was paid for and not used
spending     S₁                     − S₀                     bills that do not follow what is used
after        V₁ + I₁ + S₁

Each term is the step from one running figure to the next, so the terms sum to the change whatever the numbers are. For
a unit cost the first figure is divided by N₀ and every other one by N₁: V₀ · N₁/N₀ / N₁ = V₀ / N₀, so volume is there
what idle capacity and bills cost more or less by being spread over other numbers of cases. A driver that is there
after only has its own rate before, too: to begin to use it is efficiency or mix, never rate.

Running figures are exact fractions, rounded once to millionths, cumulated over the classes of cost: terms sum to the
change, and classes to the whole, to the last digit.
Source: Horngren, Datar & Rajan (2015), flexible-budget variances, with the labour mix variance; Kaplan & Anderson
(2007) for idle capacity. Ours ties: there is no joint variance, as the order of the steps gives it to the later one.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from fractions import Fraction
from itertools import pairwise

TERMS = ("volume", "efficiency", "mix", "rate", "idle", "spending")
_MILLION = 10**6
_DIGITS = 6


@dataclass(frozen=True, slots=True)
class Used:
    """What was used of one driver, in its unit, and what that cost."""

    quantity: Fraction
    amount: Fraction


@dataclass(frozen=True, slots=True)
class Spent:
    """The cost of one class in one quarter: use by group and driver, idle capacity, bills spread over cases."""

    used: Mapping[str, Mapping[str, Used]] = field(default_factory=dict)
    idle: Fraction = Fraction(0)
    spread: Fraction = Fraction(0)


@dataclass(frozen=True, slots=True)
class Bridge:
    """One way from before to after, in money of six decimals. `terms` in the order of TERMS."""

    before: Decimal
    terms: tuple[Decimal, ...]
    after: Decimal

    @property
    def residual(self) -> Decimal:
        """What the terms leave unexplained."""
        return self.after - self.before - sum(self.terms, Decimal(0))


def bridges(before: Sequence[Spent], after: Sequence[Spent], cases: tuple[int, int], *, per_case: bool) -> list[Bridge]:
    """A bridge for each class, both sides in the same order; `cases` completed before and after are above 0."""
    divisors = (cases[0], *[cases[1]] * len(TERMS)) if per_case else (1,) * (len(TERMS) + 1)
    so_far = [Fraction(0)] * len(divisors)
    reached, found = [0] * len(divisors), []
    for old, new in zip(before, after, strict=True):
        figures = _figures(old, new, Fraction(cases[1], cases[0]))
        so_far = [f + figure / by for f, figure, by in zip(so_far, figures, divisors, strict=True)]
        now = [round(figure * _MILLION) for figure in so_far]
        found.append(_bridge([new - old for new, old in zip(now, reached, strict=True)]))
        reached = now
    return found


def whole_of(parts: Sequence[Bridge]) -> Bridge:
    """All classes together."""
    terms = zip(*(part.terms for part in parts), strict=True)
    before, after = (sum((getattr(part, side) for part in parts), Decimal(0)) for side in ("before", "after"))
    return Bridge(before, tuple(sum(term, Decimal(0)) for term in terms), after)


def _bridge(millionths: Sequence[int]) -> Bridge:
    """From running figures in millionths."""
    steps = [new - old for old, new in pairwise(millionths)]
    return Bridge(_money(millionths[0]), tuple(_money(step) for step in steps), _money(millionths[-1]))


def _money(millionths: int) -> Decimal:
    return Decimal(f"{millionths}e-{_DIGITS}")  # a literal is exact, where arithmetic keeps 28 digits


def _figures(old: Spent, new: Spent, growth: Fraction) -> list[Fraction]:
    """The running figures of one class."""
    groups = [(old.used.get(name, {}), new.used.get(name, {})) for name in {*old.used, *new.used}]
    was, now = (_amount(side) for side in (old, new))
    fixed = old.idle + old.spread
    efficient = sum((_at_mean_rate(*group) for group in groups), Fraction(0))
    mixed = sum((_at_old_rates(*group) for group in groups), Fraction(0))
    return [
        was + fixed, was * growth + fixed, efficient + fixed, mixed + fixed, now + fixed,
        now + new.idle + old.spread, now + new.idle + new.spread,
    ]  # fmt: skip


def _amount(spent: Spent) -> Fraction:
    return sum((used.amount for group in spent.used.values() for used in group.values()), Fraction(0))


def _at_mean_rate(old: Mapping[str, Used], new: Mapping[str, Used]) -> Fraction:
    """What is used after, at the mean rate of the group before."""
    hours = sum((used.quantity for used in old.values()), Fraction(0))
    if not hours:
        return _at_old_rates(old, new)
    return (
        sum((used.quantity for used in new.values()), Fraction(0)) * sum(used.amount for used in old.values()) / hours
    )


def _at_old_rates(old: Mapping[str, Used], new: Mapping[str, Used]) -> Fraction:
    """What is used after, each driver at its own rate before; at its rate after where it has none before."""
    found = Fraction(0)
    for driver, used in new.items():
        was = old.get(driver)
        found += used.amount if was is None or not was.quantity else used.quantity * was.amount / was.quantity
    return found
