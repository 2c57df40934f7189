"""The backlog of one FileOutbox: its segments from the cursor on.

A segment is final once a newer one stands beside it. The unfinished tail of the newest one is left while its writer
lives; when the writer is dead it is set aside and cut off, under the writer's lock, so that whoever takes the spool
over finds a whole segment. Knows the layout of a spool folder; knows no network.
"""

from __future__ import annotations

import os
import time
from collections import deque
from collections.abc import Generator
from contextlib import AbstractContextManager, closing
from dataclasses import dataclass
from pathlib import Path

from streamgauge.disk import Disk
from streamgauge.outbox.lines import Damage, Line
from streamgauge.outbox.spool import CURSOR, LOCK, REFUSED, segments_of
from streamgauge.relay.backlog import Batch, Remaining
from streamgauge.relay.cursor import Cursor, read_cursor, write_cursor
from streamgauge.relay.lines import instant_of, is_cut, last_sequence, read_all_intact, sequence_of
from streamgauge.relay.ownership import own
from streamgauge.relay.refused import keep_aside, tell_damage, tell_refusal

RELAY_LOCK = "relay.lock"
KEPT_SECONDS = 86_400.0  # a dead spool that is delivered waits so long for a service that is started again


@dataclass(frozen=True, slots=True)
class SpoolBatch(Batch):
    """A batch of a spool: what is damaged in it by segment, and the cursor behind all of it."""

    damages: tuple[tuple[Path, Damage], ...] = ()
    after: Cursor | None = None


