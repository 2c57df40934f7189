"""What is claimed twice in this quarter, or was not measured: once for each benefit, at the furthest level."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from dashboards.rows.rows import Rows


@dataclass(frozen=True, slots=True)
class DoubleClaim:
    """A row of benefit_conflicts. No `rival`: it is claimed beyond what was measured."""

    level: str
    benefit: str
    sentence: str
    kind: str
    rival_stream: str | None
    rival: str | None
    rival_initiative: str | None
    shared: str
    overlap: float
    unit: str
    first_month: dt.date
    until_month: dt.date | None

    @property
    def origin(self) -> str:
        """Where it stands, for the list of values."""
        return f"benefit_conflicts/{self.level}/{self.benefit}/{self.kind}/{self.rival or 'measured'}"


ROWS = Rows(
    DoubleClaim,
    """
SELECT level, benefit, sentence, kind, rival_stream, rival, rival_initiative, shared, overlap::DOUBLE AS overlap,
    unit, c.first_month, c.until_month
FROM (
    SELECT *, row_number() OVER (
        PARTITION BY benefit, kind, rival_stream, rival
        ORDER BY list_position(['booked', 'validated', 'claimed'], level)
    ) AS place
    FROM benefit_conflicts WHERE stream = $stream AND period = $period
) c JOIN (SELECT benefit, sentence FROM benefits WHERE stream = $stream AND period = $period) b USING (benefit)
WHERE place = 1 ORDER BY benefit, kind, rival_stream, rival LIMIT 200""",
)
