"""The items of the lists in one large JSON object, one after the other, without ever holding the whole of it.

Knows objects, lists, gzip and sizes; knows nothing of what an item says.
"""

from __future__ import annotations

import codecs
import gzip
import json
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import IO, Any

from pipelines.errors import SourceError
from pipelines.sources.json_pieces import MAX_BYTES

_CHUNK = 262_144
_BLANK = " \t\r\n"


def _refuse_constant(word: str) -> float:
    raise ValueError(f"{word} is no number JSON has")


_DECODER = json.JSONDecoder(parse_constant=_refuse_constant)


def read_members(path: Path) -> Iterator[tuple[str, int, Any]]:
    """Name of the list, number of the item from 1, and the item; lists in the order of the file.

    Members that are no lists are passed over. An empty list yields one item with number 0.

    Raises:
        SourceError: no such file, no whole gzip, not UTF-8, no JSON object, cut off, or an item larger than 1 MiB.
    """
    try:
        with path.open("rb") as file:
            is_packed = file.read(2) == b"\x1f\x8b"
        with gzip.open(path) if is_packed else path.open("rb") as stream:
            yield from _Window(stream, path.name).members()
    except (EOFError, zlib.error, gzip.BadGzipFile) as error:
        raise SourceError(f"{path.name} is no whole gzip file: {error}. Fetch or write it again.") from error
    except UnicodeDecodeError as error:
        raise SourceError(f"{path.name} is not UTF-8: {error.reason} at byte {error.start}. Convert it.") from error
    except OSError as error:
        raise SourceError(f"{path.name} cannot be read: {error.strerror or error}.") from error


class _Window:
    """The text of a file as far as it is needed now: at most one item and one chunk."""

    def __init__(self, stream: IO[bytes] | gzip.GzipFile, name: str) -> None:
        self._stream, self._name = stream, name
        self._decode = codecs.getincrementaldecoder("utf-8-sig")().decode
        self._text, self._at, self._is_at_end = "", 0, False

    def members(self) -> Iterator[tuple[str, int, Any]]:
        self._expect("{", "the beginning")
        while self._next() != "}":
            key = self._value("the name of a member")
            self._expect(":", f"the member {str(key)[:40]!r}")
            if self._next() == "[":
                yield from self._items(str(key))
            else:
                self._value(f"the member {str(key)[:40]!r}")
            if self._next() != "}":
                self._expect(",", "the end of a member")
        self._at += 1
        if self._next():
            raise self._refused("the end")

    def _items(self, key: str) -> Iterator[tuple[str, int, Any]]:
        self._at += 1
        number = 0
        while self._next() != "]":
            number += 1
            place = f"item {number:,} of {key[:40]!r}"
            yield key, number, self._value(place)
            if self._next() != "]":
                self._expect(",", place)
        self._at += 1
        if not number:
            yield key, 0, None

    def _next(self) -> str:
        """The next character that is not blank; nothing at the end of the file."""
        while True:
            while self._at < len(self._text) and self._text[self._at] in _BLANK:
                self._at += 1
            if self._at < len(self._text) or not self._more():
                return self._text[self._at : self._at + 1]

    def _expect(self, sign: str, place: str) -> None:
        if self._next() != sign:
            raise self._refused(place)
        self._at += 1

    def _value(self, place: str) -> Any:
        self._next()
        while True:
            try:
                value, end = _DECODER.raw_decode(self._text, self._at)
            except (ValueError, RecursionError):
                end = 0
            if end and (self._is_at_end or not self._goes_on(value, end)):
                self._at = end
                return value
            if len(self._text) - self._at > MAX_BYTES or not self._more():
                raise self._refused(place)

    def _goes_on(self, value: Any, end: int) -> bool:
        """May the next chunk go on with this value? Of a number cut at "12." the 12 alone would be read."""
        is_number = isinstance(value, int | float) and not isinstance(value, bool)
        return end == len(self._text) or (is_number and self._text[end] in ".eE")

    def _more(self) -> bool:
        if self._is_at_end:
            return False
        chunk = self._stream.read(_CHUNK)
        self._is_at_end = not chunk
        self._text = self._text[self._at :] + self._decode(chunk, final=not chunk)
        self._at = 0
        return True

    def _refused(self, place: str) -> SourceError:
        return SourceError(
            f"{self._name}: not JSON, larger than 1 MiB or cut off at {place}. Nothing of it can be trusted; "
            "fetch or write it again."
        )
