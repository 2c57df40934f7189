"""What one review is made of: everything the published file says about one stream and one quarter, as typed rows.

Shapes only: `reading` fills them, pages turn them into words and pictures.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from zoneinfo import ZoneInfo

from dashboards.rows.rows import Rows, Shape
from metrics.periods import Period
from metrics.stream.model import Stream


@dataclass(frozen=True, slots=True)
class Value:
    """A row of metric_values over everything (no dimension)."""

    metric: str
    statistic: str
    grain: str
    period: str
    first_on: dt.date
    until_on: dt.date
    value: float | None
    low: float | None
    high: float | None
    least: float | None
    most: float | None
    n: int
    unit: str
    verdict: str | None
    reason: str | None
    method: str | None
    definition_version: str | None
    matures_on: dt.date | None = None
    evidence_id: str | None = None

    @property
    def origin(self) -> str:
        """Where it stands, for the list of values."""
        return f"metric_values/{self.metric}/{self.statistic}/{self.period}"


@dataclass(frozen=True, slots=True)
class Change:
    """A row of comparisons."""

    kind: str
    label: str
    title: str | None
    at_on: dt.date | None
    metric: str
    statistic: str
    unit: str
    before_value: float | None
    after_value: float | None
    before_n: int | None
    after_n: int | None
    difference: float | None
    low: float | None
    high: float | None
    low80: float | None
    high80: float | None
    meaningful: float | None
    verdict: str
    method: str | None

    @property
    def origin(self) -> str:
        """Where it stands, for the list of values."""
        return f"comparisons/{self.metric}/{self.statistic}/{self.kind}/{self.label}"


@dataclass(frozen=True, slots=True)
class Point:
    """A row of run_chart: the limits a week is held against, and why it is a signal, if it is one."""

    metric: str
    statistic: str
    first_on: dt.date
    centre: float | None
    low: float | None
    high: float | None
    points: int
    signal: str | None
    is_above: bool | None
    rebased_on: dt.date | None


@dataclass(frozen=True, slots=True)
class MapStep:
    """A row of value_stream."""

    position: int
    step: str
    label: str | None
    performer_kind: str
    role: str | None
    visits: int
    cases: int
    case_share: float
    wait_hours: float | None
    touch_hours: float | None
    accurate_share: float | None


@dataclass(frozen=True, slots=True)
class Allowance:
    """The row of rework_allowance for the whole allow-list in this quarter."""

    completed_cases: int
    removed_repeats: int
    touched_cases: int
    turned_cases: int
    right_share_without: float
    moved_share: float


@dataclass(frozen=True, slots=True)
class Definition:
    """A row of definitions."""

    metric: str
    version: str
    label: str
    sentence: str
    unit: str
    better: str
    reading: str
    definition: str
    sql: str


@dataclass(frozen=True, slots=True)
class Check:
    """A row of check_results."""

    table_name: str
    check_name: str
    passed: bool
    failing_rows: int | None
    detail: str | None


@dataclass(frozen=True, slots=True)
class State:
    """The row of streams."""

    stream: str
    name: str
    stream_file: str
    time_zone: str
    events: int
    cases: int
    open_cases: int
    measured_cases: int
    ended_cases: int
    untriggered_cases: int
    quarantined: int
    received: int | None
    late: int | None
    ahead: int | None
    missing_numbers: int | None
    last_event_at: dt.datetime | None
    last_arrival_at: dt.datetime | None
    ran_at: dt.datetime
    run_id: str
    ledger_fingerprint: str
    code_version: str
    evidence_basis: str | None = None


@dataclass(frozen=True)
class BundleData:
    """One stream and one quarter. Keys: `values` (metric, statistic, period), `targets` (metric, statistic)."""

    state: State
    stream: Stream
    period: Period
    before: Period
    values: dict[tuple[str, str, str], Value]
    weeks: tuple[Value, ...]
    points: tuple[Point, ...]
    changes: tuple[Change, ...]
    steps: tuple[MapStep, ...]
    targets: dict[tuple[str, str], float]
    definitions: dict[str, Definition]
    checks: tuple[Check, ...]
    allowance: Allowance | None = None
    told: Mapping[type, tuple[Any, ...]] = field(default_factory=dict)

    def rows(self, wanted: Rows[Shape]) -> tuple[Shape, ...]:
        """Rows that a page reads, in the order of their SQL."""
        return self.told.get(wanted.shape, ())

    @property
    def language(self) -> str:
        """What its pages are written in."""
        return self.stream.words.language

    @property
    def newest_on(self) -> dt.date | None:
        """The local day of the newest event; None while there is none."""
        if self.state.last_event_at is None:
            return None
        zone = ZoneInfo(self.state.time_zone)
        return self.state.last_event_at.replace(tzinfo=dt.UTC).astimezone(zone).date()

    def value(self, metric: str, statistic: str, *, earlier: bool = False) -> Value | None:
        """The value of this quarter, or of the one before; None when the file has no such row."""
        return self.values.get((metric, statistic, self.before.key if earlier else self.period.key))

    def change(self, metric: str, statistic: str) -> Change | None:
        """This quarter against the one before."""
        wanted = ("period", self.period.key, metric, statistic)
        return next((c for c in self.changes if (c.kind, c.label, c.metric, c.statistic) == wanted), None)

    def weekly(self, metric: str, statistic: str) -> tuple[Value, ...]:
        """Weeks that began before the quarter ended, oldest first."""
        return tuple(v for v in self.weeks if v.metric == metric and v.statistic == statistic)
