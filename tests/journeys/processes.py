"""Processes that belong to a test: started on free ports, waited for, and ended by their own id."""

from __future__ import annotations

import socket
import subprocess
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path


def free_port() -> int:
    """A port of the loopback nobody listens on."""
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])


@contextmanager
def running(
    arguments: Sequence[str] | str, folder: Path, environment: Mapping[str, str], port: int | None = None
) -> Iterator[subprocess.Popen[str]]:
    """A process until the block ends; with `port`, the block begins when it listens there. It speaks into a file."""
    with (folder / "said.txt").open("a+", encoding="utf-8") as said:
        process = subprocess.Popen(arguments, cwd=folder, env=dict(environment), stdout=said, stderr=said, text=True)
        try:
            if port is not None:
                _wait_for(port, process, folder / "said.txt")
            yield process
        finally:
            process.terminate()
            process.wait(timeout=30)


def _wait_for(port: int, process: subprocess.Popen[str], said: Path) -> None:
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        assert process.poll() is None, said.read_text("utf-8")
        with socket.socket() as tried:
            if tried.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.1)
    raise AssertionError(f"nobody listens on port {port} after 60 s:\n{said.read_text('utf-8')}")
