"""Who holds a file lock: one process or thread at a time, let go by the system when its holder dies.

Knows flock; knows nothing of what is protected.
"""

from __future__ import annotations

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


@contextmanager
def own(path: Path) -> Iterator[bool]:
    """Hold the lock of `path`, making the file where it is missing.

    False, without waiting, where another holds it, or where its folder is gone and nothing is left to hold.

    Raises:
        OSError: the file cannot be opened.
    """
    try:
        descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o640)
    except FileNotFoundError:
        yield False
        return
    try:
        yield _is_taken(descriptor)
    finally:
        # said aloud: a child forked meanwhile holds a copy of the descriptor, and with it the lock
        fcntl.flock(descriptor, fcntl.LOCK_UN)
        os.close(descriptor)


def _is_taken(descriptor: int) -> bool:
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True
