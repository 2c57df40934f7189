"""The verbs that tell an instant: what each says, and that what it says keeps the wire contract."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta, timezone

import pytest

import streamgauge as sg
from streamgauge.testing import FixedClock, Told, capture
from tests.instrumentation.contract import broken_rules

PAST = datetime(2026, 7, 1, 8, 30, tzinfo=timezone(timedelta(hours=2)))


def _ended(step: sg.Step, how: str) -> None:
    step.start()
    getattr(step, how)()


VERBS: dict[str, Callable[[], object]] = {
    "event": lambda: sg.event("order.created", channel="web"),
    "event with all": lambda: sg.event(
        "order.created",
        step="Receive order",
        outcome="success",
        attempt=2,
        cost=[],
        objects=[],
        performer=sg.external(),
    ),
    "handoff": lambda: sg.handoff("Check order", to=sg.human(role="Operations", team="Berlin"), mode="manual"),
    "step": lambda: _ended(sg.step("Check order", performer=sg.human("anna")), "complete"),
    "brief step": lambda: _ended(sg.step("Allocate", brief=True, attempt=1), "complete"),
    "aborted": lambda: _ended(sg.step("Allocate"), "abort"),
    "skipped": lambda: _ended(sg.step("Allocate"), "skip"),
    "suspended": lambda: _ended(sg.step("Allocate"), "suspend"),
    "resumed": lambda: _ended(sg.step("Allocate"), "resume"),
    "assigned": lambda: sg.step("Check order").assign(sg.human("anna")),
    "rework": lambda: _ended(sg.rework("Check order", of="i-1", reason="address missing"), "complete"),
    "correct": lambda: sg.correct("e-1", "order.created", channel="web"),
    "retract": lambda: sg.retract("e-1"),
    **{
        stage: lambda stage=stage: getattr(sg.failure, stage)("INC-7", severity=2)  # type: ignore[misc]
        for stage in ("onset", "detected", "triaged", "contained", "remediated", "steady")
    },
}


@pytest.mark.parametrize("verb", VERBS)
def test_every_verb_keeps_the_contract(verb: str) -> None:
    """Whatever a verb tells has all that its kind requires, and no name or word the contract does not know."""
    who = {"version": "2", "environment": "test", "revision": "9d5", "stream_version": "1"}
    with capture(pseudonym_key=b"k" * 16, **who) as told, sg.case("O-17"):
        VERBS[verb]()
    assert told
    assert [problem for event in told for problem in broken_rules(event, {"channel"})] == []


def test_an_event_says_what_happened() -> None:
    """A moment carries its type, case and own attributes; step and execution are its own where none is named."""
    with capture(service="orders", stream="order_to_cash") as told, sg.case("O-17"):
        event_id = sg.event("order.created", channel="web", nothing=None)
    [event] = told
    assert event["id"] == event_id == event["data"]["step.instance_id"]
    assert (event["type"], event["time"], event["source"]) == (
        "order.created",
        "2026-07-20T06:00:00.000000Z",
        "/test/0",
    )
    assert event["data"] == {
        "event.sequence": 1, "service.name": "orders", "stream.name": "order_to_cash", "case.id": "O-17",
        "lifecycle": "instant", "step.name": "order.created", "step.instance_id": event_id, "channel": "web",
        "performer.kind": "system",
    }  # fmt: skip


def test_a_handoff_opens_the_queue_for_the_step() -> None:
    """Schedule, start and complete carry the ticket's instance, so the time in the queue is known."""
    clock = FixedClock()
    with capture(clock=clock) as told, sg.case("O-17"):
        ticket = sg.handoff("Check order", to=sg.human(role="Operations"), mode="manual")
        clock.advance(600)
        with sg.step("Check order", performer=sg.human(role="Operations"), queued=ticket):
            clock.advance(timedelta(minutes=5))
    assert [event["data"]["lifecycle"] for event in told] == ["schedule", "start", "complete"]
    assert {event["data"]["step.instance_id"] for event in told} == {ticket.instance_id}
    assert [event["time"][11:16] for event in told] == ["06:00", "06:10", "06:15"]
    assert told[0]["data"]["handoff.mode"] == "manual"
    assert told[0]["data"]["performer.role"] == "Operations"


