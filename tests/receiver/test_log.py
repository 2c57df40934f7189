"""The write-ahead log: what is acknowledged is synced, and an error of the disk is never an acknowledgement."""

from __future__ import annotations

import errno
import random
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from concurrent.futures import Future
from pathlib import Path

import pytest

from pipelines.errors import BusyError
from pipelines.receiver.errors import LogRefusedError, ReceiverError
from pipelines.receiver.log import WriteAheadLog
from pipelines.receiver.segments import Position, list_segments
from pipelines.receiver.self_metrics import FAILED_COMMITS, ROTATIONS
from streamgauge.disk import Disk
from tests.receiver.disks import FailingDisk, PowerCutError, ShadowDisk, SlowDisk
from tests.receiver.frames import framed, put, read, record


def _log(folder: Path, disk: Disk | None = None, segment_bytes: int = 1 << 20) -> WriteAheadLog:
    return WriteAheadLog(folder, disk, segment_bytes=segment_bytes, free_floor_bytes=0, pause_seconds=0.01)


def _wait(condition: Callable[[], bool], seconds: float = 10) -> None:
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, "nothing happened for too long"
        time.sleep(0.002)


@pytest.fixture
def slow(tmp_path: Path) -> Iterator[tuple[WriteAheadLog, SlowDisk]]:
    """A log on a disk that the test can hold."""
    disk = SlowDisk()
    with WriteAheadLog(tmp_path, disk, free_floor_bytes=0, pending_limit_bytes=1_000) as log:
        yield log, disk


def test_an_acknowledged_record_can_be_read_at_once(tmp_path: Path) -> None:
    """The future tells where the record begins, and a reader finds it there while the segment is open."""
    with _log(tmp_path) as log:
        first = log.append(record(b"a")).result(10)
        second = log.append(record(b"b")).result(10)
        assert first == Position("000000000001", 0)
        assert read(tmp_path, second) == ([b"b"], [])
    assert read(tmp_path) == ([b"a", b"b"], [])


def test_one_sync_serves_all_who_wait(slow: tuple[WriteAheadLog, SlowDisk]) -> None:
    """What arrives during a sync is written and synced together, and nobody is told before."""
    log, disk = slow
    with disk.held():
        first = log.append(record(b"first"))
        assert disk.is_syncing.wait(10)
        others = [log.append(record(b"%d" % number)) for number in range(10)]
        assert not any(one.done() for one in (first, *others))
    for one in (first, *others):
        one.result(10)
    assert disk.syncs == 2


def test_a_segment_is_sealed_when_it_is_full(tmp_path: Path) -> None:
    """Names end in .seg, numbers count up by one, and the log seals what is open when it closes."""
    with _log(tmp_path, segment_bytes=200) as log:
        for number in range(6):
            log.append(record(b"x" * 60 + b"%d" % number)).result(10)
        assert log.self_metrics.count(ROTATIONS, reason="full") == 3
    assert [segment.is_open for segment in list_segments(tmp_path)] == [False] * 3
    assert len(read(tmp_path)[0]) == 6


def test_too_much_in_memory_is_refused(slow: tuple[WriteAheadLog, SlowDisk]) -> None:
    """While more waits for the disk than allowed, the next is told to come again; then it is taken."""
    log, disk = slow
    with disk.held():
        waiting = [log.append(record(b"x" * 600))]
        with pytest.raises(LogRefusedError, match="Too much waits") as refused:
            log.append(record(b"x" * 600))
        assert (refused.value.reason, refused.value.retry_after_seconds) == ("backpressure", 1)
    waiting[0].result(10)
    _wait(lambda: log.pending_bytes == 0)
    log.append(record(b"x" * 2_000)).result(10)  # one that is larger than the limit is taken alone


def test_a_disk_below_the_watermark_is_refused(tmp_path: Path) -> None:
    """The last bytes of a disk are not the log's; a disk that does not tell is not trusted."""
    free = [1_000]
    with WriteAheadLog(tmp_path, free_floor_bytes=500, free_bytes=lambda _: free[0]) as log:
        log.append(record(b"x" * 100)).result(10)
        free[0] = 600
        with pytest.raises(LogRefusedError, match="nearly full"):
            log.append(record(b"x" * 100))
        free[0] = 1_000
        log.append(record(b"x" * 100)).result(10)

    def unknown(folder: Path) -> int:
        raise OSError(errno.EIO, "no answer")

    with WriteAheadLog(tmp_path, free_bytes=unknown) as log:
        assert log.refusal() is not None
        assert log.free_bytes is None


