"""docs/mutants.md: how many faults the tests notice, by module, and every one they do not, with the reason."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from benchmarks.mutants.mutant import Key, Mutant
from benchmarks.mutants.trial import INVALID, KILLED, SURVIVED, TIMEOUT, UNCOVERED, Outcome

ALIVE = (SURVIVED, UNCOVERED)
NOT_TRIED = "not tried"
Tried = Sequence[tuple[Mutant, Outcome | None]]

_HEAD = """# Faults that tests notice

Small faults are put into `metrics/`, one at a time, and the tests that come by are run until one fails. In Python:
another comparison or operator, a number off by one, a condition turned or left out, a statement lost. In SQL, where
most of the meaning stands: another comparison, AND for OR, a condition, filter or partition lost, the largest for the
sum, an order turned, a join made outer, nothing to stand in for the unknown. A text that DuckDB refuses as no SQL is no
fault and not counted. A fault is noticed when a test fails, or does not end (by time). `make mutants` makes this page;
the reasons stand in `benchmarks/mutants/reasons/`.
"""


@dataclass(frozen=True, slots=True)
class Tally:
    """How many faults of a module came to which end."""

    counts: Counter[str]

    @property
    def tried(self) -> int:
        """Faults that could be noticed and were tried."""
        return sum(self.counts[state] for state in (KILLED, TIMEOUT, *ALIVE))

    @property
    def noticed(self) -> int:
        """Faults some test noticed."""
        return self.counts[KILLED] + self.counts[TIMEOUT]

    @property
    def share(self) -> str:
        """Noticed of those tried."""
        return _percent(self.noticed / self.tried) if self.tried else "–"


def _in_words(total: Tally, at_first: Tally) -> str:
    """How many were tried, and what that says of all. Tests written for survivors say nothing of what was not tried."""
    left = total.counts[NOT_TRIED]
    begun = (
        "At first, with few seconds of tests each and before others were written for what survived, "
        f"{at_first.noticed:,} of {at_first.tried:,} were noticed."
    )
    if not left:
        return f"Every fault that can be made was tried. {begun}"
    low, high = likely_share(at_first.noticed, at_first.tried)
    of_all = [_percent((total.noticed + left * share) / (total.tried + left)) for share in (low, high)]
    return (
        f"{left:,} more were not tried. {begun} If these are a random draw, as MINUTES draws them, {_percent(low)} to "
        f"{_percent(high)} of the rest would be, too (95 %), and so {of_all[0]} to {of_all[1]} of all."
    )


def likely_share(noticed: int, tried: int) -> tuple[float, float]:
    """Wilson's 95 % interval of the share of all faults, from a random draw of them."""
    if not tried:
        return 0.0, 1.0
    z = 1.959964
    share, weight = noticed / tried, z * z / tried
    middle = (share + weight / 2) / (1 + weight)
    half = math.sqrt(weight * share * (1 - share) + weight * weight / 4) / (1 + weight)
    return max(0.0, middle - half), min(1.0, middle + half)


def tally(tried: Tried) -> Tally:
    """Count the ends."""
    return Tally(Counter(NOT_TRIED if outcome is None else outcome.state for _, outcome in tried))


def alive(tried: Tried) -> list[tuple[Mutant, Outcome]]:
    """The survivors, those no test runs included."""
    return [(mutant, outcome) for mutant, outcome in tried if outcome is not None and outcome.state in ALIVE]


def without_survivor(reasons: Mapping[Key, str], tried: Tried) -> list[Key]:
    """Reasons for faults that are noticed: to be taken out."""
    known = {mutant.key: outcome for mutant, outcome in tried if outcome is not None}
    return [key for key in reasons if key in known and known[key].state not in ALIVE]


def write_page(tried: Tried, first: Tried, reasons: Mapping[Key, str], path: Path, state: str) -> None:
    """Write the page. `first` are the ends at the first try; `state` names the code and tests it was measured with."""
    total, living = tally(tried), alive(tried)
    bare = sum(mutant.key not in reasons for mutant, _ in living)
    lines = [
        _HEAD,
        f"**{total.noticed:,} of {total.tried:,} faults are noticed: {total.share}.** {len(living):,} are not; each is "
        f"listed below{f', {len(living) - bare:,} of them' if bare else ''} with the reason why it may live. "
        f"{_in_words(total, tally(first))}",
        f"\nMeasured with {state}; a later change of either is not in these figures.",
        "",
        *_table("room", _groups(tried, _room)),
        _row("**all**", tried),
        "\nModules in which something survives, or was not tried:\n",
        *_table("module", [(name, part) for name, part in _groups(tried, lambda m: m.module) if not _is_done(part)]),
        "\n## What is not noticed\n",
        *_survivors(tried, reasons),
    ]
    path.write_text("\n".join(lines) + "\n", "utf-8")


def _table(head: str, groups: Iterable[tuple[str, Tried]]) -> Iterable[str]:
    yield f"| {head} | faults | noticed | of these by time | survived | not covered | no SQL | not tried | share |"
    yield "|---|--:|--:|--:|--:|--:|--:|--:|--:|"
    yield from (_row(name, part) for name, part in groups)


def _row(name: str, part: Tried) -> str:
    one = tally(part)
    numbers = (one.tried, one.noticed, *(one.counts[s] for s in (TIMEOUT, SURVIVED, UNCOVERED, INVALID, NOT_TRIED)))
    return f"| {name} | {' | '.join(str(number) for number in numbers)} | {one.share} |"


def _is_done(part: Tried) -> bool:
    one = tally(part)
    return one.noticed == one.tried and not one.counts[NOT_TRIED]


def _room(mutant: Mutant) -> str:
    """The folder of a module; those that stand beside the folders are one room."""
    folder = mutant.module.rpartition("/")[0]
    return folder if folder != "metrics" else "metrics/*.py"


def _groups(tried: Tried, name_of: Callable[[Mutant], str]) -> list[tuple[str, Tried]]:
    groups: dict[str, list[tuple[Mutant, Outcome | None]]] = {}
    for mutant, outcome in tried:
        groups.setdefault(name_of(mutant), []).append((mutant, outcome))
    return sorted(groups.items())


def _survivors(tried: Tried, reasons: Mapping[Key, str]) -> Iterable[str]:
    for module, part in _groups(tried, lambda mutant: mutant.module):
        living = alive(part)
        if living:
            yield f"### {module}\n"
            yield "| in | line | fault | why it may live |\n|---|---|---|---|"
            for mutant, outcome in living:
                note = "" if outcome.state == SURVIVED else " (no test runs it)"
                why = reasons.get(mutant.key, "**no reason yet**")
                yield f"| {_code(mutant.scope)} | {_code(mutant.line)} | {_code(mutant.change)}{note} | {_cell(why)} |"
            yield ""


def _code(text: str) -> str:
    fence = "``" if "`" in text else "`"
    return f"{fence}{_cell(text)}{fence}"


def _cell(text: str) -> str:
    return text.replace("|", "\\|")


def _percent(share: float) -> str:
    return f"{100 * share:.1f} %"
