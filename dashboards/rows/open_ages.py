"""How old the open cases are, in bands, with those past a target and those that are probably not open."""

from __future__ import annotations

from dataclasses import dataclass

from dashboards.rows.rows import Rows

BORDERS = (0.0, 1 / 24, 0.25, 1.0, 3.0, 7.0, 14.0, 30.0, 90.0)
"""Days from which a band runs; the last has no end."""


@dataclass(frozen=True, slots=True)
class OpenAge:
    """The open cases of one band; `judged` are those of which a target can be past, `doubted` those one can suspect."""

    band: int
    cases: int
    judged: int
    past: int
    doubted: int
    suspects: int
    oldest_days: float
    total_open: int
    median_days: float

    @property
    def origin(self) -> str:
        """Where it stands, for the list of values."""
        return f"open_work/age band {self.band}"


_BORDERS = ", ".join(repr(border) for border in BORDERS)
ROWS = Rows(
    OpenAge,
    f"""
WITH aged AS (
    SELECT *, len(list_filter([{_BORDERS}], lambda border: border <= greatest(age_days, 0))) - 1 AS band
    FROM open_work WHERE stream = $stream
)
SELECT band, count(*) AS cases, count(is_past_target) AS judged, count(*) FILTER (is_past_target) AS past,
    count(is_phantom_suspect) AS doubted, count(*) FILTER (is_phantom_suspect) AS suspects,
    max(age_days) AS oldest_days, (SELECT count(*) FROM aged) AS total_open,
    (SELECT median(age_days) FROM aged) AS median_days
FROM aged GROUP BY band ORDER BY band""",
)
