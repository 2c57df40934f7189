"""Spans: what a claimed one becomes, which are left out, and what becomes of hostile ones."""

from __future__ import annotations

import datetime as dt
import json
from collections import Counter
from dataclasses import replace
from typing import Any

import polars as pl
import pytest

from metrics.stream.source import Source, Spans
from pipelines.sources import otlp
from pipelines.sources.batch import SCHEMA
from pipelines.sources.otlp.spans import OUTSIDE, TOLD_BY_EVENTS, WITHOUT_CASE
from tests.pipelines.otlp_messages import (
    CLAIMED,
    JSON,
    PROTOBUF,
    SERVICE,
    START_NS,
    Told,
    span_json,
    traces,
    wrap_spans,
)

TRACE, SPAN = bytes(range(16)).hex(), bytes(range(1, 9)).hex()
START = dt.datetime(2025, 7, 20, 8, 26, 40, 123_456)


def _parse(
    *spans: Told, settings: Source = CLAIMED, left_out: Counter[str] | None = None, **resource: Any
) -> list[dict[str, Any]]:
    """Rows of one request; both encodings must give the same ones and leave out the same."""
    told = SERVICE | {name.replace("_", "."): value for name, value in resource.items()}
    protobuf, text = traces(*spans, resource=told)
    other: Counter[str] = Counter()
    left_out = Counter() if left_out is None else left_out
    frame = otlp.parse_traces(protobuf, PROTOBUF, settings, "inbox 1", left_out)
    assert frame.equals(otlp.parse_traces(text, JSON, settings, "inbox 1", other))
    assert left_out == other
    assert dict(frame.schema) == SCHEMA
    return frame.to_dicts()


def test_a_span_is_its_start_and_its_end() -> None:
    """A claimed span gives two rows of the same step instance, told by its service, with the facts of each instant."""
    span = Told(attributes={"streamgauge.case.id": "O-1", "http.route": "/a", "error.type": "timeout"}, status=2)
    start, end = _parse(replace(span, message="no answer"), service_namespace="Sales", deployment_environment_name="p")
    both = {
        "source": "otlp:orders", "case_id": "O-1", "step": "Check order", "activity_id": SPAN, "release": "2.4",
        "performer_kind": "system", "performer": "orders", "role": "orders", "team": "Sales", "environment": "p",
        "place": "inbox 1 span 1",
    }  # fmt: skip
    assert start == dict.fromkeys(SCHEMA) | both | {
        "event_id": f"{TRACE}:{SPAN}:start", "event_at": START, "lifecycle": "start",
        "attributes": '{"http.route":"/a"}',
    }  # fmt: skip
    assert end == dict.fromkeys(SCHEMA) | both | {
        "event_id": f"{TRACE}:{SPAN}:end", "event_at": START + dt.timedelta(milliseconds=5), "lifecycle": "abort",
        "outcome": "error", "attributes": '{"error.type":"timeout","otel.status_description":"no answer"}',
    }  # fmt: skip


@pytest.mark.parametrize(
    ("status", "ending"), [(0, ("complete", None)), (1, ("complete", "success")), (2, ("abort", "error"))]
)
def test_a_status_is_the_outcome(status: int, ending: tuple[str, str | None]) -> None:
    """An error aborts the step, an explicit OK is success, and a status that was not set says nothing."""
    end = _parse(Told(status=status))[1]
    assert (end["lifecycle"], end["outcome"]) == ending


def test_a_span_may_speak_the_contract() -> None:
    """Attributes under our full names fill their columns and beat what is taken from the service."""
    ours = {
        "case.id": "O-1", "stream.name": "s", "step.name": "Ship", "performer.kind": "human", "performer.id": "p-1",
        "performer.role": "Clerk", "performer.team": "T", "attempt": 3, "outcome": "failure", "rework.of": "x",
        "cost": [{"driver": "cpu", "quantity": 2, "unit": "s"}],
    }  # fmt: skip
    start, end = _parse(Told(attributes={f"streamgauge.{name}": value for name, value in ours.items()}))
    columns = ("stream", "step", "performer_kind", "performer", "role", "team", "attempt", "outcome")
    assert [start[name] for name in columns] == ["s", "Ship", "human", "p-1", "Clerk", "T", 3, None]
    assert end["outcome"] == "failure"
    assert json.loads(start["attributes"]) == {"rework.of": "x"}
    assert json.loads(end["attributes"]) == {"cost": ours["cost"]}


def test_a_strangers_word_is_not_ours() -> None:
    """An attribute that only looks like one of ours, without our prefix, fills nothing and is kept under `otlp.`."""
    start, end = _parse(Told(attributes={"streamgauge.case.id": "O-1", "outcome": "won", "cost": 7}))
    assert end["outcome"] is None and end["attributes"] is None
    assert json.loads(start["attributes"]) == {"otlp.outcome": "won", "otlp.cost": 7}


