"""OTLP in JSON: ids in hexadecimal, 64-bit numbers as texts or numbers, unknown fields passed over, null for absent.

A message is decoded as a whole into typed structures; where one part is of another type, again part by part, so that
one bad span spoils only itself. Knows the encoding; knows no row.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import msgspec

from pipelines.sources.meaning import RefusedError, shown
from pipelines.sources.otlp.form import Form, Message, Part, RecordTold, SpanTold, finite, once, to_context


class _Struct(msgspec.Struct, gc=False, rename="camel"):
    pass


class _Value(_Struct):
    string_value: str | None = None
    int_value: int | None = None
    bool_value: bool | None = None
    double_value: float | None = None
    array_value: _Values | None = None
    kvlist_value: _Pairs | None = None
    bytes_value: str | None = None


class _Values(_Struct):
    values: list[_Value] | None = None


class _Pair(_Struct):
    key: str = ""
    value: _Value | None = None


class _Pairs(_Struct):
    values: list[_Pair] | None = None


class _Resource(_Struct):
    attributes: list[_Pair] | None = None


class _Status(_Struct):
    code: int | None = None
    message: str | None = None


class _Span(_Struct):
    trace_id: str | None = None
    span_id: str | None = None
    name: str | None = None
    kind: int | None = None
    start_time_unix_nano: int | None = None
    end_time_unix_nano: int | None = None
    attributes: list[_Pair] | None = None
    status: _Status | None = None


class _Record(_Struct):
    event_name: str | None = None
    time_unix_nano: int | None = None
    observed_time_unix_nano: int | None = None
    trace_id: str | None = None
    span_id: str | None = None
    flags: int | None = None
    body: _Value | None = None
    attributes: list[_Pair] | None = None


def decode(body: bytes) -> Message:
    """A request of spans, of log records, or of both.

    Raises:
        MsgspecError, RecursionError: the body is no JSON, or no such message.
    """
    try:
        request: Any = _TYPED.decode(body)
        form = _TYPED_FORM
    except msgspec.ValidationError:
        request, form = _LENIENT.decode(body), _LENIENT_FORM
    if request.resource_spans is None and request.resource_logs is None:
        held = "metrics, which are no events" if request.resource_metrics else "neither resourceSpans nor resourceLogs"
        raise RefusedError(f"is no OTLP of traces or logs: it has {held}")
    return Message(form, _parts(request.resource_spans), _parts(request.resource_logs))


def _parts(resources: Any) -> Iterator[Part]:
    for resource in resources or ():
        for scope in resource.scopes or ():
            yield Part(resource.resource, scope.items or ())


def _request(span: Any, record: Any, resource: tuple[Any, Any]) -> msgspec.json.Decoder[Any]:
    """A decoder of requests whose spans, log records and resources are of these types; a resource has a default too."""

    def resources(scopes: str, items: str, item: Any) -> Any:
        scope: Any = msgspec.defstruct("Scope", [_field("items", items, _list_of(item))], gc=False)
        fields: list[Any] = [("resource", *resource), _field("scopes", scopes, _list_of(scope))]
        return _list_of(msgspec.defstruct("Resource", fields))

    fields: list[Any] = [
        _field("resource_spans", "resourceSpans", resources("scopeSpans", "spans", span)),
        _field("resource_logs", "resourceLogs", resources("scopeLogs", "logRecords", record)),
        ("resource_metrics", msgspec.Raw, msgspec.field(name="resourceMetrics", default=msgspec.Raw())),
    ]
    return _decoder(msgspec.defstruct("Request", fields))


def _list_of(kind: Any) -> Any:
    return list[kind]


def _decoder(kind: Any) -> msgspec.json.Decoder[Any]:
    """Not strict, which means: whole numbers may be written as texts, and NaN as a word, as OTLP does."""
    return msgspec.json.Decoder(kind, strict=False)


def _field(name: str, told: str, kind: Any) -> tuple[str, Any, Any]:
    return (name, kind | None, msgspec.field(name=told, default=None))


def _read_span(span: _Span) -> SpanTold:
    status = span.status
    return (
        (span.trace_id or "").lower(),
        (span.span_id or "").lower(),
        span.name or "",
        span.kind or 0,
        span.start_time_unix_nano or 0,
        span.end_time_unix_nano or 0,
        0 if status is None else status.code or 0,
        "" if status is None else status.message or "",
        span.attributes,
    )


def _read_record(record: _Record) -> RecordTold:
    return RecordTold(
        record.event_name or "",
        record.time_unix_nano or record.observed_time_unix_nano or 0,
        to_context((record.trace_id or "").lower(), (record.span_id or "").lower(), record.flags or 0),
        record.body,
        record.attributes,
    )


def _read_attributes(pairs: list[_Pair] | None) -> dict[str, Any]:
    if not pairs:
        return {}
    told: dict[str, Any] = {}
    for pair in pairs:
        value = pair.value
        text = None if value is None else value.string_value
        told[pair.key] = _read_value(value) if text is None else text
    return told if len(told) == len(pairs) else once(told, (pair.key for pair in pairs), len(pairs))


def _read_value(value: _Value | None) -> Any:
    """A plain value of any shape; bytes stay in base64, an empty value is None."""
    if value is None:
        return None
    if value.string_value is not None:
        return value.string_value
    if value.int_value is not None:
        return _within_64_bits(value.int_value)
    if value.bool_value is not None:
        return value.bool_value
    if value.double_value is not None:
        return finite(value.double_value)
    if value.array_value is not None:
        return [_read_value(item) for item in value.array_value.values or ()]
    if value.kvlist_value is not None:
        return _read_attributes(value.kvlist_value.values)
    return value.bytes_value


def _within_64_bits(number: int) -> int:
    if not -(2**63) <= number < 2**63:
        raise RefusedError(f"intValue {shown(number)} does not fit in 64 bits")
    return number


def _read_resource(resource: _Resource | None) -> dict[str, Any]:
    return {} if resource is None else _read_attributes(resource.attributes)


_TYPED = _request(_Span, _Record, (_Resource | None, None))
_LENIENT = _request(msgspec.Raw, msgspec.Raw, (msgspec.Raw, msgspec.Raw(b"null")))
_RAW_SPAN, _RAW_RECORD, _RAW_RESOURCE = _decoder(_Span), _decoder(_Record), _decoder(_Resource | None)
_TYPED_FORM = Form(_read_span, _read_record, _read_attributes, _read_value, _read_resource)
_LENIENT_FORM = Form(
    lambda raw: _read_span(_RAW_SPAN.decode(raw)),
    lambda raw: _read_record(_RAW_RECORD.decode(raw)),
    _read_attributes,
    _read_value,
    lambda raw: _read_resource(_RAW_RESOURCE.decode(raw)),
)
