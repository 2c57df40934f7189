"""A child process that tells its parent what it does, line by line, and is ended when it is silent for too long."""

from __future__ import annotations

import json
import os
import resource
import select
import signal
import time
from collections.abc import Callable
from typing import Any

Told = dict[str, Any]
Tell = Callable[[Told], None]
Patience = Callable[[Told | None], float]
_EXTRA_MEMORY = 4 << 30


class SilentError(Exception):
    """The child said nothing within its time, and was ended."""


def in_child(work: Callable[[Tell], None], patience: Patience, hear: Tell | None = None) -> list[Told]:
    """What the child told; `hear` is given each as it comes. `patience`: seconds of silence, by its last word.

    A child that was ended by a signal has {"signal": number} as its last word.

    Raises:
        SilentError: it was silent for longer; what it told until then is the argument.
    """
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        os.close(reading)
        _live(work, writing)
    os.close(writing)
    told: list[Told] = []
    rest = b""
    try:
        while True:
            ready, _, _ = select.select([reading], [], [], patience(told[-1] if told else None))
            if not ready:
                raise SilentError(told)
            said = os.read(reading, 1 << 20)
            if not said:
                break
            *lines, rest = (rest + said).split(b"\n")
            for line in lines:
                told.append(json.loads(line))
                if hear is not None:
                    hear(told[-1])
    finally:
        os.close(reading)
        ended_by = _end(child)
    return [*told, {"signal": ended_by}] if ended_by else told


def allow_processor(seconds: float) -> None:
    """From now on this process may use that much time of the processor, then it is ended: a fault may loop for ever."""
    used = resource.getrusage(resource.RUSAGE_SELF)
    wanted = int(used.ru_utime + used.ru_stime + seconds) + 1
    _, most = resource.getrlimit(resource.RLIMIT_CPU)
    resource.setrlimit(resource.RLIMIT_CPU, (wanted, most))


def _live(work: Callable[[Tell], None], writing: int) -> None:
    os.setpgid(0, 0)
    quiet = os.open(os.devnull, os.O_RDWR)
    for stream in (0, 1, 2):
        os.dup2(quiet, stream)
    _limit_memory()

    def tell(what: Told) -> None:
        os.write(writing, json.dumps(what).encode() + b"\n")

    try:
        work(tell)
    except BaseException as error:  # a fault may end in any way; the parent is told how
        tell({"broken": f"{type(error).__name__}: {error}"[:300]})
    os._exit(0)


def _limit_memory() -> None:
    """A fault may fill the memory; not that of the machine."""
    with open("/proc/self/statm") as file:  # noqa: PTH123 # fork is of Unix, and this of Linux
        now = int(file.read().split()[0]) * os.sysconf("SC_PAGE_SIZE")
    _, most = resource.getrlimit(resource.RLIMIT_AS)
    wanted = now + _EXTRA_MEMORY
    resource.setrlimit(resource.RLIMIT_AS, (wanted if most == resource.RLIM_INFINITY else min(wanted, most), most))


def _end(child: int) -> int:
    """Wait a little for the child, then end it; returns the signal that ended it, 0 for none."""
    for _ in range(250):
        done, status = os.waitpid(child, os.WNOHANG)
        if done:
            return os.WTERMSIG(status) if os.WIFSIGNALED(status) else 0
        time.sleep(0.002)
    os.kill(child, signal.SIGKILL)
    os.waitpid(child, 0)
    return int(signal.SIGKILL)
