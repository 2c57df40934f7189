"""What the unit cost of this quarter depends on most."""

from __future__ import annotations

from dataclasses import dataclass

from dashboards.rows.rows import Rows


@dataclass(frozen=True, slots=True)
class Assumption:
    """A ranked row of cost_sensitivity; `all_of_them` counts the assumptions of the quarter."""

    period: str
    rank: int
    kind: str
    cost_class: str
    name: str
    driver: str | None
    assumed: float
    low: float
    high: float
    basis: str
    unit_cost: float
    unit_low: float
    unit_high: float
    swing: float
    currency: str
    all_of_them: int

    @property
    def origin(self) -> str:
        """Where it stands, for the list of values."""
        return f"cost_sensitivity/{self.period}/{self.kind}/{self.name}"


ROWS = Rows(
    Assumption,
    """
SELECT period, rank, kind, cost_class, name, driver, assumed::DOUBLE AS assumed, low::DOUBLE AS low,
    high::DOUBLE AS high, basis, unit_cost::DOUBLE AS unit_cost, unit_low::DOUBLE AS unit_low,
    unit_high::DOUBLE AS unit_high, swing::DOUBLE AS swing, currency, count(*) OVER () AS all_of_them
FROM cost_sensitivity WHERE stream = $stream AND period = $period AND rank IS NOT NULL ORDER BY rank LIMIT 3""",
)
