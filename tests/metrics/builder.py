"""A small language for made worlds: contract tables in memory, filled row by row with defaults.

Days are given as numbers: 1.5 is noon of the first day after Sunday 2026-01-04, which is a Monday.
"""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Iterable
from decimal import Decimal
from typing import Any

import duckdb

from metrics.evaluate import summaries_of
from metrics.metric import Metric, Observations, Statistic, Summary
from metrics.observe import observe
from metrics.periods import Period, whole
from metrics.stream import Stream
from metrics.tables import BILLS, CASES, CONTRACT, COSTS, FAILURES, RATES, STEPS, TIME_PARTS, WORKING_TIMES, Table

SUNDAY = dt.datetime(2026, 1, 4)  # the contract tables hold UTC without zone
STREAM = Stream.model_validate(
    {
        "stream": "made", "name": "Made", "trigger": {"first_event": True},
        "outcomes": [{"name": "ended", "last_event": True}], "segments": {"size": {"attribute": "size"}},
    }
)  # fmt: skip
JANUARY = whole(dt.date(2026, 1, 1), dt.date(2026, 3, 31))

COUNTS = (
    "automated_handoffs", "manual_handoffs", "unknown_handoffs", "designed_handoffs", "fallback_handoffs",
    "exception_handoffs", "other_handoffs", "automated_to_human", "maybe_automated_to_human", "self_loops", "loops",
    "repeats", "redos", "backward_moves", "rejections", "corrections", "reopens", "reversals", "allowed_repeats",
    "retries",
)  # fmt: skip


def instant(day: float | None) -> dt.datetime | None:
    """The instant of a day number, exact to the microsecond; None stays None."""
    return None if day is None else SUNDAY + dt.timedelta(microseconds=round(day * 86_400_000_000))


def day_of(day: float | None) -> dt.date | None:
    """The date of a day number."""
    at = instant(day)
    return None if at is None else at.date()


