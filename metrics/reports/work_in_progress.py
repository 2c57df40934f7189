"""Work in progress and throughput ← cases: what came, what left, what was in hand, with Little's law as a check on it.

In hand at an instant are the cases triggered before it and not ended before it; so start + arrivals − endings = end.
The average is over time, not over days or events: the integral of the number in hand ÷ the time the data cover.

Little's law, L = λ·W, is said twice, with two W:

- *residence*: the time the cases spent within the period. Then it holds of every period whatsoever (Little 2011), so
  `average_in_hand` × days = `residence_days` × (`in_hand_start` + `arrivals`) checks the arithmetic.
- *flow time of those that ended*, as a reader would use it. Then it holds of long, steady periods only: Σ flow of the
  ended = integral in hand + Σ age in hand at the start − Σ age in hand at the end. The gap is the change of that
  age, and the verdict says what it comes from.

In the first and the newest period the data cover a part: numbers are of that part. Work that was in hand before the
first trigger is not in the log. Cases that ended before their trigger are left out.

Source: Little (2011), "Little's Law as viewed on its 50th anniversary"; Kim & Whitt (2013), "Estimating waiting times
with the time-varying Little's law". Ours judges steadiness by plain borders, not by a test.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

import duckdb
import numpy as np
from numpy.typing import NDArray

from metrics.intervals.quantile import read_quantile
from metrics.periods import Grain
from metrics.published import WORK_IN_PROGRESS
from metrics.reports.report import Report
from metrics.stream.model import Stream
from metrics.windows import DAY_US, Window, moment_of, windows_of

GRAINS: tuple[Grain, ...] = ("week", "month", "quarter")
KINDS = ("completed", "rejected", "cancelled", "abandoned")
CLOSE = 0.10
"""Within a tenth: as close as the law is asked to be, and as steady as the work in hand must be."""
SHORT = 0.25
"""A period is too short for the law when its cases take more than a quarter of it: most then lie across its borders."""
_OPEN = np.iinfo(np.int64).max
_SQL = """
SELECT epoch_us(triggered_at) AS triggered_us, coalesce(epoch_us(finished_at), $open) AS finished_us,
    coalesce(list_position($kinds, outcome_kind), 0) AS kind
FROM cases WHERE stream = $stream AND (finished_at IS NULL OR finished_at >= triggered_at)
ORDER BY triggered_us, finished_us"""


class Usable(StrEnum):
    """May Little's law be used of a period, with the flow time of those that ended?"""

    HOLDS = "Holds"
    NOTHING = "Nothing ended or in hand"
    SHORT = "Period too short"
    GROWING = "Work in hand grew"
    SHRINKING = "Work in hand shrank"
    STAYS = "Old work stays"
    LEFT = "Old work left"


@dataclass(frozen=True, slots=True)
class Cases:
    """The cases of a stream by trigger, as arrays; `kind` is the place of the outcome in KINDS, 1 the first, 0 open."""

    triggered_us: NDArray[np.int64]
    finished_us: NDArray[np.int64]
    kind: NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Balance:
    """What came, left and was in hand in a window. Totals are whole microseconds; `present` are the cases in hand."""

    window: Window
    arrivals: int
    by_kind: tuple[int, ...]
    in_hand_start: int
    in_hand_us: int
    flow_us: int
    present: int
    residence_us: int
    open_ages: NDArray[np.float64]

    @property
    def endings(self) -> int:
        """How many ended, whatever their outcome."""
        return sum(self.by_kind)

    @property
    def average_in_hand(self) -> float | None:
        """The time-average of the number in hand."""
        return _ratio(self.in_hand_us, self.window.known_us)

    @property
    def little_gap(self) -> float | None:
        """λ·W of those that ended, over what was in hand, less 1."""
        whole = _ratio(self.flow_us, self.in_hand_us)
        return None if whole is None or not self.endings else whole - 1

    @property
    def usable(self) -> Usable:
        """May the law be used of what ended?"""
        gap_us, change = self.flow_us - self.in_hand_us, len(self.open_ages) - self.in_hand_start
        if self.little_gap is None:
            return Usable.NOTHING
        if self.flow_us > SHORT * self.window.known_us * self.endings:
            return Usable.SHORT
        if abs(change) > CLOSE * max(self.arrivals, self.endings):
            return Usable.GROWING if change > 0 else Usable.SHRINKING
        if abs(gap_us) <= CLOSE * self.in_hand_us:
            return Usable.HOLDS
        return Usable.STAYS if gap_us < 0 else Usable.LEFT

    def as_row(self, stream: str) -> dict[str, object]:
        """A row of the published table `work_in_progress`."""
        window, period, days = self.window, self.window.period, self.window.known_us / DAY_US
        flow = _ratio(self.flow_us, self.endings * DAY_US)
        return {
            "stream": stream, "grain": period.grain, "period": period.key, "first_on": period.first_on,
            "until_on": period.until_on, "known_from_at": moment_of(window.known_from_us).replace(tzinfo=None),
            "known_until_at": moment_of(window.known_until_us).replace(tzinfo=None), "known_days": days,
            "is_partial": window.is_partial, "arrivals": self.arrivals, "endings": self.endings,
            **dict(zip(KINDS, self.by_kind, strict=True)), "in_hand_start": self.in_hand_start,
            "in_hand_end": len(self.open_ages), "average_in_hand": self.average_in_hand,
            "arrivals_per_day": _ratio(self.arrivals, days), "throughput_per_day": _ratio(self.endings, days),
            "flow_days": flow, "little_in_hand": None if flow is None else _ratio(self.endings * flow, days),
            "little_gap": self.little_gap, "residence_days": _ratio(self.residence_us, self.present * DAY_US),
            "verdict": self.usable.value, **ages(self.open_ages),
        }  # fmt: skip


