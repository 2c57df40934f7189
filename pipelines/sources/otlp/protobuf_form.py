"""OTLP in protobuf, by a lean description of the same messages: attributes, names and resources stay bytes.

An attribute that many spans say is read once, which makes twice as many spans a second (benchmarks/decode.py), and text
that is no UTF-8 spoils its own span instead of the whole message. Field numbers are OTLP's own (a test holds them
against opentelemetry-proto); on the wire a message and its bytes are the same. Knows the encoding; knows no row.
"""

from __future__ import annotations

import base64
import struct
from collections.abc import Iterator
from functools import lru_cache
from typing import Any

from google.protobuf import (  # type: ignore[import-untyped]  # ships no types
    descriptor_pb2,
    descriptor_pool,
    message_factory,
)
from opentelemetry.proto.common.v1.common_pb2 import AnyValue, KeyValue
from opentelemetry.proto.resource.v1.resource_pb2 import Resource
from opentelemetry.proto.trace.v1.trace_pb2 import Status

from pipelines.sources.otlp.form import Form, Message, Part, RecordTold, SpanTold, finite, once, to_context

_BYTES, _FIXED64, _FIXED32, _INT32, _MESSAGE = 12, 6, 7, 5, 11  # types of descriptor.proto
FIELDS: dict[str, dict[str, tuple[int, int | str]]] = {  # message → field → number, and type or what is repeated
    "Traces": {"resources": (1, "ResourceSpans")},
    "ResourceSpans": {"resource": (1, _BYTES), "scopes": (2, "ScopeSpans")},
    "ScopeSpans": {"items": (2, "Span")},
    "Span": {
        "trace_id": (1, _BYTES), "span_id": (2, _BYTES), "name": (5, _BYTES), "kind": (6, _INT32),
        "start_time_unix_nano": (7, _FIXED64), "end_time_unix_nano": (8, _FIXED64), "attributes": (9, "bytes"),
        "status": (15, _BYTES),
    },
    "Logs": {"resources": (1, "ResourceLogs")},
    "ResourceLogs": {"resource": (1, _BYTES), "scopes": (2, "ScopeLogs")},
    "ScopeLogs": {"items": (2, "LogRecord")},
    "LogRecord": {
        "time_unix_nano": (1, _FIXED64), "body": (5, _BYTES), "attributes": (6, "bytes"), "flags": (8, _FIXED32),
        "trace_id": (9, _BYTES), "span_id": (10, _BYTES), "observed_time_unix_nano": (11, _FIXED64),
        "event_name": (12, _BYTES),
    },
}  # fmt: skip
_KEPT, _KEPT_BYTES = 4_096, 128
_TEXT_1, _MESSAGE_2, _DOUBLE_4 = 0x0A, 0x12, 0x21  # type and number of a field on the wire: as KeyValue and AnyValue
_DOUBLE = struct.Struct("<d")


def decode_traces(body: bytes) -> Message:
    """A request of spans.

    Raises:
        DecodeError: the body is no such message.
    """
    return Message(_FORM, _parts(_TRACES.FromString(body)), iter(()))


def decode_logs(body: bytes) -> Message:
    """A request of log records.

    Raises:
        DecodeError: the body is no such message.
    """
    return Message(_FORM, iter(()), _parts(_LOGS.FromString(body)))


def is_logs(body: bytes) -> bool:
    """Whether a message is of log records: read as spans, its first item has no trace id, which every span has.

    Raises:
        DecodeError: the body is neither.
    """
    return any(not item.trace_id for part in _parts(_TRACES.FromString(body)) for item in part.items[:1])


def _parts(message: Any) -> Iterator[Part]:
    for resource in message.resources:
        for scope in resource.scopes:
            yield Part(resource.resource, scope.items)


def _describe() -> descriptor_pb2.FileDescriptorProto:
    file = descriptor_pb2.FileDescriptorProto(name="lean_otlp.proto", package="lean", syntax="proto3")
    for message, fields in FIELDS.items():
        described = file.message_type.add(name=message)
        for name, (number, kind) in fields.items():
            field = described.field.add(name=name, number=number, label=3 if isinstance(kind, str) else 1)
            if kind in FIELDS:
                field.type, field.type_name = _MESSAGE, f".lean.{kind}"
            else:
                field.type = kind if isinstance(kind, int) else _BYTES
    return file


