"""The kit that users test their services with, used as they would."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta

import pytest

import streamgauge as sg
from streamgauge import testing
from streamgauge.instrument import current
from streamgauge.testing import CountingIds, FixedClock, ListOutbox, capture


def test_capture_gives_what_was_told() -> None:
    """The list grows while the service works, in wire form; afterwards the earlier configuration is in force."""
    outside = ListOutbox()
    before = sg.configure(service="orders", stream="s", outbox=outside)
    with sg.case("O-17"):
        with capture(service="credit") as told:
            sg.event("a")
            assert [event["type"] for event in told] == ["a"]
        with pytest.raises(ValueError), capture() as more:
            raise ValueError
        sg.event("b")
    assert current() is before
    assert [event["type"] for event in outside.told] == ["b"]
    assert told[0]["data"]["service.name"] == "credit"
    assert more == []


def test_capture_is_deterministic() -> None:
    """By default the clock stands and ids count, so two runs tell the same."""

    def work() -> list[testing.Told]:
        with capture() as told, sg.case("O-17"), sg.step("Check", queued=sg.handoff("Check", to=sg.system())):
            sg.event("a")
        return told

    assert work() == work()


def test_the_clock_stands_until_moved() -> None:
    """It moves by seconds or a timedelta, to the microsecond."""
    clock = FixedClock(datetime(2026, 1, 1, tzinfo=UTC))
    assert clock() == clock() == 1_767_225_600 * 10**9
    clock.advance(1.5)
    clock.advance(timedelta(microseconds=1))
    assert clock() == 1_767_225_601_500_001_000


def test_ids_count() -> None:
    """Ids have the form of the real ones and are told apart by their end."""
    ids = CountingIds()
    assert [ids(0), ids(5)] == ["00000000-0000-7000-8000-000000000001", "00000000-0000-7000-8000-000000000002"]


def test_the_example_of_the_docstring_holds() -> None:
    """What the kit's documentation shows is its public names."""
    shown = set(re.findall(r"\b(capture|FixedClock|CountingIds)\b", testing.__doc__ or ""))
    assert shown == {"capture", "FixedClock"}
