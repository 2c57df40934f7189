"""The few calls a durable file needs, in one place: what is kept is what was synced.

Everything that promises to keep something writes through a Disk, so that a test can put one in its place that fails,
writes half, or forgets what was not synced, as a power cut does. Knows bytes and files; knows nothing of events.
"""

from __future__ import annotations

import os
from pathlib import Path

_APPEND = os.O_WRONLY | os.O_APPEND | os.O_CREAT | os.O_CLOEXEC


class Disk:
    """The operating system's files. Every method raises OSError when the system refuses."""

    def open_append(self, path: Path) -> int:
        """A descriptor that writes at the end, making the file where it is missing."""
        return os.open(path, _APPEND, 0o640)

    def write(self, descriptor: int, content: bytes) -> int:
        """Write once. Returns how many bytes were taken, which may be fewer than given."""
        return os.write(descriptor, content)

    def sync(self, descriptor: int) -> None:
        """Return when the content is on the device. After an error nothing is known about what was written before."""
        os.fdatasync(descriptor)

    def close(self, descriptor: int) -> None:
        """Give the descriptor back."""
        os.close(descriptor)

    def replace(self, fresh: Path, path: Path) -> None:
        """Rename over `path`, in one go; durable after `sync_folder`."""
        os.replace(fresh, path)

    def remove(self, path: Path) -> None:
        """Remove a file; durable after `sync_folder`."""
        path.unlink(missing_ok=True)

    def sync_folder(self, folder: Path) -> None:
        """Make new names, renames and removals in a folder durable."""
        descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)

    def make_folder(self, folder: Path) -> None:
        """Make a folder, and those above it that are missing, durably; one that is there is left as it is."""
        if not folder.is_dir():
            self.make_folder(folder.parent)
            folder.mkdir(exist_ok=True)
            self.sync_folder(folder.parent)

    def write_whole(self, path: Path, content: bytes) -> None:
        """Replace a small file durably: written beside it, synced, renamed, folder synced."""
        fresh = path.with_name(path.name + ".new")
        self.remove(fresh)
        descriptor = self.open_append(fresh)
        try:
            written = self.write(descriptor, content)
            if written != len(content):
                raise OSError(f"{path.name}: only {written} of {len(content)} bytes were written")
            self.sync(descriptor)
        finally:
            self.close(descriptor)
        self.replace(fresh, path)
        self.sync_folder(path.parent)
