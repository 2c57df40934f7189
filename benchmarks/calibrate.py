"""How often the published intervals hold the truth, over a grid of simulated worlds: `python -m benchmarks.calibrate`.

Each finished cell is kept in .cache/calibrate/ and never run twice with the same statistics; a killed run goes on where
it stood. The page docs/coverage.md and its figures docs/coverage.csv are written from whatever cells are there.
"""

from __future__ import annotations

import argparse
import ast
import hashlib
import json
import os
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait
from dataclasses import asdict
from itertools import islice
from pathlib import Path

from benchmarks.calibration_bar import Measured, is_suspect
from benchmarks.calibration_grid import design, in_order, trials_for
from benchmarks.calibration_page import write_figures, write_page
from benchmarks.calibration_trial import Tally, run_cell
from benchmarks.calibration_world import Cell

ROOT = Path(__file__).parents[1]
CACHE = ROOT / ".cache" / "calibrate"
TRIALS, SEED = 500, 20_260_301
AGAIN = 4  # times the trials, where a figure looks like a miss
FEWEST_AGAIN = 500  # and so many at least: of 200 intervals 199 hold where 97.5 % do, in one cell of twenty-five
MEASURED_CODE = (
    "metrics/intervals/*.py",
    *(f"metrics/{name}.py" for name in ("summarise", "survival", "survival_curve", "compare", "verdicts")),
    *(f"benchmarks/calibration_{name}.py" for name in ("world", "trial")),
)


def code_mark(root: Path = ROOT) -> str:
    """A hash of what the statistics and their worlds do; cells measured by other code are measured anew.

    Comments and docstrings do nothing and are left out.
    """
    found = hashlib.sha256()
    for path in sorted(path for pattern in MEASURED_CODE for path in root.glob(pattern)):
        found.update(ast.dump(_without_words(ast.parse(path.read_text("utf-8")))).encode())
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


def everything_kept(seed: int, mark: str, cache: Path) -> list[Measured]:
    """All that was measured so far with this seed and code, in the order of running."""
    return [found for cell in in_order() if (found := kept(cell, seed, mark, cache)) is not None]


def run(
    cells: Sequence[Cell], trials: int, seed: int, until: float | None, mark: str, cache: Path = CACHE,
    workers: int = 1, fewest: int = 0,
) -> list[Measured]:  # fmt: skip
    """Every one of `cells` that is kept or gets done; none is begun after the instant `until` of `time.monotonic`.

    A cell kept with fewer trials than asked for is run again, after those that were never run. `fewest`: trials of each
    cell, however large.
    """

    def wanted(cell: Cell) -> int:
        return max(trials_for(cell, trials), fewest)

    cache.mkdir(parents=True, exist_ok=True)
    done = {cell: found for cell in cells if (found := kept(cell, seed, mark, cache)) is not None}
    short = [cell for cell, found in done.items() if found.trials < wanted(cell)]
    left = iter([*(cell for cell in cells if cell not in done), *short])
    print(f"{len(done)} of {len(cells)} cells are kept from before, {len(short)} of them with fewer trials", flush=True)
    with ProcessPoolExecutor(workers) as pool:

        def begin(count: int) -> set[Future[Measured]]:
            if until is not None and time.monotonic() >= until:
                return set()
            return {pool.submit(measure, cell, wanted(cell), seed, mark, cache) for cell in islice(left, count)}

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
    """Run, print each cell as it is done, try again what looks like a miss, write the page."""
    told = argparse.ArgumentParser(prog="python -m benchmarks.calibrate", description=__doc__.splitlines()[0])
    told.add_argument("--all", action="store_true", help="every combination of levels, not only the design")
    told.add_argument("--cells", type=int, help="only the first so many cells")
    told.add_argument("--trials", type=int, default=TRIALS, help=f"pairs of periods a cell (default {TRIALS})")
    told.add_argument("--minutes", type=float, help="begin no cell after so many minutes")
    told.add_argument("--workers", type=int, default=os.cpu_count() or 1, help="processes at once")
    told.add_argument("--seed", type=int, default=SEED)
    told.add_argument("--out", type=Path, default=ROOT / "docs", help="where the page and its figures are written")
    told.add_argument("--cache", type=Path, default=CACHE, help="where finished cells are kept")
    chosen = told.parse_args(arguments)
    until = None if chosen.minutes is None else time.monotonic() + 60 * chosen.minutes
    cells = (in_order() if chosen.all else design())[: chosen.cells]
    mark, seed = code_mark(), chosen.seed
    run(cells, chosen.trials, seed, until, mark, chosen.cache, chosen.workers)
    first = everything_kept(seed, mark, chosen.cache)
    suspects = [one.cell for one in first if is_suspect(one)]
    # Other draws decide: of so many figures some look like misses by chance, and those alone are tried again.
    trials, fewest = AGAIN * chosen.trials, min(FEWEST_AGAIN, AGAIN * chosen.trials)
    run(suspects, trials, seed + 1, until, mark, chosen.cache / "again", chosen.workers, fewest)
    again = everything_kept(seed + 1, mark, chosen.cache / "again")
    measured = sorted({one.cell: one for one in (*first, *again)}.values(), key=lambda one: one.cell)
    page = write_page(measured, design(), {one.cell for one in again}, seed, mark)
    (chosen.out / "coverage.md").write_text(page, "utf-8")
    (chosen.out / "coverage.csv").write_text(write_figures(measured), "utf-8")
    return 0


def _without_words(tree: ast.Module) -> ast.Module:
    for node in ast.walk(tree):
        if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef):
            node.body = [line for line in node.body if not _is_words(line)]
    return tree


def _is_words(line: ast.stmt) -> bool:
    return isinstance(line, ast.Expr) and isinstance(line.value, ast.Constant) and isinstance(line.value.value, str)


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
