"""Where the rate card, the bills and the exchange rates lie, and which bills a cloud's export becomes."""

from __future__ import annotations

from decimal import Decimal
from typing import Annotated, Literal

from pydantic import Field, model_validator

from metrics.stream.section import Section

CostClass = Literal["people", "compute", "licence", "shared"]
Allocation = Literal["usage", "started_cases", "finished_cases"]
SharedBy = Literal["events", "started_cases", "finished_cases", "quantity"]


class CloudLine(Section):
    """One bill a month out of a cloud's FOCUS export: which of its rows, and how that bill reaches cases.

    A row goes to the first line that fits it: one of the services and all of the tags; the line with `rest` takes
    what no line before it took. Without one, what fits no line is refused, so that nothing is lost.
    """

    services: tuple[str, ...] = Field((), description="values of ServiceName")
    tags: dict[str, str] = Field(default_factory=dict, description="keys of Tags with their values")
    rest: bool = Field(False, description="everything that fits no line before")
    driver: str = Field(description="what the bill is for")
    cost_class: CostClass = Field("compute", description="the class it is counted in")
    allocation: Allocation = Field("usage", description="how it is shared out among cases")
    unit: str | None = Field(None, description="of its capacity; that of the export where it is what was consumed")
    capacity: Annotated[float, Field(ge=0)] | Literal["consumed"] | None = Field(
        None, description="units that stand ready in a month; consumed: the sum of ConsumedQuantity, in one unit"
    )
    shared_by: SharedBy | None = Field(
        None, description="of bills of the platform alone: by what streams share it; quantity is that of the driver"
    )

    @model_validator(mode="after")
    def _takes_something(self) -> CloudLine:
        if self.rest == bool(self.services or self.tags):
            raise ValueError("give services, tags or both, or else rest: true")
        return self


class Costs(Section):
    """Where the rate card and the bills lie, beside the stream file. Once imported, later versions are approved:
    docs/costs.md.
    """

    currency: Annotated[str, Field(pattern="^[A-Z]{3}$")] = Field("EUR", description="of every amount of the stream")
    rates: str | None = Field(None, description="CSV of the rate card")
    bills: str | None = Field(None, description="CSV of the bills")
    delay_cost_per_day: Decimal | None = Field(
        None, gt=0, max_digits=18, decimal_places=6, description="what each day that a case is open costs, in currency"
    )
    exchange: str | None = Field(None, description="exchange rates by day, for rates and bills in another currency")
    cloud: tuple[CloudLine, ...] = Field((), description="which bills a FOCUS export of a cloud becomes, in order")
