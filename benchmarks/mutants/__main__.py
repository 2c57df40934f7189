"""Runs mutants: `python -m benchmarks.mutants`, or `make mutants`; see --help."""

from __future__ import annotations

import argparse
import contextlib
import importlib
import random
import sys
import time
import zlib
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from benchmarks.mutants.covering import Covering, covering, state_of
from benchmarks.mutants.fork import Tell, Told, in_child
from benchmarks.mutants.mutant import Key, Mutant, mutants_of
from benchmarks.mutants.page import ALIVE, Tried, alive, tally, without_survivor, write_page
from benchmarks.mutants.reasons import FOLDER, read_reasons, without_mutant
from benchmarks.mutants.results import Results
from benchmarks.mutants.trial import AGAIN, SURVIVED, UNCOVERED, Outcome, try_anew, try_in_place

ROOT = Path(__file__).parents[2]
CACHE = Path(".cache") / "mutants"
PAGE = Path("docs") / "mutants.md"
TESTS = ("tests/metrics", "tests/test_docs.py")
_AT_ONCE = 400
"""Faults of one session of pytest. What needs more than exchanging is settled right after them, so that a run that is
cut short has not left out just what is hard to notice."""
_LIBRARIES = (
    "duckdb", "numpy", "polars", "pydantic", "hypothesis", "pytest", "yaml", "scipy.stats", "lifelines",
    "holidays.countries",
)  # fmt: skip
_USE = """
Puts small faults into metrics/, into its Python and its SQL, one at a time, and runs the tests that come by there until
one fails. What survives is printed as 'module:line  [function]  line of code  «fault»'.

  make mutants ONLY=metrics/periods.py     one module, or a folder, or several with commas
  make mutants ONLY=metrics/flow TESTS=tests/metrics/test_flow_time.py,tests/metrics/test_flow_efficiency.py
                                           fewer tests are faster; what survives may be noticed by others
  make mutants MINUTES=10                  a fair sample, as many as that allows; the next call goes on; what survives
                                           outside of functions is not imported anew to be sure (SURVIVORS=1 does)
  make mutants ONLY=... SECONDS=60         so much of tests for one mutant, the nearest first; 3 without. As much
                                           again of tests that share what is dear to make, which is not counted
  make mutants SURVIVORS=1 SECONDS=60      try again what survived and has no reason
  make mutants ONLY=... FRESH=1            try again what is known

Results are kept in .cache/mutants/ and hold as long as the function and the test that noticed are as they were. A call
for all modules writes docs/mutants.md. A survivor is either a missing test or no fault at all: then it gets a reason in
benchmarks/mutants/reasons/*.yaml (one file a room), in the words that are printed:

  - module: metrics/periods.py
    in: spine
    line: "while day < last_on:"
    change: "< → <="            # or a list
    reason: The loop is left before, so both end at the same day.

Exit code: 0 when every survivor has a reason and every reason a survivor.
"""


def main(arguments: Sequence[str]) -> int:
    """Try what is not known yet, tell what survives, write the page."""
    options = _options(arguments)
    root = options.root.resolve()
    chosen = _modules(options.only, root)
    mutants = [mutant for module in chosen for mutant in mutants_of(module, root)]
    results = Results(root / CACHE / "results.jsonl", root)
    reasons = read_reasons(options.reasons)
    todo = [m for m in mutants if _is_open(m, results, options, reasons) and _is_mine(m, options.share)]
    if options.minutes:
        random.Random(len(todo)).shuffle(todo)  # a run that is cut short has tried a fair sample
    print(f"{len(mutants):,} mutants in {len(chosen)} modules, {len(todo):,} to try", flush=True)
    if todo:
        _try_all(todo, results, options)
    tried = [(mutant, results.told_of(mutant)) for mutant in mutants]
    if not options.only:
        first = [(mutant, results.first_of(mutant)) for mutant in mutants]
        write_page(tried, first, reasons, root / PAGE, state_of(root))
    return _report(tried, reasons, is_whole=not options.only)