class SpoolBacklog:
    """One spool folder. The cursor is read anew for each batch, so that relays may take turns."""

    def __init__(self, folder: Path, disk: Disk) -> None:
        self._folder = folder
        self._disk = disk

    @property
    def name(self) -> str:
        """The spool's id: the last part of its source."""
        return self._folder.name

    def own(self) -> AbstractContextManager[bool]:
        """Hold relay.lock; False where another relay does."""
        return own(self._folder / RELAY_LOCK)

    def read(self, most_events: int, most_bytes: int) -> SpoolBatch:
        """Lines from the cursor on, with the damage between them.

        Raises:
            OSError: a file cannot be read, or a dead writer's unfinished line cannot be set aside.
        """
        batch = self._gather(most_events, most_bytes)
        return self._cut_tail() if batch.is_empty else batch

    def settle(self, batch: SpoolBatch) -> None:
        """Keep the damage aside and move the cursor.

        Raises:
            OSError: the disk refuses; the batch will be read again.
        """
        self._keep_damage(batch)
        self._move(batch)

    def set_aside(self, batch: SpoolBatch, reason: str) -> None:
        """Keep the one event in refused.spool with its reason, and go on behind it.

        Raises:
            OSError: the disk refuses; the batch will be read again.
        """
        keep_aside(self._disk, self._folder / REFUSED, [tell_refusal(event, reason) for event in batch.events])
        self.settle(batch)

    def remaining(self) -> Remaining:
        """What lies behind the cursor; the number of events is the difference of sequences.

        Raises:
            OSError: a file cannot be read.
        """
        segments = segments_of(self._folder)
        if not segments:
            return Remaining(0, 0, None)
        cursor = self._cursor(segments)
        left_bytes = sum(path.stat().st_size for path in segments if path.stem >= cursor.segment) - cursor.offset
        if left_bytes <= 0:
            return Remaining(0, 0, None)
        first = self._gather(1, 1).events
        is_new = segments[-1].stat().st_size == 0  # a segment is named by the sequence its first line will have
        last = int(segments[-1].stem) - 1 if is_new else last_sequence(segments[-1])
        events = None if last is None else max(len(first), last - cursor.sequence)
        return Remaining(events, left_bytes, instant_of(first[0]) if first else None)

    def tidy(self) -> None:
        """Remove segments that are delivered, and the whole spool when its writer is long dead and nothing is kept.

        The writer's lock goes first: without it nobody takes the spool over, so its numbering never starts again.

        Raises:
            OSError: the disk refuses.
        """
        segments = segments_of(self._folder)
        if not segments:
            return
        after = self._cursor(segments)
        done = [path for path in segments if _is_before(path, after)]
        for path in done if done != segments else done[:-1]:
            self._disk.remove(path)
        if done == segments and time.time() - segments[-1].stat().st_mtime > KEPT_SECONDS:
            self._remove_spool(segments[-1])

    def _gather(self, most_events: int, most_bytes: int) -> SpoolBatch:
        events: list[bytes] = []
        damages: list[tuple[Path, Damage]] = []
        segments = segments_of(self._folder)
        if not segments:
            return SpoolBatch(())
        size, cursor = 0, self._cursor(segments)
        with closing(_read_from(cursor, segments)) as found:
            for path, item in found:
                size += item.end - item.start
                if len(events) == most_events or ((events or damages) and size > most_bytes):
                    break
                sequence = None
                if isinstance(item, Line):
                    events.append(item.content)
                    sequence = sequence_of(item.content)
                else:
                    damages.append((path, item))
                cursor = Cursor(path.stem, item.end, cursor.sequence if sequence is None else sequence)
        skipped_bytes = sum(damage.skipped_bytes for _, damage in damages)
        return SpoolBatch(tuple(events), skipped_bytes, tuple(damages), cursor)

    def _cursor(self, segments: list[Path]) -> Cursor:
        """The cursor kept; where the segment it names is gone or shorter, the start of the next one."""
        kept = read_cursor(self._folder / CURSOR)
        path = next((path for path in segments if kept is None or path.stem >= kept.segment), None)
        if kept is not None and (path is None or (path.stem == kept.segment and kept.offset <= path.stat().st_size)):
            return kept
        assert path is not None, "without a cursor the first segment is next"
        return Cursor(path.stem, 0, int(path.stem) - 1)

    def _keep_damage(self, batch: SpoolBatch) -> None:
        if batch.damages:
            entries = (entry for path, damage in batch.damages for entry in tell_damage(path, damage))
            keep_aside(self._disk, self._folder / REFUSED, entries)

    def _move(self, batch: SpoolBatch) -> None:
        if batch.after is not None:
            write_cursor(self._disk, self._folder / CURSOR, batch.after)

    def _cut_tail(self) -> SpoolBatch:
        """Set the unfinished tail of a dead writer aside; an empty batch that tells how much it was."""
        newest = segments_of(self._folder)[-1:]
        if not newest or not is_cut(newest[0]):
            return SpoolBatch(())
        with own(self._folder / LOCK) as is_dead:
            if not is_dead or segments_of(self._folder)[-1:] != newest or not is_cut(newest[0]):
                return SpoolBatch(())
            (tail,) = deque(read_all_intact(newest[0], 0, is_final=True), maxlen=1)
            assert isinstance(tail, Damage), "a file that is cut ends in damage"
            batch = SpoolBatch((), tail.skipped_bytes, ((newest[0], tail),))
            self._keep_damage(batch)
            os.truncate(newest[0], tail.start)
            return SpoolBatch((), tail.skipped_bytes)

    def _remove_spool(self, last: Path) -> None:
        with own(self._folder / LOCK) as is_dead:
            if not is_dead or (self._folder / REFUSED).exists() or segments_of(self._folder) != [last]:
                return
            for path in (self._folder / LOCK, last, self._folder / CURSOR, self._folder / RELAY_LOCK):
                self._disk.remove(path)
                self._disk.sync_folder(self._folder)
            self._folder.rmdir()


def find_spools(folder: Path, disk: Disk) -> list[SpoolBacklog]:
    """The spools in a folder that hold a segment, by name; none where the folder is not there yet.

    Raises:
        OSError: the folder cannot be read.
    """
    if not folder.is_dir():
        return []
    return [SpoolBacklog(path, disk) for path in sorted(folder.iterdir()) if path.is_dir() and segments_of(path)]


def _read_from(cursor: Cursor, segments: list[Path]) -> Generator[tuple[Path, Line | Damage], None, None]:
    for path in segments:
        if path.stem >= cursor.segment:
            start = cursor.offset if path.stem == cursor.segment else 0
            for item in read_all_intact(path, start, is_final=path != segments[-1]):
                yield path, item


def _is_before(path: Path, after: Cursor) -> bool:
    """Is all of a segment behind the cursor?"""
    return path.stem < after.segment or (path.stem == after.segment and after.offset >= path.stat().st_size)
