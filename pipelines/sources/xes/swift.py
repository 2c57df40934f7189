"""The swift reader: whole traces of plain XES as columns, without a step per element.

In plain XES every quote delimits a key or a value, so cutting at quotes gives markup, key, markup, value in turn. The
few distinct pieces of markup are checked against a strict grammar, one by one; what they say about a thousand events
is then array arithmetic. Anything else — comments, CDATA, nested or list attributes, single quotes — raises `Unusual`
and is for the exact reader. Must give the exact reader's rows, byte for byte; tests hold it to that.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

import numpy as np
import polars as pl

from pipelines.sources.xes.columns import CASE, OF_EVENT, TOLD, Columns
from pipelines.sources.xes.exact import MAX_TEXT
from pipelines.sources.xes.packing import pack_attributes

_S = "[ \t\r\n]*"
_MARKUP = re.compile(
    rf"(?P<end>{_S}/>)?(?P<closes_event>{_S}</event>)?(?P<closes_trace>{_S}</trace>)?(?P<opens_trace>{_S}<trace>)?"
    rf"(?P<opens_event>{_S}<event>)?(?P<attribute>{_S}<(?:string|date|int|float|boolean|id) +key=)?"
)
_BETWEEN = re.compile(" +value=")
_REFERENCE = re.compile("&(?:(amp|lt|gt|quot|apos)|#([0-9]{1,7})|#x([0-9a-fA-F]{1,6}));|&")
_NAMED = {"amp": "&", "lt": "<", "gt": ">", "quot": '"', "apos": "'"}
_SPACE = 32  # below it only tab and line ends are allowed
_MAX_DISTINCT = 1_000
_IN_TRACE, _IN_EVENT = 1, 2
Whole = np.ndarray[Any, np.dtype[np.int64]]


class Unusual(Exception):  # noqa: N818 - not an error: the other reader's turn
    """The piece is not plain XES; the exact reader decides what it is."""


@dataclass(frozen=True, slots=True)
class _Attributes:
    """One row per attribute of the piece, and where the events they belong to lie."""

    key: Whole  # position in `keys`
    keys: list[str]
    value: pl.Series
    is_of_event: np.ndarray[Any, np.dtype[np.bool_]]
    event: Whole  # number of the event begun last
    trace: Whole  # number of the trace begun last
    trace_of_event: Whole
    line_of_event: Whole


def read_traces(piece: bytes, first_line: int, columns: Columns) -> pl.DataFrame:
    """A frame of `TOLD` from whole traces: nothing before the first, nothing after the last.

    Raises:
        Unusual: the piece holds anything but plain XES, or is broken.
    """
    attributes = _read_attributes(piece, first_line)
    of_event, of_trace = _spread(attributes, of_event=True), _spread(attributes, of_event=False)
    if any(key.startswith(CASE) for key in of_event):
        raise Unusual
    trace_of_event = pl.Series(attributes.trace_of_event)
    nothing = pl.Series([None], dtype=pl.String).new_from_index(0, trace_of_event.len())

    def told(name: str | None) -> pl.Series:
        if name is not None and name.startswith(CASE) and name.removeprefix(CASE) in of_trace:
            return of_trace[name.removeprefix(CASE)].gather(trace_of_event)
        return of_event.get(name or "", nothing)

    case_id = told(CASE + columns.case_key)
    if columns.is_case_in_event and case_id.null_count():
        case_id = case_id.zip_with(case_id.is_not_null(), told(columns.case_key))
    rows = {name: told(columns.of.get(name)) for name in OF_EVENT}
    is_plain = b"&" not in piece and b"\\" not in piece
    packed = pack_attributes(of_event, of_trace, trace_of_event, columns, is_plain)
    place = pl.Series(attributes.line_of_event)
    rows |= {"case_id": case_id, "problem": nothing, "attributes": nothing if packed is None else packed}
    return pl.DataFrame(rows).with_columns(place="line " + place.cast(pl.String)).select(TOLD)


def _read_attributes(piece: bytes, first_line: int) -> _Attributes:
    text = _decode(piece)
    parts = pl.Series([text]).str.split('"').explode()
    if parts.len() % 4 != 1 or parts.len() == 1:
        raise Unusual
    key, keys = _number(parts.gather_every(4, 1))
    if not all(_BETWEEN.fullmatch(between) for between in parts.gather_every(4, 2).unique()):
        raise Unusual
    value = parts.gather_every(4, 3)
    markup, kinds = _number(parts.gather_every(4, 0))
    matches = [_match(kind) for kind in kinds]
    _check_characters(piece, kinds, np.bincount(markup, minlength=len(kinds)))
    if b"&" in piece:
        keys, value = [_unescape(name) for name in keys], _unescape_values(value)
    if len(set(keys)) != len(keys) or (value.str.len_bytes().max() or 0) > MAX_TEXT:  # type: ignore[operator]
        raise Unusual
    return _place_attributes(markup, kinds, matches, first_line, key, keys, value)


def _place_attributes(
    markup: Whole,
    kinds: list[str],
    matches: list[re.Match[str]],
    first_line: int,
    key: Whole,
    keys: list[str],
    value: pl.Series,
) -> _Attributes:
    """Follow the markup: which event and trace each attribute is in, and the line each event ends on."""

    def has(group: str) -> np.ndarray[Any, np.dtype[np.bool_]]:
        return np.array([match[group] is not None for match in matches])[markup]

    closes_event, closes_trace = has("closes_event"), has("closes_trace")
    opens_trace, opens_event = has("opens_trace"), has("opens_event")
    _check_ends(has("end"), has("attribute"), closes_trace, opens_trace)
    moves_to = np.where(opens_event, _IN_EVENT, np.where(closes_event | opens_trace, _IN_TRACE, 0))
    last_move = np.maximum.accumulate(np.where(moves_to > 0, np.arange(moves_to.size), 0))
    inside = moves_to[last_move]
    before = np.concatenate(([0], inside[:-1]))
    needs_trace = ~closes_event & (closes_trace | (opens_event & ~opens_trace))
    if (before[closes_event] != _IN_EVENT).any() or (before[needs_trace] != _IN_TRACE).any():
        raise Unusual
    lines = np.array([kind.count("\n") for kind in kinds])[markup]
    lines_to_end = np.array([_lines_before_close(match) for match in matches])[markup]
    line = first_line + np.cumsum(lines) - lines + lines_to_end
    trace = np.cumsum(opens_trace) - 1
    return _Attributes(
        key, keys, value, (inside == _IN_EVENT)[:-1], (np.cumsum(opens_event) - 1)[:-1], trace[:-1],
        trace[opens_event], line[closes_event],
    )  # fmt: skip


def _decode(piece: bytes) -> str:
    try:
        text = piece.decode()
    except UnicodeDecodeError as error:
        raise Unusual from error
    if not text.isascii() and ("\ufffe" in text or "\uffff" in text):
        raise Unusual
    return text


def _number(texts: pl.Series) -> tuple[Whole, list[str]]:
    """Each text as its number in the list of distinct texts."""
    distinct = texts.unique(maintain_order=True)
    if distinct.len() > _MAX_DISTINCT:
        raise Unusual
    return texts.cast(pl.Enum(distinct)).to_physical().to_numpy().astype(np.int64), distinct.to_list()


def _match(markup: str) -> re.Match[str]:
    match = _MARKUP.fullmatch(markup)
    if match is None:
        raise Unusual
    return match


def _check_characters(piece: bytes, kinds: list[str], counts: Whole) -> None:
    """What is forbidden or rewritten inside a value must stand in the markup only."""
    codes = np.frombuffer(piece, np.uint8)
    controls = 0
    for character in "<\t\r\n":
        found = int(np.count_nonzero(codes == ord(character)))
        controls += found if ord(character) < _SPACE else 0
        if found != sum(kind.count(character) * int(count) for kind, count in zip(kinds, counts, strict=True)):
            raise Unusual
    if np.count_nonzero(codes < _SPACE) != controls or any(kind.count("\r") != kind.count("\r\n") for kind in kinds):
        raise Unusual


def _check_ends(*flags: np.ndarray[Any, np.dtype[np.bool_]]) -> None:
    """An attribute ends and another begins everywhere but at the two ends of the piece; traces follow each other."""
    end, attribute, closes_trace, opens_trace = flags
    middle = slice(1, -1)
    is_right = (
        not end[0] and attribute[0] and opens_trace[0] and not closes_trace[0]
        and end[-1] and not attribute[-1] and closes_trace[-1] and not opens_trace[-1]
        and end[middle].all() and attribute[middle].all() and (closes_trace == opens_trace)[middle].all()
    )  # fmt: skip
    if not is_right:
        raise Unusual


def _lines_before_close(match: re.Match[str]) -> int:
    closing = match["closes_event"]
    return 0 if closing is None else match.string[: match.end("closes_event")].count("\n")


def _unescape(text: str) -> str:
    return _REFERENCE.sub(_resolve, text)


def _resolve(match: re.Match[str]) -> str:
    name, decimal, hexadecimal = match.groups()
    if name:
        return _NAMED[name]
    if not decimal and not hexadecimal:
        raise Unusual
    code = int(decimal) if decimal else int(hexadecimal, 16)
    if code in (9, 10, 13) or 32 <= code < 0xD800 or 0xE000 <= code < 0xFFFE or 0x10000 <= code < 0x110000:
        return chr(code)
    raise Unusual


def _unescape_values(values: pl.Series) -> pl.Series:
    where = values.str.contains("&", literal=True).arg_true()
    return values.scatter(where, [_unescape(text) for text in values.gather(where)]) if where.len() else values


def _spread(attributes: _Attributes, of_event: bool) -> dict[str, pl.Series]:
    """A column per key: the value each event (or trace) has, NULL where it has none; the last of a repeated key."""
    owner = attributes.event if of_event else attributes.trace
    height = attributes.trace_of_event.size if of_event else int(attributes.trace[-1]) + 1
    chosen = np.flatnonzero(attributes.is_of_event == of_event)
    key = attributes.key[chosen].astype(np.uint16)
    by_key = chosen[np.argsort(key, kind="stable")]
    columns = {}
    ends = np.cumsum(np.bincount(key, minlength=len(attributes.keys)))[:-1]
    for name, rows in zip(attributes.keys, np.split(by_key, ends), strict=True):
        if rows.size:
            source = np.full(height, -1)
            source[owner[rows]] = rows
            where = pl.Series(source)
            columns[name] = attributes.value.gather(where.set(where < 0, None))
    return columns
