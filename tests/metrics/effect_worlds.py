"""Made worlds around a change: cases that begin every day of 32 weeks, their durations set by a rule of the test."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Callable, Iterable

import numpy as np
import pyarrow as pa

from metrics.stream import Stream
from tests.metrics.builder import COUNTS, STREAM, SUNDAY, World, day_of, instant

WEEKS = 32
AT = dt.datetime(2026, 4, 26, 0, 0, tzinfo=dt.UTC)  # day 112: sixteen weeks of days before it, sixteen after it
CHANGE_DAY = (AT.replace(tzinfo=None) - SUNDAY).days

Rule = Callable[[int, str], float]  # day of start, segment value -> median days


def stream_with(*releases: dict[str, object], **more: object) -> Stream:
    """The made stream with these releases."""
    told = STREAM.model_dump() | {"releases": [{"name": "Change", **release} for release in releases]} | more
    return Stream.model_validate(told)


def world_of(
    rule: Rule, values: tuple[str, ...] = ("big", "small"), *, a_day: int = 8, seed: int = 1, spread: float = 0.5,
    right: Callable[[int, str], float] = lambda day, value: 0.8,
) -> World:  # fmt: skip
    """Cases of every value, `a_day` each, of lognormal durations around the rule; `right` is the share without rework.

    What has not ended on the last day is open.
    """
    draw, last = np.random.default_rng(seed), WEEKS * 7
    rows = []
    for day in range(last):
        for value in values:
            for number in range(a_day):
                begun = day + number / a_day
                ended = begun + rule(day, value) * float(np.exp(spread * draw.normal()))
                is_right = bool(draw.random() < right(day, value))
                rows.append((f"{value}-{day}-{number}", value, begun, ended if ended < last else None, is_right))
    return filled(rows)


def filled(told: Iterable[tuple[str, str | None, float, float | None, bool]]) -> World:
    """A world of these cases: id, segment value, day of start, day of end or None, whether it was right."""
    rows = [_row(*case) for case in told]
    world = World()
    world.connection.register("made_rows", pa.Table.from_pylist(rows))
    world.connection.execute("INSERT INTO cases BY NAME SELECT * FROM made_rows")
    world.connection.unregister("made_rows")
    return world


def _row(case_id: str, value: str | None, begun: float, ended: float | None, is_right: bool) -> dict[str, object]:
    kind = None if ended is None else "completed"
    return {
        **dict.fromkeys(COUNTS, 0), "stream": "made", "case_id": case_id, "triggered_at": instant(begun),
        "finished_at": instant(ended), "last_event_at": instant(float(WEEKS * 7)), "triggered_on": day_of(begun),
        "finished_on": day_of(ended), "outcome": kind, "outcome_kind": kind, "steps": 1,
        "segments": json.dumps({"size": value}), "loops": int(not is_right), "is_rework_free": is_right,
        "automated_handoffs": 2, "manual_handoffs": 1,
    }  # fmt: skip
