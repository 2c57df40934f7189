"""CloudEvents as they are received: one event, an array, lines; and what an event imported long ago still is."""

from __future__ import annotations

import datetime as dt
import json
from typing import Any

import duckdb
import polars as pl
import pytest

from metrics.stream.source import Source
from pipelines.sources import cloudevents
from pipelines.sources.batch import SCHEMA
from pipelines.sources.json_pieces import MAX_BYTES

ONE, BATCH = "application/cloudevents+json", "application/cloudevents-batch+json"
ENVELOPE = {"specversion": "1.0", "source": "/credit", "type": "step.complete", "time": "2026-07-20T10:15:30.250+02:00"}
OLD: list[dict[str, Any]] = [
    ENVELOPE
    | {
        "id": "e-1",
        "data": {
            "stream.name": "order_to_cash",
            "case.id": "O-1",
            "step.name": "Approve credit",
            "step.instance_id": "O-1/credit/1",
            "lifecycle": "complete",
            "performer.kind": "human",
            "performer.id": "p-1",
            "performer.role": "Credit desk",
            "performer.team": "Finance",
            "outcome": "success",
            "attempt": 2,
            "event.sequence": 17,
            "service.name": "credit",
            "service.version": "2.4",
            "deployment.environment.name": "production",
            "cost": [{"driver": "cpu_seconds", "quantity": 1.25, "unit": "s"}],
            "channel": "Läden",
        },
    },
    ENVELOPE
    | {
        "id": "e-2",
        "subject": "O-2",
        "data": {
            "stream.name": "order_to_cash",
            "step.name": "Ship",
            "rework.of": "e",
            "corrects": "e-1",
            "retracted": True,
        },
    },
    ENVELOPE
    | {
        "id": "e-3",
        "data": {
            "failure.id": "INC-1",
            "failure.stage": "detected",
            "severity": 1,
            "objects": [{"type": "parcel", "id": "P"}],
        },
    },
]
# the fingerprints under which ledgers of version 0.1 keep OLD, and what they were made of
FINGERPRINTS = [
    "9b9dc1f590bf235ab9e29843d9500ae0",
    "b70a1420c71b029d74ce677b6aab78a1",
    "fe1e67f4ac46ee4298b31d652c9e8de0",
]
CONTENT = (
    *("case_id", "step", "event_at", "sequence", "lifecycle", "activity_id", "performer_kind", "performer", "role"),
    *("team", "outcome", "attempt", "release", "failure_id", "failure_stage", "attributes"),
)


def test_content_of_old_events_is_unchanged() -> None:
    """What made the fingerprint of an event of version 0.1 is the same, so importing it again adds nothing."""
    frame = _parse(OLD)
    text = "concat(" + ", ".join(f"length({name}::VARCHAR), ':', {name}::VARCHAR, ';'" for name in CONTENT) + ")"
    with duckdb.connect() as connection:
        connection.register("told", frame.to_arrow())
        assert connection.execute(f"SELECT md5({text}) FROM told").fetchall() == [(md5,) for md5 in FINGERPRINTS]


def test_new_columns_are_filled_beside_the_attributes() -> None:
    """Stream, environment, correction and retraction have columns now, and still stand in the attributes."""
    columns = ("stream", "environment", "corrects", "is_retracted", "received_at")
    assert _parse(OLD).select(columns).rows() == [
        ("order_to_cash", "production", None, None, None),
        ("order_to_cash", None, "e-1", True, None),
        (None, None, None, None, None),
    ]


def test_a_trace_context_is_kept() -> None:
    """The traceparent of an event is an attribute of it; an event without one has no such attribute."""
    context = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"
    told = _parse([OLD[2] | {"traceparent": context}, OLD[2]])["attributes"].to_list()
    assert json.loads(told[0])["traceparent"] == context
    assert "traceparent" not in told[1]


