"""The write-ahead log: many requests, one thread that writes, one sync for all that wait.

Knows when something is safe and when to refuse; knows no HTTP and never looks into a body. After any error of the disk
every waiter is told, the segment is ended and never synced again, and a small file is written from time to time until
that works: then requests are taken again.
"""

from __future__ import annotations

import errno
import logging
import os
import shutil
import threading
import time
from collections import deque
from collections.abc import Callable
from concurrent.futures import Future
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType

from pipelines.receiver.errors import LogRefusedError, ReceiverError
from pipelines.receiver.frame import HEADER_BYTES, LARGEST_BODY_BYTES, LONGEST_NAME_BYTES, Record
from pipelines.receiver.segment_file import SegmentFile
from pipelines.receiver.segments import Position
from pipelines.receiver.self_metrics import COMMITS, FAILED_COMMITS, ROTATIONS, SelfMetrics
from pipelines.receiver.takeover import seal_leftovers, take_lock
from streamgauge.disk import Disk

GROUP_BYTES = 16_777_216  # written at once at most, so that joining frames needs little memory
LONGEST_PAUSE_SECONDS = 5.0
_LOGGER = logging.getLogger("streamgauge.receiver")


@dataclass(frozen=True, slots=True)
class _Waiting:
    """A record and who waits for it."""

    record: Record
    done: Future[Position] = field(default_factory=Future)

    @property
    def cost_bytes(self) -> int:
        return HEADER_BYTES + len(self.record.body)


def free_bytes_of(folder: Path) -> int:
    """Bytes an ordinary process may still write on the disk of `folder`."""
    return shutil.disk_usage(folder).free