def ages(ordered: NDArray[np.float64]) -> dict[str, float | None]:
    """Quantiles of the ages of work in hand, ascending, in days; None of nothing."""
    wanted = {"p50": 0.5, "p85": 0.85, "p90": 0.9, "max": 1.0}
    return {f"open_age_{name}_days": read_quantile(ordered, p) if len(ordered) else None for name, p in wanted.items()}


def balances(cases: Cases, windows: list[Window]) -> Iterator[Balance]:
    """The balance of each window of one grain, oldest first.

    The integral follows the number in hand through the window; residence is summed case by case. Neither knows of the
    other, so that they can be held against each other.
    """
    ends = np.argsort(cases.finished_us, kind="stable")
    ended_us = cases.finished_us[ends]
    in_hand = np.zeros(0, dtype=np.int64)  # places of the cases in hand when the window begins
    for window in windows:
        first, last = np.searchsorted(cases.triggered_us, (window.from_us, window.until_us))
        first_end, last_end = np.searchsorted(ended_us, (window.from_us, window.until_us))
        ended = ends[first_end:last_end]
        present = np.concatenate([in_hand, np.arange(first, last)])
        known = cases.finished_us[present]
        residence = np.minimum(known, window.known_until_us) - np.maximum(
            cases.triggered_us[present], window.known_from_us
        )
        start = int(first) - int(first_end)
        still = present[known >= window.until_us]
        age_us = np.sort(window.known_until_us - cases.triggered_us[still])
        yield Balance(
            window, int(last - first), tuple(int(n) for n in np.bincount(cases.kind[ended], minlength=5)[1:]), start,
            start * window.known_us + _total(window.known_until_us - cases.triggered_us[first:last])
            - _total(window.known_until_us - ended_us[first_end:last_end]),
            _total(cases.finished_us[ended] - cases.triggered_us[ended]), len(present), _total(residence),
            age_us / DAY_US,
        )  # fmt: skip
        in_hand = still


def cases_of(connection: duckdb.DuckDBPyConnection, stream: Stream) -> Cases:
    """The cases of a stream that did not end before their trigger."""
    told = {"stream": stream.stream, "open": int(_OPEN), "kinds": list(KINDS)}
    found = connection.sql(_SQL, params=told).fetchnumpy()
    return Cases(*(np.asarray(found[name], dtype=np.int64) for name in ("triggered_us", "finished_us", "kind")))


def rows(connection: duckdb.DuckDBPyConnection, stream: Stream) -> Iterator[dict[str, object]]:
    """Rows of the published table `work_in_progress`."""
    cases = cases_of(connection, stream)
    for grain in GRAINS:
        for balance in balances(cases, windows_of(connection, stream, (grain,))):
            yield balance.as_row(stream.stream)


def _total(us: NDArray[np.int64]) -> int:
    """An exact sum of microseconds, also where it is beyond 64 bits."""
    return int((us // 1_000_000).sum()) * 1_000_000 + int((us % 1_000_000).sum())


def _ratio(above: float, below: float) -> float | None:
    return above / below if below else None


# What is in hand at the end of a period is in hand at the start of the next: kept in one and not in the other, the
# stock would not tie. So it is told as it is known now.
WORK_IN_PROGRESS_KEPT = Report(WORK_IN_PROGRESS, ("cases",), rows, closes=False)
