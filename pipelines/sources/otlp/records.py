"""Log records that are business events: an event name, and our id. They mean what a CloudEvent of the same words means.

Knows what a log record means for a stream; knows no encoding.
"""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Iterator, Sequence
from typing import Any

from pipelines.sources.meaning import RefusedError, Row, find_case, problem_row, read_columns, shown
from pipelines.sources.otlp.form import REFUSALS, Form, to_reason
from pipelines.sources.otlp.origin import Origin, to_short
from streamgauge.attributes import PREFIX

NO_EVENT = "log records that are no business events"
MAX_CHARACTERS = 1_048_576

_ID, _SOURCE = "streamgauge.event.id", "cloudevents.event_source"
_ENVELOPE = ("cloudevents.event_id", _SOURCE, "cloudevents.event_type", _ID)  # told by the row itself
_EPOCH = dt.datetime(1970, 1, 1)  # noqa: DTZ001  # a batch holds UTC without zone
_LATEST_NS = 2**64 - 1


def read(
    place: str, first: int, origin: Origin | Exception, items: Sequence[Any], form: Form, left_out: Counter[str]
) -> Iterator[Row]:
    """The rows of the records of one scope, numbered from `first`. What cannot be read is a problem; `left_out` counts
    those that are no business events."""
    for number, item in enumerate(items, first):
        where = f"{place} log record {number}"
        try:
            row = _read_record(where, origin, item, form)
        except REFUSALS as refused:
            row = problem_row(where, to_reason(refused))
        if row is None:
            left_out[NO_EVENT] += 1
        else:
            yield row


def _read_record(place: str, origin: Origin | Exception, item: Any, form: Form) -> Row | None:
    """The row of a record, or None where it is no business event."""
    record = form.read_record(item)
    if not record.event_name:
        return None
    told = form.read_attributes(record.attributes)
    if not any(name.startswith(PREFIX) for name in told):
        return None
    if not isinstance(origin, Origin):
        raise RefusedError(f"its resource cannot be read: {to_reason(origin)}") from origin
    source, event_id = told.get(_SOURCE) or origin.source, told.get(_ID)
    try:
        if type(event_id) is not str or not event_id:
            raise RefusedError(_why_no_id(event_id))
        if type(source) is not str:
            raise RefusedError(f"{_SOURCE} is {shown(source)}; it must be a text")
        return (source, event_id, *_read_event(record, origin, told, form), place, None)
    except RefusedError as refused:
        return problem_row(place, str(refused), source, event_id, to_short({**origin.shared, **told}))


def _read_event(record: Any, origin: Origin, told: dict[str, Any], form: Form) -> tuple[object, ...]:
    said = {name: value for name, value in {**origin.shared, **told}.items() if name not in _ENVELOPE}
    short = to_short(said)
    more = {"cloudevents.event_type": record.event_name}
    if record.context is not None:
        more["traceparent"] = record.context
    if (body := form.read_value(record.body)) is not None:
        more["body"] = body
    columns = read_columns(short, more)
    if sum(len(column) for column in columns if isinstance(column, str)) > MAX_CHARACTERS:
        raise RefusedError("is larger than 1 MiB")
    return (find_case(short, None), _to_instant(record.time_ns), *columns)


def _to_instant(time_ns: int) -> dt.datetime:
    if not 0 < time_ns <= _LATEST_NS:
        raise RefusedError(f"timeUnixNano is {shown(time_ns)}; it must be nanoseconds since 1970, at least 1")
    return _EPOCH + dt.timedelta(microseconds=time_ns // 1_000)


def _why_no_id(told: Any) -> str:
    if told is None:
        return f"no {_ID}: without an id made before the first try, a repeated delivery would count twice"
    return f"{_ID} is {shown(told)}; it must be a text that is not empty"
