"""A benefit as it is told: what is claimed, by whom, on which measure it rests, and how finance judged it since.

One class a benefit, with an amount a month in the unit of its class. What was told is never edited: a judgement is one
more entry of the history. Knows no file and no sum.
"""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Annotated, Literal, get_args

from pydantic import Field, model_validator

from metrics.finance.history import STATES, State, history_problem
from metrics.finance.months import Month
from metrics.stream.section import Identifier, Section

BenefitClass = Literal["cashable", "capacity", "avoidance", "quality"]
CLASSES: tuple[BenefitClass, ...] = get_args(BenefitClass)
MONEY_CLASSES: tuple[BenefitClass, ...] = ("cashable", "avoidance")
Amount = Annotated[Decimal, Field(max_digits=18, decimal_places=6)]
Text = Annotated[str, Field(min_length=1, max_length=2_000)]
Name = Annotated[str, Field(min_length=1, max_length=200)]
HOURS = "hours"


class Owner(Section):
    """Who answers for a benefit: a role, which pages may show, or a name, which they never do."""

    role: Name | None = None
    name: Name | None = None

    @model_validator(mode="after")
    def _one_of(self) -> Owner:
        if (self.role is None) == (self.name is None):
            raise ValueError("give either role, or name")
        return self

    @property
    def told(self) -> str:
        """As the file says it."""
        return self.role or self.name or ""


class Decay(Section):
    """How a benefit wears off: to nothing over so many months, or by so many percent of what is left each quarter."""

    linear_months: int | None = Field(None, ge=1, le=600)
    percent_per_quarter: Decimal | None = Field(None, gt=0, le=100, max_digits=9, decimal_places=6)

    @model_validator(mode="after")
    def _one_of(self) -> Decay:
        if (self.linear_months is None) == (self.percent_per_quarter is None):
            raise ValueError("give either linear_months, or percent_per_quarter")
        return self


class Frees(Section):
    """Whose hours a benefit frees: of a step, of a role, or of the whole stream; against the baseline or a quarter."""

    step: Name | None = Field(None, description="only work of this step")
    role: Name | None = Field(None, description="only work of this role")
    against: str | None = Field(None, pattern=r"^\d{4}-Q[1-4]$", description="a quarter; else the baseline")


class Investment(Section):
    """What was spent once, in the month it was spent."""

    amount: Annotated[Amount, Field(ge=0)]
    month: Month


class Entry(Section):
    """One entry of the history: the state a benefit came into, when, by whom, why, and at what amount."""

    state: State
    day: dt.date
    by: Name
    why: Text
    amount: Amount = Field(description="a month, in the first one it holds; of quality: how much better it is")
    evidence: Name | None = Field(None, description="id of the evidence the judgement rests on")


class Benefit(Section):
    """One claim. Money in the currency of the stream; capacity in hours; quality in the unit of its metric."""

    id: Identifier
    initiative: Name
    benefit_class: BenefitClass = Field(alias="class")
    sentence: Text
    owner: Owner
    budget_line: Name | None = None
    metric: Name = Field(description="key of the metric it rests on")
    currency: Annotated[str, Field(pattern="^[A-Z]{3}$")] | None = None
    unit: Name | None = None
    first_month: Month = Field(alias="from")
    until_month: Month | None = Field(None, alias="until", description="first month it no longer holds")
    decay: Decay | Literal["none"] = "none"
    frees: Frees | None = None
    run_cost: Annotated[Amount, Field(ge=0)] | None = Field(None, description="new cost a month, in money")
    investment: Investment | None = None
    history: tuple[Entry, ...] = Field(min_length=1)

    @model_validator(mode="after")
    def _is_of_its_class(self) -> Benefit:
        if problem := _class_problem(self):
            raise ValueError(problem)
        if self.until_month is not None and self.until_month <= self.first_month:
            raise ValueError("until is the first month it no longer holds, so it is later than from")
        return self

    @model_validator(mode="after")
    def _history_is_lawful(self) -> Benefit:
        told = [(entry.state, entry.day, entry.by, entry.evidence) for entry in self.history]
        if problem := history_problem(told, self.owner.told, self.budget_line):
            raise ValueError(problem)
        return self

    @property
    def measured_in(self) -> str:
        """Currency, `hours`, or the unit of the metric with its key: points of one are none of another."""
        if self.benefit_class == "capacity":
            return HOURS
        return f"{self.unit} of {self.metric}" if self.benefit_class == "quality" else self.currency or ""

    def entry(self, state: State) -> Entry | None:
        """The entry by which it came into a state, if it ever did."""
        return next((entry for entry in self.history if entry.state == state), None)

    def state_by(self, day: dt.date) -> State | None:
        """The state it was in at the beginning of a day; None: nobody had proposed it."""
        known = [entry.state for entry in self.history if entry.day < day]
        return max(known, key=STATES.index, default=None)


def _class_problem(benefit: Benefit) -> str | None:
    kind = benefit.benefit_class
    if kind in MONEY_CLASSES and benefit.currency is None:
        return f"a benefit of class {kind} is money: give its currency"
    if kind not in MONEY_CLASSES and benefit.currency is not None:
        return f"a benefit of class {kind} is no money and has no currency; money is cashable or avoidance"
    if kind == "quality" and benefit.unit is None:
        return "a benefit of class quality needs the unit of its metric, e.g. unit: points"
    if kind != "quality" and benefit.unit is not None:
        return f"unit is for class quality; class {kind} is told in {benefit.measured_in}"
    if kind == "capacity" and benefit.frees is None:
        return "a benefit of class capacity says whose hours it frees, e.g. frees: {role: Credit desk}"
    if kind == "cashable" and benefit.run_cost is None:
        return "a cashable benefit tells its new run cost a month; write run_cost: 0 where there is none"
    return None