def _is_open(mutant: Mutant, results: Results, options: argparse.Namespace, reasons: Mapping[Key, str]) -> bool:
    if options.survivors:
        return results.is_alive(mutant) and mutant.key not in reasons
    return options.fresh or (results.of(mutant) is None and not (results.is_alive(mutant) and mutant.key in reasons))


def _is_mine(mutant: Mutant, share: str) -> bool:
    """Two calls at once, with 1/2 and 2/2, take turns: which is whose no order of results can change."""
    number, of = (int(part) for part in share.split("/"))
    return zlib.crc32(repr(mutant.key).encode()) % of == number - 1


def _options(arguments: Sequence[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        "python -m benchmarks.mutants", description=_USE, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--only", help="modules or folders of metrics/, with commas")
    parser.add_argument("--root", type=Path, default=ROOT, help="the checkout; this one")
    parser.add_argument("--reasons", type=Path, default=FOLDER, help="the folder of reasons")
    parser.add_argument("--tests", help="files or folders of tests, with commas", default=",".join(TESTS))
    parser.add_argument("--minutes", type=float, help="stop after this long")
    parser.add_argument("--seconds", type=float, default=3.0, help="of tests for one mutant, the nearest first (3)")
    parser.add_argument("--survivors", action="store_true", help="try again only what survived and has no reason")
    parser.add_argument("--share", default="1/1", help="1/2 and 2/2 for two calls at once")
    parser.add_argument("--fresh", action="store_true", help="try again what is known")
    return parser.parse_args(arguments)


def _modules(only: str | None, root: Path) -> list[str]:
    found = sorted(path.relative_to(root).as_posix() for path in (root / "metrics").rglob("*.py"))
    if only is None:
        return found
    wanted = [part.rstrip("/") for part in only.split(",")]
    chosen = [name for name in found if any(name == part or name.startswith(f"{part}/") for part in wanted)]
    if not chosen:
        raise SystemExit(f"No module of metrics/ is meant by {only!r}; write metrics/periods.py or metrics/flow.")
    return chosen


def _try_all(todo: list[Mutant], results: Results, options: argparse.Namespace) -> None:
    for name in _LIBRARIES:
        with contextlib.suppress(ImportError):
            importlib.import_module(name)
    tests = options.tests.split(",")
    known = covering(tests, results.root, results.root / CACHE)
    for test in known.red:
        print(f"does not pass without a fault, so it is not used: {test}")
    print(f"{len(known.seconds):,} tests of {sum(known.seconds.values()):.0f} seconds", flush=True)
    run = _Run(results, known, time.monotonic() + 60 * (options.minutes or 1e6), options.seconds)
    for first in range(0, len(todo), _AT_ONCE):
        if time.monotonic() > run.until:
            return
        again = run.in_place(todo[first : first + _AT_ONCE], tests)
        run.settle(again) if options.minutes else run.anew(again)


class _Run:
    """One run: what is tried, in which order of tests, until when."""

    def __init__(self, results: Results, known: Covering, until: float, most: float) -> None:
        self.results, self.known, self.until = results, known, until
        self.most = most
        self.kills: Counter[tuple[str, str, str]] = Counter()

    def in_place(self, mutants: list[Mutant], tests: list[str]) -> list[Mutant]:
        """Try faults where they are; returns those that need everything imported anew."""
        again = [mutant for mutant in mutants if not self.known.is_run(mutant)]
        mutants = [mutant for mutant in mutants if self.known.is_run(mutant)]

        def work(tell: Tell) -> None:
            def record(mutant: Mutant, outcome: Outcome) -> None:
                self._learn(mutant, outcome)
                tell({"n": place[mutant], "state": outcome.state, "test": outcome.test, "error": outcome.error})

            place = {mutant: number for number, mutant in enumerate(mutants)}
            try_in_place(self._timely(mutants), tests, self._tests_for, self.known.seconds, self.results.root, record)

        def hear(told: Told) -> None:
            if "broken" in told:
                raise SystemExit(f"The run broke: {told['broken']}")
            mutant, outcome = mutants[told["n"]], Outcome(told["state"], told["test"], told["error"])
            if outcome.state == AGAIN:
                again.append(mutant)
            else:
                self._learn(mutant, outcome)
                self._keep(mutant, outcome)

        in_child(work, lambda _: 3600.0, hear)
        return again

    def settle(self, mutants: list[Mutant]) -> None:
        """Count what survived in place as survivors, where there is no time to import everything anew."""
        for mutant in mutants:
            self._keep(mutant, Outcome(SURVIVED if self.known.is_run(mutant) else UNCOVERED))

    def anew(self, mutants: list[Mutant]) -> None:
        """Try faults by importing everything anew."""
        for mutant in self._timely(mutants):
            outcome = try_anew(mutant, self._tests_for(mutant), self.known.seconds, self.results.root)
            if outcome.state == SURVIVED and not self.known.is_run(mutant):
                outcome = Outcome(UNCOVERED)
            self._learn(mutant, outcome)
            self._keep(mutant, outcome)

    def _tests_for(self, mutant: Mutant, is_prepared: bool = False) -> list[str]:
        """Those first that noticed most faults of the function, or module, in their time; as many as may be run.

        Tests that rest on what is made once for many of them have time of their own, without that making: else the
        making alone would use it up, and those that see most would never be run.
        """
        chosen: list[str] = []
        left = {True: self.most, False: self.most}
        for test in sorted(self.known.tests_for(mutant), key=lambda test: self._rank(mutant, test, is_prepared)):
            is_shared, takes = self.known.is_shared(test), self.known.own_seconds(test)
            if not chosen or takes <= left[is_shared]:
                chosen.append(test)
                left[is_shared] -= takes
        return chosen

    def _rank(self, mutant: Mutant, test: str, is_prepared: bool) -> tuple[float, float]:
        takes = self.known.own_seconds(test) if is_prepared else self.known.seconds[test]
        took = 0.02 + takes  # what a test takes beside itself
        of_function, of_module = (self.kills[(mutant.module, scope, test)] for scope in (mutant.scope, ""))
        return -of_function / took, -of_module / took

    def _learn(self, mutant: Mutant, outcome: Outcome) -> None:
        if outcome.test is not None:
            self.kills[(mutant.module, mutant.scope, outcome.test)] += 1
            self.kills[(mutant.module, "", outcome.test)] += 1

    def _keep(self, mutant: Mutant, outcome: Outcome) -> None:
        self.results.add(mutant, outcome)
        if outcome.state in ALIVE:
            print(_told(mutant, outcome), flush=True)

    def _timely(self, mutants: list[Mutant]) -> Iterator[Mutant]:
        for mutant in mutants:
            if time.monotonic() > self.until:
                return
            yield mutant


def _told(mutant: Mutant, outcome: Outcome) -> str:
    note = "" if outcome.state != "not covered" else "  (no test runs it)"
    return f"{mutant.module}:{mutant.at}  [{mutant.scope}]  {mutant.line}  «{mutant.change}»{note}"


def _report(tried: Tried, reasons: Mapping[Key, str], *, is_whole: bool) -> int:
    total = tally(tried)
    bare = [(mutant, outcome) for mutant, outcome in alive(tried) if mutant.key not in reasons]
    stale = without_survivor(reasons, tried)
    if is_whole:
        stale += without_mutant(reasons, [mutant for mutant, _ in tried])
    print(f"\n{total.noticed:,} of {total.tried:,} noticed: {total.share}; {dict(total.counts)}")
    print(f"{len(bare)} survivors without a reason:" if bare else "every survivor has a reason")
    for mutant, outcome in bare:
        print(f"  {_told(mutant, outcome)}")
    for key in stale:
        print(f"  a reason without a survivor: {' | '.join(key)}")
    return 1 if bare or stale else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
