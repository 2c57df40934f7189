"""An integration and what it costs to own: declared lines, and which steps, failures and role measure the rest."""

from __future__ import annotations

from typing import Literal

from pydantic import Field, model_validator

from metrics.finance.benefit import Amount, Name
from metrics.finance.months import Month
from metrics.stream.section import Identifier, Section

CostKind = Literal["build", "run", "licence", "change", "incident"]


class CostLine(Section):
    """One line of cost: once, in `month`; or every month from `from` to before `until`."""

    kind: CostKind
    what: str = Field("", max_length=500)
    amount: Amount
    month: Month | None = None
    first_month: Month | None = Field(None, alias="from")
    until_month: Month | None = Field(None, alias="until", description="first month it is no longer paid")

    @model_validator(mode="after")
    def _once_or_monthly(self) -> CostLine:
        if (self.month is None) == (self.first_month is None):
            raise ValueError("give either month (once), or from (every month)")
        if self.until_month is not None and (self.first_month is None or self.until_month <= self.first_month):
            raise ValueError("until is the first month it is no longer paid, so it is later than from")
        return self


class Integration(Section):
    """One integration. `steps` are the executions that go through it; `failures` the rules whose hours are its own."""

    id: Identifier
    name: Name
    currency: str = Field(pattern="^[A-Z]{3}$")
    steps: tuple[Name, ...] = Field((), description="each execution of these is a transaction through it")
    performer_kinds: tuple[Literal["system", "agent", "external", "human"], ...] = Field((), description="all if empty")
    failures: tuple[Name, ...] = Field((), description="rules or watches whose hours in failure are its own")
    failure_role: Name | None = Field(None, description="whose hourly cost an hour in failure has")
    lines: tuple[CostLine, ...] = Field(min_length=1)
