"""Lines of a spool: a checksum before each event, so that what is torn or flipped is skipped and never believed.

Knows the framing `<crc32 of the JSON, 8 hex digits> <JSON>` and a line end; knows no event and no sequence.
"""

from __future__ import annotations

import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

_PREFIX = 9  # 8 hex digits and a space


@dataclass(frozen=True, slots=True)
class Line:
    """One intact line: its content without frame, and the offsets of its first byte and of the byte after its end."""

    start: int
    end: int
    content: bytes


@dataclass(frozen=True, slots=True)
class Damage:
    """Bytes that are no intact line: skipped, and said why."""

    start: int
    end: int
    reason: str

    @property
    def skipped_bytes(self) -> int:
        """How many bytes were skipped."""
        return self.end - self.start


def frame(content: bytes) -> bytes:
    """A line of `content`, which holds no line end (JSON does not)."""
    return b"%08x %b\n" % (zlib.crc32(content), content)


def read_lines(path: Path, offset: int = 0, is_final: bool = False) -> Iterator[Line | Damage]:
    """The lines of one segment from `offset` on, in order; memory is bounded by one line.

    An unfinished tail ends the reading: it may be a line that is just being written. Where the segment `is_final`,
    because a later one exists or its writer is dead, the tail is told as damage.

    Raises:
        OSError: the file cannot be read.
    """
    with path.open("rb") as file:
        file.seek(offset)
        for raw in file:
            start, offset = offset, offset + len(raw)
            if raw.endswith(b"\n"):
                content = raw[_PREFIX:-1]
                is_intact = raw[:_PREFIX] == b"%08x " % zlib.crc32(content)
                yield Line(start, offset, content) if is_intact else Damage(start, offset, "checksum does not match")
                continue
            if is_final:
                yield Damage(start, offset, "line is unfinished")
            return  # the writer may finish the line meanwhile: its rest, read now, would be no line of its own