class World:
    """Contract tables in a DuckDB of their own."""

    def __init__(self) -> None:
        self.connection = duckdb.connect()
        self.visits = 0
        for table in CONTRACT:
            self.connection.execute(table.ddl())

    def case(self, case_id: str, triggered: float, finished: float | None = None, **told: Any) -> World:
        """A case; with `finished` it is completed, unless `outcome_kind` says otherwise."""
        kind = told.pop("outcome_kind", None if finished is None else "completed")
        latest = told.pop("last_event", max(triggered, triggered if finished is None else finished))
        numbers = {name: told.pop(name, 0) for name in COUNTS}
        seen = sum(numbers[name] for name in ("self_loops", "loops", "rejections", "corrections", "reversals"))
        for instants in ("first_rework_at", "last_rework_at"):
            told[instants] = instant(told.get(instants))
        row = {
            "stream": "made", "case_id": case_id, "triggered_at": instant(triggered), "finished_at": instant(finished),
            "last_event_at": instant(latest), "triggered_on": day_of(triggered), "finished_on": day_of(finished),
            "outcome": kind, "outcome_kind": kind, "steps": 1, "is_rework_free": seen == 0,
            "segments": json.dumps(told.pop("segments", {})),
        }  # fmt: skip
        return self._add(CASES, row | numbers | told)

    def parts(self, case_id: str, touch: float | None = None, **told: float) -> World:
        """The time parts of a case, in hours: queue, external_wait, human_wait, unexplained; 0 unless told."""
        hours = dict.fromkeys(("queue", "external_wait", "human_wait", "unexplained"), 0.0) | told
        us = {f"{part}_us": round(length * 3_600_000_000) for part, length in hours.items()}
        touch_us = None if touch is None else round(touch * 3_600_000_000)
        row = {
            "stream": "made",
            "case_id": case_id,
            "flow_us": sum(us.values()) + (touch_us or 0),
            "touch_us": touch_us,
        }
        return self._add(TIME_PARTS, row | us | {"timed_steps": int(touch is not None), "untimed_steps": 1})

    def worked(self, case_id: str, days: float | None, calendar: str = "office") -> World:
        """The working time of a case, in days of 8 hours."""
        us = None if days is None else round(days * 28_800_000_000)
        row = {"stream": "made", "case_id": case_id, "calendar": calendar, "working_us": us, "working_days": days}
        return self._add(WORKING_TIMES, row)

    def steps(
        self, case_id: str, *told: tuple[str | None, str], day: float = 1.0, counted: Iterable[bool] = ()
    ) -> World:
        """Steps of a case, each (responsible, performer kind), an hour apart; all of them counted unless told."""
        before: tuple[str | None, str] | None = None
        is_counted = [*counted, *[True] * (len(told) - len(list(counted)))]
        for place, (responsible, kind) in enumerate(told, 1):
            at = instant(day + place / 24)
            row = {
                "stream": "made", "case_id": case_id, "position": place, "step": f"s{place}", "visit": 1,
                "paired_by": "instant", "ended_at": at, "performer_kind": kind, "happened_on": day_of(day + place / 24),
                "responsible": responsible, "previous_responsible": before and before[0],
                "previous_step": before and f"s{place - 1}", "previous_performer_kind": before and before[1],
                "is_handoff": before is not None and before[0] != responsible, "is_counted": is_counted[place - 1],
                "is_pair_counted": before is not None and all(is_counted[place - 2 : place]),
                "is_allowed_repeat": False,
            }  # fmt: skip
            if row["is_handoff"] and row["is_pair_counted"] and before is not None:
                row["handoff_kind"] = kind_of_handoff(before[1], kind)
                row["manual_reason"] = "other" if row["handoff_kind"] == "manual" else None
            self._add(STEPS, row)
            before = (responsible, kind)
        return self

    def add_step(self, row: dict[str, Any]) -> World:
        """A row of the contract table `steps` as it is."""
        return self._add(STEPS, row)

    def failure(self, failure_id: str, detected: float, steady: float | None = None, **told: Any) -> World:
        """A failure episode; `onset`, `triaged`, `contained` and `remediated` are day numbers, too."""
        days = {stage: told.pop(stage, None) for stage in ("onset", "triaged", "contained", "remediated")}
        days |= {"detected": detected, "steady": steady}
        row = {
            "stream": "made", "failure_id": failure_id, "rule": "rejection", "level": "item", "case_id": failure_id,
            "episode": 1, "severity": 3, "affected_cases": 1,
            **{f"{stage}_at": instant(day) for stage, day in days.items()},
            **{f"{stage}_on": day_of(day) for stage, day in days.items() if stage != "onset"},
        }  # fmt: skip
        return self._add(FAILURES, row | told)

    def cost(self, amount: str | None, day: float = 1.0, **told: Any) -> World:
        """A cost row; amount None is work that no rate covers."""
        row = {
            "stream": "made", "case_id": "c1", "cost_class": "people", "driver": "clerk", "rate_id": "r1",
            "incurred_on": day_of(day), "quantity": 1.0, "basis": "measured", "currency": "EUR",
            "amount": None if amount is None else Decimal(amount),
        }  # fmt: skip
        return self._add(COSTS, row | told)

    def rate(self, rate_id: str, amount: str, **told: Any) -> World:
        """A line of the rate card; low and high are not told unless given."""
        row = {
            "stream": "made", "rate_id": rate_id, "cost_class": "people", "driver": "clerk", "unit": "hour",
            "amount": Decimal(amount), "currency": "EUR", "told_amount": Decimal(amount), "told_currency": "EUR",
            "valid_from": day_of(-30.0), "version": 1,
        }  # fmt: skip
        return self._add(RATES, row | told)

    def bill(self, bill_id: str, amount: str, month: dt.date = dt.date(2026, 1, 1), **told: Any) -> World:
        """A bill of a month; low and high are not told unless given."""
        row = {
            "stream": "made", "bill_id": bill_id, "month": month, "cost_class": "licence", "driver": "seats",
            "amount": Decimal(amount), "currency": "EUR", "told_amount": Decimal(amount), "told_currency": "EUR",
            "allocation": "started_cases", "version": 1,
        }  # fmt: skip
        return self._add(BILLS, row | told)

    def visit(self, case_id: str, step: str, day: float, minutes: float | None = None, **told: Any) -> World:
        """A visit by a person that began on `day` and took `minutes`; an instant without them."""
        self.visits = self.visits + 1
        began, ended = instant(day), instant(day + (minutes or 0) / 1440)
        row = {
            "stream": "made", "case_id": case_id, "position": self.visits, "step": step, "visit": 1,
            "paired_by": "instant" if minutes is None else "activity_id", "performer_kind": "human",
            "started_at": None if minutes is None else began, "ended_at": ended, "is_handoff": False,
            "happened_on": None if ended is None else ended.date(),
        }  # fmt: skip
        return self._add(STEPS, row | told)

    def observations(self, metric: Metric, period: Period = JANUARY) -> Observations:
        """What a metric sees in a period; the first quarter of 2026 by default."""
        (group,) = observe(self.connection, metric, STREAM)
        return group.within(period)

    def amounts(self, metric: Metric) -> list[float]:
        """The amounts a metric sees, ascending."""
        return sorted(self.observations(metric).amount.tolist())

    def value(self, metric: Metric, statistic: Statistic | None = None, period: Period = JANUARY) -> float | None:
        """One value of a metric; its first statistic by default."""
        return self.summary(metric, statistic, period).value

    def summary(self, metric: Metric, statistic: Statistic | None = None, period: Period = JANUARY) -> Summary:
        """One summary of a metric; its first statistic by default."""
        chosen = statistic or metric.statistics[0]
        found = summaries_of(metric, self.observations(metric, period))
        return next(summary for summary in found if summary.statistic is chosen)

    def values_by(self, metric: Metric, *names: str) -> dict[tuple[str | None, ...], float | None]:
        """First statistic by dimension values."""
        groups = observe(self.connection, metric, STREAM, names)
        return {
            tuple(group.dimensions[name] for name in names): summaries_of(metric, group.within(JANUARY))[0].value
            for group in groups
        }

    def _add(self, table: Table, row: dict[str, Any]) -> World:
        row = {"is_counted": True, "is_pair_counted": True, "is_allowed_repeat": False} | row if table is STEPS else row
        names = ", ".join(f'"{name}"' for name in row)
        marks = ", ".join("?" for _ in row)
        self.connection.execute(f"INSERT INTO {table.name} ({names}) VALUES ({marks})", list(row.values()))
        return self


def kind_of_handoff(before: str, after: str) -> str:
    """Of two kinds of performers, by the definition."""
    if {before, after} & {"human", "external"}:
        return "manual"
    return "unknown" if "unknown" in (before, after) else "automated"


def assert_no_data(summary: Summary) -> None:
    """No data is None with a reason, never 0."""
    assert summary.value is None
    assert summary.reason


def median(values: Iterable[float]) -> float:
    """The middle by the product's own rule on whole samples: the mean of the two middle values when even."""
    ordered = sorted(values)
    middle = len(ordered) // 2
    return ordered[middle] if len(ordered) % 2 else (ordered[middle - 1] + ordered[middle]) / 2
