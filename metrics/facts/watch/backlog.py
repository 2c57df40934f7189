"""The backlog of a watch: the cases that failed, and when each got past it.

Knows instants in microseconds; knows no name and no rule.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from metrics.facts.dictionary import KIND_CODES, PERSONAL
from metrics.facts.watch.executions import KINDS


@dataclass(frozen=True, slots=True)
class Drain:
    """What became of the cases that failed in a time. `drained_us` is None while one of them is stuck.

    `is_by_machines`: every way out was a system's or an agent's; None where nobody knows, or one is still stuck.
    """

    cases: int
    drained_us: int | None
    is_by_machines: bool | None


@dataclass(frozen=True, slots=True)
class Backlog:
    """Failing executions by instant; `way_out` is 0 while there is none."""

    at_us: NDArray[np.int64]
    case_key: NDArray[np.uint64]
    way_out: NDArray[np.int64]

    def drain(self, from_us: int, until_us: int | None) -> Drain:
        """Of the cases that failed from an instant on, and before another where that is given."""
        first = np.searchsorted(self.at_us, from_us)
        last = len(self.at_us) if until_us is None else np.searchsorted(self.at_us, until_us)
        ways = self.way_out[first:last]
        cases = len(np.unique(self.case_key[first:last]))
        if not len(ways):
            return Drain(0, from_us, None)
        if not ways.all():
            return Drain(cases, None, None)
        return Drain(cases, int(ways.max()) // KINDS, _by_machines(ways % KINDS))


def _by_machines(kinds: NDArray[np.int64]) -> bool | None:
    if np.isin(kinds, PERSONAL).any():
        return False
    return None if (kinds == KIND_CODES["unknown"]).any() else True
