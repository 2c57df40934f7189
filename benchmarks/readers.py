"""How quickly published pages are handed to many readers at once: `python -m benchmarks.readers`.

One `streamgauge serve` for each line; readers in another process, each on a connection of its own, who open a page,
read it for a moment, and open the next. Both share the machine, so the figures are upper bounds. Writes
docs/benchmarks-readers.md.
"""

from __future__ import annotations

import argparse
import asyncio
import os
import random
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import product
from pathlib import Path

from rich.console import Console
from rich.table import Table

from benchmarks.report import machine
from dashboards.embedding.grant import mint
from dashboards.embedding.keys import Key, new_key
from dashboards.manifest import bundles_in
from pipelines.settings import load_settings

ROOT = Path(__file__).parents[1]
REPORT = ROOT / "docs" / "benchmarks-readers.md"
READERS = (50, 500)
PAUSE = 1.0
"""Seconds a reader looks at a page before opening the next, on average; uniform from half to one and a half."""
BAR_READERS, BAR_P95_MS, BAR_RSS_MB = 50, 20.0, 120.0
ORIGIN = "https://intranet.example"
_PATIENCE = 30.0
Target = Callable[[], str]


@dataclass(frozen=True, slots=True)
class Read:
    """What readers saw: answers a second, milliseconds until the last byte, bytes of a page, what the server holds."""

    readers: int
    answers: int
    refused: int
    seconds: float
    p50_ms: float
    p95_ms: float
    p99_ms: float
    page_bytes: int
    rss_mb: float
    cpu_ms: float

    @property
    def is_within_bar(self) -> bool | None:
        """Is the bar kept? None where it does not apply."""
        if self.readers != BAR_READERS:
            return None
        return self.p95_ms <= BAR_P95_MS and self.rss_mb <= BAR_RSS_MB and not self.refused


