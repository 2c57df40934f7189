"""The five headline numbers from raw events: one plain loop each, without SQL, equals the whole way the product goes.

Two streams in one database, equal times, shuffled sequences, missing and unknown performers, retries, echoes, cases
without a trigger and outcomes before it; days are cut in each stream's own zone.
"""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from metrics.catalog import HEADLINE
from metrics.evaluate import evaluate
from metrics.metric import Statistic
from metrics.stream import Stream
from tests.metrics.coded_events import Log, made_stream
from tests.metrics.told_streams import told_streams

START = dt.datetime(2026, 1, 5)
MINUTES = {"A": 30, "D": 15}
KINDS = {"ann": "human", "bob": "human", "bot": "system", "ai": "agent", "carrier": "external"}
RATES = [
    ("r1", "people", "clerk", "hour", Decimal(40), "EUR", dt.date(2026, 1, 1), dt.date(2026, 1, 20)),
    ("r2", "people", "clerk", "hour", Decimal(48), "EUR", dt.date(2026, 1, 20), None),
]
BILL = Decimal("100.01")
BILLS = [("b1", dt.date(2026, 1, 1), "licence", "seats", BILL, "EUR", "started_cases", None)]


def _stream(name: str, zone: str) -> Stream:
    return made_stream(
        stream=name,
        time_zone=zone,
        trigger={"steps": ["A", "B"]},
        outcomes=[
            {"name": "done", "steps": ["D"]}, {"name": "refused", "kind": "rejected", "steps": ["X"]},
            {"name": "lost", "kind": "abandoned", "last_steps": ["C"]},
        ],
        performers={"kinds": [{"kind": kind, "performers": [who]} for who, kind in KINDS.items()]},
        steps=[{"name": step, "standard_minutes": minutes, "role": "clerk"} for step, minutes in MINUTES.items()],
        rework={"rejections": ["R"], "corrections": ["M"], "allowed": [{"step": "C", "reason": "a reminder"}]},
        ignore=[{"step": "E", "after": ["R"], "reason": "the form repeats it"}],
        failures=[{"name": "returned", "detected": ["R"], "steady": ["D", "A"]}],
        costs={"currency": "EUR", "rates": "rates.csv", "bills": "bills.csv"},
    )  # fmt: skip


STREAMS = (_stream("made", "Europe/Berlin"), _stream("other", "America/New_York"))


@dataclass(frozen=True, slots=True)
class Event:
    """What one row of a log tells."""

    stream: str
    case: str
    step: str
    at: dt.datetime
    performer: str | None
    attempt: int | None
    sequence: int | None
    number: int = 0


# Times in steps of three hours, so that many are equal and some lie between midnight here and midnight there.
events = st.lists(
    st.builds(
        Event,
        stream=st.sampled_from(["made", "made", "other"]),
        case=st.sampled_from(["c1", "c2", "c3", "c4", "NA"]),
        step=st.sampled_from("AABCDDDERMX"),
        at=st.integers(0, 8 * 45).map(lambda place: START + dt.timedelta(hours=3 * place, minutes=30)),
        performer=st.sampled_from(["ann", "bob", "bot", "bot", "ai", "carrier", "stranger", None]),
        attempt=st.sampled_from([None, None, 1, 2]),
        sequence=st.none() | st.integers(0, 3),
    ),
    min_size=4,
    max_size=40,
)


PAID = [
    Event("made", "c1", step, START + dt.timedelta(days=day), "ann", None, None)
    for step, day in (("A", 0), ("D", 2))
]  # fmt: skip
"""A case whose whole cost is known, a part of the bill included: by chance few examples have one."""


@settings(max_examples=15, deadline=None)
@given(told=events)
@example(told=PAID)
def test_headline_values_are_what_plain_loops_say(told: list[Event]) -> None:
    """Every statistic of the five headline metrics, in every month and in all, is what a loop over the events gives."""
    database = told_streams([_log(stream, told) for stream in STREAMS], RATES, BILLS, has_steps=False)
    for stream in STREAMS:
        loop = Loop(stream, [event for event in told if event.stream == stream.stream])
        for metric in HEADLINE:
            for value in evaluate(database, metric, stream, ["month", "all"]):
                expected = loop.value(metric.key, value.summary.statistic, value.period.first_on, value.period.until_on)
                assert value.summary.value == (
                    None if expected is None else pytest.approx(expected, rel=1e-9, abs=1e-9)
                )


def _log(stream: Stream, told: Iterable[Event]) -> Log:
    return Log(stream, [
        (event.case, event.step, event.at.isoformat(), {
            "performer": event.performer, "attempt": event.attempt, "sequence": event.sequence,
        })
        for event in told if event.stream == stream.stream
    ])  # fmt: skip


@dataclass(frozen=True, slots=True)
class Case:
    """A case as a loop sees it."""

    triggered: dt.datetime
    finished: dt.datetime | None
    kind: str | None
    automated: int
    manual: int
    is_right: bool
    newest: dt.datetime


