"""A disk that refuses under a service that tells: an OutboxError at once or the event arrives, never neither."""

from __future__ import annotations

import errno
from pathlib import Path

import pytest

import streamgauge as sg
from streamgauge import FileOutbox, OutboxError
from streamgauge.disk import Disk
from tests.chaos.verdict import sent
from tests.chaos.world import World, tell, telling
from tests.receiver.disks import FailingDisk

FAULTS = [
    ("write", errno.EIO),
    ("write", errno.ENOSPC),
    ("sync", errno.EIO),
    ("open_append", errno.EMFILE),
    ("sync_folder", errno.EIO),
    ("short", 0),
]


def _arrived(world: World) -> list[str]:
    """Ids of the events in the receiver's log, in order."""
    world.carry()
    return [event_id for _, event_id in sent(world.home)]


@pytest.mark.parametrize(("call", "error"), FAULTS, ids=lambda value: str(value))
def test_a_refusing_disk_is_an_error_and_never_a_silent_loss(tmp_path: Path, call: str, error: int) -> None:
    """What the service was not told to have failed arrives, in order; after the trouble it goes on without a gap."""
    world, disk = World(tmp_path), FailingDisk()
    with telling(FileOutbox(world.outbox, "orders", fsync=True, segment_bytes=1, disk=disk)):
        told = tell(3)
        disk.short_write_bytes, disk.failing = (7, {}) if call == "short" else (None, {call: error})
        for _ in range(3):
            with pytest.raises(OutboxError):
                tell(1)
        disk.mend()
        told += tell(3)
    arrived = _arrived(world)
    assert [event_id for event_id in arrived if event_id in told] == told
    assert len(arrived) == 6 + (3 if call == "sync" else 0), "written and not synced may arrive, and has a number"
    assert world.load().gaps == ()


def test_a_step_whose_end_cannot_be_stored_says_so(tmp_path: Path) -> None:
    """An error of the outbox within a step reaches the service, and the work's own error goes before it."""
    world, disk = World(tmp_path), FailingDisk()
    with telling(FileOutbox(world.outbox, "orders", disk=disk)), sg.case("c1"):
        with pytest.raises(OutboxError), sg.step("Check"):
            disk.failing = {"write": errno.ENOSPC}
        with pytest.raises(OutboxError), sg.step("Check"):
            pytest.fail("the step began though its start was not stored")
        disk.mend()
        with pytest.raises(ZeroDivisionError) as failed:
            _fail_while_the_disk_is_full(disk)
        assert "was not stored" in failed.value.__notes__[0]


def _fail_while_the_disk_is_full(disk: FailingDisk) -> None:
    with sg.step("Check"):
        disk.failing = {"write": errno.ENOSPC}
        raise ZeroDivisionError


def _tell_without_end(told: list[str]) -> None:
    while True:
        told += tell(1, first=len(told))


def test_a_full_file_system(small_disk: Path) -> None:
    """Real ENOSPC, with its half-written lines: all that was acknowledged arrives, and room made is room used."""
    world = World(small_disk.parent / "world")
    world.outbox = small_disk / "outbox"
    ballast = small_disk / "ballast"
    ballast.write_bytes(bytes(900_000))
    told: list[str] = []
    with telling(FileOutbox(world.outbox, "orders", segment_bytes=20_000)):
        with pytest.raises(OutboxError):
            _tell_without_end(told)
        with pytest.raises(OutboxError):
            tell(1)
        full = len(told)
        ballast.unlink()
        told += tell(10, first=full)
    assert full > 100
    assert _arrived(world) == told
    assert world.load().gaps == ()


def test_a_disk_that_is_full_under_the_relay_and_the_receiver(tmp_path: Path) -> None:
    """While neither cursor nor log can be written nothing is settled; when they can, everything arrives once."""
    world, disk = World(tmp_path), FailingDisk()
    with telling(FileOutbox(world.outbox, "orders", segment_bytes=1_000)):
        told = tell(12)
    disk.failing = {"write": errno.ENOSPC}
    assert not world.carry(log_disk=disk).is_drained
    for call in ("write", "sync", "replace", "open_append", "sync_folder"):
        disk.failing = {call: errno.ENOSPC}
        assert not world.carry(disk=disk).is_drained
    assert world.carry(disk=Disk()).is_drained
    world.load()
    assert [row.key[1] for row in world.rows()] == told
