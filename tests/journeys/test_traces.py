"""Traces of services that know nothing of us: real OTLP over HTTP to numbers, held against DuckDB's own reading."""

from __future__ import annotations

import os
import urllib.request
from pathlib import Path

import duckdb
import pytest
from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
from opentelemetry.sdk.resources import Resource
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.trace import Status, StatusCode

from pipelines.loading.load import LoadReport, load
from pipelines.refresh import refresh
from pipelines.registry import load_all, register
from pipelines.settings import Settings
from tests.journeys.command_line import PROGRAM, ROOT
from tests.journeys.processes import free_port, running

DATASETS = Path(os.environ.get("STREAMGAUGE_DATASETS", ROOT.parent / "shared" / "data"))
NEZHA = [DATASETS / "nezha" / name for name in ("11_51_trace.jsonl", "11_52_trace.jsonl")]
STREAM = """\
stream: tickets
name: Tickets
source:
  spans: {case: %s}
trigger: {first_event: true}
outcomes:
  - {name: answered, last_event: true}
performers: {responsible: role}
"""
# what the files hold, read by DuckDB alone: spans and distinct ones, traces and their mean length
ORACLE = """
WITH resources AS (
    SELECT unnest("resourceSpans") AS r
    FROM read_json($paths, columns = {'resourceSpans': 'STRUCT(scopeSpans STRUCT(spans STRUCT(traceId VARCHAR,
        spanId VARCHAR, startTimeUnixNano VARCHAR, endTimeUnixNano VARCHAR)[])[])[]'}, format = 'newline_delimited',
        maximum_object_size = 50000000)
),
scopes AS (SELECT unnest(r."scopeSpans") AS c FROM resources),
spans AS (SELECT unnest(c."spans") AS s FROM scopes),
told AS (SELECT s."traceId" AS trace, s."spanId" AS span, s."startTimeUnixNano"::BIGINT // 1000 AS began,
    s."endTimeUnixNano"::BIGINT // 1000 AS ended FROM spans),
traces AS (SELECT trace, max(ended) - min(began) AS microseconds FROM told GROUP BY trace)
SELECT (SELECT count(*) FROM told), (SELECT count(DISTINCT (trace, span)) FROM told),
    (SELECT count(*) FROM traces), (SELECT avg(microseconds) / 1e6 / 86400 FROM traces)
"""


def _home(folder: Path, case: str) -> Settings:
    settings = Settings(home=folder / "home", threads=1)
    (folder / "stream.yaml").write_text(STREAM % case, "utf-8")
    register(settings, folder / "stream.yaml")
    return settings


def _loaded(settings: Settings) -> LoadReport:
    return load(settings, [registered.stream for registered in load_all(settings)])


@pytest.mark.skipif(not NEZHA[0].exists(), reason="no Nezha traces: set STREAMGAUGE_DATASETS")
def test_public_traces_are_numbers(tmp_path: Path) -> None:
    """Real traces, sent line by line: duplicate spans count once, and flow time is what DuckDB reads off the files."""
    settings, port = _home(tmp_path, "trace_id"), free_port()
    receiver = [*PROGRAM, "receive", "--home", str(settings.home), "--port", str(port)]
    with running(receiver, tmp_path, {**os.environ, "PYTHONPATH": str(ROOT)}, port):
        for line in b"".join(path.read_bytes() for path in NEZHA).splitlines():
            request = urllib.request.Request(
                f"http://127.0.0.1:{port}/v1/traces", line, {"content-type": "application/json"}
            )
            with urllib.request.urlopen(request, timeout=30) as answer:
                assert answer.status == 200
    receipt = _loaded(settings).receipts["tickets"]
    with duckdb.connect() as connection:
        found = connection.execute(ORACLE, {"paths": [str(path) for path in NEZHA]}).fetchall()
    ((spans, distinct, traces, mean_days),) = found
    print(f"{spans:,} spans, {spans - distinct:,} duplicates removed, {traces:,} traces")
    assert (receipt.read, receipt.new, receipt.duplicate, receipt.quarantined) == (
        2 * spans, 2 * distinct, 2 * (spans - distinct), 0,
    )  # fmt: skip
    refresh(settings, load_all(settings))
    with duckdb.connect(str(settings.published_database), read_only=True) as published:
        ((cases, open_cases),) = published.execute("SELECT cases, open_cases FROM streams").fetchall()
        ((measured,),) = published.execute(
            "SELECT value FROM metric_values WHERE metric = 'flow_time' AND grain = 'all' AND statistic = 'mean'"
        ).fetchall()
    assert (cases, open_cases) == (traces, 0)
    assert measured == pytest.approx(mean_days, rel=1e-6)


def test_the_stock_sdk_is_enough(tmp_path: Path) -> None:
    """A service with nothing but the OpenTelemetry SDK is measured, by an attribute that names its case."""
    settings, port = _home(tmp_path, "order.id"), free_port()
    receiver = [*PROGRAM, "receive", "--home", str(settings.home), "--port", str(port)]
    with running(receiver, tmp_path, {**os.environ, "PYTHONPATH": str(ROOT)}, port):
        provider = TracerProvider(resource=Resource.create({"service.name": "tills"}))
        exporter = OTLPSpanExporter(f"http://127.0.0.1:{port}/v1/traces")
        provider.add_span_processor(SimpleSpanProcessor(exporter))
        tracer = provider.get_tracer("tills")
        for number in range(6):
            with tracer.start_as_current_span("sell", attributes={"order.id": f"T-{number // 2}"}) as span:
                if number == 5:
                    span.set_status(Status(StatusCode.ERROR))
        with tracer.start_as_current_span("sweep the floor"):
            pass
        provider.shutdown()
    report = _loaded(settings)
    assert report.receipts["tickets"].new == 12
    assert report.left_out["spans without a case"] == 1
    refresh(settings, load_all(settings))
    with duckdb.connect(str(settings.published_database), read_only=True) as published:
        rows = published.execute("SELECT case_id, steps FROM cases ORDER BY 1").fetchall()
        outcomes = published.execute("SELECT outcome, count(*) FROM steps GROUP BY ALL ORDER BY 2").fetchall()
    assert rows == [("T-0", 2), ("T-1", 2), ("T-2", 2)]
    assert ("error", 1) in outcomes
