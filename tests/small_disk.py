"""A file system so small that it fills up, for tests of a full disk that is really full."""

from __future__ import annotations

import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest


@contextmanager
def small_file_system(folder: Path, size_mib: int, instead: str) -> Iterator[Path]:
    """A tmpfs in the folder; skips where only root could make one, and says what tests the same `instead`."""
    folder.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", f"size={size_mib}m", "tmpfs", str(folder)]
    try:
        made = subprocess.run(mount, capture_output=True, check=False).returncode == 0
    except FileNotFoundError:
        made = False
    if not made:
        pytest.skip(f"mounting a small file system needs root; {instead}")
    try:
        yield folder
    finally:
        subprocess.run(["umount", str(folder)], check=True)
