"""OTLP against others who read it: DuckDB on the same lines, opentelemetry-proto on the fields, the two encodings."""

from __future__ import annotations

import json
import os
import random
from pathlib import Path
from typing import Any

import duckdb
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from opentelemetry.proto.collector.logs.v1.logs_service_pb2 import ExportLogsServiceRequest
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest

from metrics.stream.source import Source, Spans
from pipelines.ledger.append import append
from pipelines.settings import Settings
from pipelines.sources import otlp
from pipelines.sources.otlp.protobuf_form import FIELDS
from tests.house.files import ROOT
from tests.pipelines.otlp_messages import CLAIMED, JSON, PROTOBUF, START_NS, Record, Told, logs, traces

DATASETS = Path(os.environ.get("STREAMGAUGE_DATASETS", ROOT.parent / "shared" / "data"))
BY_TRACE = Source(spans=Spans(case="trace_id"))
_VALUE = """struct("stringValue" VARCHAR, "intValue" VARCHAR, "doubleValue" DOUBLE, "boolValue" BOOLEAN)"""
_PAIRS = f'struct("key" VARCHAR, "value" {_VALUE})[]'
_SPAN = (
    'struct("traceId" VARCHAR, "spanId" VARCHAR, "name" VARCHAR, "startTimeUnixNano" UBIGINT, '
    f'"endTimeUnixNano" UBIGINT, "attributes" {_PAIRS}, "status" struct("code" INTEGER))[]'
)
_RESOURCES = f'struct("resource" struct("attributes" {_PAIRS}), "scopeSpans" struct("spans" {_SPAN})[])[]'


def _ask_duckdb(path: Path, select: str) -> list[tuple[Any, ...]]:
    """A query on `spans` (service, name, step, start_at, end_at, told), read by DuckDB from lines of JSON alone."""
    columns = f"{{'resourceSpans': '{_RESOURCES}'}}"
    return duckdb.execute(
        f"""
        WITH resources AS (SELECT unnest("resourceSpans") AS r FROM read_json('{path}', columns = {columns},
            format = 'newline_delimited', maximum_object_size = 100000000)),
        scopes AS (SELECT unnest(r."scopeSpans") AS s,
            list_filter(r.resource.attributes, lambda a: a."key" = 'service.name')[1]."value"."stringValue" AS service
            FROM resources),
        items AS (SELECT service, unnest(s.spans) AS s FROM scopes),
        spans AS (SELECT service, s."traceId" || ':' || s."spanId" AS name, s.name AS step,
            make_timestamp((s."startTimeUnixNano" // 1000)::BIGINT) AS start_at,
            make_timestamp((s."endTimeUnixNano" // 1000)::BIGINT) AS end_at,
            map_from_entries([(a."key", coalesce(a."value"."stringValue", a."value"."intValue",
                a."value"."doubleValue"::VARCHAR, a."value"."boolValue"::VARCHAR)) FOR a IN s.attributes]) AS told
            FROM items)
        {select}
        """
    ).fetchall()


def _spans(path: Path, source: Source) -> pl.DataFrame:
    """One row a span, from the two rows this source makes of it."""
    rows = pl.concat(list(otlp.read(path, source)))
    assert rows["problem"].null_count() == rows.height
    starts, ends = (
        rows.filter(pl.col("lifecycle").is_in(words)).with_columns(name=pl.col("event_id").str.replace(":[a-z]+$", ""))
        for words in (["start"], ["complete", "abort"])
    )
    assert starts["name"].equals(ends["name"])
    return starts.with_columns(end_at=ends["event_at"])


def test_duckdb_reads_the_same(tmp_path: Path) -> None:
    """Ids, steps, services, times and every attribute value are what DuckDB's own JSON reader finds in the lines."""
    rng = random.Random(7)
    path = tmp_path / "traces.jsonl"
    path.write_bytes(b"".join(_random_request(rng) + b"\n" for _ in range(20)))
    ours = _spans(path, BY_TRACE)
    oracle = _ask_duckdb(path, "SELECT * FROM spans")
    assert len(oracle) == ours.height == 20 * 25
    for row, (service, name, step, start_at, end_at, told) in zip(ours.to_dicts(), oracle, strict=True):
        assert (row["source"], row["name"], row["step"]) == (f"otlp:{service}", name, step)
        assert (row["event_at"], row["end_at"]) == (start_at, end_at)
        assert {name: _text(value) for name, value in json.loads(row["attributes"]).items()} == told


def _random_request(rng: random.Random) -> bytes:
    spans = [
        Told(
            name=rng.choice(["a", "b c", "ü"]),
            trace_id=rng.randbytes(16),
            span_id=rng.randbytes(8),
            start_ns=START_NS + rng.randrange(10**15),
            end_ns=START_NS + rng.randrange(10**15),
            attributes={
                "text": rng.choice(["x", "ä", '"']),
                "number": rng.randrange(-(2**60), 2**60),
                "share": rng.random(),
                "flag": rng.random() < 0.5,
            },
        )
        for _ in range(25)
    ]
    return traces(*spans, resource={"service.name": rng.choice(["orders", "pay"])})[1]


def _text(value: Any) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


