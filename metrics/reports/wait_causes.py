"""Wait causes ← steps and cases: why work waited before each step, every microsecond put down to one cause.

The first that holds of

1. absence      outside the working calendar of the case, where a person does the step (only where one is known)
2. batch        the case was kept for a batch, until its last member had come (see `metrics.waits.batches`)
3. queue        the performer who did it was busy with other work (see `metrics.waits.busy_time`)
4. handoff     after a change of who is responsible: from the end of the step before until this one was scheduled
5. unexplained  none of these, as far as the log tells

The performer is the one who began the step in the end. What a wait is, is told in `metrics.waits.executions`; each wait
is counted by itself, so waits of parallel steps are not united as they are in `time_parts`. A cause that a log cannot
tell is NULL with what is missing, never 0; a log of instants tells no start, hence no wait and no cause.

Source: Lashkevich, Milani, Chapela-Campa, Suvorau & Dumas (2023), "Why am I waiting? Data-driven analysis of waiting
times in business processes". Theirs are batching, contention, prioritisation, unavailability and extraneous. Ours:
queue is contention and prioritisation together, as order alone does not tell them apart; absence needs a calendar that
somebody declared, none is mined from when people happen to work; a performer is busy at their own capacity, not with
one case; handoff is a cause of its own; extraneous is called unexplained.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import duckdb

from metrics.published import WAIT_CAUSES
from metrics.reports.report import Report
from metrics.stream.model import Stream
from metrics.waits.absence import absence_sql
from metrics.waits.causes import causes_sql
from metrics.windows import HOUR_US, windows_of

CAUSES = ("absence", "batch", "queue", "handoff", "unexplained")
BASES = {
    "absence": ("the working calendar of the case", "no working calendar is known"),
    "batch": ("starts of the performer", "no performer is told"),
    "queue": ("other work of the performer", "no performer is told"),
    "handoff": ("end of the step before, and schedule", "no schedule is told"),
    "unexplained": ("what is left", "no start is told"),
}
"""Per cause what it is read from, and what is missing where it cannot be judged."""


def rows(connection: duckdb.DuckDBPyConnection, stream: Stream) -> Iterator[dict[str, object]]:
    """Rows of the published table `wait_causes`, by quarter and step, causes in the order in which they hold."""
    windows = windows_of(connection, stream, ("quarter",))
    if not windows:
        return
    told = {
        "stream": stream.stream, "periods": [window.period.key for window in windows],
        "borders": [window.from_us for window in windows],
    }  # fmt: skip
    for found in connection.sql(causes_sql(absence_sql(stream)), params=told).to_arrow_table().to_pylist():
        step = {"stream": stream.stream, "period": found["period"], "step": found["step"]}
        yield from (step | {"label": stream.label_of(found["step"])} | cause for cause in _causes(found))


def _causes(found: Mapping[str, Any]) -> Iterator[dict[str, object]]:
    """The causes of one step in one quarter; where no wait is told only that, as unexplained."""
    waits, total_us = found["waits"] or 0, found["total_us"]
    left_us = total_us
    for cause in CAUSES[:-1] if waits else ():
        judged = found[f"{cause}_waits"]
        cause_us = int(found[f"{cause}_us"]) if judged else None
        left_us -= cause_us or 0
        yield _row(cause, found, judged, cause_us)
    yield _row("unexplained", found, waits, left_us)


def _row(cause: str, found: Mapping[str, Any], judged: int, cause_us: int | None) -> dict[str, object]:
    waits, total_us, is_known = found["waits"] or 0, found["total_us"], cause_us is not None
    return {
        "cause": cause, "waits": waits, "untold_waits": found["untold_waits"], "judged_waits": judged,
        "cause_us": cause_us, "total_us": total_us,
        "cause_share": cause_us / total_us if cause_us is not None and total_us else None,
        "mean_hours": cause_us / waits / HOUR_US if cause_us is not None else None,
        "basis": BASES[cause][0 if is_known else 1],
    }  # fmt: skip


WAITS_EXPLAINED = Report(WAIT_CAUSES, ("steps", "cases", "working_times"), rows)
