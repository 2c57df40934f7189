"""From which step straight to which, how often, how long work waited, and how many of the moves were rework."""

from __future__ import annotations

from dataclasses import dataclass

from dashboards.rows.rows import Rows


@dataclass(frozen=True, slots=True)
class Move:
    """A row of transitions; None is the start, or the outcome. The totals are of all rows, also of those left out here.

    `whole_rework` is None in no row: kinds that do not count are no rework.
    """

    from_step: str | None
    to_step: str | None
    moves: int
    cases: int
    rework_moves: int
    waits: int
    wait_hours_p50: float | None
    wait_hours_mean: float | None
    whole_moves: int
    whole_pairs: int
    whole_rework: int
    whole_cases: int

    @property
    def origin(self) -> str:
        """Where it stands, for the list of values."""
        return f"transitions/{self.from_step or '(start)'}/{self.to_step or '(outcome)'}"


ROWS = Rows(
    Move,
    """
WITH own AS (SELECT * FROM transitions WHERE stream = $stream AND period = $period)
SELECT from_step, to_step, moves, cases, rework_moves, waits, wait_hours_p50, wait_hours_mean,
    (sum(moves) OVER ())::BIGINT AS whole_moves, count(*) OVER () AS whole_pairs,
    (sum(rework_moves) OVER ())::BIGINT AS whole_rework,
    coalesce((sum(moves) FILTER (from_step IS NULL) OVER ())::BIGINT, 0) AS whole_cases
FROM own ORDER BY moves DESC, from_step NULLS FIRST, to_step NULLS LAST LIMIT 1000""",
)
