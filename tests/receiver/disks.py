"""Disks that fail, write half, or forget what was not synced: put in the place of streamgauge.disk.Disk."""

from __future__ import annotations

import errno
import os
import random
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from streamgauge.disk import Disk


class FailingDisk(Disk):
    """Fails the calls that `failing` names, from now until it is emptied.

    `failing` maps a method's name to an errno; `short_write_bytes` makes every write take at most so many bytes.
    """

    def __init__(self) -> None:
        self.failing: dict[str, int] = {}
        self.short_write_bytes: int | None = None
        self.calls: list[str] = []

    def mend(self) -> None:
        """Work again."""
        self.failing, self.short_write_bytes = {}, None

    def _call(self, name: str) -> None:
        self.calls.append(name)
        if name in self.failing:
            raise OSError(self.failing[name], os.strerror(self.failing[name]))

    def open_append(self, path: Path) -> int:
        """Fail or open."""
        self._call("open_append")
        return super().open_append(path)

    def write(self, descriptor: int, content: bytes) -> int:
        """Fail, write half or write."""
        self._call("write")
        return super().write(descriptor, content[: self.short_write_bytes])

    def sync(self, descriptor: int) -> None:
        """Fail or sync."""
        self._call("sync")
        super().sync(descriptor)

    def close(self, descriptor: int) -> None:
        """Close; on failure too, as Linux does."""
        super().close(descriptor)
        self._call("close")

    def replace(self, fresh: Path, path: Path) -> None:
        """Fail or rename."""
        self._call("replace")
        super().replace(fresh, path)

    def remove(self, path: Path) -> None:
        """Fail or remove."""
        self._call("remove")
        super().remove(path)

    def sync_folder(self, folder: Path) -> None:
        """Fail or sync the names."""
        self._call("sync_folder")
        super().sync_folder(folder)


class SlowDisk(Disk):
    """Syncs only while `is_open` is set, so that a test can see who waits; `is_syncing` once one began."""

    def __init__(self) -> None:
        self.is_open, self.is_syncing = threading.Event(), threading.Event()
        self.is_open.set()
        self.syncs = 0

    def sync(self, descriptor: int) -> None:
        """Wait for the test, then sync."""
        self.is_syncing.set()
        assert self.is_open.wait(20), "the test never let the disk go on"
        super().sync(descriptor)
        self.syncs += 1

    @contextmanager
    def held(self) -> Iterator[None]:
        """Hold every sync back within the block."""
        self.is_open.clear()
        try:
            yield
        finally:
            self.is_open.set()


class PowerCutError(OSError):
    """The machine is off: this call and every later one did nothing."""

    def __init__(self) -> None:
        super().__init__(errno.EIO, "the power is off")


@dataclass
class _Content:
    """What a file holds now, and how much of it was synced."""

    written: bytearray = field(default_factory=bytearray)
    synced: bytes = b""


class ShadowDisk(Disk):
    """A disk in memory and on the real one: `after_power_cut` tells what a cut leaves.

    Content is kept by the sync of its file, a name by the sync of its folder; nothing else is. The power goes off
    before the call number `cut_at` (from 0), or never. Files must be made through this disk.
    """

    def __init__(self, cut_at: int | None = None) -> None:
        self.cut_at, self.calls = cut_at, 0
        self._lock = threading.Lock()
        self._open: dict[int, _Content] = {}
        self._names: dict[Path, _Content] = {}
        self._synced_names: dict[Path, _Content] = {}

    def after_power_cut(self, folder: Path, fresh: Path, luck: random.Random | None = None) -> None:
        """Write into `fresh` what is left of `folder`.

        With `luck`, what was not synced may be kept in part, as a real disk may do: some names, and some bytes.
        """
        fresh.mkdir(parents=True)
        names = dict(self._synced_names)
        if luck is not None:
            for path in sorted(set(names) ^ set(self._names)):
                if luck.random() < 0.5 and path in self._names:
                    names[path] = self._names[path]
        for path, content in names.items():
            if path.parent == folder:
                (fresh / path.name).write_bytes(_left(content, luck))

    def _tick(self) -> None:
        with self._lock:
            if self.cut_at is not None and self.calls >= self.cut_at:
                raise PowerCutError
            self.calls += 1

    def open_append(self, path: Path) -> int:
        """Open; a new name is not durable yet."""
        self._tick()
        descriptor = super().open_append(path)
        self._open[descriptor] = self._names.setdefault(path, _Content())
        return descriptor

    def write(self, descriptor: int, content: bytes) -> int:
        """Write; not durable yet."""
        self._tick()
        self._open[descriptor].written += content
        return super().write(descriptor, content)

    def sync(self, descriptor: int) -> None:
        """Make what was written so far durable."""
        self._tick()
        content = self._open[descriptor]
        content.synced = bytes(content.written)

    def close(self, descriptor: int) -> None:
        """Close, even without power: the test's own descriptor goes back."""
        self._open.pop(descriptor, None)
        super().close(descriptor)

    def replace(self, fresh: Path, path: Path) -> None:
        """Rename; not durable yet."""
        self._tick()
        super().replace(fresh, path)
        self._names[path] = self._names.pop(fresh)

    def remove(self, path: Path) -> None:
        """Remove; not durable yet."""
        self._tick()
        super().remove(path)
        self._names.pop(path, None)

    def sync_folder(self, folder: Path) -> None:
        """Make the names of a folder durable."""
        self._tick()
        kept = {path: content for path, content in self._synced_names.items() if path.parent != folder}
        now = {path: content for path, content in self._names.items() if path.parent == folder}
        self._synced_names = kept | now


def _left(content: _Content, luck: random.Random | None) -> bytes:
    """What is left of a file: what was synced, and by luck a part of what follows."""
    if luck is None:
        return content.synced
    return bytes(content.written[: luck.randint(len(content.synced), len(content.written))])