def test_rework_names_what_it_repeats() -> None:
    """Rework refers to the earlier execution, given as itself, and says why."""
    with capture() as told, sg.case("O-17"):
        with sg.step("Check order") as first:
            first.outcome = "failure"
        with sg.rework("Check order", of=first, reason="address missing") as second:
            pass
    again = told[-1]["data"]
    assert (again["rework.of"], again["rework.reason"]) == (first.instance_id, "address missing")
    assert second.instance_id != first.instance_id


def test_a_failure_hits_a_case_or_the_stream() -> None:
    """Inside a case a stage belongs to it; outside, or told to be stream-wide, it names no case."""
    with capture() as told:
        sg.failure.detected("INC-7", severity=1)
        with sg.case("O-17"):
            sg.failure.contained("INC-7")
            sg.failure.steady("INC-7", stream_wide=True)
    assert [event["data"].get("case.id") for event in told] == [None, "O-17", None]
    assert [event["type"] for event in told] == ["failure.detected", "failure.contained", "failure.steady"]
    assert told[0]["data"]["severity"] == 1
    assert sg.notices() == {}


def test_a_failure_names_its_cause() -> None:
    """Any stage may say which release caused the episode and whether it healed by itself; a step may not."""
    with capture() as told:
        sg.failure.triaged("INC-7", caused_by_release="2.4")
        sg.failure.steady("INC-7", auto_healed=True)
        assert sg.notices() == {}
        with sg.case("O-17"):
            sg.event("order.created", caused_by_release="2.4")
    assert [event["data"].get("caused_by_release") for event in told] == ["2.4", None, None]
    assert told[1]["data"]["auto_healed"] is True
    assert list(sg.notices()) == ["reserved caused_by_release"]


def test_a_correction_replaces_and_a_retraction_removes() -> None:
    """Both name the event they speak of; a correction is a whole event."""
    with capture() as told, sg.case("O-17"):
        wrong = sg.event("order.created", channel="web")
        assert wrong is not None
        sg.correct(wrong, "order.created", at=PAST, channel="shop")
        sg.retract(wrong)
    assert [event["data"].get("corrects") for event in told] == [None, wrong, wrong]
    assert told[1]["data"]["channel"] == "shop"
    assert [event["data"].get("retracted") for event in told] == [None, None, True]


@pytest.mark.parametrize("at", [PAST, int(PAST.timestamp()) * 10**9])
def test_what_happened_earlier_can_be_told_later(at: datetime | int) -> None:
    """Every verb takes the instant, as an aware datetime or nanoseconds."""
    with capture() as told, sg.case("O-17"):
        sg.event("order.created", at=at)
        sg.handoff("Check", to=sg.system(), at=at)
        sg.failure.onset("INC-7", at=at)
        sg.correct("e", "order.created", at=at)
        sg.retract("e", at=at)
        with sg.step("Check", at=at) as step:
            step.suspend(at=at)
            step.resume(at=at)
            step.complete(at=at)
        with sg.step("Allocate", at=at, brief=True):
            pass
    assert {event["time"] for event in told} == {"2026-07-01T06:30:00.000000Z"}


def test_an_instant_keeps_its_microseconds() -> None:
    """Datetimes become nanoseconds without a float in between."""
    with capture() as told, sg.case("O-17"):
        sg.event("a", at=datetime(2262, 4, 11, 23, 47, 16, 854775, tzinfo=UTC))
        sg.event("a", at=datetime(1, 1, 1, tzinfo=UTC))
        sg.event("a", at=datetime(1969, 12, 31, 23, 59, 59, 999999, tzinfo=UTC))
    assert [event["time"] for event in told] == [
        "2262-04-11T23:47:16.854775Z", "0001-01-01T00:00:00.000000Z", "1969-12-31T23:59:59.999999Z",
    ]  # fmt: skip


def test_a_case_may_be_of_another_stream() -> None:
    """The stream of the case is told instead of the configured one, whose version does not hold for it."""
    with capture(stream="order_to_cash", stream_version="3") as told:
        with sg.case("R-1", stream="returns"):
            sg.event("return.created")
        with sg.case("O-1", stream="order_to_cash"):
            sg.event("order.created")
    names: list[Told] = [event["data"] for event in told]
    assert [(data["stream.name"], data.get("stream.version")) for data in names] == [
        ("returns", None), ("order_to_cash", "3"),
    ]  # fmt: skip