def test_a_resource_may_speak_for_its_spans() -> None:
    """What the resource says under our names holds for each span, unless the span says otherwise."""
    own = Told(attributes={"streamgauge.case.id": "O-2", "streamgauge.performer.role": "Clerk"})
    told = {"streamgauge_case_id": "O-1", "streamgauge_performer_role": "Desk"}
    rows = _parse(Told(attributes={}), own, **told)
    assert [(row["case_id"], row["role"]) for row in rows[:2]] == [("O-1", "Desk"), ("O-2", "Clerk")]


def test_a_span_told_by_its_event_is_only_counted() -> None:
    """A span that names the event made beside it is no second telling of the same work."""
    left_out: Counter[str] = Counter()
    told = Told(attributes={"streamgauge.case.id": "O-1", "cloudevents.event_id": "e-1"})
    assert _parse(told, left_out=left_out) == []
    assert left_out == {TOLD_BY_EVENTS: 1}


@pytest.mark.parametrize(
    ("claims", "counted"),
    [
        (None, {OUTSIDE: 3}),
        (Spans(services=("pay", "ord*")), {}),
        (Spans(services=("pay",)), {OUTSIDE: 3}),
        (Spans(kinds=("server",)), {OUTSIDE: 2}),
        (Spans(kinds=("internal", "client")), {OUTSIDE: 1}),
        (Spans(steps={"ping": None, "b": "B"}), {OUTSIDE: 1}),
        (Spans(case="order.id"), {WITHOUT_CASE: 3}),
        (Spans(case="trace_id"), {}),
    ],
)
def test_a_stream_takes_what_it_claims(claims: Spans | None, counted: dict[str, int]) -> None:
    """Spans of other services, kinds or names, and spans without a case, make no row and are counted by the reason."""
    spans = [replace(Told(), name=name, kind=kind) for name, kind in (("a", 2), ("b", 0), ("ping", 3))]
    left_out: Counter[str] = Counter()
    rows = _parse(*spans, settings=Source(spans=claims), left_out=left_out)
    assert left_out == counted
    assert len(rows) == 2 * (3 - sum(counted.values()))


def test_steps_are_renamed() -> None:
    """The stream file may give a span's name the word of a step; the case may be the trace."""
    claims = Spans(case="trace_id", steps={"Check order": "Check"})
    rows = _parse(Told(), settings=Source(spans=claims))
    assert {(row["step"], row["case_id"]) for row in rows} == {("Check", TRACE)}


def test_a_number_may_be_a_case() -> None:
    """A case that is a whole number is its digits."""
    assert _parse(Told(attributes={"order": 4711}), settings=Source(spans=Spans(case="order")))[0]["case_id"] == "4711"


HOSTILE: dict[str, tuple[Told, str]] = {
    "no start": (Told(start_ns=0), "startTimeUnixNano is 0"),
    "no end": (Told(end_ns=0), "endTimeUnixNano is 0"),
    "no trace": (Told(trace_id=b""), "are no ids"),
    "trace of zeros": (Told(trace_id=bytes(16)), "are no ids"),
    "span of zeros": (Told(span_id=bytes(8)), "are no ids"),
    "short span id": (Told(span_id=b"1234"), "are no ids"),
    "long trace id": (Told(trace_id=b"x" * 1_000), "are no ids"),
    "case is a list": (Told(attributes={"streamgauge.case.id": ["a"]}), "the case is ['a']"),
    "case is empty": (Told(attributes={"streamgauge.case.id": ""}), "the case is ''"),
    "case is true": (Told(attributes={"streamgauge.case.id": True}), "the case is True"),
    "10 MB name": (Told(name="x" * 10_000_000), "is larger than 1 MiB"),
    "10 MB value": (Told(attributes={"streamgauge.case.id": "a", "x": "x" * 10_000_000}), "is larger than 1 MiB"),
    "10 MB case": (Told(attributes={"streamgauge.case.id": "x" * 10_000_000}), "is larger than 1 MiB"),
    "kind unknown": (
        Told(attributes={"streamgauge.case.id": "a", "streamgauge.performer.kind": "robot"}),
        "performer.kind is 'robot'",
    ),
    "attempt is a text": (Told(attributes={"streamgauge.case.id": "a", "streamgauge.attempt": "1"}), "attempt is '1'"),
}


@pytest.mark.parametrize(("span", "problem"), HOSTILE.values(), ids=HOSTILE)
def test_a_bad_span_is_a_problem_of_its_own(span: Told, problem: str) -> None:
    """A span that cannot be a step is one row with reason and place, and its neighbours are read."""
    rows = _parse(Told(), span, Told())
    bad = [row for row in rows if row["problem"] is not None]
    assert len(rows) == 5 and len(bad) == 1
    assert problem in bad[0]["problem"] and bad[0]["place"] == "inbox 1 span 2" and bad[0]["source"] == "otlp:orders"