class Loop:
    """The oracle for one stream: numbers by walking through its events, case by case."""

    def __init__(self, stream: Stream, told: Sequence[Event]) -> None:
        self.zone = ZoneInfo(stream.time_zone)
        self.walks = [_walk(told, case) for case in sorted({event.case for event in told})]
        self.cases = [case for walk in self.walks if (case := _case(walk)) is not None]

    def day(self, at: dt.datetime) -> dt.date:
        """The local day of an instant."""
        return at.replace(tzinfo=dt.UTC).astimezone(self.zone).date()

    def value(self, key: str, statistic: Statistic, first_on: dt.date, until_on: dt.date) -> float | None:
        """One value over first_on <= day < until_on; None for no data."""
        done = [
            case for case in self.cases
            if case.kind == "completed" and case.finished and first_on <= self.day(case.finished) < until_on
        ]  # fmt: skip
        if key == "flow_time":
            spans = [(case.triggered, case.finished) for case in done if case.finished]
            return _statistic([_days(*span) for span in spans if span[0] <= span[1]], statistic)
        if key == "failure_containment_time":
            spans = [span for walk in self.walks for span in _failures(walk)]
            return _statistic([_days(*span) for span in spans if first_on <= self.day(span[1]) < until_on], statistic)
        if key == "handoff_ratio":
            manual = sum(case.manual for case in done)
            return sum(case.automated for case in done) / manual if manual else None
        if key == "first_time_right":
            return sum(case.is_right for case in done) / len(done) if done else None
        cost = sum((amount for day, amount in self._costs() if first_on <= day < until_on), Decimal(0))
        return float(cost) / len(done) if done else None

    def _costs(self) -> Iterable[tuple[dt.date, Decimal]]:
        """What people did at the rate of its day, and the bill: evenly on the days of its month, cut to millionths."""
        for walk in self.walks:
            for event in walk:
                if event.step in MINUTES and KINDS.get(event.performer or "") == "human":
                    day = self.day(event.at)
                    yield day, Decimal(MINUTES[event.step]) / 60 * (40 if day < dt.date(2026, 1, 20) else 48)
        until = [Decimal(int(BILL * 1_000_000) * number // 31) / 1_000_000 for number in range(32)]
        yield from ((dt.date(2026, 1, 1 + number), until[number + 1] - until[number]) for number in range(31))


def _walk(told: Sequence[Event], case: str) -> list[Event]:
    """The steps of one case in order: by time, then sequence (none first), then as they came; echoes left out."""
    placed = [(e.at, e.sequence is not None, e.sequence or 0, n, e) for n, e in enumerate(told) if e.case == case]
    ordered = [place[-1] for place in sorted(placed, key=lambda place: place[:4])]
    before = [None, *(event.step for event in ordered)]
    return [event for event, last in zip(ordered, before, strict=False) if (event.step, last) != ("E", "R")]


def _case(walk: Sequence[Event]) -> Case | None:
    triggers = [event.at for event in walk if event.step in ("A", "B")]
    if not triggers:
        return None
    endings = [(event.at, "DX".index(event.step)) for event in walk if event.step in ("D", "X")]
    if endings:
        finished, which = min(endings)
        kind = ("completed", "rejected")[which]
    else:
        is_lost = walk[-1].step == "C"
        finished, kind = (walk[-1].at, "abandoned") if is_lost else (None, None)  # type: ignore[assignment]
    automated, manual = _handoffs(walk)
    return Case(min(triggers), finished, kind, automated, manual, _is_right(walk), max(event.at for event in walk))


def _handoffs(walk: Sequence[Event]) -> tuple[int, int]:
    automated = manual = 0
    for giver, taker in pairwise(walk):
        kinds = {KINDS.get(giver.performer or ""), KINDS.get(taker.performer or "")}
        if giver.performer != taker.performer:
            manual += bool(kinds & {"human", "external"})
            automated += kinds <= {"system", "agent"}
    return automated, manual


def _is_right(walk: Sequence[Event]) -> bool:
    seen: set[str] = set()
    for event in walk:
        if event.step in ("R", "M"):
            return False
        if event.attempt in (None, 1) and event.step != "C":
            if event.step in seen:
                return False
            seen.add(event.step)
    return True


def _failures(walk: Sequence[Event]) -> Iterable[tuple[dt.datetime, dt.datetime]]:
    """From the first rejection to the next step that is steady; those still open have no time."""
    opened: dt.datetime | None = None
    for event in walk:
        if event.step == "R":
            opened = opened or event.at
        elif event.step in ("D", "A") and opened is not None:
            yield opened, event.at
            opened = None


def _days(begun: dt.datetime, ended: dt.datetime) -> float:
    return (ended - begun) / dt.timedelta(days=1)


def _statistic(amounts: list[float], statistic: Statistic) -> float | None:
    """The mean, or the quantile on the straight line between two observations; None of nothing."""
    if not amounts:
        return None
    if statistic is Statistic.MEAN:
        return sum(amounts) / len(amounts)
    place = {"p50": 0.5, "p85": 0.85, "p90": 0.9}[statistic] * (len(amounts) - 1)
    ordered = sorted(amounts)
    low = ordered[math.floor(place)]
    return low + (ordered[math.ceil(place)] - low) * (place - math.floor(place))


def test_the_loop_sees_what_it_should() -> None:
    """A log counted by hand: the oracle itself is right."""
    told = [
        Event("made", "c1", step, START + dt.timedelta(days=day), who, None, None)
        for step, day, who in [("A", 0, "bot"), ("C", 1, "ai"), ("R", 2, "ann"), ("A", 3, "bot"), ("D", 5, "ann")]
    ]
    loop = Loop(STREAMS[0], told)
    january = (dt.date(2026, 1, 1), dt.date(2026, 2, 1))
    assert loop.value("flow_time", Statistic.P50, *january) == 5
    assert loop.value("failure_containment_time", Statistic.P90, *january) == 1
    assert loop.value("handoff_ratio", Statistic.RATIO, *january) == pytest.approx(1 / 3)
    assert loop.value("first_time_right", Statistic.SHARE, *january) == 0
    assert loop.value("cost_per_transaction", Statistic.UNIT_COST, *january) == pytest.approx(0.25 * 40 + 100.01)
