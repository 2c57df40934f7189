"""What arrived, in order, with the place it stands: requests in the receiver's log, records in files of a Collector.

Knows where a reader stopped and how to go on from there; knows nothing of what a body says.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import os
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from pipelines.loading.marks import Mark, Marks
from pipelines.receiver.segments import Damage, Frame, Position, Signal, read_frames
from pipelines.sources.otlp import read_records

INBOX = "inbox"
_HEAD_BYTES = 256  # of a file: with its inode, they tell it from another one that got the same inode later


@dataclass(frozen=True, slots=True)
class Delivery:
    """One body as it came. `signal` is None where the body itself tells; `damage` says why there is none."""

    feed: str
    end: Mark
    place: str
    body: bytes = b""
    content_type: str = ""
    signal: Signal | None = None
    received_at: dt.datetime | None = None
    damage: str | None = None
    skipped_bytes: int = 0

    def is_before(self, mark: Mark | None) -> bool:
        """Has a reader with this mark read it? Not what stands at 0: a packed file that grows is read whole again."""
        return mark is not None and self.end.offset > 0 and self.end <= mark


def inbox_deliveries(folder: Path, since: Mark | None) -> Iterator[Delivery]:
    """Requests in the receiver's log after a mark; from its beginning when that is None."""
    position = Position(since.segment, since.offset) if since else None
    for item in read_frames(folder, position):
        place = f"{INBOX} {item.start.as_text()}"
        end = Mark(item.end.segment, item.end.offset)
        if isinstance(item, Damage):
            yield Delivery(INBOX, end, place, damage=item.reason, skipped_bytes=item.skipped_bytes)
        else:
            yield _delivery(item, end, place)


def _delivery(frame: Frame, end: Mark, place: str) -> Delivery:
    received_at = dt.datetime.fromtimestamp(frame.received_at_ns / 1e9, dt.UTC).replace(tzinfo=None)
    return Delivery(INBOX, end, place, frame.body, frame.content_type, frame.signal, received_at)


def file_deliveries(paths: Iterable[Path], marks: Marks) -> Iterator[Delivery]:
    """Records a Collector's file exporter wrote after the marks; what is unfinished at the end is left for later.

    A file is known by its inode and its first bytes, so it is read on under its new name when it was rotated.
    """
    for path in paths:
        feed = feed_of(path)
        since = marks.get(feed)
        for record in read_records(path, since.offset if since else 0):
            yield Delivery(feed, Mark("", record.end), f"{path.name} {record.place}", record.body, record.content_type)


def feed_of(path: Path) -> str:
    """The name under which a file's mark is kept."""
    with path.open("rb") as file:
        told = os.fstat(file.fileno())
        head = hashlib.sha256(file.read(_HEAD_BYTES)).hexdigest()[:12]
    return f"file:{told.st_dev}:{told.st_ino}:{head}"


def collector_files(places: Iterable[Path]) -> list[Path]:
    """The files in these places, which are files or folders; the oldest first, as rotation wrote them."""
    found = {p for place in places for p in (place.iterdir() if place.is_dir() else [place]) if p.is_file()}
    return sorted((p for p in found if not p.name.startswith(".")), key=lambda p: (p.stat().st_mtime_ns, p.name))
