"""Putting files and directories in place so that a reader sees the old or the new, never half of either.

Knows the file system only. Linux exchanges two directories in one call; elsewhere there is a moment between renames.
"""

from __future__ import annotations

import ctypes
import errno
import os
import shutil
import tempfile
from collections.abc import Mapping
from pathlib import Path

_AT_FDCWD = -100
_RENAME_EXCHANGE = 2
_UNSUPPORTED = {errno.ENOSYS, errno.EINVAL, errno.ENOTSUP, errno.EPERM}


def put_directory(built: Path, place: Path) -> None:
    """Put a directory in place of another. The older content is left under `built`, for the caller to remove."""
    if not place.exists():
        built.rename(place)
    elif not _exchange(built, place):
        aside = built.with_name(built.name + "-old")
        place.rename(aside)
        built.rename(place)
        aside.rename(built)


def put_files(place: Path, files: Mapping[str, bytes]) -> None:
    """Put a directory of these files in place of another, by their paths in it."""
    building = Path(tempfile.mkdtemp(dir=place.parent, prefix=".building-"))
    try:
        for name, content in files.items():
            path = building / name
            path.parent.mkdir(exist_ok=True)
            path.write_bytes(content)
        building.chmod(0o755)  # mkdtemp makes it private; the app may run as somebody else
        put_directory(building, place)
    finally:
        shutil.rmtree(building, ignore_errors=True)


def put_file(place: Path, content: bytes, *, mode: int = 0o644) -> None:
    """Write a file and rename it over an older one; `mode` says who may read it."""
    handle, name = tempfile.mkstemp(dir=place.parent, prefix=".building-")
    with os.fdopen(handle, "wb") as out:
        out.write(content)
    written = Path(name)
    written.chmod(mode)  # mkstemp makes it private; the app may run as somebody else
    written.replace(place)


def _exchange(one: Path, other: Path) -> bool:
    """Exchange two names in one step; False where the system cannot."""
    call = getattr(ctypes.CDLL(None, use_errno=True), "renameat2", None)
    if call is None:
        return False
    if call(_AT_FDCWD, os.fsencode(one), _AT_FDCWD, os.fsencode(other), _RENAME_EXCHANGE) == 0:
        return True
    code = ctypes.get_errno()
    if code in _UNSUPPORTED:
        return False
    raise OSError(code, os.strerror(code), str(other))
