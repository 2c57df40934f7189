"""Calendars in words: what auditors read beside a number that was made with one."""

from __future__ import annotations

from metrics.working.disclosure import calendars_in_full
from tests.metrics.working import stream_with


def test_a_calendar_in_full() -> None:
    """Its hours and zone, the length of a working day in six digits, and that it has no holidays."""
    told = {"name": "Ulm", "hours": {"mon-fri": ["08:00-12:00"]}, "day_hours": 7.546875}
    assert calendars_in_full(stream_with(told)) == (
        "Calendar Ulm: mon-fri 08:00-12:00 in Europe/Berlin; one working day is 7.54688 hours; no public holidays."
    )
