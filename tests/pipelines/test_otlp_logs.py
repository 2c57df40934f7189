"""Log records: the ones that are business events mean what a CloudEvent means; all others are counted."""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import replace
from typing import Any

import polars as pl
import pytest

from metrics.stream.source import Source
from pipelines.sources import cloudevents, otlp
from pipelines.sources.batch import SCHEMA
from pipelines.sources.otlp.records import NO_EVENT
from tests.pipelines.otlp_messages import JSON, PROTOBUF, SERVICE, START_NS, Record, Told, logs, traces

ID = {"streamgauge.event.id": "e-1"}
OURS = {
    "stream.name": "order_to_cash", "event.sequence": 17, "case.id": "O-1", "step.name": "Approve", "lifecycle":
    "complete", "step.instance_id": "O-1/1", "performer.kind": "human", "performer.id": "p-1", "performer.role": "Desk",
    "performer.team": "Finance", "outcome": "success", "attempt": 2, "corrects": "e-0", "retracted": True,
    "rework.of": "O-1/0", "cost": [{"driver": "cpu", "quantity": 1.25, "unit": "s"}],
}  # fmt: skip
STRANGERS = {"channel": "Läden", "weight": 2.5, "tags": ["a", {"b": None}]}
RESOURCE = SERVICE | {"deployment.environment.name": "production", "vcs.ref.head.revision": "9d59"}


def _parse(*records: Record, left_out: Counter[str] | None = None, **resource: Any) -> list[dict[str, Any]]:
    """Rows of one request; both encodings must give the same ones."""
    protobuf, text = logs(*records, resource=RESOURCE | {name.replace("_", "."): v for name, v in resource.items()})
    left_out = Counter() if left_out is None else left_out
    other: Counter[str] = Counter()
    frame = otlp.parse_logs(protobuf, PROTOBUF, Source(), "inbox 1", left_out)
    assert frame.equals(otlp.parse_logs(text, JSON, Source(), "inbox 1", other))
    assert left_out == other and dict(frame.schema) == SCHEMA
    return frame.to_dicts()


def _full(names: dict[str, Any]) -> dict[str, Any]:
    return {f"streamgauge.{name}": value for name, value in names.items()}


def test_a_record_means_what_its_event_means() -> None:
    """A log record and a CloudEvent of the same source, id, time and words give the same row, but for the place."""
    record = Record(
        attributes=ID | _full(OURS) | STRANGERS | {"cloudevents.event_source": "/credit"},
        trace_id=bytes(range(16)), span_id=bytes(range(1, 9)), flags=1,
    )  # fmt: skip
    event = {
        "specversion": "1.0", "id": "e-1", "source": "/credit", "type": "step.complete",
        "time": "2025-07-20T08:26:40.123456789Z", "data": OURS | STRANGERS | RESOURCE,
        "traceparent": "00-000102030405060708090a0b0c0d0e0f-0102030405060708-01",
    }  # fmt: skip
    body = json.dumps(event).encode()
    wanted = cloudevents.parse(body, "application/cloudevents+json", Source(), "inbox 1 log record 1").to_dicts()
    assert wanted[0]["problem"] is None
    assert _parse(record) == wanted


def test_the_service_is_the_source_unless_another_is_named() -> None:
    """Without a source of its own an event belongs to its service."""
    record = Record(attributes=ID | _full(OURS))
    assert _parse(record)[0]["source"] == "otlp:orders"
    protobuf, _ = logs(record, resource={})
    assert otlp.parse_logs(protobuf, PROTOBUF, Source(), "x")["source"].to_list() == ["otlp:unknown_service"]


def test_a_record_may_have_only_the_time_it_was_observed() -> None:
    """Where the record's own time is absent, the time it was observed stands in."""
    record = Record(attributes=ID | _full(OURS), time_ns=0, observed_ns=START_NS)
    assert _parse(record)[0]["event_at"] == _parse(Record(attributes=ID | _full(OURS)))[0]["event_at"]


def test_a_body_is_kept() -> None:
    """What the body says is an attribute."""
    told = _parse(Record(attributes=ID | _full(OURS), body={"note": ["a", 1]}))[0]["attributes"]
    assert json.loads(told)["body"] == {"note": ["a", 1]}


def test_other_records_are_only_counted() -> None:
    """Records without an event name, or without a word of ours, are no business events."""
    left_out: Counter[str] = Counter()
    plain = Record(event_name="", attributes=ID), Record(event_name="login", attributes={"outcome": "success"})
    assert _parse(*plain, left_out=left_out) == []
    assert left_out == {NO_EVENT: 2}


BROKEN = {
    "no id": (Record(attributes=_full(OURS)), "no streamgauge.event.id"),
    "id is a number": (Record(attributes=_full(OURS | {"event.id": 7})), "streamgauge.event.id is 7"),
    "no time": (Record(attributes=ID | _full(OURS), time_ns=0), "timeUnixNano is 0"),
    "no case": (Record(attributes=ID | _full({"step.name": "Ship"})), "names no case"),
    "kind unknown": (Record(attributes=ID | _full(OURS | {"performer.kind": "robot"})), "performer.kind is 'robot'"),
    "source is a number": (Record(attributes=ID | {"cloudevents.event_source": 7}), "cloudevents.event_source is 7"),
    "10 MB": (Record(attributes=ID | _full(OURS) | {"note": "x" * 10_000_000}), "is larger than 1 MiB"),
}


