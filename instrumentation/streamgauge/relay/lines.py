"""What a relay asks of the lines of a segment beyond reading them: what damage hides, and facts inside an event.

Where damage took a line end, two lines look like one damaged one, and the second is still intact: it is found again.
Knows the framing through `outbox.lines`; knows no folder.
"""

from __future__ import annotations

import re
import zlib
from collections.abc import Iterator
from datetime import datetime
from itertools import islice
from pathlib import Path

from streamgauge.outbox.lines import Damage, Line, frame, read_lines

_START = re.compile(rb"(?=[0-9a-f]{8} \{)")
_MOST_TRIED_BYTES = 67_108_864  # of checksums in one damaged line: damage never makes reading hang
_TAIL_BYTES = 1_048_576
_TIME = re.compile(rb'"time":"([0-9T:.Z+-]{20,40})"')
_SEQUENCE = re.compile(rb'"event\.sequence":(\d{1,19})')


def read_all_intact(path: Path, offset: int, *, is_final: bool) -> Iterator[Line | Damage]:
    """As `read_lines`, with the intact line that damage in front of it hid.

    Raises:
        OSError: the file cannot be read.
    """
    for found in read_lines(path, offset, is_final):
        if isinstance(found, Damage) and found.skipped_bytes <= _MOST_TRIED_BYTES:
            yield from _split(found, read_bytes(path, found.start, found.skipped_bytes))
        else:
            yield found


def read_bytes(path: Path, start: int, count: int) -> bytes:
    """A piece of a file.

    Raises:
        OSError: the file cannot be read.
    """
    with path.open("rb") as file:
        file.seek(start)
        return file.read(count)


def is_cut(path: Path) -> bool:
    """Does a file end in the middle of a line?"""
    size = path.stat().st_size
    return size > 0 and read_bytes(path, size - 1, 1) != b"\n"


def last_sequence(path: Path) -> int | None:
    """The sequence of the last intact line; None where there is none in the last MiB of the file."""
    start = max(0, path.stat().st_size - _TAIL_BYTES)
    lines = read_bytes(path, start, _TAIL_BYTES).split(b"\n")
    intact = (line[9:] for line in reversed(lines) if frame(line[9:]) == line + b"\n")
    return next((sequence_of(event) for event in intact), None)


def sequence_of(event: bytes) -> int | None:
    """The sequence in an encoded event; None where it has none."""
    found = _SEQUENCE.search(event)
    return int(found[1]) if found else None


def instant_of(event: bytes) -> datetime | None:
    """The time in an encoded event; None where it has none that can be read."""
    found = _TIME.search(event)
    try:
        return datetime.fromisoformat(found[1].decode()) if found else None
    except ValueError:
        return None


def _split(damage: Damage, content: bytes) -> Iterator[Line | Damage]:
    view = memoryview(content)
    for found in islice(_START.finditer(content, 1), _MOST_TRIED_BYTES // len(content)):
        at = found.start()
        if content.endswith(b"\n") and zlib.crc32(view[at + 9 : -1]) == int(content[at : at + 8], 16):
            yield Damage(damage.start, damage.start + at, damage.reason)
            yield Line(damage.start + at, damage.end, content[at + 9 : -1])
            return
    yield damage
