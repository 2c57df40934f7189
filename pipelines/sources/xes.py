"""XES event logs (IEEE 1849), plain or gzipped, read as a stream of traces.

Knows XML and the standard extensions' keys; knows no stream. Entity and doctype declarations are refused, so nothing
can expand; memory is bounded by one trace and one batch.
"""

from __future__ import annotations

import gzip
import json
import zlib
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import IO, Any
from xml.parsers import expat
from zoneinfo import ZoneInfo

import polars as pl

from metrics.stream.model import Source
from pipelines.errors import SourceError
from pipelines.sources.batch import BATCH_ROWS, to_batch

KEY = "xes"
SUFFIXES = (".xes", ".xes.gz")
CAPABILITIES = frozenset({"performer", "touch_time"})

DEFAULT_COLUMNS = {
    "case_id": "concept:name",
    "step": "concept:name",
    "event_at": "time:timestamp",
    "lifecycle": "lifecycle:transition",
    "performer": "org:resource",
    "role": "org:role",
    "team": "org:group",
    "activity_id": "concept:instance",
}
_CHUNK_BYTES = 1 << 18
_MAX_TEXT = 100_000
_MAX_EVENTS_A_TRACE = 1_000_000
_BATCH_COLUMNS = ("event_id", "step", "lifecycle", "activity_id", "performer_kind", "performer", "role", "team",
                  "outcome", "release")  # fmt: skip


def read(path: Path, settings: Source) -> Iterator[pl.DataFrame]:
    """Batches of events. A `case:` prefix in a mapping names an attribute of the trace.

    Raises:
        SourceError: truncated or broken XML (with its line), a doctype or entity, no log at all.
    """
    reader = _Reader(path.name, settings)
    yield from reader.batches(path)


class _Reader:
    """One pass over one file: expat calls fill columns, full batches are handed out between chunks."""

    def __init__(self, name: str, settings: Source) -> None:
        self._name = name
        self._columns = {**DEFAULT_COLUMNS, **settings.columns}
        self._zone = ZoneInfo(settings.time_zone) if settings.time_zone else None
        self._mapped = set(self._columns.values())
        self._trace: dict[str, str] = {}
        self._event: dict[str, str] | None = None
        self._events: list[tuple[dict[str, str], int]] = []
        self._rows: dict[str, list[Any]] = {}
        self._depth = 0
        self._started = False
        self._reset()

    def batches(self, path: Path) -> Iterator[pl.DataFrame]:
        parser = self._parser()
        try:
            with _open(path) as file:
                while chunk := file.read(_CHUNK_BYTES):
                    parser.Parse(chunk, False)
                    if len(self._rows["case_id"]) >= BATCH_ROWS:
                        yield self._take()
                parser.Parse(b"", True)
        except expat.ExpatError as error:
            what = expat.errors.messages[error.code]
            raise SourceError(f"{self._name}, line {error.lineno}: broken XML ({what}).") from error
        except (EOFError, zlib.error, gzip.BadGzipFile) as error:
            raise SourceError(f"{self._name} is a damaged or truncated gzip file ({error}).") from error
        except UnicodeDecodeError as error:
            raise SourceError(f"{self._name} is not in the encoding its XML header names.") from error
        if not self._started:
            raise SourceError(f"{self._name} holds no <log>; is it an XES file?")
        if self._rows["case_id"]:
            yield self._take()

    def _parser(self) -> expat.XMLParserType:
        parser = expat.ParserCreate()
        parser.ordered_attributes = False
        parser.StartElementHandler = self._start
        parser.EndElementHandler = self._end
        parser.StartDoctypeDeclHandler = self._refuse
        parser.EntityDeclHandler = self._refuse
        self._line = lambda: parser.CurrentLineNumber
        return parser

    def _refuse(self, *_: object) -> None:
        raise SourceError(
            f"{self._name}, line {self._line()}: a document type or entity is declared. "
            "Event logs need none and they can be used to exhaust memory, so such a file is refused."
        )

    def _start(self, tag: str, attributes: dict[str, str]) -> None:
        if tag == "event":
            self._event = {}
            self._depth = 0
        elif tag == "trace":
            self._trace = {}
            self._depth = 0
        elif "key" in attributes:
            self._depth += 1
            if self._depth == 1:  # children of an attribute are its meta-attributes, not the event's
                target = self._trace if self._event is None else self._event
                target[attributes["key"]] = attributes.get("value", "")[:_MAX_TEXT]
        elif tag == "log":
            self._started = True

    def _end(self, tag: str) -> None:
        if tag == "event":
            if len(self._events) >= _MAX_EVENTS_A_TRACE:
                raise SourceError(f"{self._name}, line {self._line()}: a trace of more than a million events.")
            self._events.append((self._event or {}, self._line()))
            self._event = None
        elif tag == "trace":
            self._close_trace()
        elif self._depth > 0:
            self._depth -= 1

    def _close_trace(self) -> None:
        """A trace's own attributes may follow its events, so events become rows only here."""
        case = {f"case:{key}": value for key, value in self._trace.items()}
        case_column = self._columns["case_id"]
        case_id = self._trace.get(case_column.removeprefix("case:"))
        append = {name: column.append for name, column in self._rows.items()}
        for event, line in self._events:
            told = {**event, **case} if case else event
            at, problem = _instant(told.get(self._columns["event_at"]), self._zone)
            append["case_id"](case_id if case_id is not None else told.get(case_column))
            append["event_at"](at)
            append["problem"](problem)
            append["place"](f"line {line}")
            for name in _BATCH_COLUMNS:
                column = self._columns.get(name)
                append[name](told.get(column) if column else None)
            rest = {key: value for key, value in told.items() if key not in self._mapped}
            rest.pop(f"case:{case_column}", None)
            append["attributes"](json.dumps(rest, sort_keys=True, ensure_ascii=False) if rest else None)
        self._events.clear()
        self._trace = {}

    def _take(self) -> pl.DataFrame:
        batch = to_batch({**self._rows, "source": ["log"] * len(self._rows["case_id"])})
        self._reset()
        return batch

    def _reset(self) -> None:
        self._rows = {name: [] for name in ("case_id", "event_at", "problem", "place", "attributes", *_BATCH_COLUMNS)}


def _open(path: Path) -> IO[bytes]:
    with path.open("rb") as file:
        is_gzip = file.read(2) == b"\x1f\x8b"
    return gzip.open(path, "rb") if is_gzip else path.open("rb")  # type: ignore[return-value]


def _instant(text: str | None, zone: ZoneInfo | None) -> tuple[datetime | None, str | None]:
    """A UTC instant without zone, or why there is none."""
    if not text:
        return None, "no timestamp"
    try:
        at = datetime.fromisoformat(text)
    except ValueError:
        return None, f"not a timestamp: {text[:40]!r}"
    if at.tzinfo is None:
        if zone is None:
            return None, f"a time without offset ({text[:40]!r}); name source.time_zone in the stream file"
        at = at.replace(tzinfo=zone)
    return at.astimezone(UTC).replace(tzinfo=None), None