FAULTS = [
    ("write", errno.EIO),
    ("write", errno.ENOSPC),
    ("sync", errno.EIO),
    ("open_append", errno.EMFILE),
    ("sync_folder", errno.EIO),
]


@pytest.mark.parametrize("has_begun", [True, False])
@pytest.mark.parametrize(("call", "error"), FAULTS)
def test_an_error_of_the_disk_is_no_acknowledgement(tmp_path: Path, call: str, error: int, has_begun: bool) -> None:
    """Whoever waits is refused; once the disk works, the log goes on by itself in a new segment."""
    disk, acknowledged = FailingDisk(), []
    with _log(tmp_path, disk, segment_bytes=1) as log:
        if has_begun:
            log.append(record(b"before")).result(10)
            acknowledged.append(b"before")
        disk.failing = {call: error}
        with pytest.raises(LogRefusedError, match="could not be written"):
            log.append(record(b"lost?")).result(10)
        with pytest.raises(LogRefusedError, match="cannot be written at the moment"):
            log.append(record(b"refused"))
        disk.mend()
        _wait(lambda: log.refusal() is None)
        log.append(record(b"after")).result(10)
        acknowledged.append(b"after")
        assert log.self_metrics.count(FAILED_COMMITS, error=errno.errorcode[error]) == 1
    bodies, _ = read(tmp_path)
    assert [body for body in bodies if body != b"lost?"] == acknowledged


def test_a_short_write_is_an_error(tmp_path: Path) -> None:
    """A disk that takes half a group is refused, the half is damage, the rest goes to a new segment."""
    disk = FailingDisk()
    with _log(tmp_path, disk) as log:
        log.append(record(b"before")).result(10)
        disk.short_write_bytes = 20
        with pytest.raises(LogRefusedError):
            log.append(record(b"half")).result(10)
        disk.mend()
        _wait(lambda: log.refusal() is None)
        assert log.append(record(b"after")).result(10).segment == "000000000002"
    bodies, damages = read(tmp_path)
    assert bodies == [b"before", b"after"]
    assert [damage.skipped_bytes for damage in damages] == [20]


def test_a_failed_sync_is_never_tried_again(tmp_path: Path) -> None:
    """After an error of sync the descriptor is closed: a second sync could succeed and mean nothing."""
    disk = FailingDisk()
    with _log(tmp_path, disk) as log:
        log.append(record()).result(10)
        disk.calls.clear()
        disk.failing = {"sync": errno.EIO}
        with pytest.raises(LogRefusedError):
            log.append(record()).result(10)
        _wait(lambda: "replace" in disk.calls)
        assert disk.calls[:4] == ["write", "sync", "close", "replace"]


def test_all_who_wait_are_told(tmp_path: Path) -> None:
    """Those who came during the failing commit are refused too, at once, and nothing stays in memory."""

    class Late(SlowDisk):
        def sync(self, descriptor: int) -> None:
            super().sync(descriptor)
            raise OSError(errno.EIO, "too late")

    disk = Late()
    with _log(tmp_path, disk) as log:
        with disk.held():
            waiting: list[Future[Position]] = [log.append(record(b"%d" % number)) for number in range(5)]
        assert all(isinstance(one.exception(10), LogRefusedError) for one in waiting)
        assert log.pending_bytes == 0


def test_a_second_writer_is_refused(tmp_path: Path) -> None:
    """One process writes a log; the lock goes with the process, however it ends."""
    script = f"""
import os, sys
from pathlib import Path
from tests.receiver.test_log import _log, record
log = _log(Path({str(tmp_path)!r}))
log.append(record(b"kept")).result(10)
print("ready", flush=True)
sys.stdin.read()
"""
    with subprocess.Popen([sys.executable, "-c", script], stdin=subprocess.PIPE, stdout=subprocess.PIPE) as other:
        assert other.stdout is not None
        assert other.stdout.readline() == b"ready\n"
        with pytest.raises(BusyError, match="Another receiver writes"):
            _log(tmp_path)
        other.kill()
    with _log(tmp_path) as log:
        assert log.append(record(b"next")).result(10).segment == "000000000002"
    assert read(tmp_path) == ([b"kept", b"next"], [])


