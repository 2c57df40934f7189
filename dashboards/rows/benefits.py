"""The claims of this quarter, as they stand at its end."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from dashboards.rows.rows import Rows


@dataclass(frozen=True, slots=True)
class BenefitClaim:
    """A row of benefits. `net` is None where it is no money, was reversed, or its run cost is not told."""

    benefit: str
    initiative: str
    benefit_class: str
    sentence: str
    owner_role: str | None
    budget_line: str | None
    evidence_id: str | None
    state: str
    state_on: dt.date
    unit: str
    gross: float
    disputed: float
    run_cost: float | None
    net: float | None
    investment: float | None
    payback_months: int | None
    payback_reason: str | None

    @property
    def origin(self) -> str:
        """Where it stands, for the list of values."""
        return f"benefits/{self.benefit}"


ROWS = Rows(
    BenefitClaim,
    """
SELECT benefit, initiative, benefit_class, sentence, owner_role, budget_line, evidence_id, state, state_on, unit,
    gross::DOUBLE AS gross, disputed::DOUBLE AS disputed, run_cost::DOUBLE AS run_cost, net::DOUBLE AS net,
    investment::DOUBLE AS investment, payback_months, payback_reason
FROM benefits WHERE stream = $stream AND period = $period
ORDER BY list_position(['cashable', 'capacity', 'avoidance', 'quality'], benefit_class), gross DESC, benefit
LIMIT 200""",
)
