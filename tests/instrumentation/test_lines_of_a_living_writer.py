"""Reading a segment while its writer lives: what is unfinished at the end is left for the next time, whole."""

from __future__ import annotations

import io
from pathlib import Path
from typing import Any, cast

from streamgauge.outbox.lines import Damage, Line, frame, read_lines

FIRST, SECOND = frame(b'{"a":1}'), frame(b'{"b":2}')


class _Growing(io.BytesIO):
    """A file whose writer finishes a line just after a reader has met the end."""

    def __init__(self, now: bytes, soon: bytes) -> None:
        super().__init__(now)
        self._soon = soon

    def __next__(self) -> bytes:
        read = super().__next__()
        if not read.endswith(b"\n"):
            place = self.tell()
            self.write(self._soon)
            self.seek(place)
        return read


class _Segment:
    def __init__(self, file: io.BytesIO) -> None:
        self._file = file

    def open(self, mode: str) -> io.BytesIO:
        assert mode == "rb"
        return self._file


def _read(file: io.BytesIO) -> list[Line | Damage]:
    return list(read_lines(cast("Path", cast("Any", _Segment(file)))))


def test_a_line_finished_meanwhile_is_read_next_time() -> None:
    """The rest of a line whose beginning was read as unfinished is never taken for a line of its own."""
    for cut in range(1, len(SECOND)):
        read = _read(_Growing(FIRST + SECOND[:cut], SECOND[cut:]))
        assert read == [Line(0, len(FIRST), b'{"a":1}')], cut
