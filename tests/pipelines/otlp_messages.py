"""OTLP messages for tests: one description of spans and log records, written as protobuf and as JSON."""

from __future__ import annotations

import base64
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from opentelemetry.proto.collector.logs.v1.logs_service_pb2 import ExportLogsServiceRequest
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest
from opentelemetry.proto.common.v1.common_pb2 import AnyValue

from metrics.stream.source import Source, Spans

PROTOBUF, JSON = "application/x-protobuf", "application/json"
START_NS = 1_753_000_000_123_456_789
CLAIMED = Source(spans=Spans())


@dataclass(frozen=True)
class Told:
    """A span. Attribute values are plain: text, number, truth, bytes, list, mapping, None."""

    name: str = "Check order"
    attributes: Mapping[str, Any] = field(default_factory=lambda: {"streamgauge.case.id": "O-1"})
    trace_id: bytes = bytes(range(16))
    span_id: bytes = bytes(range(1, 9))
    kind: int = 2
    start_ns: int = START_NS
    end_ns: int = START_NS + 5_000_000
    status: int = 0
    message: str = ""


@dataclass(frozen=True)
class Record:
    """A log record."""

    event_name: str = "step.complete"
    attributes: Mapping[str, Any] = field(default_factory=dict)
    time_ns: int = START_NS
    observed_ns: int = 0
    trace_id: bytes = b""
    span_id: bytes = b""
    flags: int = 0
    body: Any = None


SERVICE: dict[str, Any] = {"service.name": "orders", "service.version": "2.4"}


def traces(*spans: Told, resource: Mapping[str, Any] = SERVICE) -> tuple[bytes, bytes]:
    """One request in protobuf and in JSON."""
    message = ExportTraceServiceRequest()
    part = message.resource_spans.add()
    _fill(part.resource.attributes, resource)
    scope = part.scope_spans.add()
    for told in spans:
        span = scope.spans.add(
            trace_id=told.trace_id, span_id=told.span_id, name=told.name, kind=told.kind,  # type: ignore[arg-type]
            start_time_unix_nano=told.start_ns, end_time_unix_nano=told.end_ns,
        )  # fmt: skip
        _fill(span.attributes, told.attributes)
        if told.status or told.message:
            span.status.code, span.status.message = told.status, told.message  # type: ignore[assignment]
    items = [span_json(told) for told in spans]
    return message.SerializeToString(), wrap_spans(items, resource)


def logs(*records: Record, resource: Mapping[str, Any] = SERVICE) -> tuple[bytes, bytes]:
    """One request in protobuf and in JSON."""
    message = ExportLogsServiceRequest()
    part = message.resource_logs.add()
    _fill(part.resource.attributes, resource)
    scope = part.scope_logs.add()
    for told in records:
        record = scope.log_records.add(
            event_name=told.event_name, time_unix_nano=told.time_ns, observed_time_unix_nano=told.observed_ns,
            trace_id=told.trace_id, span_id=told.span_id, flags=told.flags,
        )  # fmt: skip
        _fill(record.attributes, told.attributes)
        if told.body is not None:
            _set(record.body, told.body)
    scopes = [{"scope": {}, "logRecords": [_record_json(told) for told in records]}]
    body = {"resourceLogs": [{"resource": {"attributes": _pairs(resource)}, "scopeLogs": scopes}]}
    return message.SerializeToString(), _to_bytes(body)


def span_json(told: Told) -> dict[str, Any]:
    """A span as OTLP writes it in JSON: what is at its default is left out."""
    span = {
        "traceId": told.trace_id.hex(), "spanId": told.span_id.hex(), "name": told.name, "kind": told.kind,
        "startTimeUnixNano": str(told.start_ns), "endTimeUnixNano": str(told.end_ns),
        "attributes": _pairs(told.attributes), "status": {"code": told.status, "message": told.message},
    }  # fmt: skip
    return {name: value for name, value in span.items() if value not in ("", 0, "0", [])}


def wrap_spans(items: list[Any], resource: Mapping[str, Any] = SERVICE) -> bytes:
    """A request of spans in JSON that are written already."""
    scopes = [{"scope": {"name": "library"}, "spans": items}]
    return _to_bytes({"resourceSpans": [{"resource": {"attributes": _pairs(resource)}, "scopeSpans": scopes}]})


def _record_json(told: Record) -> dict[str, Any]:
    record = {
        "eventName": told.event_name, "timeUnixNano": str(told.time_ns), "observedTimeUnixNano": str(told.observed_ns),
        "traceId": told.trace_id.hex(), "spanId": told.span_id.hex(), "flags": told.flags,
        "attributes": _pairs(told.attributes), "body": None if told.body is None else _value(told.body),
    }  # fmt: skip
    return {name: value for name, value in record.items() if value not in ("", 0, "0", [], None)}


def _to_bytes(message: dict[str, Any]) -> bytes:
    return json.dumps(message, separators=(",", ":"), ensure_ascii=False).encode("utf-8", "surrogatepass")


def _pairs(told: Mapping[str, Any]) -> list[dict[str, Any]]:
    return [{"key": name, "value": _value(value)} for name, value in told.items()]


def _value(value: Any) -> dict[str, Any]:
    if value is None:
        return {}
    if isinstance(value, bool):
        return {"boolValue": value}
    if isinstance(value, int):
        return {"intValue": str(value)}
    if isinstance(value, float):
        words = {"nan": "NaN", "inf": "Infinity", "-inf": "-Infinity"}
        return {"doubleValue": words.get(str(value), value)}
    if isinstance(value, bytes):
        return {"bytesValue": base64.b64encode(value).decode()}
    if isinstance(value, list):
        return {"arrayValue": {"values": [_value(item) for item in value]}}
    return {"kvlistValue": {"values": _pairs(value)}} if isinstance(value, Mapping) else {"stringValue": value}


def _fill(attributes: Any, told: Mapping[str, Any]) -> None:
    for name, value in told.items():
        pair = attributes.add()
        pair.key = name
        pair.value.SetInParent()
        if value is not None:
            _set(pair.value, value)


def _set(value: AnyValue, told: Any) -> None:
    if isinstance(told, bool):
        value.bool_value = told
    elif isinstance(told, int):
        value.int_value = told
    elif isinstance(told, float):
        value.double_value = told
    elif isinstance(told, bytes):
        value.bytes_value = told
    elif isinstance(told, list):
        value.array_value.SetInParent()
        for item in told:
            entry = value.array_value.values.add()
            if item is not None:
                _set(entry, item)
    elif isinstance(told, Mapping):
        value.kvlist_value.SetInParent()
        _fill(value.kvlist_value.values, told)
    else:
        value.string_value = told
