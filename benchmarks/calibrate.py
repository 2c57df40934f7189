"""How often the published intervals hold the truth, over a grid of simulated worlds: `python -m benchmarks.calibrate`.

Each finished cell is kept in .cache/calibrate/ and never run twice with the same statistics; a killed run goes on where
it stood. The page docs/coverage.md and its figures docs/coverage.csv are written from whatever cells are there.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import os
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait
from dataclasses import asdict
from itertools import islice, product
from pathlib import Path

import numpy as np

from benchmarks.calibration_page import Measured, write_figures, write_page
from benchmarks.calibration_trial import Tally, run_cell
from benchmarks.calibration_world import TAILS, Cell

ROOT = Path(__file__).parents[1]
CACHE = ROOT / ".cache" / "calibrate"
SIZES = (30, 100, 300, 1_000, 10_000, 100_000)
LENGTHS = (13, 21, 30, 60, 90, 180, 365)
DAY_EFFECTS = ((0.0, 0.0), *product((0.15, 0.25), (0.0, 0.4, 0.6)))
MIDDLE = Cell(1_000, 90, 0.15, 0.4, True, "lognormal 0.8")
TRIALS, SEED = 1_000, 20_260_301
MEASURED_CODE = (
    "metrics/intervals/*.py",
    *(f"metrics/{name}.py" for name in ("summarise", "survival", "compare", "verdicts")),
    *(f"benchmarks/calibration_{name}.py" for name in ("world", "trial")),
)


def grid() -> list[Cell]:
    """Every cell, in the order of running: what differs from the middle in one axis, then a shuffle, the largest last.

    A run that is cut short has then seen every axis, and a fair sample of their combinations.
    """
    cells = [
        Cell(n, days, effect, follows, is_weekly, tail)
        for n, days, (effect, follows), is_weekly, tail in product(SIZES, LENGTHS, DAY_EFFECTS, (False, True), TAILS)
    ]
    place = np.random.default_rng(SEED).permutation(len(cells))
    order = sorted(zip(cells, place, strict=True), key=lambda pair: (_rank(pair[0]), pair[1]))
    return [cell for cell, _ in order]


def trials_for(cell: Cell, trials: int) -> int:
    """Fewer where a trial costs most; the page says how many each figure rests on."""
    return max(2, trials // {10_000: 2, 100_000: 10}.get(cell.n, 1))


def code_mark(root: Path = ROOT) -> str:
    """A hash of the statistics and of the worlds they are tried in; cells measured by others are measured anew."""
    found = hashlib.sha256()
    for path in sorted(path for pattern in MEASURED_CODE for path in root.glob(pattern)):
        found.update(path.read_bytes())
    return found.hexdigest()[:16]


def measure(cell: Cell, trials: int, seed: int, mark: str, cache: Path) -> Measured:
    """Run one cell and keep it; the file appears whole or not at all."""
    started = time.perf_counter()
    tallies = run_cell(cell, trials, seed)
    seconds = time.perf_counter() - started
    kept = {
        "cell": cell.as_row(), "trials": trials, "seed": seed, "code": mark, "seconds": round(seconds, 1),
        "tallies": {name: asdict(tally) for name, tally in tallies.items()},
    }  # fmt: skip
    fresh = cache / f"{cell.key}.{os.getpid()}.new"
    fresh.write_text(json.dumps(kept, indent=1), "utf-8")
    os.replace(fresh, cache / f"{cell.key}.json")
    return Measured(cell, trials, tallies)


def kept(cell: Cell, seed: int, mark: str, cache: Path) -> Measured | None:
    """The cell as measured before with this seed and code; None where it was not."""
    path = cache / f"{cell.key}.json"
    if not path.is_file():
        return None
    found = json.loads(path.read_text("utf-8"))
    if (found["seed"], found["code"]) != (seed, mark):
        return None
    return Measured(cell, found["trials"], {name: Tally(**tally) for name, tally in found["tallies"].items()})


def run(
    cells: Sequence[Cell], trials: int, seed: int, minutes: float | None, mark: str, cache: Path = CACHE
) -> list[Measured]:
    """Every one of `cells` that is kept or gets done; none is begun after `minutes`.

    A cell kept with fewer trials than asked for is run again, after those that were never run.
    """
    cache.mkdir(parents=True, exist_ok=True)
    until = None if minutes is None else time.monotonic() + 60 * minutes
    done = {cell: found for cell in cells if (found := kept(cell, seed, mark, cache)) is not None}
    short = [cell for cell, found in done.items() if found.trials < trials_for(cell, trials)]
    left = iter([*(cell for cell in cells if cell not in done), *short])
    print(f"{len(done)} of {len(cells)} cells are kept from before, {len(short)} of them with fewer trials", flush=True)
    workers = os.cpu_count() or 1
    with ProcessPoolExecutor(workers) as pool:

        def begin(count: int) -> set[Future[Measured]]:
            if until is not None and time.monotonic() >= until:
                return set()
            return {pool.submit(measure, cell, trials_for(cell, trials), seed, mark, cache)
                    for cell in islice(left, count)}  # fmt: skip

        running = begin(workers)
        while running:
            finished, running = wait(running, return_when=FIRST_COMPLETED)
            for future in finished:
                found = future.result()
                done[found.cell] = found
                _tell(found, len(done), len(cells))
            running |= begin(len(finished))
    return list(done.values())


def main(arguments: Sequence[str] | None = None) -> int:
    """Run, print each cell as it is done, write the page."""
    told = argparse.ArgumentParser(prog="python -m benchmarks.calibrate", description=__doc__.splitlines()[0])
    told.add_argument("--cells", type=int, help="only the first so many cells of the grid")
    told.add_argument("--trials", type=int, default=TRIALS, help=f"pairs of periods a cell (default {TRIALS})")
    told.add_argument("--minutes", type=float, help="begin no cell after so many minutes")
    told.add_argument("--seed", type=int, default=SEED)
    told.add_argument("--out", type=Path, default=ROOT / "docs", help="where the page and its figures are written")
    told.add_argument("--cache", type=Path, default=CACHE, help="where finished cells are kept")
    chosen = told.parse_args(arguments)
    every = grid()
    mark = code_mark()
    found = run(every[: chosen.cells], chosen.trials, chosen.seed, chosen.minutes, mark, chosen.cache)
    measured = sorted(found, key=lambda one: one.cell)
    (chosen.out / "coverage.md").write_text(write_page(measured, every, chosen.seed, mark), "utf-8")
    (chosen.out / "coverage.csv").write_text(write_figures(measured), "utf-8")
    return 0


def _rank(cell: Cell) -> tuple[bool, bool]:
    """Cells that differ from the middle in at most one axis first (day effect and AR are one); the largest last."""
    axes = [(c.n, c.days, (c.day_effect, c.follows), c.is_weekly, c.tail) for c in (cell, MIDDLE)]
    is_far = sum(here != there for here, there in zip(*axes, strict=True)) > 1
    return is_far, is_far and cell.n == max(SIZES)


def _tell(found: Measured, count: int, of: int) -> None:
    print(f"{count}/{of} {found.cell.key} ({found.trials} trials)", flush=True)
    print("\n".join(f"    {line}" for line in _lines(found)), flush=True)


def _lines(found: Measured) -> Iterator[str]:
    for name, tally in found.tallies.items():
        if tally.coverage is None or tally.coverage_error is None:
            yield f"{name:15} no interval"
            continue
        wrong = "not judged" if tally.false_change is None else f"{tally.false_change:6.1%} false changes"
        yield (
            f"{name:15} {tally.coverage:6.1%} ± {tally.coverage_error:.1%}  width {tally.mean_width:.3f}  "
            f"withheld {tally.withheld_share:4.0%}  {wrong}"
        )


if __name__ == "__main__":
    raise SystemExit(main())
