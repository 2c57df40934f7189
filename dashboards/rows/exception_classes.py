"""Reworks, detours and gaps in the data that came with most customer time; waits are told by their causes."""

from __future__ import annotations

from dataclasses import dataclass

from dashboards.rows.rows import Rows

MOST = 15


@dataclass(frozen=True, slots=True)
class ExceptionClass:
    """A row of exceptions; `held` counts the rows of its group (`work` or `data`), `unjudged` those without a time."""

    group_name: str
    held: int
    unjudged: int
    family: str
    kind: str
    step: str
    label: str
    cases: int
    case_share: float
    extra_days: float | None
    median_days: float | None
    median_days_without: float | None

    @property
    def origin(self) -> str:
        """Where it stands, for the list of values."""
        return f"exceptions/{self.family}/{self.kind}/{self.step}"


ROWS = Rows(
    ExceptionClass,
    f"""
SELECT group_name, held, unjudged, family, class AS kind, step, coalesce(label, step) AS label, cases, case_share,
    extra_days, median_days, median_days_without
FROM (
    SELECT *, row_number() OVER (PARTITION BY group_name ORDER BY rank) AS place,
        count(*) OVER (PARTITION BY group_name) AS held,
        count(*) FILTER (extra_days IS NULL) OVER (PARTITION BY group_name) AS unjudged
    FROM (
        SELECT *, CASE WHEN family = 'data' THEN 'data' ELSE 'work' END AS group_name
        FROM exceptions WHERE stream = $stream AND period = $period AND family <> 'wait'
    )
)
WHERE place <= {MOST} ORDER BY group_name, place""",
)
