"""Where the rate card and the bills lie."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from metrics.stream.section import Section


class Costs(Section):
    """Where the rate card and the bills lie, beside the stream file."""

    currency: Annotated[str, Field(pattern="^[A-Z]{3}$")] = "EUR"
    rates: str | None = None
    bills: str | None = None
