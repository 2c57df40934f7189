"""What crosses a border: three opaque ids and the trace, whatever strangers write into their headers."""

from __future__ import annotations

import asyncio
from typing import Any
from urllib.parse import quote

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from opentelemetry import baggage, trace
from opentelemetry import context as otel
from opentelemetry.sdk.trace import TracerProvider

import streamgauge as sg
from streamgauge.propagation import LONGEST_HEADER
from streamgauge.testing import capture

TRACE = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"


def _sent(ticket: sg.Ticket | None = None, **more: str) -> dict[str, str]:
    headers: dict[str, str] = dict(more)
    with capture(stream="order_to_cash"), sg.case("O/17 #1"[:4]):
        sg.inject(headers, ticket)
    return headers


@pytest.mark.parametrize("name", ["baggage", "Baggage", "BAGGAGE", b"baggage"])
def test_case_and_ticket_arrive(name: str | bytes) -> None:
    """What inject wrote, extract reads: as a mapping or as pairs, names in any case, text or bytes."""
    header = _sent(sg.Ticket("i-1"))["baggage"]
    value: Any = header.encode() if isinstance(name, bytes) else header
    carriers: list[Any] = [{name: value}, [(name, value)], {name: [value]}]
    for carrier in carriers:
        arrived = sg.extract(carrier)
        assert arrived.ticket == sg.Ticket("i-1")
        assert arrived.case is not None
        assert (arrived.case.id, arrived.case.stream) == ("O/17", "order_to_cash")


def test_across_a_queue_the_step_keeps_case_and_place() -> None:
    """The consumer, of another stream by configuration, tells the step in the case and under the ticket it was sent."""
    message: dict[str, str] = {}
    with capture(stream="order_to_cash"), sg.case("O-17"):
        ticket = sg.handoff("Check order", to=sg.human(role="Operations"))
        sg.inject(message, ticket)

    async def consume() -> None:
        async with sg.extract(message) as arrived, sg.step("Check order", queued=arrived.ticket):
            await asyncio.sleep(0)
        assert sg.current_case() is None

    with capture(stream="another") as told:
        asyncio.run(consume())
    assert {event["data"]["case.id"] for event in told} == {"O-17"}
    assert {event["data"]["stream.name"] for event in told} == {"order_to_cash"}
    assert {event["data"]["step.instance_id"] for event in told} == {ticket.instance_id}


def test_only_opaque_ids_travel() -> None:
    """Baggage of OpenTelemetry's context is not sent, and no other member is read."""
    token = otel.attach(baggage.set_baggage("user.email", "anna@example.org"))
    try:
        headers = _sent()
    finally:
        otel.detach(token)
    assert headers == {"baggage": "streamgauge.case.id=O%2F17,streamgauge.stream.name=order_to_cash"}
    arrived = sg.extract({"baggage": "user.email=anna,streamgauge.performer.id=anna,streamgauge.case.id=O-1;secret=x"})
    with arrived:
        assert baggage.get_all() == {}
        assert sg.current_case() is arrived.case
    assert arrived.case is not None
    assert arrived.case.id == "O-1"


def test_members_of_others_stay() -> None:
    """A header that somebody else wrote keeps their members; ours are replaced, not repeated."""
    headers = _sent(Baggage="team=red;ttl=1, streamgauge.case.id=old")
    assert headers["baggage"].startswith("team=red;ttl=1,streamgauge.case.id=O%2F17,")
    assert headers["baggage"].count("streamgauge.case.id") == 1
    sg.strip(headers)
    assert headers == {"baggage": "team=red;ttl=1"}
    alone = _sent()
    sg.strip(alone)
    assert alone == {}


def test_without_a_case_nothing_is_sent() -> None:
    """Outside of a case no header is written."""
    headers: dict[str, str] = {}
    with capture():
        sg.inject(headers)
    assert headers == {}


@pytest.mark.parametrize("case_id", ["Anna Müller", "O 17", "x" * 129, 'O"17', "O\n17", "O;17", "O,17"])
def test_what_is_not_opaque_stays_home(case_id: str) -> None:
    """An id too long or of strange characters is not sent, which is said once; it is not believed either."""
    headers: dict[str, str] = {}
    with capture(), sg.case(case_id):
        sg.inject(headers)
    assert "case.id" not in headers["baggage"]
    assert sg.notices() == {"not opaque streamgauge.case.id": 1}
    assert sg.extract({"baggage": f"streamgauge.case.id={quote(case_id, safe='')}"}).case is None


@given(
    st.one_of(
        st.text(max_size=300),
        st.binary(max_size=300),
        st.text(alphabet="=,;%streamgauge.case.id", max_size=200),
        st.just("streamgauge.case.id=" + "x" * LONGEST_HEADER),
        st.just("," * LONGEST_HEADER),
        st.lists(st.text(max_size=20), max_size=5),
        st.none(),
        st.integers(),
    ),
    st.one_of(st.text(max_size=80), st.binary(max_size=80), st.just(TRACE + "-x"), st.none()),
)
@settings(max_examples=150, deadline=None)
def test_hostile_headers_are_ignored(header: Any, traceparent: Any) -> None:
    """Whatever stands in the headers: nothing raises, and what is believed is short and harmless."""
    arrived = sg.extract({"baggage": header, "traceparent": traceparent})
    with arrived:
        case = sg.current_case()
    if case is not None:
        assert 0 < len(case.id) <= 128
        assert case.id.isascii()
        assert case.id.isprintable()


@pytest.mark.parametrize("carrier", [None, 17, "baggage", [1, 2], [("a",)], object()])
def test_strange_carriers_are_no_error(carrier: Any) -> None:
    """What holds no headers brings nothing, takes nothing, and is said once."""
    assert sg.extract(carrier).case is None
    with capture(), sg.case("O-17"):
        sg.inject(carrier)
    sg.strip(carrier)
    assert set(sg.notices()) <= {"not extracted", "not injected", "not stripped"}
    assert sg.notices()


def test_the_trace_goes_along() -> None:
    """Traceparent is written from the current span and continued by the step on the other side, by its event too."""
    provider = TracerProvider()
    headers: dict[str, str] = {}
    with provider.get_tracer("t").start_as_current_span("sender") as sender:
        sg.inject(headers)
    trace_id = f"{sender.get_span_context().trace_id:032x}"
    with capture(tracer_provider=provider) as told, sg.case("O-17"), sg.extract(headers), sg.step("Check"):
        pass
    assert {event["traceparent"][3:35] for event in told} == {trace_id}
    assert not trace.get_current_span().get_span_context().is_valid


def test_a_server_span_of_the_framework_stays_the_parent() -> None:
    """Where a span is open already, extract does not put the remote one over it."""
    provider = TracerProvider()
    with provider.get_tracer("t").start_as_current_span("server") as server, sg.extract({"traceparent": TRACE}):
        assert trace.get_current_span() is server


def test_strip_is_for_the_trust_edge() -> None:
    """After it, nothing of ours is read from the headers, whoever wrote them."""
    headers = {"BAGGAGE": "streamgauge.case.id=forged", "traceparent": TRACE}
    sg.strip(headers)
    assert sg.extract(headers).case is None
    assert headers == {"traceparent": TRACE}
