"""What became of each mutant, in a file that is only added to; a result holds while its code and test are the same."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path

from benchmarks.mutants.covering import mark_of
from benchmarks.mutants.mutant import Key, Mutant
from benchmarks.mutants.resting import mark_of_test
from benchmarks.mutants.trial import INVALID, KILLED, SURVIVED, UNCOVERED, Outcome


class Results:
    """The file of results of one checkout. A later line for the same mutant counts."""

    def __init__(self, path: Path, root: Path) -> None:
        self.path, self.root = path, root
        self._kept: dict[Key, tuple[str, str, Outcome]] = {}
        self._first: dict[tuple[Key, str], Outcome] = {}
        for line in path.read_text("utf-8").splitlines() if path.is_file() else ():
            *key, mark, tests, state, test, error = json.loads(line)
            module, scope, text, change = key
            self._kept[(module, scope, text, change)] = (mark, tests, Outcome(state, test, error))
            self._first.setdefault(((module, scope, text, change), mark), Outcome(state, test, error))

    def of(self, mutant: Mutant) -> Outcome | None:
        """What became of it, if that still holds: a killed one while its test is as it was, others while all are."""
        mark, tests, outcome = self._kept.get(mutant.key, ("", "", None))
        if outcome is None or mark != mutant.mark or tests != self._tests_mark(outcome):
            return None
        return outcome

    def told_of(self, mutant: Mutant) -> Outcome | None:
        """What is told of it: a survivor is one until it is noticed, also where tests were added since it was tried."""
        return self._kept[mutant.key][2] if self.is_alive(mutant) else self.of(mutant)

    def is_alive(self, mutant: Mutant) -> bool:
        """Did it survive when it was last tried, whatever the tests were then?"""
        mark, _, outcome = self._kept.get(mutant.key, ("", "", None))
        return mark == mutant.mark and outcome is not None and outcome.state in (SURVIVED, UNCOVERED)

    def first_of(self, mutant: Mutant) -> Outcome | None:
        """What became of it at first, before tests were written for what survived."""
        return self._first.get((mutant.key, mutant.mark))

    def add(self, mutant: Mutant, outcome: Outcome) -> None:
        """Keep what became of it."""
        tests = self._tests_mark(outcome)
        self._kept[mutant.key] = (mutant.mark, tests, outcome)
        self._first.setdefault((mutant.key, mutant.mark), outcome)
        self.path.parent.mkdir(parents=True, exist_ok=True)
        with self.path.open("a", encoding="utf-8") as file:
            row = (*mutant.key, mutant.mark, tests, outcome.state, outcome.test, outcome.error)
            file.write(json.dumps(row, ensure_ascii=False) + "\n")

    def _tests_mark(self, outcome: Outcome) -> str:
        if outcome.state == INVALID:
            return ""
        if outcome.state == KILLED and outcome.test and "::" in outcome.test:
            file, name = outcome.test.partition("[")[0].split("::")[:2]
            return mark_of_test(self.root / file, name)
        return _all_tests(self.root)


@cache
def _all_tests(root: Path) -> str:
    return mark_of(sorted((root / "tests" / "metrics").glob("*.py")))