@contextmanager
def serving(home: Path) -> Iterator[tuple[int, int]]:
    """`streamgauge serve` in a process of its own; its port and process id."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    command = [str(Path(sys.executable).with_name("streamgauge")), "serve", "--home", str(home), "--port", str(port),
               "--no-receive"]  # fmt: skip
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL)
    try:
        _wait_for(port)
        yield port, process.pid
    finally:
        process.terminate()
        process.wait(_PATIENCE)


def _wait_for(port: int) -> None:
    until = time.monotonic() + _PATIENCE
    while time.monotonic() < until:
        try:
            socket.create_connection(("127.0.0.1", port), 1).close()
        except ConnectionRefusedError:
            time.sleep(0.05)
        else:
            return
    raise SystemExit("The server did not come up.")


def measure(port: int, pid: int, target: Target, readers: int, seconds: float, pause: float = PAUSE) -> Read:
    """Let so many readers read for so long."""
    before = _cpu_seconds(pid)
    started = time.monotonic()
    found = asyncio.run(_read_all(port, target, readers, started + seconds, pause))
    lasted = time.monotonic() - started
    taken = sorted(ms for one in found for ms, status, _ in one if status == 200)
    refused = sum(status != 200 for one in found for _, status, _ in one)
    if not taken:
        raise SystemExit(f"No page was answered; {refused} were refused.")
    sizes = [size for one in found for _, status, size in one if status == 200]
    return Read(
        readers, len(taken), refused, lasted, _part(taken, 0.5), _part(taken, 0.95), _part(taken, 0.99), max(sizes),
        _rss_mb(pid), 1000 * (_cpu_seconds(pid) - before) / (len(taken) + refused),
    )  # fmt: skip


async def _read_all(
    port: int, target: Target, readers: int, until: float, pause: float
) -> list[list[tuple[float, int, int]]]:
    return await asyncio.gather(*(_read(port, target, until, pause, random.Random(one)) for one in range(readers)))


async def _read(
    port: int, target: Target, until: float, pause: float, chance: random.Random
) -> list[tuple[float, int, int]]:
    """One reader: milliseconds, status and bytes of each answer."""
    await asyncio.sleep(pause * chance.random())
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    found = []
    while time.monotonic() < until:
        path = target()
        started = time.perf_counter()
        writer.write(f"GET {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nAccept-Encoding: gzip\r\n\r\n".encode())
        head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").lower()
        size = int(head.partition("content-length: ")[2].split("\r\n")[0])
        await reader.readexactly(size)
        found.append((1000 * (time.perf_counter() - started), int(head.split(" ")[1]), size))
        await asyncio.sleep(pause * (0.5 + chance.random()))
    writer.close()
    return found


def opener(pages: Path) -> Target:
    """Any page of any published bundle, one after the other."""
    paths = [
        f"/{bundle.stream}/{bundle.period}/{name}" for bundle in bundles_in(pages) for name in bundle.files
        if name.endswith(".html") and not name.endswith(".embed.html")
    ]  # fmt: skip
    chance = random.Random(1)
    return lambda: chance.choice(paths)


def framer(pages: Path, key: Key) -> Target:
    """Any view of any published bundle, each with a fresh token."""
    views = [
        (bundle.stream, bundle.period, view) for bundle in bundles_in(pages)
        for view, names in bundle.views.items() if any(name.endswith(".embed.html") for name in names)
    ]  # fmt: skip
    chance = random.Random(1)

    def target() -> str:
        stream, period, view = chance.choice(views)
        return f"/embed?token={mint(key, view, stream, period, now=time.time())}"

    return target


def _part(ordered: list[float], part: float) -> float:
    return ordered[min(len(ordered) - 1, int(part * len(ordered)))]


def _rss_mb(pid: int) -> float:
    status = Path(f"/proc/{pid}/status").read_text()
    return int(status.partition("VmHWM:")[2].split()[0]) / 1024


def _cpu_seconds(pid: int) -> float:
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def main() -> None:
    """Measure 50 and 500 readers of open and of framed pages; print and write what was found."""
    told = argparse.ArgumentParser(prog="python -m benchmarks.readers", description=__doc__.splitlines()[0])
    told.add_argument("--home", type=Path, default=ROOT / ".demo", help="what `make demo` made")
    told.add_argument("--seconds", type=float, default=20.0)
    chosen = told.parse_args()
    settings = load_settings(chosen.home)
    if not bundles_in(settings.pages):
        raise SystemExit(f"Nothing is published in {chosen.home}. First: make demo")
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder)
        shutil.copytree(settings.pages, load_settings(home).pages)
        key = new_key(load_settings(home).embed_keys, ("*",), (ORIGIN,))
        found = []
        kinds = (("open page", opener(settings.pages)), ("framed page", framer(settings.pages, key)))
        for (kind, target), readers in product(kinds, READERS):
            with serving(home) as (port, pid):  # of its own, so that memory is that of these readers
                found.append((kind, measure(port, pid, target, readers, chosen.seconds)))
    _tell(found)


def _tell(found: list[tuple[str, Read]]) -> None:
    head = (
        "",
        "readers",
        "answers a second",
        "p50",
        "p95",
        "p99",
        "server CPU an answer",
        "memory",
        "largest page",
        "bar",
    )
    rows = [
        (kind, f"{one.readers}", f"{one.answers / one.seconds:,.0f}", f"{one.p50_ms:.1f} ms", f"{one.p95_ms:.1f} ms",
         f"{one.p99_ms:.1f} ms", f"{one.cpu_ms:.2f} ms", f"{one.rss_mb:.0f} MB", f"{one.page_bytes / 1000:.0f} KB",
         {True: "kept", False: "MISSED", None: ""}[one.is_within_bar])
        for kind, one in found
    ]  # fmt: skip
    table = Table(*head)
    for row in rows:
        table.add_row(*row)
    Console().print(table)
    lines = ["| " + " | ".join(head) + " |", "|" + "---|" * len(head), *("| " + " | ".join(row) + " |" for row in rows)]
    REPORT.write_text(
        "# Many readers at once\n\nWritten by `make bench`; do not edit. Each reader opens a page, reads it for about "
        f"{PAUSE:.0f} second and opens the next; each framed page comes with a token of its own. Time is until the "
        f"last byte, memory the most the server process ever held. Bar: with {BAR_READERS} readers p95 at most "
        f"{BAR_P95_MS:.0f} ms, at most {BAR_RSS_MB:.0f} MB, none refused. {machine()}\n\n" + "\n".join(lines) + "\n",
        "utf-8",
    )  # fmt: skip


if __name__ == "__main__":
    main()
