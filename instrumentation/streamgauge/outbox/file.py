"""The file outbox: one write per event, numbered, in a spool of the process's own.

What it took survives the death of the process; with `fsync=True` a power cut too, at the price of a sync per event.
The relay reads the spools and sends them.
Knows files and numbers; knows no network.
"""

from __future__ import annotations

import os
import threading
import weakref
from pathlib import Path

from streamgauge.disk import Disk
from streamgauge.errors import ConfigurationError, OutboxError
from streamgauge.event import Event
from streamgauge.notices import warn_once
from streamgauge.outbox.lines import frame
from streamgauge.outbox.spool import Spool, claim, segment_path

SEGMENT_BYTES = 8_388_608


class FileOutbox:
    """Events in `folder/<spool>/`, one spool per process, forked children included; threads share it.

    Args:
        folder: where the spools of all processes on this machine are; made where it is missing.
        service: the service that tells; it is the first part of `source`.
        fsync: return from `put` only when the event is on the device.
        segment_bytes: a new segment is begun when one has reached this size.
        disk: the system's files, or what a test puts in their place.

    Raises:
        ConfigurationError: `service` is empty, or the folder cannot be made.
    """

    def __init__(
        self,
        folder: Path | str,
        service: str,
        *,
        fsync: bool = False,
        segment_bytes: int = SEGMENT_BYTES,
        disk: Disk | None = None,
    ) -> None:
        if not service:
            raise ConfigurationError("service is empty; expected the name of the service that tells")
        self._folder, self._service, self._fsync, self._segment_bytes = Path(folder), service, fsync, segment_bytes
        self._disk = Disk() if disk is None else disk
        self._lock = threading.Lock()
        self._spool: Spool | None = None
        self._segment: int | None = None
        self._size = self._sequence = 0
        try:
            self._disk.make_folder(self._folder)
        except OSError as error:
            raise ConfigurationError(f"{self._folder} cannot hold an outbox: {error}") from error
        _OPEN.add(self)

    @property
    def source(self) -> str:
        """`/<service>/<spool>`; the spool is claimed at the first asking.

        Raises:
            OutboxError: no spool can be claimed.
        """
        spool = self._spool
        if spool is None:
            with self._lock:
                spool = self._claim()
        return spool.source

    def put(self, event: Event) -> None:
        """Write one event; when this returns it is in the file, and with `fsync` on the device.

        Raises:
            OutboxError: the system refused; the event is not in the outbox, or, where only the sync failed, may be.
        """
        with self._lock:
            spool = self._spool or self._claim()
            segment = self._segment
            if segment is None:
                segment = self._open(spool)
            sequence = self._sequence + 1
            line = frame(event.encode(spool.source, sequence))
            self._sequence = sequence
            try:
                written = self._disk.write(segment, line)
            except OSError as error:
                raise self._not_written(str(error)) from error
            if written != len(line):
                raise self._not_written(f"the disk took {written} of {len(line)} bytes")
            self._size += written
            if self._fsync:
                self._sync(segment)
            if self._size >= self._segment_bytes:
                self._leave_segment()

    def close(self) -> None:
        """Leave the spool to the next writer; a later `put` claims one again."""
        with self._lock:
            self._leave_segment()
            if self._spool is not None:
                os.close(self._spool.lock)
                self._spool = None

    def forget(self) -> None:
        """Leave everything to the process this one was forked from: the spool, the segment, and who held the lock."""
        self._lock = threading.Lock()
        spool, segment, self._spool, self._segment = self._spool, self._segment, None, None
        for descriptor in (segment, None if spool is None else spool.lock):
            if descriptor is not None:
                os.close(descriptor)  # an open copy would keep the parent's flock alive after its death

    def _claim(self) -> Spool:
        if self._spool is None:
            try:
                self._spool = claim(self._folder, self._service, self._disk, self._fsync)
            except OSError as error:
                raise OutboxError(f"{self._folder} has no spool to write to: {error}") from error
            self._sequence = self._spool.sequence
        return self._spool

    def _open(self, spool: Spool) -> int:
        path = segment_path(spool.folder, self._sequence + 1)
        try:
            self._disk.remove(path)  # of this name there is only a segment without a whole line: promised to nobody
            segment = self._disk.open_append(path)
        except OSError as error:
            raise OutboxError(f"{path} cannot be begun: {error}") from error
        self._segment, self._size = segment, 0
        if self._fsync:
            try:
                self._disk.sync_folder(spool.folder)
            except OSError as error:
                self._leave_segment()
                raise OutboxError(f"{spool.folder} cannot be synced: {error}") from error
        return segment

    def _not_written(self, reason: str) -> OutboxError:
        """Give the number back; the next event begins a new segment, so that it is not glued to half a line."""
        self._sequence -= 1
        self._leave_segment()
        return OutboxError(f"the event was not written: {reason}")

    def _sync(self, segment: int) -> None:
        """The number stays in use when this fails: the line may be read, and sent, all the same."""
        try:
            self._disk.sync(segment)
        except OSError as error:
            self._leave_segment()
            raise OutboxError(f"the event is written and may be lost: {error}") from error

    def _leave_segment(self) -> None:
        segment, self._segment = self._segment, None
        if segment is not None:
            try:
                self._disk.close(segment)
            except OSError as error:
                warn_once("segment not closed", f"a segment of {self._folder} could not be closed: {error}")


_OPEN: weakref.WeakSet[FileOutbox] = weakref.WeakSet()


def _forget_all() -> None:
    for outbox in list(_OPEN):
        outbox.forget()


os.register_at_fork(after_in_child=_forget_all)
