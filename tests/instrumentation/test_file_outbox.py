"""The file outbox: every event once, numbered without gaps, whatever the disk does."""

from __future__ import annotations

import errno
import json
import os
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

import streamgauge as sg
from streamgauge.disk import Disk
from streamgauge.event import Event
from streamgauge.outbox.lines import Damage, Line, read_lines
from streamgauge.outbox.spool import segments_of


def event(number: int, size: int = 0) -> Event:
    """An event that can be told from others."""
    return Event(f"e-{number}", "order.created", 0, {"pad": "x" * size})


def kept(folder: Path) -> list[dict[str, Any]]:
    """All events in all spools, in the order of spool and segment."""
    spools = sorted(path.parent for path in folder.glob("*/writer.lock"))
    lines = [line for spool in spools for path in segments_of(spool) for line in read_lines(path)]
    return [json.loads(line.content) for line in lines if isinstance(line, Line)]


def ids(folder: Path) -> list[str]:
    """The ids of what is kept."""
    return [told["id"] for told in kept(folder)]


def sequences(folder: Path) -> list[int]:
    """The numbers of what is kept."""
    return [told["data"]["event.sequence"] for told in kept(folder)]


class FaultyDisk(Disk):
    """A disk whose next calls of one kind go wrong as told."""

    def __init__(self) -> None:
        self.wrongs: dict[str, list[Callable[[], int | None]]] = {"write": [], "sync": [], "open_append": []}

    def fail(self, call: str, code: int) -> None:
        """The next call raises OSError with this code."""

        def refuse() -> None:
            raise OSError(code, os.strerror(code))

        self.wrongs[call].append(refuse)

    def shorten(self, to_bytes: int) -> None:
        """The next write takes only so many bytes."""
        self.wrongs["write"].append(lambda: to_bytes)

    def write(self, descriptor: int, content: bytes) -> int:
        """Write, unless it is to go wrong."""
        taken = self.wrongs["write"].pop(0)() if self.wrongs["write"] else None
        return super().write(descriptor, content if taken is None else content[:taken])

    def sync(self, descriptor: int) -> None:
        """Sync, unless it is to go wrong."""
        if self.wrongs["sync"]:
            self.wrongs["sync"].pop(0)()
        super().sync(descriptor)

    def open_append(self, path: Path) -> int:
        """Open, unless it is to go wrong."""
        if self.wrongs["open_append"]:
            self.wrongs["open_append"].pop(0)()
        return super().open_append(path)


def test_the_layout_is_the_contract(tmp_path: Path) -> None:
    """One folder per authority, the source in its lock, a segment named after its first number."""
    outbox = sg.FileOutbox(tmp_path / "outbox", "credit desk")
    assert not list((tmp_path / "outbox").iterdir()), "nothing is claimed before it is needed"
    outbox.put(event(1))
    [spool] = (tmp_path / "outbox").iterdir()
    assert outbox.source == f"/credit%20desk/{spool.name}" == (spool / "writer.lock").read_text()
    assert sorted(path.name for path in spool.iterdir()) == ["00000000000000000001.spool", "writer.lock"]
    assert kept(tmp_path / "outbox")[0]["source"] == outbox.source


@pytest.mark.parametrize("fsync", [False, True])
def test_events_are_numbered_from_one(tmp_path: Path, fsync: bool) -> None:
    """The order of the file is the order of telling."""
    outbox = sg.FileOutbox(tmp_path, "orders", fsync=fsync)
    for number in range(1, 6):
        outbox.put(event(number))
    assert ids(tmp_path) == [f"e-{number}" for number in range(1, 6)]
    assert sequences(tmp_path) == [1, 2, 3, 4, 5]


def test_segments_rotate(tmp_path: Path) -> None:
    """A segment that is large enough is left; the next is named after its first event."""
    outbox = sg.FileOutbox(tmp_path, "orders", segment_bytes=1000)
    for number in range(1, 8):
        outbox.put(event(number, 400))
    [spool] = tmp_path.iterdir()
    assert [int(path.stem) for path in segments_of(spool)] == [1, 3, 5, 7]
    assert sequences(tmp_path) == list(range(1, 8))


