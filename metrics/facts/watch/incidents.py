"""Incidents ← a watch and what events told: what was seen and told at once is one episode, and what was told stands.

An incident of the whole stream belongs to an excursion when it was told as detected in it, or less than one window
before. Its id stays, and stages it left out are filled; nothing that became known only after it was told to be over.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass

import duckdb
import numpy as np

from metrics.facts.steps import StepQuery
from metrics.facts.told_failures import told_episodes_sql
from metrics.facts.watch.backlog import Backlog, Drain
from metrics.facts.watch.excursions import HOUR, Excursion, Judged, Run, Window, excursions, first_run, judge
from metrics.facts.watch.executions import failing_sql, windows_sql
from metrics.query import one_value
from metrics.stream.incidents import Watch

_EPOCH = dt.datetime(1970, 1, 1, tzinfo=dt.UTC).replace(tzinfo=None)
WATCHED = {
    "failure_id": "VARCHAR", "is_told": "BOOLEAN", "rule": "VARCHAR", "severity": "INTEGER", "onset_at": "TIMESTAMP",
    "detected_at": "TIMESTAMP", "contained_at": "TIMESTAMP", "steady_at": "TIMESTAMP", "is_auto_healed": "BOOLEAN",
    "affected_cases": "BIGINT",
}  # fmt: skip
"""Columns of the relation that `failures_sql` reads."""


@dataclass(frozen=True, slots=True)
class Watched:
    """A row of that relation: an episode nobody told, or (`is_told`) what a watch adds to one that events told."""

    failure_id: str
    is_told: bool
    rule: str
    severity: int
    onset_at: dt.datetime | None
    detected_at: dt.datetime
    contained_at: dt.datetime | None
    steady_at: dt.datetime | None
    is_auto_healed: bool | None
    affected_cases: int | None

    def as_row(self) -> dict[str, object]:
        """Its columns by name."""
        return asdict(self)


@dataclass(frozen=True, slots=True)
class Told:
    """An incident of the whole stream, as events told it; stages in microseconds."""

    failure_id: str
    detected_us: int
    onset_us: int | None
    steady_us: int | None

    def is_before(self, known_us: int) -> bool:
        """Was it told to be over before something became known?"""
        return self.steady_us is not None and self.steady_us < known_us


def watch_failures(connection: duckdb.DuckDBPyConnection, query: StepQuery) -> Iterator[Watched]:
    """What the watches of the stream file see in these events, oldest first within each watch.

    A told incident is filled by one watch alone: the one that closes it, else the first in which it shows.
    """
    told, named = _read_told(connection, query), set[str]()
    for watch in sorted(query.stream.incidents.watch, key=lambda watch: not watch.closes_told):
        judged = judge(_read_windows(connection, query, watch), watch)
        for found in incidents(watch, judged, _read_backlog(connection, query, watch), told):
            if found.failure_id not in named:
                named.add(found.failure_id)
                yield found


def incidents(watch: Watch, judged: Sequence[Judged], backlog: Backlog, told: Sequence[Told]) -> Iterator[Watched]:
    """The incidents of one watch, and what it adds to those that events told."""
    found = excursions(judged, watch)
    joined = [(incident, _excursion_of(incident, found, watch)) for incident in told]
    for seen in found:
        if not any(excursion is seen for _, excursion in joined):
            yield _seen(watch, seen, backlog)
    for incident, excursion in joined:
        if excursion is not None or watch.closes_told:
            yield _filled(watch, incident, excursion, judged, backlog)


def _excursion_of(told: Told, found: Iterable[Excursion], watch: Watch) -> Excursion | None:
    """The first excursion in which it was detected."""
    early_us = watch.window_hours * HOUR
    for excursion in found:
        is_over = excursion.run is not None and excursion.run.proven_us < told.detected_us
        if excursion.onset_us - early_us < told.detected_us and not is_over:
            return excursion
    return None


def _seen(watch: Watch, excursion: Excursion, backlog: Backlog) -> Watched:
    run = excursion.run
    contained_us = None if run is None else run.contained_us
    drain = backlog.drain(excursion.onset_us, contained_us)
    steady_us = _steady(run, drain)
    return Watched(
        failure_id=f"{watch.name}:{_instant(excursion.onset_us):%Y-%m-%dT%H:%MZ}", is_told=False, rule=watch.name,
        severity=watch.severity, onset_at=_instant(excursion.onset_us), detected_at=_instant(excursion.seen_us),
        contained_at=_known(contained_us), steady_at=_known(steady_us),
        is_auto_healed=None if steady_us is None else drain.is_by_machines, affected_cases=drain.cases,
    )  # fmt: skip


def _filled(
    watch: Watch, told: Told, excursion: Excursion | None, judged: Sequence[Judged], backlog: Backlog
) -> Watched:
    """What the watch knows of a told incident; the steady instant only where the stream file leaves that to it."""
    onset_us = told.onset_us if told.onset_us is not None else _onset(told, excursion)
    run = first_run(judged, told.detected_us if excursion is None else excursion.seen_us, watch)
    contained_us = None if run is None or told.is_before(run.proven_us) else run.contained_us
    drain = backlog.drain(told.detected_us if onset_us is None else onset_us, None if run is None else run.contained_us)
    return Watched(
        failure_id=told.failure_id, is_told=True, rule=watch.name, severity=watch.severity, onset_at=_known(onset_us),
        detected_at=_instant(told.detected_us), contained_at=_known(contained_us),
        steady_at=_known(_steady(run, drain)) if watch.closes_told else None, is_auto_healed=None,
        affected_cases=None if contained_us is None else drain.cases,
    )  # fmt: skip


def _onset(told: Told, excursion: Excursion | None) -> int | None:
    """When the rate left its band, where that was known before the incident was told to be over."""
    if excursion is None or excursion.onset_us > told.detected_us or told.is_before(excursion.seen_us):
        return None
    return excursion.onset_us


def _steady(run: Run | None, drain: Drain) -> int | None:
    """The rate is proven to be back, and the last case that failed is past it: whichever is later."""
    return None if run is None or drain.drained_us is None else max(run.proven_us, drain.drained_us)


def _read_windows(connection: duckdb.DuckDBPyConnection, query: StepQuery, watch: Watch) -> list[Window]:
    """Windows that are over: a later event was told, whatever it tells."""
    newest_us = one_value(connection, f"SELECT epoch_us(max(event_at)) FROM {query.relation}")
    rows = connection.execute(windows_sql(query, watch)).fetchall()
    return [Window(*row) for row in rows if row[0] + watch.window_hours * HOUR <= newest_us]


def _read_backlog(connection: duckdb.DuckDBPyConnection, query: StepQuery, watch: Watch) -> Backlog:
    found = connection.execute(failing_sql(query, watch)).fetchnumpy()
    way_out = np.ma.filled(found["way_out"], 0).astype(np.int64)
    return Backlog(found["at_us"].astype(np.int64), found["case_key"].astype(np.uint64), way_out)


def _read_told(connection: duckdb.DuckDBPyConnection, query: StepQuery) -> list[Told]:
    if not query.dictionary.known("failure_stage"):
        return []
    rows = connection.execute(
        "SELECT failure_id, epoch_us(detected_at), epoch_us(onset_at), epoch_us(steady_at) "
        f"FROM ({told_episodes_sql(query)}) WHERE detected_at IS NOT NULL AND case_id IS NULL "
        "ORDER BY detected_at, failure_id"
    ).fetchall()
    return [Told(*row) for row in rows]


def _known(microseconds: int | None) -> dt.datetime | None:
    return None if microseconds is None else _instant(microseconds)


def _instant(microseconds: int) -> dt.datetime:
    return _EPOCH + dt.timedelta(microseconds=microseconds)
