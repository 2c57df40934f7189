"""How work ends, by when: the share completed, cancelled, rejected … and still open by each age (Aalen–Johansen).

Knows ages and endings as numbers; knows no day, no metric and no name of an ending.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from metrics.errors import ContractError
from metrics.survival_curve import sum_by_time

OPEN = 0


@dataclass(frozen=True, slots=True)
class Incidence:
    """At each distinct age, ascending: the share that has ended in each way by then, and the share still open.

    `ended[kind]` and `still_open` have shape (k,); they sum to 1 at every age.
    """

    ages: NDArray[np.float64]
    ended: dict[int, NDArray[np.float64]]
    still_open: NDArray[np.float64]

    def share_by(self, age: float, kind: int) -> float:
        """The share that has ended in this way by an age; 0 before the first."""
        within = int(np.searchsorted(self.ages, age, side="right"))
        return float(self.ended[kind][within - 1]) if within else 0.0


def incidence(age: NDArray[np.float64], ending: NDArray[np.int64]) -> Incidence:
    """The cumulative incidence of each ending, from the age at which each case ended, or was last seen open.

    `ending` is OPEN (0) for a case still open at `age`, else the number of the way it ended; ways compete: a cancelled
    case will never complete and is no longer at risk. F_k(t) = Σ_{s ≤ t} S(s−)·d_k(s)/Y(s), S being the share in hand
    just before, d_k how many ended in way k, Y how many were at risk. Treating cancelled cases as open instead
    (1 − Kaplan–Meier) would answer how long work takes if nobody ever cancelled, and overstate what completes.

    Source: Aalen & Johansen (1978), "An empirical transition matrix for non-homogeneous Markov chains based on
    censored observations". Ours keeps ties as they are, where lifelines moves them apart at random; one sort.

    Raises:
        ContractError: an age is no finite number, or an ending is negative.
    """
    if not np.isfinite(age).all():
        raise ContractError("An age is no finite number; give open work its age so far.")
    if len(ending) and ending.min() < OPEN:
        raise ContractError(f"An ending is {ending.min()}; expected {OPEN} for open work and 1, 2 … for ways to end.")
    order = np.argsort(age)
    sorted_age, sorted_ending = age[order], ending[order]
    first = np.flatnonzero(np.concatenate(([True], sorted_age[1:] != sorted_age[:-1]))) if len(order) else order
    at_risk = len(order) - first
    left = 1 - sum_by_time((sorted_ending != OPEN).astype(np.float64), first) / at_risk
    still_open: NDArray[np.float64] = np.cumprod(left, dtype=np.float64)
    before = np.concatenate(([1.0], still_open[:-1]))[: len(first)]
    ended: dict[int, NDArray[np.float64]] = {
        int(kind): np.cumsum(before * sum_by_time((sorted_ending == kind).astype(np.float64), first) / at_risk)
        for kind in np.unique(ending[ending != OPEN])
    }
    return Incidence(sorted_age[first], ended, still_open)
