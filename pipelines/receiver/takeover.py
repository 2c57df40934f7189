"""Beginning where another process ended: one writer at a time, and what the last one left is sealed as it is.

Knows the folder of the log and nothing of requests.
"""

from __future__ import annotations

import fcntl
import os
from pathlib import Path

from pipelines.errors import BusyError
from pipelines.receiver.errors import ReceiverError
from pipelines.receiver.segments import Segment, list_segments
from streamgauge.disk import Disk


def take_lock(folder: Path, disk: Disk) -> int:
    """A descriptor that holds the folder until it is closed, or until this process dies.

    Raises:
        BusyError: another process holds it.
        ReceiverError: the folder cannot be made.
    """
    try:
        disk.make_folder(folder)
        lock = os.open(folder / "writer.lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o640)
    except OSError as error:
        raise ReceiverError.from_folder(folder, error) from error
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError as error:
        os.close(lock)
        raise BusyError(
            f"Another receiver writes to {folder}. One process writes a log; stop the other first."
        ) from error
    return lock


def seal_leftovers(folder: Path, disk: Disk) -> int:
    """Seal what a dead process left open; the number of the next segment, which no earlier one had.

    Raises:
        OSError: a segment cannot be synced or renamed.
    """
    segments = list_segments(folder)
    for segment in segments:
        if segment.is_open:
            _seal(folder, segment, disk)
    disk.sync_folder(folder)
    return segments[-1].number + 1 if segments else 1


def _seal(folder: Path, segment: Segment, disk: Disk) -> None:
    """Seal the open segment of a process that died, as it is: synced, so that nothing a reader saw can vanish.

    Its tail may be torn. It is kept: readers stop at it, and say how many bytes it has.
    """
    descriptor = disk.open_append(segment.path(folder))
    try:
        disk.sync(descriptor)
    finally:
        disk.close(descriptor)
    disk.replace(segment.path(folder), Segment(segment.number, is_open=False).path(folder))
    disk.sync_folder(folder)
