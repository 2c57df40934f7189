"""Phantoms: open cases that are probably not open, because they have been quiet for longer than real work ever is.

Engines and logs lose endings: an orphaned instance stays open for ever, and every number that counts open work believes
it. Nothing is removed: suspects are named with their reason, and `phantom_audit` says how far they move a number.

The rule is conservative. A case is suspect when its last event is longer ago than the limit:

- `gates.phantom_days` of the stream file, where it is set;
- else the silence that 199 of 200 finished cases never exceeded, and never less than 30 days;
- below 200 finished cases nobody can say what is usual, and nothing is suspected.

The silence of a finished case is the longest wait before, or work in, one of its steps up to its outcome. Where a wait
was interrupted by a schedule the whole wait counts, so silences are rather too long, and suspects rather too few.
Quiet is counted to the newest event of the stream, never to a clock.
"""

from __future__ import annotations

from dataclasses import dataclass

import duckdb

from metrics.query import one_row
from metrics.stream.model import Stream
from metrics.windows import DAY_US

FLOOR_DAYS = 30
FEWEST = 200
"""Finished cases below which the longest silence of 199 in 200 is not known."""
NOT_SUSPECTED = f"not judged: fewer than {FEWEST} finished cases to compare with"
_SQL = """
SELECT count(*) AS finished, quantile_disc(silence_us, 0.995) AS usual_us FROM (
    SELECT case_id, coalesce(round(max(greatest(
        CASE WHEN begun_at <= finished_at THEN waited END, CASE WHEN ended_at <= finished_at THEN worked END
    )) * 3.6e9)::BIGINT, 0) AS silence_us
    FROM (SELECT case_id, finished_at FROM cases WHERE stream = $stream AND finished_at IS NOT NULL)
    LEFT JOIN (
        SELECT case_id, coalesce(started_at, ended_at) AS begun_at, ended_at, wait_hours AS waited,
            touch_hours AS worked
        FROM steps WHERE stream = $stream
    ) USING (case_id)
    GROUP BY case_id
)"""


@dataclass(frozen=True, slots=True)
class QuietLimit:
    """From how many microseconds of silence on an open case is suspect, and why; None where nothing is suspected."""

    limit_us: int | None
    basis: str

    @property
    def days(self) -> float | None:
        """The limit in days."""
        return None if self.limit_us is None else self.limit_us / DAY_US

    def is_suspect(self, quiet_us: int) -> bool | None:
        """Has a case been quiet for longer? None where nothing is suspected."""
        return None if self.limit_us is None else quiet_us > self.limit_us

    def reason(self, quiet_us: int) -> str | None:
        """Why a case is suspect, or why nobody can say; None for one that is not."""
        if self.limit_us is None:
            return self.basis
        return f"quiet for {quiet_us / DAY_US:.1f} days; {self.basis}" if quiet_us > self.limit_us else None


def quiet_limit(connection: duckdb.DuckDBPyConnection, stream: Stream) -> QuietLimit:
    """The limit of a stream: of its file, else of its finished cases."""
    if (told := stream.gates.phantom_days) is not None:
        return QuietLimit(round(told * DAY_US), f"the stream file allows {told:g} (gates.phantom_days)")
    row = one_row(connection, _SQL, {"stream": stream.stream})
    finished, usual_us = row or (0, None)
    if finished < FEWEST:
        return QuietLimit(None, NOT_SUSPECTED)
    if usual_us < FLOOR_DAYS * DAY_US:
        return QuietLimit(FLOOR_DAYS * DAY_US, f"less than {FLOOR_DAYS} are never suspect")
    return QuietLimit(usual_us, f"199 of 200 finished cases never were for more than {usual_us / DAY_US:.1f}")
