"""Real clients against the real receiver: nobody had to be told how we write the protocols."""

from __future__ import annotations

import gzip
import json
import os
import shutil
import subprocess
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

import pytest
from cloudevents.core.bindings.http import HTTPMessage, to_binary_event, to_structured_event
from cloudevents.core.v1.event import CloudEvent
from opentelemetry._logs import SeverityNumber
from opentelemetry.exporter.otlp.proto.http import Compression
from opentelemetry.exporter.otlp.proto.http._log_exporter import OTLPLogExporter
from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
from opentelemetry.proto.collector.logs.v1.logs_service_pb2 import ExportLogsServiceRequest
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest
from opentelemetry.sdk._logs import LoggerProvider
from opentelemetry.sdk._logs.export import SimpleLogRecordProcessor
from opentelemetry.sdk.resources import Resource
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import BatchSpanProcessor

from pipelines.receiver.frame import Signal
from tests.house.files import ROOT
from tests.receiver.running import Running, running

DATASETS = Path(os.environ.get("STREAMGAUGE_DATASETS", ROOT.parent / "shared" / "data"))
NEZHA = ("11_51_trace.jsonl", "11_52_trace.jsonl")


@pytest.mark.parametrize("compression", [Compression.NoCompression, Compression.Gzip])
def test_spans_of_the_opentelemetry_sdk_arrive(guarded: tuple[Running, str], compression: Compression) -> None:
    """Every span that the stock SDK exports stands in the log, as it was sent."""
    receiver, token = guarded
    exporter = OTLPSpanExporter(
        f"{receiver.url}/v1/traces", headers={"authorization": f"Bearer {token}"}, compression=compression
    )
    provider = TracerProvider(resource=Resource.create({"service.name": "orders"}), shutdown_on_exit=False)
    provider.add_span_processor(BatchSpanProcessor(exporter, max_export_batch_size=64))
    tracer = provider.get_tracer("test")
    for number in range(200):
        with tracer.start_as_current_span(f"span {number}", attributes={"streamgauge.case.id": f"O-{number}"}):
            pass
    provider.shutdown()
    names = set()
    for frame in receiver.frames():
        assert (frame.signal, frame.content_type, frame.sender) == (Signal.TRACES, "application/x-protobuf", "orders")
        request = ExportTraceServiceRequest.FromString(frame.body)
        names |= {span.name for r in request.resource_spans for scope in r.scope_spans for span in scope.spans}
    assert names == {f"span {number}" for number in range(200)}


def test_logs_of_the_opentelemetry_sdk_arrive(receiver: Running) -> None:
    """A log record with an event name is taken from the stock SDK."""
    provider = LoggerProvider(shutdown_on_exit=False)
    provider.add_log_record_processor(SimpleLogRecordProcessor(OTLPLogExporter(f"{receiver.url}/v1/logs")))
    provider.get_logger("test").emit(
        timestamp=1_700_000_000_000_000_000, event_name="order.created", severity_number=SeverityNumber.INFO,
        attributes={"streamgauge.event.id": "1", "streamgauge.case.id": "O-1"},
    )  # fmt: skip
    provider.shutdown()
    (frame,) = receiver.frames()
    (resource,) = ExportLogsServiceRequest.FromString(frame.body).resource_logs
    assert resource.scope_logs[0].log_records[0].event_name == "order.created"


def _cloud_event() -> CloudEvent:
    told = {"id": "1", "source": "/orders/büro", "type": "order.created", "time": datetime(2026, 1, 2, tzinfo=UTC)}
    return CloudEvent({**told, "datacontenttype": "application/json"}, {"case.id": "O-1", "lifecycle": "instant"})


def _send(receiver: Running, message: HTTPMessage) -> None:
    headers = {name.replace("-", "_"): value for name, value in message.headers.items()}
    assert receiver.ask("POST", "/events", message.body, **headers).status == 200


def test_events_of_the_cloudevents_sdk_arrive(receiver: Running) -> None:
    """Structured and binary mode of the official producer end as the same event."""
    _send(receiver, to_structured_event(_cloud_event()))
    _send(receiver, to_binary_event(_cloud_event()))
    first, second = (json.loads(frame.body) for frame in receiver.frames())
    assert first == second
    assert first["source"] == "/orders/büro"
    assert first["data"] == {"case.id": "O-1", "lifecycle": "instant"}


def _curl(arguments: Sequence[str]) -> str:
    """The status that curl was answered with."""
    curl = shutil.which("curl")
    if curl is None:
        pytest.skip("curl is not installed; the same requests are sent by other clients")
    command = [curl, "--silent", "--show-error", "--max-time", "20", "--write-out", "%{http_code}", *arguments]
    return subprocess.run(command, capture_output=True, check=True, text=True).stdout[-3:]


def test_curl_sends_protobuf_plain_and_gzipped(receiver: Running, tmp_path: Path) -> None:
    """What the documentation shows works: a file, packed or not, and a large one that curl asks for first."""
    plain, packed, large = tmp_path / "plain", tmp_path / "packed", tmp_path / "large"
    request = ExportTraceServiceRequest()
    request.resource_spans.add().scope_spans.add().spans.add(name="by curl")
    plain.write_bytes(request.SerializeToString())
    packed.write_bytes(gzip.compress(request.SerializeToString()))
    large.write_bytes(bytes(3_000_000))  # above 1 MiB curl waits for 100 Continue
    to = [f"{receiver.url}/v1/traces", "--header", "Content-Type: application/x-protobuf"]
    assert _curl([*to, "--data-binary", f"@{plain}"]) == "200"
    assert _curl([*to, "--data-binary", f"@{packed}", "--header", "Content-Encoding: gzip"]) == "200"
    assert _curl([*to, "--data-binary", f"@{large}"]) == "413"
    assert [frame.body for frame in receiver.frames()] == [plain.read_bytes()] * 2


@pytest.mark.parametrize("name", NEZHA)
def test_real_otlp_lines_come_back_byte_for_byte(tmp_path: Path, name: str) -> None:
    """Each line of a public OTLP file is a request, and the log gives back the very lines in order."""
    path = DATASETS / "nezha" / name
    if not path.exists():
        pytest.skip(f"{name} is not there; set STREAMGAUGE_DATASETS to the folder of real logs")
    lines = path.read_bytes().splitlines()
    with running(tmp_path / "inbox", segment_bytes=200_000) as receiver:
        for line in lines:
            assert receiver.post("/v1/traces", line).status == 200
        assert [frame.body for frame in receiver.frames()] == lines
    assert len(list((tmp_path / "inbox").glob("*.seg"))) > 2
