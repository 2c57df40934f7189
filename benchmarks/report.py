"""The report: one list of rows, printed as a table and written as docs/benchmarks.md."""

from __future__ import annotations

import os
import platform
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path

from rich.console import Console
from rich.table import Table

from benchmarks.one_day import DAY_FACTS, DAY_METRICS, DAY_TOTAL, IMPORT
from benchmarks.pm4py_peer import Peer
from benchmarks.recompute import FACTS, METRICS, SCAN, TOTAL
from benchmarks.timing import Clock


@dataclass(frozen=True, slots=True)
class Found:
    """What one run measured. `peer` is PM4Py's figures, or why there are none."""

    events: int
    cases: int
    clock: Clock
    peak_mb: float | None
    day: tuple[int, int]
    peer: Peer | str


def machine() -> str:
    """Cores, memory and versions, as one line."""
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    versions = ", ".join(f"{name} {version(name)}" for name in ("duckdb", "numpy", "polars"))
    return f"{os.cpu_count()} cores, {memory:.0f} GiB memory, Python {platform.python_version()}, {versions}"


def bars(found: Found) -> list[tuple[str, str, str]]:
    """Each bar: what it says, what was found, whether it holds."""
    clock = found.clock
    full, bare, day = clock.best(TOTAL), clock.best(SCAN), clock.best(DAY_TOTAL)
    over_scan, share = full.wall / bare.wall, day.wall / full.wall
    scans = f"{over_scan:.1f} (processor seconds {full.cpu / bare.cpu:.1f})"
    shares = f"{share:.1%} (processor seconds {day.cpu / full.cpu:.1%})"
    rows = [
        ("full recompute over bare scan: at most 6", scans, over_scan <= 6),
        ("one more day over full recompute: at most 3 %", shares, share <= 0.03),
    ]
    if isinstance(found.peer, Peer):
        faster = found.peer.total_for(found.events) / full.wall
        rows.append(("times faster than PM4Py: at least 50", f"{faster:.0f}", faster >= 50))
    return [(says, value, "holds" if holds else "missed") for says, value, holds in rows]


def parts(found: Found) -> list[tuple[str, str, str, str]]:
    """Each piece of work: best wall seconds, best processor seconds, slowest round over fastest."""
    names = [SCAN, TOTAL, *FACTS, *METRICS, DAY_TOTAL, IMPORT, DAY_FACTS, DAY_METRICS]
    rows = []
    for name in names:
        best = found.clock.best(name)
        rows.append((name, f"{best.wall:.2f}", f"{best.cpu:.2f}", f"{found.clock.spread(name):.2f}"))
    return rows


def notes(found: Found) -> list[str]:
    """What the figures are of, and how to read them."""
    rounds = len(found.clock.rounds[TOTAL])
    peak = f"{found.peak_mb:,.0f} MB" if found.peak_mb else "not told by this system"
    lines = [
        f"{found.events:,} events of {found.cases:,} made cases, local time Europe/Berlin, a rate card and a monthly "
        f"bill shared out over all cases. All in one process; each work done {rounds} times, the best is shown and how "
        f"much longer the slowest took. Peak memory of the full recompute: {peak}.",
        "The full recompute begins with an empty warehouse: order of the ledger checked, cases, failures, costs, then "
        "every statistic of the five headline metrics by month, with intervals and verdicts.",
        f"The day adds {found.day[0]:,} events to {found.day[1]:,} cases through import and facts; its share counts "
        "those. Metrics are then evaluated whole, as after any run, and listed apart.",
    ]
    if isinstance(found.peer, Peer):
        split = ", ".join(f"{name} {seconds:.1f} s" for name, seconds in found.peer.seconds.items())
        lines.append(
            f"PM4Py {found.peer.version} (AGPL, in an environment of its own, never part of the product) was measured "
            f"once, on {found.peer.events:,} events: {split}. Its total is scaled by events. It computes durations, "
            "rework and handovers only; no cost, no containment, no intervals."
        )
    else:
        lines.append(found.peer)
    return lines


def show(found: Found) -> None:
    """Print the tables."""
    console = Console()
    for title, columns, rows in _tables(found):
        table = Table(title=title, title_justify="left")
        for place, name in enumerate(columns):
            table.add_column(name, justify="left" if place == 0 else "right")
        for row in rows:
            table.add_row(*row)
        console.print(table)
    for line in notes(found):
        console.print(line)


def write(found: Found, path: Path) -> None:
    """Write the tables as Markdown."""
    lines = ["# Benchmarks", "", "Written by `make bench`; do not edit.", "", f"Machine: {machine()}.", ""]
    for title, columns, rows in _tables(found):
        lines += [f"## {title}", "", f"| {' | '.join(columns)} |", "|---|" + "---:|" * (len(columns) - 1)]
        lines += [f"| {' | '.join(row)} |" for row in rows] + [""]
    for line in notes(found):
        lines += [line, ""]
    path.write_text("\n".join(lines).rstrip() + "\n", encoding="utf-8")


def _tables(found: Found) -> list[tuple[str, tuple[str, ...], list[tuple[str, ...]]]]:
    return [
        ("Bars", ("bar", "found", ""), [tuple(row) for row in bars(found)]),
        ("Seconds", ("work", "wall s", "processor s", "slowest / best"), [tuple(row) for row in parts(found)]),
    ]
