"""Processes forked from one that has imported everything, so that a killed one is back within milliseconds.

Must be used where no thread of Python runs. Every child dies with the process that forked it.
"""

from __future__ import annotations

import ctypes
import os
import signal
import sys
import time
import traceback
from collections.abc import Callable
from pathlib import Path

_PR_SET_PDEATHSIG = 1


def fork(work: Callable[[], object], said: Path) -> int:
    """Run `work` in a child whose stderr goes to `said`; its exit code is what work returns, 0 for None."""
    parent = os.getpid()
    child = os.fork()
    if child:
        return child
    code = 70
    try:
        die_with(parent)
        os.dup2(os.open(said, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o640), 2)
        code = int(work() or 0)  # type: ignore[call-overload]
    except BaseException:
        traceback.print_exc()
    finally:
        sys.stderr.flush()
        os._exit(code)


def die_with(parent: int) -> None:
    """Let the system kill this process when its parent is gone, however that goes."""
    ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
    if os.getppid() != parent:
        os._exit(71)


def wait(child: int, seconds: float) -> int | None:
    """Its wait status; None where it still runs when the time is up."""
    deadline = time.monotonic() + seconds
    while True:
        found, status = os.waitpid(child, os.WNOHANG)
        if found:
            return status
        if time.monotonic() > deadline:
            return None
        time.sleep(0.002)


def kill(child: int) -> bool:
    """kill -9; True where that is what it died of, False where it had ended by itself."""
    os.kill(child, signal.SIGKILL)
    _, status = os.waitpid(child, 0)
    return os.WIFSIGNALED(status) and os.WTERMSIG(status) == signal.SIGKILL


def end(child: int, seconds: float) -> int | None:
    """SIGTERM; its wait status, None where it had to be killed after all."""
    os.kill(child, signal.SIGTERM)
    status = wait(child, seconds)
    if status is None:
        kill(child)
    return status
