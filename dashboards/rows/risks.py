"""Risks that people see in this quarter."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from dashboards.rows.rows import Rows


@dataclass(frozen=True, slots=True)
class ToldRisk:
    """A row of risks."""

    risk: str
    sentence: str
    means: str | None
    answer: str | None
    owner_role: str | None
    first_on: dt.date


ROWS = Rows(
    ToldRisk,
    """
SELECT risk, sentence, means, answer, owner_role, first_on FROM risks
WHERE stream = $stream AND first_on < $until_on AND (until_on IS NULL OR until_on > $first_on)
ORDER BY first_on, risk LIMIT 100""",
)
