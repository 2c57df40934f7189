"""A library in other people's processes: what it never does to them, and what it says once."""

from __future__ import annotations

import logging
from datetime import datetime

import pytest

import streamgauge as sg
from streamgauge.event import Event
from streamgauge.instrument import Instrument, use
from streamgauge.notices import warn_once
from streamgauge.testing import ListOutbox, capture


class FullOutbox(ListOutbox):
    """An outbox that refuses, as its promise asks, or in an unforeseen way."""

    def __init__(self, error: Exception) -> None:
        super().__init__()
        self.error = error

    def put(self, event: Event) -> None:
        """Refuse."""
        raise self.error


class Unwritable:
    """A value that cannot even be shown."""

    def __str__(self) -> str:
        raise RuntimeError("no")


def test_without_configure_nothing_happens(caplog: pytest.LogCaptureFixture) -> None:
    """Every verb works and tells nobody; that is said once."""
    use(Instrument("unknown_service", "unknown_stream", None))
    for _ in range(3):
        with sg.case("O-17"), sg.step("Check") as step:
            assert sg.event("order.created") is None
            step.outcome = "failure"
            sg.failure.detected("INC-1")
            sg.inject({}, sg.handoff("Next", to=sg.system()))
        sg.event("outside of a case")
    assert [record.name for record in caplog.records] == ["streamgauge"]
    assert "configure" in caplog.text


def test_misuse_warns_once_and_goes_on(caplog: pytest.LogCaptureFixture) -> None:
    """Each kind of misuse is logged once, counted every time, and the rest of the event is told."""
    with capture() as told:
        for _ in range(2):
            sg.event("order.created")
            with sg.case("O-17"), sg.step("Check", attempt=0) as step:
                step.outcome = "fine"
                sg.event("order.created", at=datetime(2026, 7, 20))  # without zone is the point
                sg.event("order.created", lifecycle="start", outcome="well", **{"streamgauge.case.id": "O-18"})
                sg.event("order.created", performer="anna")  # type: ignore[arg-type]
                sg.handoff("Next", to=sg.system(), mode="by pigeon")
    kinds = {
        "no case", "unknown attempt", "unknown outcome", "naive instant", "reserved lifecycle", "no performer",
        "reserved streamgauge.case.id", "unknown handoff.mode",
    }  # fmt: skip
    assert sg.notices() == {kind: 4 if kind == "unknown outcome" else 2 for kind in kinds}
    assert len(caplog.records) == len(kinds)
    assert {record.levelno for record in caplog.records} == {logging.WARNING}
    assert [event["data"]["case.id"] for event in told] == ["O-17"] * 12
    assert {event["data"].get("outcome") for event in told} == {None, "success"}


@pytest.mark.parametrize("error", [sg.OutboxError("disk full"), ZeroDivisionError("a defect")])
def test_a_promise_that_cannot_be_kept_is_an_outbox_error(error: Exception) -> None:
    """By default a refusal reaches the service, as one type whatever was raised, and the step is not begun."""
    sg.configure(service="orders", stream="s", outbox=FullOutbox(error))
    with sg.case("O-17"):
        for tell in (lambda: sg.event("a"), lambda: sg.handoff("b", to=sg.system()), lambda: sg.step("c").start()):
            with pytest.raises(sg.OutboxError):
                tell()
        with pytest.raises(sg.OutboxError), sg.step("Check"):
            pytest.fail("the step was begun")


def test_a_promise_not_asked_for_is_a_counted_warning() -> None:
    """With required=False losses are counted; a single event can still be required, and the other way round."""
    sg.configure(service="orders", stream="s", outbox=FullOutbox(OSError("gone")), required=False)
    with sg.case("O-17"), sg.step("Check"):
        assert sg.event("a") is None
        with pytest.raises(sg.OutboxError):
            sg.event("a", required=True)
    assert sg.notices() == {"not stored": 3}
    sg.configure(service="orders", stream="s", outbox=FullOutbox(OSError("gone")))
    with sg.case("O-17"):
        assert sg.event("a", required=False) is None


def test_a_refusing_outbox_does_not_hide_an_exception() -> None:
    """The exception that passes stays the one the caller sees; that its telling failed is a note on it."""
    outbox = FullOutbox(sg.OutboxError("disk full"))
    sg.configure(service="orders", stream="s", outbox=outbox)
    with sg.case("O-17"), pytest.raises(ValueError) as caught, sg.step("Check", brief=True):
        raise ValueError
    assert "disk full" in caught.value.__notes__[0]


def test_any_value_can_be_an_attribute() -> None:
    """What has no JSON is told as a word on it; the event is never lost for it, nor the caller disturbed."""
    circle: list[object] = []
    circle.append(circle)
    odd = {
        "nan": float("nan"),
        "set": {1},
        "circle": circle,
        "bytes": b"\xff",
        "no": Unwritable(),
        "surrogate": "\ud800",
    }
    with capture() as told, sg.case("O-17"):
        sg.event("order.created", at=None, **odd)
        with sg.step("Check", **odd):
            pass
    data = told[0]["data"]
    assert (data["nan"], data["no"]) == ("nan", "Unwritable that has no JSON: RuntimeError")
    assert data["circle"] == "list that has no JSON: ValueError"
    assert data["surrogate"] == "?"
    assert len(told) == 3


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"service": ""}, "service"),
        ({"stream": None}, "stream"),
        ({"version": " "}, "version"),
        ({"outbox": "folder"}, "outbox"),
        ({"pseudonym_key": b"short"}, "pseudonym_key"),
        ({"pseudonym_key": "text of sixteen chars"}, "pseudonym_key"),
        ({"clock": 17}, "clock"),
    ],
)
def test_what_cannot_work_is_refused_at_the_start(wrong: dict[str, object], said: str) -> None:
    """A wrong configuration is an error at start-up, and names the argument."""
    given: dict[str, object] = {"service": "orders", "stream": "s", "outbox": ListOutbox(), **wrong}
    with pytest.raises(sg.ConfigurationError, match=said):
        sg.configure(**given)  # type: ignore[arg-type]


def test_an_instrument_cannot_be_changed_and_hides_its_key() -> None:
    """It is one immutable record, and showing it shows no secret."""
    made = sg.configure(service="orders", stream="s", outbox=ListOutbox(), pseudonym_key=b"secret-secret-secret")
    with pytest.raises(AttributeError):
        made.service = "other"  # type: ignore[misc]
    assert "secret-secret" not in repr(made)


def test_warnings_stay_few(caplog: pytest.LogCaptureFixture) -> None:
    """Kinds that hold words from outside can fill neither the memory nor the log."""
    with capture(), sg.case("O-17"):
        for number in range(1500):
            sg.event("a", **{f"streamgauge.step.name.{number}": 1, "lifecycle": 1})
    assert sg.notices() == {"reserved lifecycle": 1500}
    for number in range(1500):
        warn_once(f"kind {number}", "text")
    assert len(sg.notices()) == len(caplog.records) == 1001
    assert sum(sg.notices().values()) == 3000
