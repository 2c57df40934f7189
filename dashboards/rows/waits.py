"""How long work waited before each step, and to what causes that is put down."""

from __future__ import annotations

from dataclasses import dataclass

from dashboards.rows.rows import Rows

MOST = 12


@dataclass(frozen=True, slots=True)
class Wait:
    """The waits before one step in days, by cause; a cause that cannot be judged is None.

    `held` counts the steps, `whole_days` and `whole_unexplained_days` add up all of them; `untold` visits tell no wait.
    """

    step: str
    label: str
    waits: int
    untold: int
    days: float
    absence: float | None
    batch: float | None
    queue: float | None
    handoff: float | None
    unexplained: float | None
    held: int
    whole_days: float
    whole_unexplained_days: float
    whole_untold: int

    @property
    def origin(self) -> str:
        """Where it stands, for the list of values."""
        return f"wait_causes/{self.step}"


ROWS = Rows(
    Wait,
    f"""
WITH by_step AS (
    SELECT step, any_value(coalesce(label, step)) AS label, max(waits) AS waits, max(untold_waits) AS untold,
        coalesce(max(total_us), 0) / 86400e6 AS days,
        sum(cause_us) FILTER (cause = 'absence') / 86400e6 AS absence,
        sum(cause_us) FILTER (cause = 'batch') / 86400e6 AS batch,
        sum(cause_us) FILTER (cause = 'queue') / 86400e6 AS queue,
        sum(cause_us) FILTER (cause = 'handoff') / 86400e6 AS handoff,
        sum(cause_us) FILTER (cause = 'unexplained') / 86400e6 AS unexplained
    FROM wait_causes WHERE stream = $stream AND period = $period GROUP BY step
)
SELECT *, count(*) OVER () AS held, sum(days) OVER () AS whole_days,
    coalesce(sum(unexplained) OVER (), 0) AS whole_unexplained_days, (sum(untold) OVER ())::BIGINT AS whole_untold
FROM by_step ORDER BY days DESC, step LIMIT {MOST}""",
)
