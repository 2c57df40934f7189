"""Spools: one folder per numbering authority, of which one living process is the writer.

Knows who writes and up to which number; knows nothing of events. A spool whose writer died is taken over by the next
writer of the same service, which counts on from where the dead one stopped.
"""

from __future__ import annotations

import fcntl
import json
import os
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

from streamgauge.disk import Disk
from streamgauge.outbox.lines import Line, read_lines

LOCK = "writer.lock"
SUFFIX = ".spool"
REFUSED = "refused.spool"
CURSOR = "cursor"


@dataclass(frozen=True, slots=True)
class Spool:
    """A spool that this process writes. `sequence` is the last number in use; `lock` the descriptor that holds it."""

    folder: Path
    source: str
    sequence: int
    lock: int


def claim(folder: Path, service: str, disk: Disk, is_synced: bool) -> Spool:
    """A spool in `folder` whose writer is dead and was of this service, else a new one.

    Raises:
        OSError: the system refuses.
    """
    for path in sorted(folder.glob(f"*/{LOCK}")):
        spool = _take_over(path, service)
        if spool is not None:
            return spool
    return _make(folder, service, disk, is_synced)


def segments_of(folder: Path) -> list[Path]:
    """The segments of a spool in the order of their events."""
    return sorted(path for path in folder.glob(f"*{SUFFIX}") if path.stem.isdecimal())


def segment_path(folder: Path, first: int) -> Path:
    """The segment whose first event has this number."""
    return folder / f"{first:020d}{SUFFIX}"


def source_of(service: str, name: str) -> str:
    """The CloudEvents source of a spool: `/<service>/<spool>`."""
    return f"/{quote(service, safe='')}/{name}"


def last_sequence(folder: Path) -> int:
    """The last number that may have been promised to somebody; 0 where there is none.

    A damaged line that is whole had a number, so it counts: its loss is to show as a gap. An unfinished one was
    promised to nobody.

    Raises:
        OSError, ValueError, KeyError: the spool cannot be read as one.
    """
    cursor = folder / CURSOR
    last = int(json.loads(cursor.read_bytes())["sequence"]) if cursor.exists() else 0
    for path in segments_of(folder)[-1:]:
        told = int(path.stem) - 1
        for line in read_lines(path):
            told = json.loads(line.content)["data"]["event.sequence"] if isinstance(line, Line) else told + 1
        last = max(last, told)
    return last


def _take_over(path: Path, service: str) -> Spool | None:
    """The spool of this lock, when nobody holds it, it is of this service, and its count can be continued."""
    folder = path.parent
    try:
        lock = os.open(path, os.O_RDWR | os.O_CLOEXEC)
    except FileNotFoundError:
        return None  # the relay has just removed it
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        source = source_of(service, folder.name)
        is_there = os.fstat(lock).st_ino == path.stat().st_ino
        if is_there and os.read(lock, 4096) == source.encode():
            return Spool(folder, source, last_sequence(folder), lock)
    except (OSError, ValueError, KeyError, TypeError):  # held by a living writer, gone, or unreadable: not for us
        os.close(lock)
        return None
    os.close(lock)
    return None


def _make(folder: Path, service: str, disk: Disk, is_synced: bool) -> Spool:
    spool = folder / os.urandom(6).hex()
    spool.mkdir(mode=0o750)
    lock = os.open(spool / LOCK, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o640)
    try:
        fcntl.flock(lock, fcntl.LOCK_EX)
        source = source_of(service, spool.name)
        os.write(lock, source.encode())
        if is_synced:
            os.fsync(lock)
            disk.sync_folder(spool)
            disk.sync_folder(folder)
    except OSError:
        os.close(lock)
        raise
    return Spool(spool, source, 0, lock)