def test_threads_share_a_spool(tmp_path: Path) -> None:
    """Whoever tells at the same time, no number is given twice and none is left out."""
    outbox = sg.FileOutbox(tmp_path, "orders", segment_bytes=20_000)
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda number: outbox.put(event(number)), range(1000)))
    assert sequences(tmp_path) == list(range(1, 1001))
    assert len(set(ids(tmp_path))) == 1000


@pytest.mark.parametrize("first", [1, 3])
@pytest.mark.parametrize("code", [errno.ENOSPC, errno.EIO])
def test_a_failed_write_is_an_error_and_no_gap(tmp_path: Path, first: int, code: int) -> None:
    """The caller is told, and the number is used by the next event."""
    disk = FaultyDisk()
    outbox = sg.FileOutbox(tmp_path, "orders", disk=disk)
    for number in range(1, first):
        outbox.put(event(number))
    disk.fail("write", code)
    with pytest.raises(sg.OutboxError, match="not written"):
        outbox.put(event(99))
    outbox.put(event(first))
    assert ids(tmp_path) == [f"e-{number}" for number in range(1, first + 1)]
    assert sequences(tmp_path) == list(range(1, first + 1))


@pytest.mark.parametrize("first", [1, 3])
@pytest.mark.parametrize("taken", [0, 1, 50, -1])
def test_half_a_line_is_never_continued(tmp_path: Path, first: int, taken: int) -> None:
    """After a short write the next event stands in a new segment, whole; the half line is nobody's event."""
    disk = FaultyDisk()
    outbox = sg.FileOutbox(tmp_path, "orders", disk=disk)
    for number in range(1, first):
        outbox.put(event(number))
    disk.shorten(taken)
    with pytest.raises(sg.OutboxError, match="took"):
        outbox.put(event(99))
    outbox.put(event(first))
    outbox.put(event(first + 1))
    assert sequences(tmp_path) == list(range(1, first + 2))
    assert "e-99" not in ids(tmp_path)
    [spool] = tmp_path.iterdir()
    assert not [d for path in segments_of(spool) for d in read_lines(path) if isinstance(d, Damage)]


def test_a_failed_sync_uses_the_number_up(tmp_path: Path) -> None:
    """The line may be read and sent all the same, so its number is not given to another event."""
    disk = FaultyDisk()
    outbox = sg.FileOutbox(tmp_path, "orders", fsync=True, disk=disk)
    outbox.put(event(1))
    disk.fail("sync", errno.EIO)
    with pytest.raises(sg.OutboxError, match="may be lost"):
        outbox.put(event(2))
    outbox.put(event(3))
    assert list(zip(ids(tmp_path), sequences(tmp_path), strict=True)) == [("e-1", 1), ("e-2", 2), ("e-3", 3)]
    [spool] = tmp_path.iterdir()
    assert [int(path.stem) for path in segments_of(spool)] == [1, 3], "a descriptor that failed is not written again"


def test_no_descriptors_left_is_an_error(tmp_path: Path) -> None:
    """EMFILE while a segment is begun is told, and the next try works."""
    disk = FaultyDisk()
    outbox = sg.FileOutbox(tmp_path, "orders", disk=disk)
    disk.fail("open_append", errno.EMFILE)
    with pytest.raises(sg.OutboxError, match="cannot be begun"):
        outbox.put(event(1))
    outbox.put(event(1))
    assert sequences(tmp_path) == [1]


def test_a_folder_that_cannot_be_is_refused_at_the_start(tmp_path: Path) -> None:
    """A file in the way, or a service without name, is a configuration error."""
    (tmp_path / "file").write_text("")
    with pytest.raises(sg.ConfigurationError, match="cannot hold an outbox"):
        sg.FileOutbox(tmp_path / "file" / "outbox", "orders")
    with pytest.raises(sg.ConfigurationError, match="service"):
        sg.FileOutbox(tmp_path, "")


def test_a_folder_that_vanishes_is_an_outbox_error(tmp_path: Path) -> None:
    """When no spool can be claimed the caller is told."""
    outbox = sg.FileOutbox(tmp_path / "outbox", "orders")
    (tmp_path / "outbox").rmdir()
    with pytest.raises(sg.OutboxError, match="no spool"):
        outbox.put(event(1))
