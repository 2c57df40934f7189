"""The states of a benefit and the steps between them: proposed → validated → booked, and reversed from any of them.

Knows states, dates and names; knows no amount. Each illegal step has a sentence of its own.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Literal, get_args

State = Literal["proposed", "validated", "booked", "reversed"]
STATES: tuple[State, ...] = get_args(State)
_NEXT: dict[State, tuple[State, ...]] = {
    "proposed": ("validated", "reversed"), "validated": ("booked", "reversed"), "booked": ("reversed",), "reversed": (),
}  # fmt: skip

Told = tuple[State, dt.date, str, str | None]
"""State, day, by whom, evidence id."""


def history_problem(told: Sequence[Told], owner: str, budget_line: str | None) -> str | None:
    """What is wrong with a history, in a sentence; None where nothing is."""
    before: Told | None = None
    for entry in told:
        if problem := _step_problem(before, entry) or _judge_problem(told[0], entry, owner):
            return problem
        if entry[0] == "validated" and _evidence_by(told, entry) is None:
            return "validated without an evidence id: say evidence: ID in its entry"
        if entry[0] == "booked" and budget_line is None:
            return "booked without a budget line: say budget_line, where the money or the hours are missing from now on"
        before = entry
    return None


def _step_problem(before: Told | None, entry: Told) -> str | None:
    if before is None:
        return None if entry[0] == "proposed" else f"{entry[0]} without having been proposed; a history begins with it"
    (earlier, on, *_), (state, later, *_) = before, entry
    if later < on:
        return f"{state} on {later} stands after {earlier} on {on}: dates do not go back"
    if state in _NEXT[earlier]:
        return None
    if earlier == "reversed":
        return f"{state} after reversed: what was reversed stays so; claim it as a new benefit"
    if state == earlier:
        return f"{state} twice: reverse it and claim anew where its amount is another"
    if state == "booked":
        return "booked without validated: finance accepts a benefit before it is in a budget"
    return f"{state} after {earlier}: a state does not go back, other than by reversed"


def _judge_problem(first: Told, entry: Told, owner: str) -> str | None:
    """Two pairs of eyes: who owns or proposes a benefit does not accept it."""
    if entry[0] not in ("validated", "booked"):
        return None
    if _same(entry[2], owner):
        return f"{entry[0]} by its owner ({owner}): another has to"
    return f"{entry[0]} by who proposed it ({first[2]}): another has to" if _same(entry[2], first[2]) else None


def _evidence_by(told: Sequence[Told], entry: Told) -> str | None:
    """The evidence id that is known at an entry: its own, or one told before."""
    known = told[: list(told).index(entry) + 1]
    return next((evidence for *_, evidence in reversed(known) if evidence), None)


def _same(one: str, other: str) -> bool:
    return " ".join(one.split()).casefold() == " ".join(other.split()).casefold()