ODD: dict[str, Any] = {
    "\x00\x1f\u2028\"'": "control", "": "no name", "nan": float("nan"), "inf": float("-inf"), "empty": None,
    "bytes": b"\x00\xff", "list": [1, [None, {"a": 2.5}]], "map": {"k": {"": False}}, "low": -(2**63), "ü" * 500: "😀",
}  # fmt: skip


def test_odd_attributes_are_kept() -> None:
    """Control characters, empty names, NaN, bytes and nested values arrive as plain JSON from both encodings."""
    told = json.loads(_parse(Told(attributes={"streamgauge.case.id": "a"} | ODD))[0]["attributes"])
    assert told == ODD | {"nan": "NaN", "inf": "-Infinity", "bytes": "AP8="}


@pytest.mark.parametrize(("at_ns", "year"), [(1, 1970), (2**63 - 1, 2262), (2**64 - 1, 2554)])
def test_any_time_protobuf_can_say_is_an_instant(at_ns: int, year: int) -> None:
    """A time far off is read as told; whether it can be true is the ledger's to say."""
    assert _parse(Told(start_ns=at_ns))[0]["event_at"].year == year


def _json(**changes: Any) -> dict[str, Any]:
    return span_json(Told()) | changes


BROKEN = {
    "time beyond 64 bits": (_json(startTimeUnixNano=str(2**64)), "startTimeUnixNano is 18446744073709551616"),
    "negative time": (_json(endTimeUnixNano="-1"), "endTimeUnixNano is -1"),
    "time in words": (_json(startTimeUnixNano="soon"), "is no OTLP: Expected `int | null`, got `str`"),
    "time as a fraction": (_json(startTimeUnixNano=1.5), "is no OTLP"),
    "name is a number": (_json(name=7), "is no OTLP"),
    "attributes are no list": (_json(attributes={"a": 1}), "is no OTLP"),
    "ids that are not hexadecimal": (_json(traceId="x" * 32), "are no ids"),
    "ids with white space": (_json(spanId=" " + "1" * 15), "are no ids"),
    "span is null": (None, "is no OTLP"),
    "integer beyond 64 bits": (_json(attributes=[{"key": "a", "value": {"intValue": str(2**63)}}]), "64 bits"),
    "told twice": (
        _json(attributes=[{"key": "a", "value": {"intValue": 1}}, {"key": "a", "value": {}}]),
        "attribute 'a' is told twice",
    ),
}


@pytest.mark.parametrize(("span", "problem"), BROKEN.values(), ids=BROKEN)
def test_a_bad_span_in_json_spoils_only_itself(span: Any, problem: str) -> None:
    """A span of other types than OTLP's is one problem row; the spans beside it are read."""
    body = wrap_spans([_json(), span, _json(traceId=TRACE.upper())])
    frame = otlp.parse_traces(body, JSON, CLAIMED, "inbox 1")
    assert frame["problem"].null_count() == 4 and frame.height == 5
    assert problem in frame["problem"][4] and frame["place"][4] == "inbox 1 span 2"
    assert frame["event_id"][1] == f"{TRACE}:{SPAN}:start"


def test_numbers_and_nulls_are_read_as_told() -> None:
    """64-bit numbers may be numbers or texts, null is as good as absent, and unknown fields are passed over."""
    odd = _json(startTimeUnixNano=START_NS, status=None, kind=None, events=[{"x": 1}], futureField={"a": [1]})
    frame = otlp.parse_traces(wrap_spans([odd]), JSON, CLAIMED, "inbox 1")
    assert frame["problem"].null_count() == 2 and frame["event_at"][0] == START


@pytest.mark.parametrize("part", [b"\xff\xfe", b"\xc3("])
def test_bytes_that_are_no_text_spoil_only_their_span(part: bytes) -> None:
    """A name or an attribute in protobuf that is not UTF-8 is a problem of its span, not of the message."""
    good = traces(Told(), Told(name="ab"), Told(attributes={"streamgauge.case.id": "a", "cd": "ef"}))[0]
    for word in (b"ab", b"cd", b"ef"):
        frame = otlp.parse_traces(good.replace(word, part), PROTOBUF, CLAIMED, "inbox 1")
        assert frame.filter(pl.col("problem").is_null()).height == 4, word
        assert frame["problem"].drop_nulls().str.contains("is no OTLP").to_list() == [True]


def test_a_resource_that_cannot_be_read_spoils_its_spans() -> None:
    """Without its resource nobody knows who told a span, so each is a problem that says so."""
    rows = _parse(Told(), Told(), service_name=7)
    assert [row["problem"] for row in rows] == ["its resource cannot be read: service.name is 7; it must be a text"] * 2
