"""On how few ways most completed cases came, this quarter and the one before."""

from __future__ import annotations

from dataclasses import dataclass

from dashboards.rows.rows import Rows


@dataclass(frozen=True, slots=True)
class Concentration:
    """A row of variant_concentration."""

    period: str
    cases: int
    variants: int
    single_variants: int
    top_share: float
    variants_for_80: int

    @property
    def origin(self) -> str:
        """Where it stands, for the list of values."""
        return f"variant_concentration/{self.period}"


ROWS = Rows(
    Concentration,
    """
SELECT period, cases, variants, single_variants, top_share, variants_for_80 FROM variant_concentration
WHERE stream = $stream AND period IN ($period, $before) ORDER BY period""",
)
