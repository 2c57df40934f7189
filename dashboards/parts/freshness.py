"""How complete and how new the numbers are: gate, measured share, open work, last event.

Instants are UTC in the file and local to the stream on the page.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from dashboards.bundle import BundleData
from dashboards.language import say
from dashboards.numbers import count, day, number
from dashboards.parts.closing import closed_words
from dashboards.parts.measure import FLOW_TIME, is_below_gate, measured_share
from dashboards.wording import Sentence

_MATERIAL = 0.05


@dataclass(frozen=True, slots=True)
class Freshness:
    """How complete and how new the numbers are; `is_current` is False when data stop before the quarter ends."""

    is_current: bool
    sentences: tuple[Sentence, ...]


def freshness(data: BundleData) -> Freshness:
    """Data complete to, updated, measured share, open cases; since when the quarter is closed."""
    state, ends_on = data.state, data.period.until_on - dt.timedelta(days=1)
    if state.last_event_at is None:
        return Freshness(False, (Sentence(say("No data yet")),))
    last_on = _local(state.last_event_at, state.time_zone).date()
    current = last_on >= ends_on
    said = [_reach(ends_on if current else last_on, is_current=current), _updated(state.ran_at)]
    share = measured_share(data)
    if share is not None:
        measured = number(share, "share", "streams/measured_cases ÷ ended_cases")
        ended = count(state.ended_cases, "streams/ended_cases")
        message = "{measured} of {ended} ended {cases} measured"
        text = say(message, measured=measured, ended=ended, cases=data.stream.words.cases)
        said.append(Sentence(text, (measured, ended)))
    still = count(state.open_cases, "streams/open_cases")
    said.append(Sentence(say("{n} still open", n=still), (still,)))
    return Freshness(current, tuple(said + closed_words(data)))


def _reach(on: dt.date, *, is_current: bool) -> Sentence:
    if is_current:
        return Sentence(say("Data complete to {day}", day=day(on)))
    return Sentence(say("Data stops at {day}", day=day(on, year=True)))


def _updated(at: dt.datetime) -> Sentence:
    return Sentence(say("updated {day}, {time} UTC", day=day(at.date(), year=True), time=f"{at:%H:%M}"))


def open_work(data: BundleData) -> Sentence | None:
    """What 9 in 10 of all started take, open and cancelled counted, where it differs by more than 5 %."""
    finished, started = data.value(FLOW_TIME, "p90"), data.value("flow_time_started", "p90")
    if is_below_gate(data) or not finished or not started or not finished.value or started.value is None:
        return None
    if abs(started.value - finished.value) <= _MATERIAL * finished.value:
        return None
    shown = number(started.value, started.unit, f"{started.origin}/value")
    words = data.stream.words
    message = (
        "Of all {cases} {started} this quarter, with those still open or ended otherwise counted, 9 in 10 take {shown}."
    )
    return Sentence(say(message, cases=words.cases, started=words.started, shown=shown), (shown,))


def gate_reason(data: BundleData) -> Sentence | None:
    """Why the headline is withheld; None when it is not."""
    share = measured_share(data)
    if share is None or not is_below_gate(data):
        return None
    shown, gate = number(share, "share", "streams/measured_cases ÷ ended_cases"), data.stream.gates.completeness
    wanted = number(gate, "share", "stream file/gates/completeness")
    message = "Only {shown} of the {cases} that ended can be measured; we show a time from {wanted}."
    return Sentence(say(message, shown=shown, cases=data.stream.words.cases, wanted=wanted), (shown, wanted))


def _local(instant: dt.datetime, zone: str) -> dt.datetime:
    return instant.replace(tzinfo=dt.UTC).astimezone(ZoneInfo(zone))
