"""Where the rate card and the bills lie."""

from __future__ import annotations

from decimal import Decimal
from typing import Annotated

from pydantic import Field

from metrics.stream.section import Section


class Costs(Section):
    """Where the rate card and the bills lie, beside the stream file."""

    currency: Annotated[str, Field(pattern="^[A-Z]{3}$")] = "EUR"
    rates: str | None = None
    bills: str | None = None
    delay_cost_per_day: Decimal | None = Field(
        None, gt=0, max_digits=18, decimal_places=6, description="what each day that a case is open costs, in currency"
    )
