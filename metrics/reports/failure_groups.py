"""By what the reports of failures are told: each quarter, each level, each severity, and all of them.

Reads contract tables; knows no number.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import duckdb

from metrics.evaluate import known_days
from metrics.periods import Period, spine
from metrics.stream.model import Stream

ALL = "all"
CHOSEN = """
SELECT *, coalesce(onset_at, detected_at) AS began_at FROM failures
WHERE stream = $stream AND ($level = 'all' OR level = $level)
    AND ($severity = 'all' OR coalesce(severity::VARCHAR, 'unknown') = $severity)"""
"""The failures of a group; parameters $stream, $level and $severity."""


@dataclass(frozen=True, slots=True)
class FailureGroup:
    """Failures of a level and severity in a quarter; `all` stands for any."""

    stream: str
    period: Period
    level: str
    severity: str

    @property
    def chosen(self) -> dict[str, object]:
        """Parameters of CHOSEN."""
        return {"stream": self.stream, "level": self.level, "severity": self.severity}

    @property
    def named(self) -> dict[str, object]:
        """The columns that name it in a report."""
        return {"stream": self.stream, "period": self.period.key, "level": self.level, "severity": self.severity}


def failure_groups(connection: duckdb.DuckDBPyConnection, stream: Stream) -> Iterator[FailureGroup]:
    """Every quarter with data: everything, each level, each severity of all levels, and each that occurs of both."""
    first_on, last_on = known_days(connection, stream)
    if first_on is None or last_on is None:
        return
    found = {(ALL, ALL)}
    for level, severity in connection.execute(
        "SELECT DISTINCT level, coalesce(severity::VARCHAR, 'unknown') FROM failures WHERE stream = $stream",
        {"stream": stream.stream},
    ).fetchall():
        found |= {(level, ALL), (ALL, severity), (level, severity)}
    for period in spine(first_on, last_on, "quarter", stream.fiscal_year_starts):
        for level, severity in sorted(found):
            yield FailureGroup(stream.stream, period, level, severity)
