"""Why a survivor is let live: kept by hand in reasons/*.yaml, and held against the code and against the results.

An entry names module, function (`in`; <module> outside of any), line and change as the page prints them. It names no
line number, so it stays when the code moves; when the line changes it no longer fits and is told as stale.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path

import yaml

from benchmarks.mutants.mutant import Key, Mutant

FOLDER = Path(__file__).parent / "reasons"


class ReasonError(ValueError):
    """The reasons cannot be used."""


def read_reasons(folder: Path = FOLDER) -> dict[Key, str]:
    """Every reason by the mutant it is for. `change` may be a list; each change then has the same reason.

    Raises:
        ReasonError: an entry lacks something, or two are for the same mutant.
    """
    reasons: dict[Key, str] = {}
    for path in sorted(folder.glob("*.yaml")):
        for entry in yaml.safe_load(path.read_text("utf-8")) or ():
            if set(entry) != {"module", "in", "line", "change", "reason"} or not str(entry["reason"]).strip():
                raise ReasonError(f"{path.name}: {entry}: expected module, in, line, change and reason")
            for change in [entry["change"]] if isinstance(entry["change"], str) else entry["change"]:
                key = (entry["module"], entry["in"], entry["line"], change)
                if key in reasons:
                    raise ReasonError(f"{path.name}: two reasons for {' | '.join(key)}")
                reasons[key] = " ".join(str(entry["reason"]).split())
    return reasons


def without_mutant(reasons: Mapping[Key, str], mutants: Iterable[Mutant]) -> list[Key]:
    """Reasons for faults that cannot be made any more, because the code has changed."""
    known = {mutant.key for mutant in mutants}
    return [key for key in reasons if key not in known]
