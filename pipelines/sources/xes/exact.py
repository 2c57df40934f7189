"""The exact reader: every well-formed XES document, element by element, with expat.

The measure of the swift reader and its fallback. Refuses doctypes and entities, so nothing can expand; a trace, an
element and a text have limits, so memory is bounded.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any
from xml.parsers import expat

import polars as pl

from pipelines.errors import SourceError
from pipelines.sources.batch import BATCH_ROWS
from pipelines.sources.xes.columns import CASE, OF_EVENT, TOLD, Columns

MAX_TEXT = 100_000
"""Characters of one value; a longer one is cut and says so."""
MAX_ELEMENT_BYTES = 1 << 24
MAX_EVENTS_A_TRACE = 1_000_000

_LOG, _TRACE, _EVENT, _ATTRIBUTE = 1, 2, 3, 4
_CLOSING = len(b"</trace>")
Event = tuple[tuple[str, ...], tuple[str, ...], int]
"""Keys, values, line. Events of a trace share a few tuples of keys, so a long trace stays small."""


class ExactReader:
    """One pass over one document: `feed` bytes in order, `take` the rows they completed, `close` at the end."""

    def __init__(self, name: str, columns: Columns) -> None:
        self._name = name
        self._columns = columns
        self._depth = 0
        self._skipped_lines = 0
        self._fed = 0
        self._trace_ended_at = -1
        self._encoding = "utf-8"
        self._event: dict[str, str] | None = None
        self._trace: dict[str, str] | None = None
        self._events: list[Event] = []
        self._seen: dict[str, str] = {}
        self._shapes: dict[tuple[str, ...], tuple[str, ...]] = {}
        self._closed: list[tuple[dict[str, str], list[Event]]] = []
        self._parser = self._make_parser()

    @property
    def is_between_traces(self) -> bool:
        """True right after a trace of the log in UTF-8: whole traces may now be left out by calling `skip`."""
        return self._depth == _LOG and self._trace_ended_at == self._fed and self._encoding == "utf-8"

    def skip(self, lines: int) -> None:
        """Whole traces that were read elsewhere are left out; line numbers go on."""
        self._skipped_lines += lines

    def feed(self, piece: bytes) -> None:
        """Read the next bytes.

        Raises:
            SourceError: broken XML, a doctype or entity, no log, or something too large to hold.
        """
        self._fed += len(piece)
        self._parse(piece, False)
        if self._fed - self._parser.CurrentByteIndex > MAX_ELEMENT_BYTES:
            raise self._refusal("an element is larger than 16 MiB; event attributes that large cannot be read")

    def close(self) -> None:
        """The document has ended.

        Raises:
            SourceError: it is not complete, or it is empty.
        """
        if not self._fed:
            raise SourceError(f"{self._name} is empty.")
        self._parse(b"", True)

    def take(self) -> Iterator[pl.DataFrame]:
        """Frames of `TOLD` with the rows completed since the last call, in parts of a batch."""
        closed, self._closed = self._closed, []
        rows: dict[str, Any] = {name: [] for name in TOLD}
        for trace, events in closed:
            for start in range(0, len(events), BATCH_ROWS):
                self._append_rows(rows, trace, events[start : start + BATCH_ROWS])
                if len(rows["place"]) >= BATCH_ROWS:
                    yield pl.DataFrame(rows, schema=dict.fromkeys(TOLD, pl.String))
                    rows = {name: [] for name in TOLD}
        if rows["place"]:
            yield pl.DataFrame(rows, schema=dict.fromkeys(TOLD, pl.String))

    def _make_parser(self) -> expat.XMLParserType:
        parser = expat.ParserCreate()
        parser.buffer_text = True
        parser.StartElementHandler = self._start
        parser.EndElementHandler = self._end
        parser.StartDoctypeDeclHandler = self._refuse_declaration
        parser.EntityDeclHandler = self._refuse_declaration
        parser.XmlDeclHandler = self._note_encoding
        return parser

    def _parse(self, piece: bytes, is_final: bool) -> None:
        try:
            self._parser.Parse(piece, is_final)
        except expat.ExpatError as error:
            raise self._broken(error, piece) from error
        except (UnicodeDecodeError, LookupError) as error:
            raise SourceError(f"{self._name} is not in the encoding its XML header names ({error}).") from error

    def _broken(self, error: expat.ExpatError, piece: bytes) -> SourceError:
        what = expat.errors.messages[error.code]
        line = error.lineno + self._skipped_lines
        if what == expat.errors.XML_ERROR_UNKNOWN_ENCODING:
            return SourceError(f"{self._name}: its header names an encoding that is not known. Convert it to UTF-8.")
        if what == expat.errors.XML_ERROR_INVALID_TOKEN and self._encoding == "utf-8" and not _is_utf8(piece):
            return SourceError(
                f"{self._name}, line {line}: holds bytes that are not UTF-8, though it says it is. "
                'Convert it, or name its encoding in its first line (<?xml version="1.0" encoding="ISO-8859-1"?>).'
            )
        return SourceError(f"{self._name}, line {line}: broken XML ({what}).")

    def _line(self) -> int:
        return self._parser.CurrentLineNumber + self._skipped_lines

    def _refusal(self, why: str) -> SourceError:
        return SourceError(f"{self._name}, line {self._line()}: {why}.")

    def _refuse_declaration(self, *_: object) -> None:
        raise self._refusal(
            "a document type or entity is declared. Event logs need none and they can be used to exhaust memory, "
            "so such a file is refused"
        )

    def _note_encoding(self, _version: str, encoding: str | None, _standalone: int) -> None:
        self._encoding = (encoding or "utf-8").lower()

    def _start(self, tag: str, told: dict[str, str]) -> None:
        self._depth += 1
        depth = self._depth
        if depth == _ATTRIBUTE:
            if self._event is not None and "key" in told:
                self._keep(self._event, told)
        elif depth == _EVENT and self._trace is not None:
            if tag == "event":
                self._event = {}
            elif "key" in told:
                self._keep(self._trace, told)
        elif depth == _TRACE:
            if tag == "trace":
                self._trace = {}
            elif tag == "event":
                raise self._refusal("an event outside any trace: it belongs to no case")
        elif depth == _LOG and tag != "log":
            raise SourceError(f"{self._name} begins with <{tag}>, not with <log>; is it an XES file?")

    def _keep(self, target: dict[str, str], told: dict[str, str]) -> None:
        value = told.get("value", "")
        if len(value) > MAX_TEXT:
            value = f"{value[:MAX_TEXT]} [cut: {len(value)} characters]"
        # values repeat within a trace; one copy of each keeps a long trace small
        target[told["key"]] = self._seen.setdefault(value, value)

    def _end(self, tag: str) -> None:
        depth, self._depth = self._depth, self._depth - 1
        if depth == _EVENT and self._event is not None:
            if len(self._events) >= MAX_EVENTS_A_TRACE:
                raise self._refusal("a trace of more than a million events; is its case id one?")
            keys = tuple(self._event)
            self._events.append((self._shapes.setdefault(keys, keys), tuple(self._event.values()), self._line()))
            self._event = None
        elif depth == _TRACE and self._trace is not None:
            # a trace's own attributes may follow its events, so events become rows only when it is closed
            self._closed.append((self._trace, self._events))
            self._trace, self._events, self._seen, self._shapes = None, [], {}, {}
            self._trace_ended_at = self._parser.CurrentByteIndex + _CLOSING

    def _append_rows(self, rows: dict[str, Any], trace: dict[str, str], events: list[Event]) -> None:
        columns = self._columns
        case = {CASE + key: value for key, value in trace.items()}
        case_id = trace.get(columns.case_key)
        for keys, values, line in events:
            event = dict(zip(keys, values, strict=True))
            told = {**event, **case}
            is_in_event = case_id is None and columns.is_case_in_event
            rows["case_id"].append(event.get(columns.case_key) if is_in_event else case_id)
            for name in OF_EVENT:
                rows[name].append(told.get(columns.of[name]) if name in columns.of else None)
            rest = {key: value for key, value in told.items() if key not in columns.unlisted}
            rows["attributes"].append(json.dumps(rest, sort_keys=True, ensure_ascii=False) if rest else None)
            rows["place"].append(f"line {line}")
            rows["problem"].append(None)


def _is_utf8(piece: bytes) -> bool:
    try:
        piece[:-4].decode()  # a character may be cut at the end of the piece
    except UnicodeDecodeError as error:
        return error.reason == "unexpected end of data"
    return True
