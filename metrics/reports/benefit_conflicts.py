"""Double claims by quarter ← benefit_entries and freed_capacity: what is claimed twice, by whom, and how much of it."""

from __future__ import annotations

from collections.abc import Iterator

import duckdb

from metrics.finance.conflicts import Conflict
from metrics.published import BENEFIT_CONFLICTS
from metrics.reports.benefit_quarters import LEVEL_NAMES, NEEDS, benefit_quarters
from metrics.reports.report import Report
from metrics.stream.model import Stream


def rows(connection: duckdb.DuckDBPyConnection, stream: Stream) -> Iterator[dict[str, object]]:
    """Rows of the published table `benefit_conflicts`: every conflict, from the side of this stream."""
    for quarter in benefit_quarters(connection, stream):
        for level, found in quarter.now.items():
            for conflict in found.conflicts:
                yield {"stream": stream.stream, "period": quarter.period.key, "level": LEVEL_NAMES[level]} | _told(
                    conflict
                )


def shared_words(conflict: Conflict) -> str:
    """What both claim: the budget line, or the step and role whose hours they are."""
    benefit = conflict.claim.benefit
    if conflict.kind == "budget line":
        return benefit.budget_line or ""
    scope = benefit.frees
    named = [part for part in (scope.step, scope.role) if part] if scope else []
    return ", ".join(named) or "all hours of people"


def _told(conflict: Conflict) -> dict[str, object]:
    benefit, rival = conflict.claim.benefit, conflict.rival
    return {
        "benefit": benefit.id, "kind": conflict.kind, "rival_stream": rival and rival.stream,
        "rival": rival and rival.benefit.id, "initiative": benefit.initiative,
        "rival_initiative": rival and rival.benefit.initiative, "benefit_class": benefit.benefit_class,
        "shared": shared_words(conflict), "overlap": conflict.overlap, "unit": benefit.measured_in,
        "first_month": conflict.first_month, "until_month": conflict.until_month,
    }  # fmt: skip


CONFLICTS_FOUND = Report(BENEFIT_CONFLICTS, NEEDS, rows, closes=False)