@pytest.mark.parametrize(("record", "problem"), BROKEN.values(), ids=BROKEN)
def test_a_broken_event_is_a_row_with_its_problem(record: Record, problem: str) -> None:
    """A business event that cannot be a row is kept with reason and place, and its neighbours are read."""
    good = Record(attributes=ID | _full(OURS))
    rows = _parse(good, record, good)
    assert [row["problem"] is None for row in rows] == [True, False, True]
    assert problem in rows[1]["problem"] and rows[1]["place"] == "inbox 1 log record 2"


def test_a_stranger_does_not_fill_our_columns() -> None:
    """A name that is ours only with the prefix stays beside ours, and beats nothing."""
    row = _parse(Record(attributes=ID | _full(OURS) | {"outcome": "won"}))[0]
    assert row["outcome"] == "success" and json.loads(row["attributes"])["otlp.outcome"] == "won"


NO_MESSAGE = {
    "empty JSON": (b"", JSON),
    "no JSON": (b"{", JSON),
    "another JSON": (b'{"specversion":"1.0"}', JSON),
    "a list": (b"[]", JSON),
    "no UTF-8": (b'{"resourceSpans":[{"scopeSpans":[{"spans":[{"name":"\xff"}]}]}]}', JSON),
    "half a character": (b'{"resourceSpans":[{"schemaUrl":"\\ud800"}]}', JSON),
    "spans are a text": (b'{"resourceSpans":"x"}', JSON),
    "deep": (b'{"resourceSpans":' + b"[" * 200_000, JSON),
    "deep within": (b'{"resourceSpans":[],"x":' + b'{"a":' * 200_000, JSON),
    "metrics": (b'{"resourceMetrics":[]}', JSON),
    "no protobuf": (b"\xff\xff\xff", PROTOBUF),
    "cut off": (traces(Told())[0][:-3], PROTOBUF),
    "JSON called protobuf": (traces(Told())[1], PROTOBUF),
    "protobuf called JSON": (traces(Told())[0], JSON),
}


@pytest.mark.parametrize(("body", "content_type"), NO_MESSAGE.values(), ids=NO_MESSAGE)
def test_a_body_that_is_no_message_is_one_problem(body: bytes, content_type: str) -> None:
    """Whatever the bytes are, nothing is raised, and one row says where and why."""
    for parse in (otlp.parse_traces, otlp.parse_logs):
        frame = parse(body, content_type, Source(), "inbox 1")
        assert frame.select(pl.col("place", "problem").is_not_null()).rows() == [(True, True)]


def test_nested_too_deeply_is_a_problem() -> None:
    """A value nested beyond what can be read is refused and never ends the process."""
    deep = b'{"arrayValue":{"values":[' * 50_000 + b"]}}" * 50_000
    body = b'{"resourceLogs":[{"scopeLogs":[{"logRecords":[{"eventName":"e","body":' + deep + b"}]}]}]}"
    assert otlp.parse_logs(body, JSON, Source(), "inbox 1")["problem"].to_list()[0] is not None


@pytest.mark.parametrize("body", [b"", b"\x0a\x00"])
def test_an_empty_request_is_no_row(body: bytes) -> None:
    """A request without spans is fine and says nothing."""
    assert otlp.parse_traces(body, PROTOBUF, Source(), "inbox 1").height == 0


def test_the_wrong_path_is_told() -> None:
    """Log records sent as traces are not lost silently: the body is a problem that says so."""
    _, text = logs(Record(attributes=ID | _full(OURS)))
    frame = otlp.parse_traces(text, JSON, Source(), "inbox 1")
    assert frame["problem"].to_list() == ["holds logs, but was sent as traces"]


def test_the_signal_is_seen() -> None:
    """What a body holds is told by its beginning, in both encodings; of other bytes nothing is said."""
    spans, records = traces(Told()), logs(Record(attributes=ID))
    for bodies, signal in ((spans, otlp.Signal.TRACES), (records, otlp.Signal.LOGS)):
        assert [otlp.signal_of(body, kind) for body, kind in zip(bodies, (PROTOBUF, JSON), strict=True)] == [signal] * 2
    assert otlp.signal_of(b"\xff", PROTOBUF) is otlp.signal_of(b"{}", JSON) is None


def test_a_resource_that_cannot_be_read_spoils_its_events() -> None:
    """Without its resource nobody knows who told an event; a record that is no event stays one."""
    left_out: Counter[str] = Counter()
    event = Record(attributes=ID | _full(OURS))
    rows = _parse(event, replace(event, event_name=""), left_out=left_out, service_version=7)
    assert [row["problem"] for row in rows] == ["its resource cannot be read: service.version is 7; it must be a text"]
    assert left_out == {NO_EVENT: 1}
