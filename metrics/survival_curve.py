"""The Kaplan–Meier curve: the share still open by when, with cases that have not ended counted as long as seen.

Knows amounts of which some are still growing; knows no days, no interval and no metric.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from metrics.errors import ContractError

_ROUNDING = 1e-12  # products of (1 − d/Y) miss 1 − p by less than this


@dataclass(frozen=True, slots=True)
class SurvivalCurve:
    """At each distinct time, ascending: how many were still in hand just before, how many ended, what share is left.

    `order` sorts the cases by time, `complete` says in that order which of them ended, and `first` is the position
    there of the first case of each time. All else has shape (k,), k distinct times.
    """

    times: NDArray[np.float64]
    at_risk: NDArray[np.int64]
    ended: NDArray[np.float64]
    survival: NDArray[np.float64]
    order: NDArray[np.intp]
    complete: NDArray[np.bool_]
    first: NDArray[np.intp]

    def place_of(self, p: float) -> int | None:
        """The position of the first time by which at least the share p has ended; None when it never has."""
        reached = np.flatnonzero(self.survival <= 1 - p + _ROUNDING)
        return int(reached[0]) if len(reached) else None

    def time_at(self, p: float) -> float | None:
        """The first time by which at least the share p has ended; None when it never has."""
        place = self.place_of(p)
        return None if place is None else float(self.times[place])


def kaplan_meier(
    amount: NDArray[np.float64], complete: NDArray[np.bool_]
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Distinct durations, ascending, and the share still open just after each; both of shape (k,), k ≤ n.

    `complete` False is a duration seen so far: the case is open and counts as at risk up to and including it.

    Source: Kaplan & Meier (1958), "Nonparametric estimation from incomplete observations"; ours lists times at which
    only open work drops out too, as lifelines does, and leaves out time 0 unless it is observed.

    Raises:
        ContractError: an amount is no finite number.
    """
    curve = trace_curve(amount, complete)
    return curve.times, curve.survival


def trace_curve(amount: NDArray[np.float64], complete: NDArray[np.bool_]) -> SurvivalCurve:
    """The curve with what it was made of: one sort, then sums.

    Raises:
        ContractError: an amount is no finite number.
    """
    if not np.isfinite(amount).all():
        raise ContractError("A duration is no finite number; give open work its age so far.")
    order = np.argsort(amount)
    sorted_amount, is_ended = amount[order], complete[order]
    is_new = np.ones(len(order), dtype=np.bool_)
    is_new[1:] = sorted_amount[1:] != sorted_amount[:-1]
    first = np.flatnonzero(is_new)
    at_risk = len(order) - first
    ended = sum_by_time(is_ended.astype(np.float64), first)
    survival: NDArray[np.float64] = np.cumprod(1 - ended / at_risk, dtype=np.float64)
    return SurvivalCurve(sorted_amount[first], at_risk, ended, survival, order, is_ended, first)


def sum_by_time(values: NDArray[np.float64], first: NDArray[np.intp]) -> NDArray[np.float64]:
    """Sums over the cases of each time, along the last axis, from values in the order of time."""
    return values[..., :0] if len(first) == 0 else np.add.reduceat(values, first, axis=-1)
