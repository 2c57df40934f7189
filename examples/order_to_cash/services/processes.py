"""Processes of a run: started, watched, and stopped by their own id. None may die unnoticed."""

from __future__ import annotations

import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from types import TracebackType

_POLL_SECONDS = 0.05
_STOP_SECONDS = 30
_SHOWN_LINES = 15


class ServiceDiedError(Exception):
    """A process ended that should not have, or did not do in time what it was waited for."""


class Processes:
    """Started processes by name, each with its log; leaving the block stops what still runs, also on Ctrl-C.

    Signals are looked at between two steps only, so that no process is started and not known. For the main thread.
    """

    def __init__(self, logs: Path) -> None:
        self._logs = logs
        self._running: dict[str, subprocess.Popen[bytes]] = {}
        self._signal: int | None = None

    def __enter__(self) -> Processes:
        self._before = {number: signal.signal(number, self._note) for number in (signal.SIGINT, signal.SIGTERM)}
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        for process in self._running.values():
            process.terminate()
        for process in self._running.values():
            process.wait(_STOP_SECONDS)
        for number, handler in self._before.items():
            signal.signal(number, handler)

    def start(self, name: str, module: str, *arguments: object) -> None:
        """Start `python -m module arguments`."""
        with (self._logs / f"{name}.log").open("wb") as log:
            command = [sys.executable, "-m", module, *map(str, arguments)]
            self._running[name] = subprocess.Popen(
                command, stdin=subprocess.DEVNULL, stdout=log, stderr=log, start_new_session=True
            )

    def wait_until(self, is_so: Callable[[], bool], what: str, seconds: float) -> None:
        """Wait for something, as long as every process lives or has ended well.

        Raises:
            ServiceDiedError: one has ended badly, or the time is over.
        """
        until = time.monotonic() + seconds
        while not is_so():
            self.check()
            if time.monotonic() > until:
                raise ServiceDiedError(f"waited {seconds:.0f} s in vain: {what}")
            time.sleep(_POLL_SECONDS)

    def check(self) -> None:
        """Look at every process.

        Raises:
            ServiceDiedError: one has ended badly; its last lines are part of the message.
            KeyboardInterrupt: this process was told to stop.
        """
        if self._signal is not None:
            raise KeyboardInterrupt
        for name, process in self._running.items():
            if process.poll():
                raise ServiceDiedError(f"{name} ended with {process.returncode}:\n{self._last_lines(name)}")

    def have_ended(self, *names: str) -> bool:
        """Whether these have done their work and ended well."""
        return all(self._running[name].poll() == 0 for name in names)

    def stop(self, *names: str) -> None:
        """Ask processes to end, in order.

        Raises:
            ServiceDiedError: one has ended before, or ends with an error.
        """
        self.check()
        for name in names:
            process = self._running[name]
            process.terminate()
            if process.wait(_STOP_SECONDS) not in (0, -signal.SIGTERM):
                raise ServiceDiedError(f"{name} stopped with {process.returncode}:\n{self._last_lines(name)}")
            del self._running[name]

    def said(self, name: str) -> str:
        """All that a process has printed."""
        return (self._logs / f"{name}.log").read_text("utf-8", "replace")

    def _note(self, number: int, _: object) -> None:
        self._signal = number

    def _last_lines(self, name: str) -> str:
        return "\n".join(self.said(name).splitlines()[-_SHOWN_LINES:])
