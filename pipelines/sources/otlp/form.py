"""What the two encodings of OTLP have in common: a message read as far as it must be, its items one by one.

Knows the parts of a message that matter here; knows no encoding and no row.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from google.protobuf.message import DecodeError  # type: ignore[import-untyped]  # ships no types
from msgspec import MsgspecError

from pipelines.sources.meaning import RefusedError, shown

REFUSALS = (RefusedError, ValueError, DecodeError, MsgspecError, RecursionError)
"""What reading content from outside may raise; each is the reason of one problem row."""


SpanTold = tuple[str, str, str, int, int, int, int, str, Any]
"""A span as it came: trace id and span id in lower hexadecimal, name, kind, start and end in nanoseconds since 1970
(0: not told), code and message of its status, attributes not read yet. A bare tuple: there are millions of them."""


class RecordTold(NamedTuple):
    """A log record as it came. `context` is its W3C traceparent, or None; `body` is a value of OTLP, not read yet."""

    event_name: str
    time_ns: int
    context: str | None
    body: Any
    attributes: Any


@dataclass(frozen=True, slots=True)
class Form:
    """How one encoding is read. Every function may raise one of REFUSALS; each dict is name → plain value."""

    read_span: Callable[[Any], SpanTold]
    read_record: Callable[[Any], RecordTold]
    read_attributes: Callable[[Any], dict[str, Any]]
    read_value: Callable[[Any], Any]
    read_resource: Callable[[Any], dict[str, Any]]


class Part(NamedTuple):
    """What one scope of a resource said: the resource, not read yet, and its spans or log records."""

    resource: Any
    items: Sequence[Any]


class Message(NamedTuple):
    """A request: parts of spans, parts of log records, and how both are to be read."""

    form: Form
    spans: Iterator[Part]
    records: Iterator[Part]


def to_reason(refused: Exception) -> str:
    """The reason of a problem row, one line."""
    said = str(refused).partition("\n")[0] or type(refused).__name__
    if isinstance(refused, RefusedError):
        return said
    return f"is no OTLP: {said}"[:300]


def to_context(trace_id: str, span_id: str, flags: int) -> str | None:
    """A W3C traceparent; None where the record stands in no span."""
    if len(trace_id) != 32 or len(span_id) != 16:
        return None
    return f"00-{trace_id}-{span_id}-{flags & 0xFF:02x}"


def finite(number: float) -> float | str:
    """A number, or the word OTLP/JSON has for one JSON lacks: NaN, Infinity, -Infinity."""
    if number - number == 0:
        return number
    return "NaN" if number != number else "Infinity" if number > 0 else "-Infinity"


def once(told: dict[str, Any], names: Iterable[str], count: int) -> dict[str, Any]:
    """The attributes, if each was told once.

    Raises:
        RefusedError: one was told twice, so which is meant cannot be known.
    """
    if len(told) == count:
        return told
    double = next(name for name, times in Counter(names).items() if times > 1)
    raise RefusedError(f"attribute {shown(double)} is told twice")
