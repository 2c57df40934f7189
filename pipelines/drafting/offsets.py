"""Offsets of the times in a text log: instants keep none, but they hint at the stream's time zone.

Looks at the beginning of the file only; knows no format.
"""

from __future__ import annotations

import gzip
import re
from collections import Counter
from pathlib import Path

SAMPLE_BYTES = 2_000_000
_OFFSET = re.compile(rb"\d{4}-\d\d-\d\d[T ]\d\d:\d\d(?::\d\d(?:[.,]\d+)?)?(Z|[+-]\d\d:?\d\d)")
_TIME = re.compile(rb"\d{4}-\d\d-\d\d[T ](\d\d):(\d\d)((?::\d\d(?:[.,]\d+)?)?)")


def offsets_in(path: Path) -> dict[str, int]:
    """Offset → how often it occurs in the first 2 MB, most frequent first; empty for binary files."""
    found = Counter(match[1].decode() for match in _OFFSET.finditer(beginning_of(path)))
    return dict(found.most_common())


def clock_times_in(path: Path) -> set[str]:
    """The times of day, to the minute, written in the first 2 MB; '00:00' where the seconds are zero, too."""
    return {_clock(match) for match in _TIME.finditer(beginning_of(path))}


def _clock(match: re.Match[bytes]) -> str:
    hour, minute, rest = (match[number].decode() for number in (1, 2, 3))
    return f"{hour}:{minute}" if not rest.strip("0:.,") else f"{hour}:{minute}:…"


def beginning_of(path: Path, size: int = SAMPLE_BYTES) -> bytes:
    """The first bytes of a file, unpacked when it is gzipped; what a damaged file still gives."""
    with path.open("rb") as file:
        is_gzip = file.read(2) == b"\x1f\x8b"
    try:
        with gzip.open(path) if is_gzip else path.open("rb") as stream:
            return stream.read(size)
    except (EOFError, OSError):
        return b""  # the source says what is wrong with the file; a hint is not worth a second error