def _make_message(name: str) -> Any:
    return message_factory.GetMessageClass(_POOL.FindMessageTypeByName(f"lean.{name}"))


class _Attributes(dict[bytes, tuple[str, Any]]):
    """Attributes by their bytes. Short ones are kept for a while, so what many spans say is read once."""

    def __missing__(self, told: bytes) -> tuple[str, Any]:
        read = _read_plain(told) or _read_pair(told)
        if len(told) <= _KEPT_BYTES:
            if len(self) >= _KEPT:
                self.clear()
            self[told] = read
        return read


def _read_plain(told: bytes) -> tuple[str, Any] | None:
    """A short name with a short text or a fraction, as most attributes are, cut out of the bytes; None for all else.

    Twice as fast as a message for each; what is laid out in any other way is left to the parser of protobuf.
    """
    size = len(told)
    if not 6 < size < 130 or told[0] != _TEXT_1:  # below 128 a length is one byte
        return None
    at = told[1] + 2  # where the value begins
    if at > size - 4 or told[at] != _MESSAGE_2 or told[at + 1] != size - at - 2:
        return None
    if told[at + 2] == _TEXT_1 and told[at + 3] == size - at - 4:
        return str(told[2:at], "utf-8"), str(told[at + 4 :], "utf-8")
    if told[at + 2] == _DOUBLE_4 and size - at == 11:
        return str(told[2:at], "utf-8"), finite(_DOUBLE.unpack_from(told, at + 3)[0])
    return None


def _read_pair(told: bytes) -> tuple[str, Any]:
    pair = KeyValue.FromString(told)
    return pair.key, _read_any(pair.value)


def _read_span(span: Any) -> SpanTold:
    status = span.status
    read_status = _read_status if len(status) <= _KEPT_BYTES else _read_status.__wrapped__
    return (
        span.trace_id.hex(),
        span.span_id.hex(),
        str(span.name, "utf-8"),
        span.kind,
        span.start_time_unix_nano,
        span.end_time_unix_nano,
        *read_status(status),
        span.attributes,
    )


def _read_record(record: Any) -> RecordTold:
    return RecordTold(
        str(record.event_name, "utf-8"),
        record.time_unix_nano or record.observed_time_unix_nano,
        to_context(record.trace_id.hex(), record.span_id.hex(), record.flags),
        record.body,
        record.attributes,
    )


@lru_cache(maxsize=256)
def _read_status(status: bytes) -> tuple[int, str]:
    told = Status.FromString(status)
    return told.code, told.message


def _read_attributes(attributes: Any) -> dict[str, Any]:
    told = dict(map(_read_attribute, attributes))
    if len(told) == len(attributes):
        return told
    return once(told, (_read_attribute(pair)[0] for pair in attributes), len(attributes))


def _read_value(value: bytes) -> Any:
    return _read_any(AnyValue.FromString(value)) if value else None


def _read_any(value: Any) -> Any:
    """A plain value of any shape; bytes become base64, an empty value is None."""
    shape = value.WhichOneof("value")
    if shape is None or shape == "string_value_strindex":  # an index into a table that only profiles have
        return None
    told = getattr(value, shape)
    if shape == "double_value":
        return finite(told)
    if shape == "array_value":
        return [_read_any(item) for item in told.values]
    if shape == "kvlist_value":
        pairs = {pair.key: _read_any(pair.value) for pair in told.values}
        return once(pairs, (pair.key for pair in told.values), len(told.values))
    return base64.b64encode(told).decode() if shape == "bytes_value" else told


def _read_resource(resource: bytes) -> dict[str, Any]:
    pairs = Resource.FromString(resource).attributes
    told = {pair.key: _read_any(pair.value) for pair in pairs}
    return once(told, (pair.key for pair in pairs), len(pairs))


_POOL = descriptor_pool.DescriptorPool()
_POOL.Add(_describe())
_TRACES, _LOGS = _make_message("Traces"), _make_message("Logs")
_read_attribute = _Attributes().__getitem__
_FORM = Form(_read_span, _read_record, _read_attributes, _read_value, _read_resource)
