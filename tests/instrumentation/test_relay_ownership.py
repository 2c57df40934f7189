"""Who owns a spool: one relay at a time, and nobody after its owner is gone."""

from __future__ import annotations

import os
import signal
import time
from pathlib import Path

from streamgauge.relay.ownership import own


def test_only_one_owns(tmp_path: Path) -> None:
    """While one holds the lock another is told so at once; afterwards it may have it."""
    with own(tmp_path / "lock") as first:
        with own(tmp_path / "lock") as second:
            assert (first, second) == (True, False)
        with own(tmp_path / "lock") as third:
            assert not third, "leaving without the lock must not let it go"
    with own(tmp_path / "lock") as fourth:
        assert fourth


def test_forked_child_does_not_keep_the_lock(tmp_path: Path) -> None:
    """A child forked while the lock was held has a copy of it; when the parent lets go, it is free all the same."""
    with own(tmp_path / "lock"):
        child = os.fork()
        if child == 0:
            time.sleep(20)
            os._exit(0)
    try:
        with own(tmp_path / "lock") as is_free:
            assert is_free
    finally:
        os.kill(child, signal.SIGKILL)
        os.waitpid(child, 0)


def test_death_lets_go(tmp_path: Path) -> None:
    """The lock of a killed process is free at once."""
    ready, tell = os.pipe()
    child = os.fork()
    if child == 0:
        with own(tmp_path / "lock"):
            os.write(tell, b"!")
            time.sleep(20)
        os._exit(0)
    os.read(ready, 1)
    with own(tmp_path / "lock") as is_mine:
        assert not is_mine
    os.kill(child, signal.SIGKILL)
    os.waitpid(child, 0)
    with own(tmp_path / "lock") as is_mine:
        assert is_mine


def test_what_is_gone_is_owned_by_nobody(tmp_path: Path) -> None:
    """A spool that another relay has just removed is no error."""
    with own(tmp_path / "gone" / "lock") as is_mine:
        assert not is_mine
