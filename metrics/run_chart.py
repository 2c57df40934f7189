"""Run charts: the limits a quiet process stays within, and the signals that it has not.

Knows values in order and where changes are documented; knows no dates and draws nothing.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from itertools import groupby, pairwise

from metrics.errors import MetricError

FIRM_POINTS = 12
LONG_RUN = 8
_RANGES_TO_LIMIT = 2.66  # 3 ÷ 1.128: three standard deviations, estimated from ranges of two


@dataclass(frozen=True, slots=True)
class Limits:
    """One stretch between documented changes: positions `first` ≤ i < `until`, in the unit of the values.

    `points` counts the values that are there. `centre`, `low` and `high` are None below 2 points; below 12 `is_firm`
    is False and the limits may still move.
    """

    first: int
    until: int
    points: int
    centre: float | None
    low: float | None
    high: float | None

    @property
    def is_firm(self) -> bool:
        """Whether the limits rest on enough points to be relied on."""
        return self.points >= FIRM_POINTS


class Rule(StrEnum):
    """Why a point is a signal."""

    OUTSIDE = "outside the limits"
    RUN = "8 or more in a row on one side of the centre"


@dataclass(frozen=True, slots=True)
class Signal:
    """The values from position `first` to `last` (both included) break a rule, above or below the centre."""

    rule: Rule
    first: int
    last: int
    is_above: bool


def limits(values: Sequence[float | None], breaks: Sequence[int] = ()) -> list[Limits]:
    """XmR limits per stretch; a stretch begins at 0 and at each position in `breaks`, where a change is documented.

    Mean ± 2.66 · mean moving range. None is no data: it is left out, and the range is taken between the points next to
    it, so a gap never looks like a fall to 0. Limits are not cut at 0; whoever draws a duration may.

    Source: Wheeler & Chambers (1992), "Understanding Statistical Process Control", chart for individual values. Ours
    re-bases only at documented changes and never on the strength of the data alone.

    Raises:
        MetricError: a break lies outside the values.
    """
    if any(not 0 <= position <= len(values) for position in breaks):
        raise MetricError(f"Breaks {list(breaks)} do not fit {len(values)} values; expected positions from 0 up.")
    edges = sorted({0, *breaks, len(values)})
    return [_limits_within(values, first, until) for first, until in pairwise(edges)]


def signals(values: Sequence[float | None], stretches: Iterable[Limits]) -> list[Signal]:
    """Points outside their limits, and runs of 8 or more on one side of the centre, in order of position.

    A run is as long as it lasts and is one signal. A point on the centre ends it; a gap neither ends nor lengthens it;
    no run crosses a documented change, since the centre moves there.

    Source: Wheeler & Chambers (1992), detection rules one and four; ours counts 8 successive points.
    """
    found = [signal for stretch in stretches for signal in (*_outside(values, stretch), *_runs(values, stretch))]
    return sorted(found, key=lambda signal: (signal.first, signal.rule))


def _limits_within(values: Sequence[float | None], first: int, until: int) -> Limits:
    points = [value for value in values[first:until] if value is not None]
    if len(points) < 2:
        return Limits(first, until, len(points), None, None, None)
    centre = sum(points) / len(points)
    ranges = [abs(later - earlier) for earlier, later in pairwise(points)]
    width = _RANGES_TO_LIMIT * sum(ranges) / len(ranges)
    return Limits(first, until, len(points), centre, centre - width, centre + width)


def _present(values: Sequence[float | None], stretch: Limits) -> Iterator[tuple[int, float]]:
    for position in range(stretch.first, stretch.until):
        value = values[position]
        if value is not None:
            yield position, value


def _outside(values: Sequence[float | None], stretch: Limits) -> Iterator[Signal]:
    if stretch.low is None or stretch.high is None:
        return
    for position, value in _present(values, stretch):
        if not stretch.low <= value <= stretch.high:
            yield Signal(Rule.OUTSIDE, position, position, value > stretch.high)


def _runs(values: Sequence[float | None], stretch: Limits) -> Iterator[Signal]:
    centre = stretch.centre
    if centre is None:
        return
    sides = [(position, (value > centre) - (value < centre)) for position, value in _present(values, stretch)]
    for side, group in groupby(sides, key=lambda pair: pair[1]):
        run = [position for position, _ in group]
        if side and len(run) >= LONG_RUN:
            yield Signal(Rule.RUN, run[0], run[-1], side > 0)
