"""A disk that fails under a running receiver: 503, never 200; and the next request after it works again is taken."""

from __future__ import annotations

import errno
import json
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.receiver.disks import FailingDisk, SlowDisk
from tests.receiver.running import Running, running
from tests.small_disk import small_file_system

FAULTS = [
    ("write", errno.EIO),
    ("write", errno.ENOSPC),
    ("sync", errno.EIO),
    ("open_append", errno.EMFILE),
    ("sync_folder", errno.EIO),
    ("short", 0),
]


def _body(number: int, padding: int = 0) -> bytes:
    return b'{"number":%d,"padding":"%s"}' % (number, b"x" * padding)


def _numbers(receiver: Running) -> list[int]:
    return [json.loads(frame.body)["number"] for frame in receiver.frames()]


@pytest.mark.parametrize(("call", "error"), FAULTS, ids=lambda value: str(value))
def test_a_failing_disk_is_503_and_then_200_again(tmp_path: Path, call: str, error: int) -> None:
    """Nobody is told 200 for what may be lost, readiness says so, and no restart is needed."""
    disk = FailingDisk()
    with running(tmp_path, disk, segment_bytes=1) as receiver:
        assert receiver.post("/v1/traces", _body(0)).status == 200
        disk.short_write_bytes, disk.failing = (7, {}) if call == "short" else (None, {call: error})
        for _ in range(3):
            reply = receiver.post("/v1/traces", _body(1))
            assert reply.status == 503
            assert int(reply.headers["retry-after"]) >= 1
            assert receiver.ask("GET", "/readyz").status == 503
            assert receiver.ask("GET", "/healthz").status == 200
        disk.mend()
        receiver.wait_until_ready()
        assert receiver.post("/v1/traces", _body(2)).status == 200
        numbers = _numbers(receiver)
    assert [number for number in numbers if number != 1] == [0, 2]


def test_many_at_once_on_a_disk_that_fails_now_and_then(tmp_path: Path) -> None:
    """Eight senders, a disk that fails every few calls: each acknowledged request is there, in its sender's order."""

    class Moody(FailingDisk):
        def _call(self, name: str) -> None:
            super()._call(name)
            if name in ("write", "sync") and len(self.calls) % 7 == 0:
                raise OSError(errno.EIO, "a bad moment")

    acknowledged: dict[int, list[int]] = {sender: [] for sender in range(8)}
    with running(tmp_path, Moody(), segment_bytes=2_000) as receiver:

        def send(sender: int) -> None:
            for place in range(5):
                number = sender * 1_000 + place
                while receiver.post("/v1/traces", _body(number)).status != 200:
                    receiver.wait_until_ready()
                acknowledged[sender].append(number)

        threads = [threading.Thread(target=send, args=(sender,)) for sender in acknowledged]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(60)
        numbers = _numbers(receiver)
    for sender, sent in acknowledged.items():
        assert len(sent) == 5
        assert list(dict.fromkeys(number for number in numbers if number // 1_000 == sender)) == sent


def test_a_stuck_disk_pushes_back(tmp_path: Path) -> None:
    """While nothing can be synced, what may wait is bounded, and what waited is acknowledged when it goes on."""
    disk, statuses = SlowDisk(), []
    with running(tmp_path, disk) as receiver:
        receiver.log._pending_limit_bytes = 3_000
        with disk.held():
            threads = [
                threading.Thread(target=lambda: statuses.append(receiver.post("/v1/logs", _body(1, 900)).status))
                for _ in range(9)
            ]
            for thread in threads:
                thread.start()
            deadline = time.monotonic() + 10
            while len(statuses) < 6:  # three wait: the fourth would be too much
                assert time.monotonic() < deadline, "nobody was refused"
                time.sleep(0.01)
            assert set(statuses) == {503}
            assert receiver.log.pending_bytes <= 3_000
        for thread in threads:
            thread.join(20)
        assert sorted(statuses) == [200] * 3 + [503] * 6
        assert len(receiver.frames()) == 3


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A file system of 1 MiB of its own; only root can make one."""
    with small_file_system(tmp_path / "disk", 1, "a disk that says ENOSPC is tested above") as folder:
        yield folder


def test_a_disk_that_is_full_and_has_room_again(small_disk: Path) -> None:
    """Real ENOSPC: 503 once nothing fits, all acknowledged frames are there, and room made is room used."""
    ballast = small_disk / "ballast"
    ballast.write_bytes(bytes(500_000))
    acknowledged = []
    with running(small_disk / "inbox", segment_bytes=100_000) as receiver:
        for number in range(20):
            status = receiver.post("/v1/traces", _body(number, 50_000)).status
            if status == 200:
                acknowledged.append(number)
        assert status == 503
        assert 5 <= len(acknowledged) <= 11
        ballast.unlink()
        receiver.wait_until_ready()
        assert receiver.post("/v1/traces", _body(99, 50_000)).status == 200
        assert [number for number in _numbers(receiver) if number in acknowledged or number == 99] == [
            *acknowledged, 99,
        ]  # fmt: skip


def test_below_the_watermark_nothing_is_taken(small_disk: Path) -> None:
    """What must stay free stays free: 503 before the disk is full, 200 when there is room again."""
    ballast = small_disk / "ballast"
    ballast.write_bytes(bytes(800_000))
    with running(small_disk / "inbox", free_floor_bytes=500_000) as receiver:
        reply = receiver.post("/v1/traces", _body(1))
        assert (reply.status, reply.headers["retry-after"]) == (503, "30")
        assert receiver.ask("GET", "/readyz").status == 503
        ballast.unlink()
        assert receiver.post("/v1/traces", _body(2)).status == 200


NO_DESCRIPTORS = """
import os, resource, sys
from pathlib import Path
from tests.receiver.test_faults import _body, _numbers, running
with running(Path(sys.argv[1]), segment_bytes=1) as receiver:
    assert receiver.post("/v1/traces", _body(0)).status == 200
    limit = resource.getrlimit(resource.RLIMIT_NOFILE)
    import http.client
    connection = http.client.HTTPConnection("127.0.0.1", receiver.port, timeout=20)
    connection.request("POST", "/v1/traces", _body(1), {"Content-Type": "application/json"})
    assert connection.getresponse().read() == b"{}"
    resource.setrlimit(resource.RLIMIT_NOFILE, (max(map(int, os.listdir("/proc/self/fd"))), limit[1]))
    hoard = []
    try:
        while True:
            hoard.append(os.open("/dev/null", os.O_RDONLY))
    except OSError as error:
        assert error.errno == 24, error
    for _ in range(2):
        connection.request("POST", "/v1/traces", _body(2), {"Content-Type": "application/json"})
        reply = connection.getresponse()
        reply.read()
        assert reply.status == 503, reply.status
    for descriptor in hoard:
        os.close(descriptor)
    resource.setrlimit(resource.RLIMIT_NOFILE, limit)
    receiver.wait_until_ready()
    assert receiver.post("/v1/traces", _body(3)).status == 200
    assert _numbers(receiver) == [0, 1, 3], _numbers(receiver)
print("as it should be")
"""


def test_no_descriptor_for_a_new_segment(tmp_path: Path) -> None:
    """Real EMFILE when a segment is begun: 503, and 200 once descriptors are free."""
    done = subprocess.run(
        [sys.executable, "-c", NO_DESCRIPTORS, str(tmp_path)], capture_output=True, text=True, check=False, timeout=60
    )
    assert done.stdout == "as it should be\n", done.stderr