def test_nezha_is_read_whole(tmp_path: Path) -> None:
    """The public Nezha traces hold 6,483 spans, 15 of them told twice; the ledger removes both events of each."""
    paths = [DATASETS / "nezha" / f"{minute}_trace.jsonl" for minute in ("11_51", "11_52")]
    if not all(path.is_file() for path in paths):
        pytest.skip("the Nezha traces are not there; set STREAMGAUGE_DATASETS to the folder of public logs")
    ours = pl.concat(_spans(path, BY_TRACE) for path in paths)
    oracle = [row for path in paths for row in _ask_duckdb(path, "SELECT name, service FROM spans")]
    assert ours.select("name", service=pl.col("source").str.strip_prefix("otlp:")).rows() == oracle
    assert (ours.height, ours["name"].n_unique(), ours["source"].n_unique()) == (6_483, 6_468, 28)
    batches = (batch for path in paths for batch in otlp.read(path, BY_TRACE))
    receipt = append(Settings(home=tmp_path, threads=1), "shop", batches)
    assert (receipt.read, receipt.new, receipt.duplicate, receipt.quarantined) == (2 * 6_483, 2 * 6_468, 2 * 15, 0)


TEXTS = st.text(max_size=12)
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**63), 2**63 - 1) | st.floats() | TEXTS | st.binary(max_size=6),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(TEXTS, inner, max_size=3),
    max_leaves=5,
)
NAMES = TEXTS | st.sampled_from(
    [
        *("streamgauge.case.id", "streamgauge.attempt", "streamgauge.outcome", "streamgauge.event.id", "outcome"),
        *("streamgauge.stream.name", "cloudevents.event_id", "error.type", "service.name"),
    ]
)
ATTRIBUTES = st.dictionaries(NAMES, VALUES, max_size=4)
TIMES = st.integers(0, 2**64 - 1)
SPANS = st.builds(
    Told, name=TEXTS, attributes=ATTRIBUTES, trace_id=st.binary(min_size=15, max_size=16),
    span_id=st.binary(min_size=8, max_size=8), kind=st.integers(0, 5), start_ns=TIMES, end_ns=TIMES,
    status=st.integers(0, 2), message=TEXTS,
)  # fmt: skip
RECORDS = st.builds(
    Record, event_name=TEXTS, attributes=ATTRIBUTES, time_ns=TIMES, observed_ns=TIMES, trace_id=st.binary(max_size=16),
    span_id=st.binary(max_size=8), flags=st.integers(0, 2**32 - 1), body=VALUES,
)  # fmt: skip


@settings(max_examples=60, deadline=None, derandomize=True)
@given(st.lists(SPANS, max_size=4), ATTRIBUTES, st.sampled_from([CLAIMED, BY_TRACE]))
def test_both_encodings_of_spans_say_the_same(spans: list[Told], resource: dict[str, Any], source: Source) -> None:
    """Whatever spans say, protobuf and JSON of the same message give the same rows, problems and counts."""
    _compare(traces(*spans, resource=resource), source)


@settings(max_examples=60, deadline=None, derandomize=True)
@given(st.lists(RECORDS, max_size=4), ATTRIBUTES)
def test_both_encodings_of_records_say_the_same(records: list[Record], resource: dict[str, Any]) -> None:
    """Whatever log records say, protobuf and JSON of the same message give the same rows, problems and counts."""
    _compare(logs(*records, resource=resource), Source())


@settings(max_examples=120, deadline=None, derandomize=True)
@given(st.data())
def test_damaged_messages_never_raise(data: st.DataObject) -> None:
    """Bytes flipped or cut anywhere in a message give rows or problems, and never an exception."""
    body, kind = data.draw(st.sampled_from([*zip(traces(Told(), Told()), (PROTOBUF, JSON), strict=True)]))
    at = data.draw(st.integers(0, len(body) - 1))
    damaged = body[:at] + data.draw(st.binary(max_size=3)) + body[at + data.draw(st.integers(0, 4)) :]
    for parse in (otlp.parse_traces, otlp.parse_logs):
        assert parse(damaged, kind, CLAIMED, "inbox 1").height <= 4


def _compare(bodies: tuple[bytes, bytes], source: Source) -> None:
    protobuf, text = (otlp.Decoding(source), otlp.Decoding(source))
    protobuf.take(bodies[0], PROTOBUF, "inbox 1")
    text.take(bodies[1], JSON, "inbox 1")
    assert len(protobuf) == len(text)
    assert protobuf.take_frame().equals(text.take_frame())
    assert protobuf.left_out == text.left_out


def test_the_lean_messages_are_otlps_own() -> None:
    """Every field read from protobuf has the number and the type opentelemetry-proto gives it."""
    texts = {"bytes", 12}
    for root, name in ((ExportTraceServiceRequest, "Traces"), (ExportLogsServiceRequest, "Logs")):
        pending = [(root.DESCRIPTOR, name)]
        while pending:
            descriptor, lean = pending.pop()
            for number, kind in FIELDS[lean].values():
                field = descriptor.fields_by_number[number]
                if kind in FIELDS:
                    pending.append((field.message_type, str(kind)))
                    assert field.message_type.name == kind
                elif kind in texts:
                    assert field.type in (field.TYPE_BYTES, field.TYPE_STRING, field.TYPE_MESSAGE)
                else:
                    assert field.type == kind or (kind, field.type) == (5, field.TYPE_ENUM)
