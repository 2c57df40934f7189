"""One segment while it is written: its name is durable before its first byte, and it is closed at the first error.

Knows files through a Disk, and the layout of frames; knows neither threads nor requests.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path

from pipelines.receiver.frame import MARKER_BYTES, Record, encode_frame
from pipelines.receiver.segments import Position, Segment
from streamgauge.disk import Disk


class SegmentFile:
    """The file a log appends to. After any OSError it must be ended: what follows the last sync is uncertain."""

    def __init__(self, folder: Path, number: int, disk: Disk) -> None:
        self.size_bytes = 0
        self._folder, self._disk = folder, disk
        self._open, self._sealed = Segment(number, is_open=True), Segment(number, is_open=False)
        self._marker = os.urandom(MARKER_BYTES)
        self._descriptor: int | None = disk.open_append(self._open.path(folder))
        try:
            disk.sync_folder(folder)
        except OSError:
            # nothing was written, so the number is still free: the next try makes the name anew
            self._close()
            disk.remove(self._open.path(folder))
            raise

    def write(self, records: Sequence[Record]) -> list[Position]:
        """Append and sync; where each record begins. When this returns they survive a power cut.

        Raises:
            OSError: the system refused or took less than all; none of them is certain.
        """
        assert self._descriptor is not None, "an ended segment is never written"
        pieces: list[bytes] = []
        positions = []
        end = self.size_bytes
        for record in records:
            positions.append(Position(self._open.name, end))
            frame = encode_frame(record, self._marker)
            pieces += frame
            end += len(frame[0]) + len(frame[1])
        written = self._disk.write(self._descriptor, b"".join(pieces))
        if written != end - self.size_bytes:
            raise OSError(f"only {written} of {end - self.size_bytes} bytes were written")
        self._disk.sync(self._descriptor)
        self.size_bytes = end
        return positions

    def end(self) -> None:
        """Close and seal: never written again. What was synced is; nothing is synced a second time.

        Raises:
            OSError: the name could not be changed; readers take the open name of an older segment as ended too.
        """
        self._close()
        self._disk.replace(self._open.path(self._folder), self._sealed.path(self._folder))
        self._disk.sync_folder(self._folder)

    def _close(self) -> None:
        descriptor, self._descriptor = self._descriptor, None
        if descriptor is not None:
            self._disk.close(descriptor)
