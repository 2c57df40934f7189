"""What an event says, as the inside of a JSON object: what many events share is written once, and joined as text.

Knows names and values; knows no event and no verb.
"""

from __future__ import annotations

import json
import math
from collections.abc import Callable, Iterator, Mapping
from json.encoder import encode_basestring as quote
from typing import Any

__all__ = ["Facts", "Written", "quote", "write"]

Facts = str
"""Members of a JSON object, a comma before each: `,"case.id":"O-17","lifecycle":"start"`; facts are joined by `+`."""

_ENCODE = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"), allow_nan=False, default=str).encode
_WRITERS: dict[type, Callable[[Any], str]] = {
    str: quote,
    int: int.__repr__,
    bool: {True: "true", False: "false"}.__getitem__,
}


class _Labels(dict[str, str]):
    """Names as they stand before a value; kept, since a program has few of them."""

    def __missing__(self, name: str) -> str:
        label = f",{quote(name)}:"
        if len(self) < _MOST_LABELS:
            self[name] = label
        return label


_MOST_LABELS = 4096
_LABELS = _Labels()


class Written(Mapping[str, object]):
    """Facts to be read again by name; decoded only when somebody does."""

    __slots__ = ("_decoded", "facts")

    def __init__(self, facts: Facts) -> None:
        self.facts = facts
        self._decoded: dict[str, object] | None = None

    def __getitem__(self, name: str) -> object:
        return self._read()[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._read())

    def __len__(self) -> int:
        return len(self._read())

    def __repr__(self) -> str:
        return repr(self._read())

    def _read(self) -> dict[str, object]:
        if self._decoded is None:
            self._decoded = json.loads(f"{{{self.facts[1:]}}}")
        return self._decoded


def write(data: Mapping[str, object]) -> Facts:
    """The members of `data`. A value that has no JSON is replaced by a word on it, so that the event is not lost."""
    try:  # texts, whole numbers and booleans are nearly all there is
        return "".join([_LABELS[name] + _WRITERS[type(value)](value) for name, value in data.items()])
    except (KeyError, TypeError, ValueError):
        return "".join([_write_member(name, value) for name, value in data.items()])


def _write_member(name: object, value: object) -> str:
    try:
        text = _ENCODE(value)
    except Exception as error:  # anything: a caller's object may raise what it likes while it is written
        is_number = isinstance(value, float) and not math.isfinite(value)
        text = quote(str(value) if is_number else f"{type(value).__name__} that has no JSON: {type(error).__name__}")
    return f",{quote(str(name))}:{text}"