def test_one_structured_event_may_stretch_over_lines() -> None:
    """A structured body is one event however it is laid out, and its place is that of the body."""
    frame = cloudevents.parse(json.dumps(OLD[0], indent=2).encode(), ONE, Source(), "inbox 7")
    assert frame["place"].to_list() == ["inbox 7"]
    assert frame["problem"].to_list() == [None]
    assert frame["event_at"].to_list() == [dt.datetime(2026, 7, 20, 8, 15, 30, 250_000)]


@pytest.mark.parametrize("content_type", [BATCH, "application/json", ""])
def test_an_array_is_its_items(content_type: str) -> None:
    """Each item of an array is a row with its number, whatever the content type is called."""
    frame = cloudevents.parse(json.dumps(OLD).encode(), content_type, Source(), "inbox 7")
    assert frame["event_id"].to_list() == ["e-1", "e-2", "e-3"]
    assert frame["place"].to_list() == ["inbox 7 item 1", "inbox 7 item 2", "inbox 7 item 3"]


def test_lines_are_read_as_lines() -> None:
    """A body that says it is lines gives one row a line."""
    body = "\n".join(map(json.dumps, OLD)).encode()
    frame = cloudevents.parse(body, "application/x-ndjson", Source(), "inbox 7")
    assert frame["event_id"].to_list() == ["e-1", "e-2", "e-3"]
    assert frame["place"][2] == "inbox 7 line 3"


def test_one_bad_item_spoils_only_itself() -> None:
    """Wrong words, wrong bytes and too much of them are problems of their item alone."""
    good = json.dumps(OLD[0]).encode()
    large = json.dumps(OLD[0] | {"padding": "x" * MAX_BYTES}).encode()
    body = b"[" + b",".join([good, b"7", b'{"id": "\xff"}', large, good]) + b"]"
    problems = cloudevents.parse(body, BATCH, Source(), "inbox 7")["problem"].to_list()
    assert [problem is None for problem in problems] == [True, False, False, False, True]
    assert "a CloudEvent is a JSON object" in problems[1]
    assert "is not JSON" in problems[2]
    assert problems[3] == "is larger than 1 MiB"


@pytest.mark.parametrize("ending", [b"", b',{"id": ', b", oops]"])
def test_an_array_cut_off_keeps_what_came_before(ending: bytes) -> None:
    """The whole events of a broken array are rows, and the break is a problem."""
    body = b"[" + json.dumps(OLD[0]).encode() + b"," + json.dumps(OLD[1]).encode() + ending
    frame = cloudevents.parse(body, BATCH, Source(), "inbox 7")
    assert frame["event_id"].to_list() == ["e-1", "e-2", None]
    assert frame["problem"].to_list()[:2] == [None, None]
    assert "nothing after it could be read" in frame["problem"][2]


def test_a_broken_array_that_is_not_utf8_is_one_problem() -> None:
    """Where neither the array nor its characters can be told apart, the body as a whole is the problem."""
    frame = cloudevents.parse(b"[" + json.dumps(OLD[0]).encode() + b", \xff", BATCH, Source(), "inbox 7")
    assert "is an array that is not UTF-8" in frame["problem"][0]


@pytest.mark.parametrize("body", [b"", b"\x00\x01", b"null", b"{", b'"text"', b"[" * 100_000, b"\xff\xfe{\x00"])
def test_a_body_that_is_no_event_is_one_problem(body: bytes) -> None:
    """Whatever the bytes are, nothing is raised and one row says where and why."""
    frame = cloudevents.parse(body, ONE, Source(), "inbox 7")
    assert frame.height == 1
    assert frame["problem"][0] is not None
    assert frame["place"][0].startswith("inbox 7")


def test_an_empty_array_is_no_row() -> None:
    """Nothing told gives an empty batch of the one shape."""
    frame = cloudevents.parse(b"[]", BATCH, Source(), "inbox 7")
    assert frame.height == 0 and dict(frame.schema) == SCHEMA


def _parse(events: list[dict[str, Any]]) -> pl.DataFrame:
    return cloudevents.parse(json.dumps(events).encode(), BATCH, Source(), "inbox 7")
