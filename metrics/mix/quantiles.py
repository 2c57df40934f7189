"""Percentiles taken apart exactly, by reweighting: what the percentile would be with the mix there was before.

The later durations are weighted so that every segment has the share it had before. The change up to that percentile is
within segments, the rest is mix; together they are the change, to the last digit. Segments there on one side only can
be given no weight on the other: leaving them out of the side they are on is mix, too.
What each segment adds is read at the percentile: how much of it moved past, scaled so that the parts sum to the whole;
where the movements of segments nearly cancel, such a scale says nothing and the parts are not told.

Source: DiNardo, Fortin & Lemieux (1996), reweighting; Firpo, Fortin & Lemieux (2009) for parts read at the quantile.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from metrics.mix.parts import Part, Whole

_LEAST_NET = 0.25  # of the movements without their signs: below it they cancel, and no scale is steady
_ROUNDING = 1e-12


@dataclass(frozen=True, slots=True)
class Durations:
    """The durations of one segment on one side; `complete` False is work still open, counted as at least so long."""

    amount: NDArray[np.float64]
    complete: NDArray[np.bool_]

    def __len__(self) -> int:
        return len(self.amount)


Side = Sequence[Durations]
Reader = Callable[[Durations, NDArray[np.float64], float], float | None]


def take_apart(before: Side, after: Side, p: float, *, counts_open: bool) -> Whole | None:
    """A change of the p-quantile by segment, the two sides in the same order; None where a side has no such quantile.

    `counts_open`: read off the Kaplan–Meier curve; else among the complete, linear between order statistics.
    """
    if not counts_open:
        before, after = [_ended(part) for part in before], [_ended(part) for part in after]
    n0, n1 = (np.array([len(part) for part in side], dtype=np.float64) for side in (before, after))
    is_there = n1 > 0
    reweighted = np.divide(n0, n1, out=np.zeros_like(n1), where=is_there)  # 0 where the segment was not there before
    read = _read_started if counts_open else _read_finished
    first, last = (_quantile(side, np.ones(len(side)), p, read) for side in (before, after))
    if first is None or last is None:
        return None
    start = _quantile(before, is_there.astype(np.float64), p, read)
    there = _quantile(after, reweighted, p, read)
    if start is None or there is None:
        start = there = last  # nothing in common, or too much open at that mix: all of it is mix
    within = there - start
    mix = (start - first) + (last - there)
    parts = _parts(before, after, p, there, (within, mix), read)
    return Whole(first, last, within, mix, None, parts)


def read_weighted(amount: NDArray[np.float64], weight: NDArray[np.float64], p: float) -> float | None:
    """The p-quantile of weighted amounts; with equal weights the linear one of Hyndman & Fan (1996), definition 7.

    The place of each order statistic is the weight passed on the way to it, half of its own and half of its neighbour's
    at every step, as a share of the whole way. None without weight.
    """
    kept = weight > 0
    amount, weight = amount[kept], weight[kept]
    if not len(amount):
        return None
    order = np.lexsort((weight, amount))
    amount, weight = amount[order], weight[order]
    if len(amount) == 1:
        return float(amount[0])
    places = np.concatenate(([0.0], np.cumsum((weight[1:] + weight[:-1]) / 2)))
    return float(np.interp(p * places[-1], places, amount))


def read_weighted_survival(
    amount: NDArray[np.float64], complete: NDArray[np.bool_], weight: NDArray[np.float64], p: float
) -> float | None:
    """The first time by which the share p has ended, on a Kaplan–Meier curve of weighted cases; None when never."""
    times, left = _weighted_curve(amount, complete, weight)
    reached = np.flatnonzero(left <= 1 - p + _ROUNDING)
    return float(times[reached[0]]) if len(reached) else None


def _weighted_curve(
    amount: NDArray[np.float64], complete: NDArray[np.bool_], weight: NDArray[np.float64]
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    kept = weight > 0
    times, place = np.unique(amount[kept], return_inverse=True)
    counted, ended = (
        np.bincount(place, weights=weights, minlength=len(times))
        for weights in (weight[kept], weight[kept] * complete[kept])
    )
    at_risk = np.cumsum(counted[::-1])[::-1]
    left: NDArray[np.float64] = np.cumprod(1 - ended / at_risk).astype(np.float64)
    return times, left


def _read_finished(part: Durations, weight: NDArray[np.float64], p: float) -> float | None:
    return read_weighted(part.amount, weight, p)


def _read_started(part: Durations, weight: NDArray[np.float64], p: float) -> float | None:
    return read_weighted_survival(part.amount, part.complete, weight, p)


def _quantile(side: Side, weights: NDArray[np.float64], p: float, read: Reader) -> float | None:
    """The quantile of a side whose segments weigh so much a case."""
    if not side:
        return None
    together = Durations(
        np.concatenate([part.amount for part in side]), np.concatenate([part.complete for part in side])
    )
    return read(together, np.repeat(weights, [len(part) for part in side]), p)


def _parts(before: Side, after: Side, p: float, at: float, wholes: tuple[float, float], read: Reader) -> list[Part]:
    """What each segment adds: by how much more of it has ended by the percentile, and by its share grown or shrunk."""
    n0, n1 = sum(map(len, before)), sum(map(len, after))
    shares = [(len(old) / n0, len(new) / n1) for old, new in zip(before, after, strict=True)]
    passed = [(_ended_by(old, at, read), _ended_by(new, at, read)) for old, new in zip(before, after, strict=True)]
    moved, grown = [], []
    for (share0, share1), (old, new) in zip(shares, passed, strict=True):
        then = old if old is not None else new
        now = new if new is not None else old
        moved.append(0.0 if then is None or now is None else share0 * (then - now))
        grown.append(0.0 if now is None else (share1 - share0) * (p - now))
    within, mix = _scaled(moved, wholes[0]), _scaled(grown, wholes[1])
    return [
        Part(*shares[place], _value(before[place], p, read), _value(after[place], p, read), within[place], mix[place])
        for place in range(len(shares))
    ]


def _scaled(movements: list[float], whole: float) -> list[float] | list[None]:
    """Movements as parts of the whole; none where they cancel."""
    net, gross = math.fsum(movements), math.fsum(map(abs, movements))
    if whole == 0 and gross == 0:
        return [0.0] * len(movements)
    if abs(net) <= _LEAST_NET * gross or net * whole < 0:
        return [None] * len(movements)
    return [movement / net * whole for movement in movements]


def _ended_by(part: Durations, at: float, read: Reader) -> float | None:
    """The share of a segment that has ended by a time; None of nothing."""
    if not len(part):
        return None
    if read is _read_finished:
        return float(np.count_nonzero(part.amount <= at)) / len(part)
    times, left = _weighted_curve(part.amount, part.complete, np.ones(len(part)))
    place = int(np.searchsorted(times, at, side="right"))
    return 0.0 if place == 0 else float(1 - left[place - 1])


def _value(part: Durations, p: float, read: Reader) -> float | None:
    return read(part, np.ones(len(part)), p)


def _ended(part: Durations) -> Durations:
    return part if part.complete.all() else Durations(part.amount[part.complete], part.complete[part.complete])
