"""To what a log's times are told: dates that bear no time of day, and times that bear no seconds.

A proposal with its evidence; seconds without fractions are taken as exact, as most systems round to them.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from metrics.stream.source import Precision, Source
from pipelines.drafting.columns import Reading
from pipelines.drafting.offsets import clock_times_in
from pipelines.drafting.text import named

FEWEST_ROWS = 100
FEWEST_DAYS = 10
TIMES = """
SELECT step, count(*), count(DISTINCT told::DATE), bool_and(told = date_trunc('day', told)),
    bool_and(told = date_trunc('minute', told))
FROM (SELECT step, (event_at AT TIME ZONE 'UTC') AT TIME ZONE $zone AS told FROM usable)
GROUP BY step ORDER BY count(*) DESC, step LIMIT 500
"""


@dataclass(frozen=True, slots=True)
class StepTimes:
    """The times of one step: on how many days, and whether all are midnights, or whole minutes."""

    step: str
    rows: int
    days: int
    are_midnights: bool
    are_minutes: bool

    @property
    def precision(self) -> Precision:
        """To what they look told."""
        if self.are_midnights and self.days >= FEWEST_DAYS:
            return "day"
        return "minute" if self.are_minutes and self.rows >= FEWEST_ROWS else "exact"


def with_precision(reading: Reading, times: list[StepTimes], path: Path) -> Reading:
    """The reading with the precision its times show; one that is told stays."""
    source = reading.source
    if not source.is_exact or not times:
        return reading
    of_all, guess = _of_all(times, path)
    by_step = {t.step: t.precision for t in times if t.precision == "day"} if of_all != "day" else {}
    if of_all == "exact" and not by_step:
        return reading
    told: dict[str, object] = {"precision": of_all, "precision_by_step": by_step}
    guesses = [*([guess] if guess else []), *(_dated(t) for t in times if t.step in by_step)]
    return Reading(Source.model_validate(source.model_dump() | told), [*reading.guesses, *guesses])


def _of_all(times: list[StepTimes], path: Path) -> tuple[Precision, str]:
    clocks = clock_times_in(path)
    rows = sum(step.rows for step in times)
    is_dated = all(step.are_midnights for step in times) or clocks == {"00:00"}
    if is_dated and max(step.days for step in times) >= FEWEST_DAYS:
        return "day", f"no time has a time of day ({rows:,} rows), so times are told to the day"
    if rows >= FEWEST_ROWS and all(step.are_minutes for step in times if step.precision != "day"):
        return "minute", f"no time has seconds ({rows:,} rows), so times are told to the minute"
    return "exact", ""


def _dated(step: StepTimes) -> str:
    return f"{named(step.step)} is always at midnight ({step.rows:,} rows on {step.days:,} days): told to the day"
