"""The oldest cases that are open at the newest event."""

from __future__ import annotations

from dataclasses import dataclass

from dashboards.rows.rows import Rows

MOST = 50


@dataclass(frozen=True, slots=True)
class OpenCase:
    """A row of open_work. None is what nobody can say."""

    case_id: str
    age_days: float
    quiet_days: float
    last_label: str | None
    is_past_target: bool | None
    is_phantom_suspect: bool | None


ROWS = Rows(
    OpenCase,
    f"""
SELECT case_id, age_days, quiet_days, coalesce(last_label, last_step) AS last_label, is_past_target, is_phantom_suspect
FROM open_work WHERE stream = $stream ORDER BY age_days DESC, case_id LIMIT {MOST}""",
)
