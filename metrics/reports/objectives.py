"""Service-level objectives: a target as a promise to customers, its error budget counted in customers, and its burn.

A target "9 in 10 within 5.5 days" allows one customer in ten to wait longer. Of the subjects of a period that many may
miss it: that is the budget, in customers. Burn is how fast it goes: 1 spends it exactly by the end of the period. An
alert needs both a fast week and a bad month, so that neither one bad day nor an old failure rings (Beyer et al., The
Site Reliability Workbook, 2018, multi-window alerts; ours count customers of whole local days, not requests).
Reads contract tables; knows no page.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass

import duckdb
import numpy as np

from metrics.evaluate import known_days
from metrics.flow.flow_time import FLOW_TIME
from metrics.metric import Observations
from metrics.objective_target import Objective, objectives_of
from metrics.observe import ObservedGroup, newest_event_at, observe
from metrics.periods import Period, spine
from metrics.published import OBJECTIVES
from metrics.query import one_value
from metrics.reports.report import Report
from metrics.stream import Stream

SHORT_DAYS, LONG_DAYS = 7, 28
ALERTS = {1: (2.0, 1.0), 2: (3.0, 1.5), 3: (4.0, 2.0)}
"""By tier: the burn over the short and over the long window from which an alert rings; both must be reached."""
FEWEST = 30
"""Subjects in the long window below which nothing is said of the burn."""
_OPEN = {
    True: "SELECT count(*) FROM cases WHERE stream = $stream AND finished_at IS NULL AND triggered_at < $before",
    False: "SELECT count(*) FROM failures WHERE stream = $stream AND steady_at IS NULL AND detected_at < $before",
}


@dataclass(frozen=True, slots=True)
class ObjectiveState:
    """One objective in one period. Misses and budget are customers (or failures); burn is None where nothing is said.

    `open_past_target` counts work that is open and past its target already; None but for the newest period.
    """

    stream: str
    tier: int
    objective: Objective
    period: Period
    subjects: int
    misses: int
    short_burn: float | None
    long_burn: float | None
    open_past_target: int | None

    @property
    def budget(self) -> float:
        """How many of the subjects may miss the target."""
        return (1 - self.objective.wanted_share) * self.subjects

    @property
    def is_alert(self) -> bool | None:
        """Does it ring? None where nothing is said of the burn."""
        if self.short_burn is None or self.long_burn is None:
            return None
        fast, steady = ALERTS[self.tier]
        return self.short_burn >= fast and self.long_burn >= steady

    def as_row(self) -> dict[str, object]:
        """A row of the published table `objectives`."""
        objective = self.objective
        return {
            "stream": self.stream, "tier": self.tier, "metric": objective.metric.key,
            "statistic": objective.statistic.value, "period": self.period.key, "first_on": self.period.first_on,
            "until_on": self.period.until_on, "target": objective.target, "unit": objective.metric.unit,
            "wanted_share": objective.wanted_share, "subjects": self.subjects, "misses": self.misses,
            "budget": self.budget, "budget_left": self.budget - self.misses, "short_burn": self.short_burn,
            "long_burn": self.long_burn, "is_alert": self.is_alert, "open_past_target": self.open_past_target,
        }  # fmt: skip


def judge(connection: duckdb.DuckDBPyConnection, stream: Stream) -> Iterator[ObjectiveState]:
    """Every objective of a stream in every quarter with data, oldest first."""
    first_on, last_on = known_days(connection, stream)
    if first_on is None or last_on is None:
        return
    quarters = list(spine(first_on, last_on, "quarter", stream.fiscal_year_starts))
    for objective in objectives_of(stream):
        (group,) = observe(connection, objective.metric, stream)
        for quarter in quarters:
            is_newest = quarter is quarters[-1]
            burns = _burns(objective, group, last_on) if is_newest else (None, None)
            subjects, misses = _count(objective, group.within(quarter))
            yield ObjectiveState(
                stream.stream, stream.tier, objective, quarter, subjects, misses, *burns,
                _open_past(connection, stream, objective) if is_newest else None,
            )  # fmt: skip


def _count(objective: Objective, observations: Observations) -> tuple[int, int]:
    """Subjects whose result is known, and those of them that missed."""
    known = ~np.isnan(observations.amount)
    missed = known & ~objective.is_met(observations.amount, observations.base)
    return int(known.sum()), int(missed.sum())


def _burns(objective: Objective, group: ObservedGroup, last_on: dt.date) -> tuple[float | None, float | None]:
    if _window(objective, group, last_on, LONG_DAYS)[0] < FEWEST:
        return None, None
    return _burn(objective, group, last_on, SHORT_DAYS), _burn(objective, group, last_on, LONG_DAYS)


def _burn(objective: Objective, group: ObservedGroup, last_on: dt.date, days: int) -> float | None:
    """Share that missed in the last days, in units of the share that may."""
    subjects, misses = _window(objective, group, last_on, days)
    return misses / subjects / (1 - objective.wanted_share) if subjects else None


def _window(objective: Objective, group: ObservedGroup, last_on: dt.date, days: int) -> tuple[int, int]:
    until_on = last_on + dt.timedelta(days=1)
    return _count(objective, group.within(Period(until_on - dt.timedelta(days=days), until_on, f"{days} days", "all")))


def _open_past(connection: duckdb.DuckDBPyConnection, stream: Stream, objective: Objective) -> int | None:
    newest = newest_event_at(connection, stream)
    if objective.metric.unit != "days" or newest is None:
        return None
    before = newest - dt.timedelta(days=objective.target)
    sql = _OPEN[objective.metric is FLOW_TIME]
    return int(one_value(connection, sql, {"stream": stream.stream, "before": before}))


def rows(connection: duckdb.DuckDBPyConnection, stream: Stream) -> Iterator[dict[str, object]]:
    """Rows of the published table `objectives`."""
    return (state.as_row() for state in judge(connection, stream))


OBJECTIVES_KEPT = Report(OBJECTIVES, ("cases", "working_times", "failures"), rows)