def test_what_a_dead_process_left_is_sealed_as_it_is(tmp_path: Path) -> None:
    """A torn tail is kept as evidence, told by the reader, and never written behind."""
    left = framed(record(b"whole"), record(b"torn"))[:-2]
    put(tmp_path, left, "000000000004.open")
    with _log(tmp_path) as log:
        assert (tmp_path / "000000000004.seg").read_bytes() == left
        assert log.append(record(b"new")).result(10).segment == "000000000005"
    bodies, damages = read(tmp_path)
    assert bodies == [b"whole", b"new"]
    assert len(damages) == 1


def test_a_closed_log_refuses(tmp_path: Path) -> None:
    """What waits at closing is committed; what comes later is told to come again."""
    log = _log(tmp_path)
    waiting = [log.append(record(b"%d" % number)) for number in range(50)]
    log.close()
    log.close()
    assert all(one.done() and one.exception() is None for one in waiting)
    with pytest.raises(LogRefusedError, match="shutting down"):
        log.append(record())
    assert [segment.is_open for segment in list_segments(tmp_path)] == [False]


def test_a_folder_that_cannot_be_written_says_so(tmp_path: Path) -> None:
    """A log cannot begin where there is a file, or where the last segment cannot be sealed."""
    (tmp_path / "file").touch()
    with pytest.raises(ReceiverError, match="cannot be written"):
        _log(tmp_path / "file")
    disk = FailingDisk()
    disk.failing = {"sync_folder": errno.EROFS}
    with pytest.raises(ReceiverError, match="Mend the disk"):
        _log(tmp_path / "inbox", disk)
    with _log(tmp_path / "inbox") as log:
        assert log.refusal() is None


def test_a_frame_that_cannot_be_stored_is_the_callers_mistake(tmp_path: Path) -> None:
    """Names that no frame can hold are refused before anything is written."""
    with _log(tmp_path) as log, pytest.raises(ValueError, match="at most 255"):
        log.append(record(sender="x" * 256))


def _append_until_the_cut(folder: Path, disk: ShadowDisk) -> list[bytes]:
    """Records one after the other, through several segments; those that were acknowledged."""
    acknowledged = []
    try:
        log = _log(folder, disk, segment_bytes=150)
    except ReceiverError:
        return []
    for number in range(8):
        body = b"record %d" % number
        try:
            log.append(record(body)).result(10)
        except LogRefusedError:
            break
        acknowledged.append(body)
    log.close()
    return acknowledged


def test_a_power_cut_at_any_call_keeps_what_was_acknowledged(tmp_path: Path) -> None:
    """The power goes off before every single call to the disk: acknowledged records are there, in order."""
    whole = ShadowDisk()
    assert len(_append_until_the_cut(tmp_path / "whole", whole)) == 8
    assert whole.calls > 25
    for cut in range(whole.calls + 1):
        for luck in (None, random.Random(cut)):
            folder, left = tmp_path / f"{cut}-{luck is None}", tmp_path / f"{cut}-{luck is None}-left"
            disk = ShadowDisk(cut)
            acknowledged = _append_until_the_cut(folder, disk)
            disk.after_power_cut(folder, left, luck)
            with _log(left) as log:
                log.append(record(b"after the cut")).result(10)
            bodies, _ = read(left)
            assert bodies[: len(acknowledged)] == acknowledged, cut
            assert bodies[-1] == b"after the cut"
            assert len(bodies) - len(acknowledged) <= 2, cut


def test_the_shadow_disk_forgets_what_was_not_synced(tmp_path: Path) -> None:
    """A disk whose sync does nothing loses acknowledged records at a cut: the test above can fail."""

    class Lying(ShadowDisk):
        def sync(self, descriptor: int) -> None:
            self._tick()

    disk = Lying()
    assert len(_append_until_the_cut(tmp_path / "log", disk)) == 8
    disk.after_power_cut(tmp_path / "log", tmp_path / "left")
    assert read(tmp_path / "left")[0] == []
    with pytest.raises(PowerCutError):
        ShadowDisk(0).sync_folder(tmp_path)
