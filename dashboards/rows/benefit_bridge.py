"""The way of each class from the quarter before to this one, at each level."""

from __future__ import annotations

from dataclasses import dataclass

from dashboards.rows.rows import Rows


@dataclass(frozen=True, slots=True)
class BridgeLevel:
    """A row of benefit_bridge. The moves sum to `closing`; `run_cost` and `net` are None where it is no money."""

    benefit_class: str
    unit: str
    level: str
    opening: float
    began: float
    ended: float
    decayed: float
    reversed: float
    disputed: float
    closing: float
    run_cost: float | None
    net: float | None
    benefits: int

    @property
    def origin(self) -> str:
        """Where it stands, for the list of values."""
        return f"benefit_bridge/{self.benefit_class}/{self.unit}/{self.level}"


ROWS = Rows(
    BridgeLevel,
    """
SELECT benefit_class, unit, level, opening::DOUBLE AS opening, began::DOUBLE AS began, ended::DOUBLE AS ended,
    decayed::DOUBLE AS decayed, reversed::DOUBLE AS reversed, disputed::DOUBLE AS disputed, closing::DOUBLE AS closing,
    run_cost::DOUBLE AS run_cost, net::DOUBLE AS net, benefits
FROM benefit_bridge WHERE stream = $stream AND period = $period
ORDER BY list_position(['cashable', 'capacity', 'avoidance', 'quality'], benefit_class), unit,
    list_position(['claimed', 'validated', 'booked'], level) LIMIT 100""",
)
