"""A decision that a review asks for, what became of it since, and a risk that people see. Both are told, not measured.

A decision is never edited: what became of it is one more entry of its history.
"""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from itertools import pairwise
from typing import Annotated, Literal, get_args

from pydantic import Field, model_validator

from metrics.finance.benefit import Name, Owner, Text
from metrics.stream.section import Identifier, Section

State = Literal["asked", "agreed", "deferred", "declined", "done"]
STATES: tuple[State, ...] = get_args(State)
_NEXT: dict[State, tuple[State, ...]] = {
    "asked": ("agreed", "deferred", "declined"), "deferred": ("agreed", "deferred", "declined"),
    "agreed": ("done", "declined"), "declined": (), "done": (),
}  # fmt: skip
Amount = Annotated[Decimal, Field(ge=0, max_digits=18, decimal_places=6)]


class Expected(Section):
    """The change of a measure it is expected to bring: between least and most, signed, in the unit of the measure."""

    metric: Name
    statistic: Name | None = Field(None, description="as in targets; the one of the review when absent")
    least: str = Field(description="'-0.4 days', '2 points': the end nearer to nothing")
    most: str = Field(description="'-0.9 days', '4 points': the end further from nothing")


class Entry(Section):
    """What became of it: a state, the day it came into it, who said so, and why."""

    state: State
    day: dt.date
    by: Name
    why: Text | None = None


class Decision(Section):
    """One decision. Its cost is money in the currency of the stream."""

    id: Identifier
    review: str = Field(pattern=r"^\d{4}-Q[1-4]$", description="the quarter whose review asks for it")
    ask: Name = Field(description="what to decide, in a few words")
    why: Text | None = None
    owner: Owner
    due_on: dt.date = Field(alias="by", description="by when it has to be decided")
    cost: Amount | None = Field(None, description="what it costs, once")
    currency: Annotated[str, Field(pattern="^[A-Z]{3}$")] | None = None
    expected: Expected | None = None
    release: Name | None = Field(None, description="version of the release that carries it out; its effect is shown")
    history: tuple[Entry, ...] = Field(min_length=1)

    @model_validator(mode="after")
    def _is_lawful(self) -> Decision:
        if (self.cost is None) != (self.currency is None):
            raise ValueError("give cost and currency together")
        if problem := _history_problem(self.history):
            raise ValueError(problem)
        return self

    @property
    def now(self) -> Entry:
        """The state it is in."""
        return self.history[-1]


class Risk(Section):
    """Something that may go wrong: what it would mean, what is done about it, and who answers for that."""

    id: Identifier
    risk: Name
    means: Text | None = None
    answer: Text | None = None
    owner: Owner
    first_on: dt.date = Field(alias="from", description="since when it is seen")
    until_on: dt.date | None = Field(None, alias="until", description="first day it is none any more")

    @model_validator(mode="after")
    def _ends_after_it_begins(self) -> Risk:
        if self.until_on is not None and self.until_on <= self.first_on:
            raise ValueError("until is the first day it is none any more, so it is later than from")
        return self


def _history_problem(told: tuple[Entry, ...]) -> str | None:
    if told[0].state != "asked":
        return f"{told[0].state} without having been asked; a history begins with it"
    for before, entry in pairwise(told):
        if entry.day < before.day:
            return f"{entry.state} on {entry.day} stands after {before.state} on {before.day}: dates do not go back"
        if entry.state not in _NEXT[before.state]:
            return f"{entry.state} after {before.state}: what may follow is {_allowed(before.state)}"
    return None


def _allowed(state: State) -> str:
    return ", ".join(_NEXT[state]) or "nothing; ask for it anew under another id"
