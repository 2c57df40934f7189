"""Files of an OpenTelemetry Collector's file exporter, record by record, so that a growing one can be followed.

Framings: JSON lines; frames led by their length (four bytes, big-endian) that hold protobuf, or JSON or protobuf packed
each for itself; and either of them packed as one stream (Zstandard, gzip). Which it is, the first bytes say. Knows
bytes and their packing; knows nothing of what a record says. A record is held whole, at most 64 MiB of it.
"""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any, BinaryIO, NamedTuple

from pipelines.errors import SourceError
from pipelines.sources.otlp.decoding import JSON, PROTOBUF, UNREADABLE
from pipelines.sources.sniffing import STEP_BYTES, packing_of, read_head, unpack

MAX_RECORD_BYTES = 67_108_864
"""The largest record that is read, also after unpacking: what OTLP recommends as the largest request."""

_LENGTH_BYTES = 4
_SHORTEST_BYTES = 8
_FIELD_1 = b"\x0a"  # how every OTLP message in protobuf begins
_SIGN = re.compile(rb'"resource(?:Spans|Logs|Metrics)"\s*:')


class Record(NamedTuple):
    """One request. `end` is the offset to go on from; what cannot be read is UNREADABLE, its body says why."""

    end: int
    place: str
    body: bytes
    content_type: str


def recognises(path: Path) -> bool:
    """Whether the beginning of a file looks like the output of a Collector."""
    head = read_head(path)
    return _is_framed(head) or _SIGN.search(head) is not None


def read_records(path: Path, offset: int = 0) -> Iterator[Record]:
    """The finished records from an offset on; an unfinished one at the end is left for the next time.

    A file packed as one stream cannot be entered in its midst: what is new in it is read from its beginning, and its
    records say 0 but for the last of a finished stream. Events read twice are told apart by their ids.

    Raises:
        SourceError: the file cannot be read, or is no such file.
    """
    yield from _read(path, offset, is_growing=True)


def read_whole(path: Path) -> Iterator[Record]:
    """All records of a file that does not grow: one cut off at the end is there too, as far as it goes.

    Raises:
        SourceError: the file cannot be read, is no such file, or is a packed stream that is damaged or cut off.
    """
    yield from _read(path, 0, is_growing=False)


def _read(path: Path, offset: int, *, is_growing: bool) -> Iterator[Record]:
    head = read_head(path)
    try:
        with path.open("rb") as file:
            packing, size = packing_of(file.read(_LENGTH_BYTES)), path.stat().st_size
            if offset == size or (is_growing and size < _SHORTEST_BYTES):  # too little to tell a frame from a line
                return
            start = 0 if packing or offset > size else offset
            file.seek(start)
            cut = _cut_frames if _is_framed(head) else _cut_lines
            records = cut(_buffer(file, packing), start, is_growing=is_growing)
            yield from _from_the_start(records, size) if packing else records
    except OSError as error:
        if not (is_growing and "Truncated" in str(error)):
            raise SourceError(f"{path.name} cannot be read: {error.strerror or error}.") from error


def _buffer(file: BinaryIO, packing: str | None) -> BinaryIO:
    raw: Any = unpack(file, packing)  # an Arrow stream reads like a raw file
    return file if packing is None else io.BufferedReader(raw, STEP_BYTES)


def _from_the_start(records: Iterator[Record], size: int) -> Iterator[Record]:
    """Records of a packed stream: to go on means to begin again, until its end was seen."""
    last = None
    for record in records:
        if last is not None:
            yield last
        last = record._replace(end=0)
    if last is not None:
        yield last._replace(end=size)


def _cut_lines(stream: BinaryIO, at: int, *, is_growing: bool) -> Iterator[Record]:
    number = 0 if at == 0 else None
    while line := stream.readline(MAX_RECORD_BYTES):
        where, at = at, at + len(line)
        number = None if number is None else number + 1
        place = f"byte {where}" if number is None else f"line {number}"
        if line.endswith(b"\n") or (len(line) < MAX_RECORD_BYTES and not is_growing):
            if not line.isspace():
                yield Record(at, place, line, JSON)
        elif len(line) < MAX_RECORD_BYTES:
            return
        else:
            at = _skip_line(stream, at)
            yield Record(at, place, b"is larger than 64 MiB", UNREADABLE)


def _skip_line(stream: BinaryIO, at: int) -> int:
    """The offset after the end of the line."""
    while rest := stream.readline(STEP_BYTES):
        at += len(rest)
        if rest.endswith(b"\n"):
            break
    return at


def _cut_frames(stream: BinaryIO, at: int, *, is_growing: bool) -> Iterator[Record]:
    while len(told := stream.read(_LENGTH_BYTES)) == _LENGTH_BYTES:
        length, place = int.from_bytes(told, "big"), f"byte {at}"
        if length > MAX_RECORD_BYTES:
            why = f"begins no frame: {length:,} bytes are more than 64 MiB; nothing after it could be read"
            yield Record(at + len(told) + _skip_all(stream), place, why.encode(), UNREADABLE)
            return
        body = stream.read(length)
        if len(body) < length:
            break
        at += _LENGTH_BYTES + length
        if body:
            yield Record(at, place, *_unpack(body))
    if told and not is_growing:
        yield Record(at, f"byte {at}", b"is cut off at the end of the file", UNREADABLE)


def _skip_all(stream: BinaryIO) -> int:
    skipped = 0
    while rest := stream.read(STEP_BYTES):
        skipped += len(rest)
    return skipped


def _unpack(body: bytes) -> tuple[bytes, str]:
    """The content of a frame and its type; the reason where it cannot be unpacked."""
    packing = packing_of(body)
    if packing is not None:
        try:
            body = unpack(io.BytesIO(body), packing).read(MAX_RECORD_BYTES + 1)
        except OSError as error:
            return f"cannot be unpacked: {error}".encode(), UNREADABLE
        if len(body) > MAX_RECORD_BYTES:
            return b"is larger than 64 MiB when unpacked", UNREADABLE
    return body, JSON if body.lstrip().startswith(b"{") else PROTOBUF


def _is_framed(head: bytes) -> bool:
    content = head[_LENGTH_BYTES:]
    is_record = content.startswith(_FIELD_1) or packing_of(content) is not None
    return is_record and 0 < int.from_bytes(head[:_LENGTH_BYTES], "big") <= MAX_RECORD_BYTES
