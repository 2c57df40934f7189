"""Cutting a file of JSON into the texts of its events, without ever holding the whole of it.

Knows lines, arrays, gzip and sizes; knows nothing of what an event says.
"""

from __future__ import annotations

import codecs
import gzip
import io
import json
import zlib
from collections.abc import Iterator
from pathlib import Path

from pipelines.errors import SourceError

MAX_BYTES = 1_048_576
"""The largest event that is read; a larger one becomes a problem row."""

Piece = tuple[str, str | bytes, str | None]
"""Place for a person, text of the event, and why it could not be cut out (the text is empty then)."""
Stream = io.BufferedReader | gzip.GzipFile

_CHUNK = 65_536
_BLANK = " \t\r\n"
_DECODER = json.JSONDecoder()


def read_pieces(path: Path) -> Iterator[Piece]:
    """The texts of the events in the order of the file, each with its place: "line 12", or "item 3" of an array.

    Raises:
        SourceError: the file is not there, is no gzip or a truncated one, or is not UTF-8 as a whole.
    """
    try:
        with gzip.open(path) if path.name.lower().endswith(".gz") else path.open("rb") as stream:
            if stream.peek(_CHUNK).startswith((b"\xff\xfe", b"\xfe\xff", b"\x00")):
                raise SourceError(f"{path.name} begins like UTF-16 or UTF-32; CloudEvents are UTF-8. Convert it.")
            yield from cut_pieces(stream)
    except (EOFError, zlib.error, gzip.BadGzipFile) as error:
        raise SourceError(f"{path.name} is no whole gzip file: {error}. Fetch or write it again.") from error
    except UnicodeDecodeError as error:
        raise SourceError(f"{path.name} is an array that is not UTF-8: {error}. Convert it.") from error
    except OSError as error:
        raise SourceError(f"{path.name} cannot be read: {error.strerror or error}.") from error


def cut_pieces(stream: Stream) -> Iterator[Piece]:
    """The texts of the events of an open stream, as `read_pieces` gives them.

    Raises:
        UnicodeDecodeError: an array that is not UTF-8; what came before was given.
    """
    start = stream.peek(_CHUNK)
    if start.startswith(codecs.BOM_UTF8):
        stream.read(len(codecs.BOM_UTF8))
    is_array = start.removeprefix(codecs.BOM_UTF8).lstrip().startswith(b"[")
    yield from _cut_array(stream) if is_array else _cut_lines(stream)


def _cut_lines(stream: Stream) -> Iterator[Piece]:
    number = 0
    while line := stream.readline(MAX_BYTES + 1):
        number += 1
        if len(line) > MAX_BYTES and not line.endswith(b"\n"):
            while (rest := stream.readline(_CHUNK)) and not rest.endswith(b"\n"):
                continue
            yield f"line {number}", "", "is larger than 1 MiB"
        elif not line.isspace():
            yield f"line {number}", line, None


def _cut_array(stream: Stream) -> Iterator[Piece]:
    """Items of one array, by decoding ahead in a window; what follows a broken item cannot be found again."""
    to_text = codecs.getincrementaldecoder("utf-8")().decode
    number, window, is_at_end = 1, to_text(stream.read(_CHUNK)).lstrip(_BLANK)[1:], False
    while not (window := window.lstrip(_BLANK + ",")).startswith("]"):
        try:
            end = _DECODER.raw_decode(window)[1]
        except (ValueError, RecursionError):
            end = 0
        if 0 < end < len(window) + is_at_end:
            yield f"item {number}", window[:end], None
            number, window = number + 1, window[end:]
        elif not is_at_end and len(window) <= MAX_BYTES:
            chunk = stream.read(_CHUNK)
            window, is_at_end = window + to_text(chunk, final=not chunk), not chunk
        else:
            yield f"item {number}", "", "is not JSON, larger than 1 MiB or cut off; nothing after it could be read"
            return
