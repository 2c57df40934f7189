"""The span beside a step: the same attributes under full names, and the event that tells the same ending."""

from __future__ import annotations

import pytest
from opentelemetry import trace
from opentelemetry.sdk.trace import ReadableSpan, TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter

import streamgauge as sg
from streamgauge.attributes import ATTRIBUTES
from streamgauge.testing import FixedClock, Told, capture


class Spans:
    """A tracer provider, and the spans that ended under it."""

    def __init__(self) -> None:
        self.exporter, self.provider = InMemorySpanExporter(), TracerProvider()
        self.provider.add_span_processor(SimpleSpanProcessor(self.exporter))

    @property
    def ended(self) -> list[ReadableSpan]:
        """In the order of their end."""
        return list(self.exporter.get_finished_spans())


@pytest.fixture
def spans() -> Spans:
    """Spans of this test alone."""
    return Spans()


def _full(event: Told) -> dict[str, object]:
    names = {attribute.short_name: attribute.name for attribute in ATTRIBUTES}
    return {names.get(name, name): value for name, value in event["data"].items()}


def test_a_span_says_what_the_events_say(spans: Spans) -> None:
    """Every plain attribute of the ending event stands on the span under its full name, beside the event's identity."""
    clock = FixedClock()
    with (
        capture(tracer_provider=spans.provider, clock=clock, pseudonym_key=b"0123456789abcdef") as told,
        sg.case("O-17"),
        sg.rework("Check", of="i-0", reason="r", performer=sg.human("anna"), channel="web") as step,
    ):
        clock.advance(90)
        step.cost("calls", 1, "1")
        step.note(late=True)
    [span], ending = spans.ended, told[-1]
    of_the_span = dict(span.attributes or {})
    assert of_the_span.pop("cloudevents.event_id") == ending["id"]
    assert of_the_span.pop("cloudevents.event_source") == ending["source"]
    left_out = {"streamgauge.event.sequence", "streamgauge.lifecycle", "streamgauge.cost", "service.name"}
    assert of_the_span == {name: value for name, value in _full(ending).items() if name not in left_out}
    assert (span.name, span.status.is_ok) == ("Check", True)
    assert span.end_time is not None
    assert span.start_time is not None
    assert span.end_time - span.start_time == 90 * 10**9


def test_events_point_to_the_span(spans: Spans) -> None:
    """Start and ending carry the traceparent of their step's own span, and inner steps are its children."""
    with capture(tracer_provider=spans.provider) as told, sg.case("O-17"), sg.step("Outer"), sg.step("Inner"):
        sg.event("order.created")
    inner, outer = spans.ended
    ids = {event["data"]["step.name"]: event["traceparent"].split("-")[2] for event in told}
    assert ids["Outer"] == f"{outer.get_span_context().span_id:016x}"
    assert ids["Inner"] == ids["order.created"] == f"{inner.get_span_context().span_id:016x}"
    assert inner.parent is not None
    assert inner.parent.span_id == outer.get_span_context().span_id


def test_an_error_is_on_the_span(spans: Spans) -> None:
    """An exception sets the status and error.type; its message is nowhere."""
    with capture(tracer_provider=spans.provider), sg.case("O-17"), pytest.raises(ValueError), sg.step("Check"):
        raise ValueError("Anna")
    [span] = spans.ended
    assert span.status.status_code is trace.StatusCode.ERROR
    assert (span.attributes or {})["error.type"] == "ValueError"
    assert "Anna" not in span.to_json()


def test_a_failed_outcome_is_no_error_of_the_program(spans: Spans) -> None:
    """A business failure ends the span without error status."""
    with capture(tracer_provider=spans.provider), sg.case("O-17"), sg.step("Check") as step:
        step.outcome = "failure"
    [span] = spans.ended
    assert span.status.is_ok
    assert (span.attributes or {})["streamgauge.outcome"] == "failure"


def test_a_lost_event_is_not_claimed_by_its_span(spans: Spans) -> None:
    """Without an event in the outbox the span names none, so the loader will count the span."""
    with capture(tracer_provider=spans.provider) as told, sg.step("no case"):
        pass
    [span] = spans.ended
    assert told == []
    assert "cloudevents.event_id" not in (span.attributes or {})


def test_a_refused_start_leaves_no_open_span(spans: Spans) -> None:
    """Where the guarantee fails at the start, the span is ended as an error and is no longer the current one."""

    class Full:
        source = "/full/0"

        def put(self, event: object) -> None:
            raise sg.OutboxError("disk full")

        def close(self) -> None:
            """Nothing is open."""

    sg.configure(service="s", stream="s", outbox=Full(), tracer_provider=spans.provider)
    with sg.case("O-17"), pytest.raises(sg.OutboxError), sg.step("Check"):
        pytest.fail("the step was begun")
    assert [span.status.status_code for span in spans.ended] == [trace.StatusCode.ERROR]
    assert not trace.get_current_span().get_span_context().is_valid


def test_without_an_sdk_there_is_no_trace() -> None:
    """With the API alone everything is told, and no event claims a trace."""
    with capture() as told, sg.case("O-17"), sg.step("Check"):
        sg.event("order.created")
    assert len(told) == 3
    assert not any("traceparent" in event for event in told)
