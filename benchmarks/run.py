"""Run all benchmarks in one process, so that every ratio is of one state of the machine: `make bench`."""

from __future__ import annotations

import argparse
from pathlib import Path

from benchmarks.generate import STREAM, generate, settings_for
from benchmarks.one_day import add_days
from benchmarks.pm4py_peer import Peer, measure_pm4py
from benchmarks.recompute import recompute
from benchmarks.report import Found, show, write
from benchmarks.timing import Clock, forget_peak_memory, peak_memory_mb
from pipelines.errors import LedgerError
from pipelines.ledger.manifest import Manifest, load_manifest

ROOT = Path(__file__).parents[1]
CACHE = ROOT / ".cache" / "bench"
REPORT = ROOT / "docs" / "benchmarks.md"


def measure(events: int, cache: Path, rounds: int, with_pm4py: bool) -> Found:
    """Generate the log unless it is there, and measure everything on it."""
    settings = settings_for(cache / str(events))
    manifest = _ledger(settings.ledger / STREAM)
    if manifest is None:
        print(f"Generating about {events:,} events ...")
        manifest = generate(settings, events)
    clock = Clock()
    print(f"Recomputing everything, {rounds} times ...")
    forget_peak_memory()
    recompute(clock, settings, rounds)
    peak = peak_memory_mb()
    print(f"Adding a day, {rounds} times ...")
    day = add_days(clock, settings, rounds)
    peer: Peer | str = "PM4Py was not asked for."
    if with_pm4py:
        print("Asking PM4Py ...")
        peer = measure_pm4py(settings, cache / "pm4py-venv")
    cases = sum(file.cases for segment in manifest.segments for file in segment.files)
    return Found(manifest.rows, cases, clock, peak, day, peer)


def main() -> None:
    """The command line of `make bench`."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--events", type=int, default=10_000_000, help="about how many events")
    parser.add_argument("--rounds", type=int, default=3, help="how often each is measured")
    parser.add_argument("--pm4py", action=argparse.BooleanOptionalAction, default=True, help="compare with PM4Py")
    parser.add_argument("--report", type=Path, default=REPORT, help="where the table goes")
    options = parser.parse_args()
    found = measure(options.events, CACHE, options.rounds, options.pm4py)
    show(found)
    write(found, options.report)


def _ledger(folder: Path) -> Manifest | None:
    """The ledger of an earlier run, or None where there is none this version can read."""
    try:
        manifest = load_manifest(folder)
    except LedgerError:
        return None
    return manifest if len(manifest.segments) == 1 and all(map(Path.exists, map(Path, manifest.paths()))) else None


if __name__ == "__main__":
    main()