class WriteAheadLog:
    """The only writer of a folder of segments. Any thread may append.

    `segment_bytes` is the size at which a segment is sealed, `pending_limit_bytes` what may wait for the disk,
    `free_floor_bytes` what must stay free on it, `pause_seconds` the first wait after an error of the disk.

    Raises:
        BusyError: another process writes to the folder.
        ReceiverError: the folder cannot be prepared.
    """

    def __init__(
        self,
        folder: Path,
        disk: Disk | None = None,
        *,
        segment_bytes: int = 67_108_864,
        pending_limit_bytes: int = 134_217_728,
        free_floor_bytes: int = 268_435_456,
        pause_seconds: float = 0.25,
        free_bytes: Callable[[Path], int] = free_bytes_of,
        self_metrics: SelfMetrics | None = None,
    ) -> None:
        self.folder, self.self_metrics = folder, self_metrics or SelfMetrics()
        self._disk, self._free_bytes = disk or Disk(), free_bytes
        self._segment_bytes, self._pending_limit_bytes = segment_bytes, pending_limit_bytes
        self._free_floor_bytes, self._first_pause, self._pause = free_floor_bytes, pause_seconds, pause_seconds
        self._lock = take_lock(folder, self._disk)
        try:
            self._next_number = seal_leftovers(folder, self._disk)
        except OSError as error:
            os.close(self._lock)
            raise ReceiverError.from_folder(folder, error) from error
        self._segment: SegmentFile | None = None
        self._wake = threading.Condition()
        self._pending: deque[_Waiting] = deque()
        self._pending_bytes = 0
        self._is_failing = self._is_closing = False
        self._thread = threading.Thread(target=self._run, name="streamgauge-log", daemon=True)
        self._thread.start()

    @property
    def pending_bytes(self) -> int:
        """Bytes that wait for the disk."""
        return self._pending_bytes

    @property
    def free_bytes(self) -> int | None:
        """Bytes free on the disk; None where the system does not tell."""
        try:
            return self._free_bytes(self.folder)
        except OSError as error:
            _LOGGER.warning("the free space of the log's disk is unknown: %s", error)
            return None

    def refusal(self, cost_bytes: int = 0) -> LogRefusedError | None:
        """Why a record of this size would be refused now; None while the log accepts."""
        if self._is_closing:
            return LogRefusedError("closing", "The receiver is shutting down. Send again.", 2)
        if self._is_failing:
            return LogRefusedError("disk_error", "The log cannot be written at the moment. Send again later.", 2)
        if self._pending_bytes and self._pending_bytes + cost_bytes > self._pending_limit_bytes:
            return LogRefusedError("backpressure", "Too much waits for the disk. Send again later.", 1)
        free = self.free_bytes
        if free is None or free - self._pending_bytes - cost_bytes < self._free_floor_bytes:
            return LogRefusedError("disk_full", "The disk of the log is nearly full. Send again later.", 30)
        return None

    def append(self, record: Record) -> Future[Position]:
        """Give a record to the log. The future holds where it begins once it is synced, or a LogRefusedError.

        Raises:
            LogRefusedError: it is not taken now.
            ValueError: a frame cannot hold it.
        """
        if len(record.body) > LARGEST_BODY_BYTES:
            raise ValueError(f"a frame holds a body of at most {LARGEST_BODY_BYTES} bytes")
        if max(len(name.encode()) for name in (record.content_type, record.sender)) > LONGEST_NAME_BYTES:
            raise ValueError(f"content type and sender have at most {LONGEST_NAME_BYTES} bytes")
        waiting = _Waiting(record)
        waiting.done.set_running_or_notify_cancel()  # a waiter who leaves does not take the record back
        with self._wake:
            refused = self.refusal(waiting.cost_bytes)
            if refused is not None:
                raise refused
            self._pending.append(waiting)
            self._pending_bytes += waiting.cost_bytes
            self._wake.notify()
        return waiting.done

    def close(self) -> None:
        """Commit what waits, seal the segment, release the folder. Calling it again does nothing."""
        with self._wake:
            if self._is_closing:
                return
            self._is_closing = True
            self._wake.notify()
        self._thread.join()
        self._end_segment("shutdown")
        os.close(self._lock)

    def __enter__(self) -> WriteAheadLog:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def _run(self) -> None:
        while (group := self._next_group()) is not None:
            if group:
                self._commit(group)
            else:
                self._probe()

    def _next_group(self) -> list[_Waiting] | None:
        """All that waits, up to GROUP_BYTES; empty when it is time to try the disk again, None at the end."""
        with self._wake:
            pause = self._pause if self._is_failing else None
            self._wake.wait_for(lambda: self._pending or self._is_closing, pause)
            if self._is_closing and not self._pending:
                return None
            group: list[_Waiting] = []
            size = 0
            while self._pending and (not group or size + self._pending[0].cost_bytes <= GROUP_BYTES):
                size += self._pending[0].cost_bytes
                group.append(self._pending.popleft())
            return group

    def _commit(self, group: list[_Waiting]) -> None:
        began = time.perf_counter()
        try:
            segment = self._segment = self._segment or self._begin_segment()
            positions = segment.write([waiting.record for waiting in group])
        except Exception as error:  # whatever it is, nobody may be left waiting
            self._fail(group, error)
            return
        self.self_metrics.observe(COMMITS, time.perf_counter() - began)
        self._settle(group)
        for waiting, position in zip(group, positions, strict=True):
            waiting.done.set_result(position)
        if segment.size_bytes >= self._segment_bytes:
            self._end_segment("full")

    def _begin_segment(self) -> SegmentFile:
        segment = SegmentFile(self.folder, self._next_number, self._disk)
        self._next_number += 1
        return segment

    def _end_segment(self, reason: str) -> None:
        segment, self._segment = self._segment, None
        if segment is None:
            return
        self.self_metrics.add(ROTATIONS, reason=reason)
        try:
            segment.end()
        except OSError as error:
            _LOGGER.warning("a segment keeps its open name until the next start: %s", error)

    def _fail(self, group: list[_Waiting], error: Exception) -> None:
        """Tell all who wait, end the segment, and take nothing until the disk works."""
        with self._wake:
            self._is_failing, self._pause = True, self._first_pause
            group += self._pending
            self._pending.clear()
        name = errno.errorcode.get(error.errno or 0, "other") if isinstance(error, OSError) else type(error).__name__
        self.self_metrics.add(FAILED_COMMITS, error=name)
        _LOGGER.error("nothing was acknowledged of %d requests: %s", len(group), error)
        self._end_segment("disk_error")
        self._settle(group)
        for waiting in group:
            waiting.done.set_exception(LogRefusedError("disk_error", "The log could not be written. Send again.", 2))

    def _settle(self, group: list[_Waiting]) -> None:
        with self._wake:
            self._pending_bytes -= sum(waiting.cost_bytes for waiting in group)

    def _probe(self) -> None:
        """Does the disk take, sync and rename a small file again?"""
        path = self.folder / "probe"
        try:
            self._disk.write_whole(path, b"streamgauge")
            self._disk.remove(path)
        except OSError as error:
            self._pause = min(self._pause * 2, LONGEST_PAUSE_SECONDS)
            _LOGGER.warning("the disk of the log still refuses: %s", error)
            return
        with self._wake:
            self._is_failing = False
        _LOGGER.warning("the disk of the log works again")
