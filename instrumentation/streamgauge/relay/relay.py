"""The relay: carries what the outboxes hold to the receiver, again and again until the receiver says it has it.

Knows backlogs, delivery and when to wait; runs once, until told to stop, or as a thread beside a service.
"""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from streamgauge.disk import Disk
from streamgauge.relay.backlog import Backlog
from streamgauge.relay.backoff import Backoff
from streamgauge.relay.delivery import Delivery, Reply, Verdict
from streamgauge.relay.pace import Pace
from streamgauge.relay.report import Report
from streamgauge.relay.spool import find_spools
from streamgauge.relay.turn import Turn, take_turn

_LOGGER = logging.getLogger("streamgauge.relay")
MOST_EVENTS = 500
# what holds for every event, whichever outbox it is from
_FOR_ALL = frozenset({Verdict.LATER, Verdict.NO_ANSWER})


@dataclass(frozen=True, slots=True)
class Tempo:
    """How much a request may carry, how often an idle relay looks, and how failures are waited out."""

    most_events: int = MOST_EVENTS
    most_bytes: int = 1_000_000
    poll_seconds: float = 1.0
    new_backoff: Callable[[], Backoff] = Backoff


class Relay:
    """Drains a folder of file outboxes, the table of a transactional outbox, or both.

    `folder` need not exist yet, and new spools are picked up; `table` is a `TableBacklog`. `on_report` is given the
    totals after every pass. Several relays may share the same outboxes. `totals` may be read from any thread.
    """

    def __init__(
        self, delivery: Delivery, *, folder: Path | None = None, table: Backlog[Any] | None = None,
        tempo: Tempo | None = None, disk: Disk | None = None, on_report: Callable[[Report], None] | None = None,
    ) -> None:  # fmt: skip
        self._delivery, self._folder, self._table = delivery, folder, table
        self._tempo, self._disk = tempo or Tempo(), disk or Disk()
        self._on_report = on_report
        self._backoff = self._tempo.new_backoff()
        self._paces: dict[str, Pace] = {}
        self._passes = 0
        self._one_at_a_time = threading.Lock()
        self._stop = threading.Event()
        self._thread: threading.Thread | None = None
        self.totals = Report()

    def run_once(self, stop: threading.Event | None = None) -> Report:
        """Give each outbox a turn now, and say what was done and what is left.

        An outbox that raises is named in `trouble`, and so is a receiver that does not take what is sent.
        """
        self._backoff.succeeded()
        for pace in self._paces.values():
            pace.backoff.succeeded()
        return self._pass(stop or threading.Event())

    def run(self, stop: threading.Event) -> None:
        """Go on until `stop` is set; the request under way is finished, and what it delivered is settled."""
        while not stop.is_set():
            report = self._pass(stop)
            is_busy = report.delivered > 0 and report.trouble is None and report.backlog_events != 0
            wait_seconds = self._backoff.wait_seconds(time.monotonic())
            stop.wait(wait_seconds or (0.0 if is_busy else self._tempo.poll_seconds))

    def start(self) -> None:
        """Run as a daemon thread of this process; a process that forks starts it in the child."""
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self.run, args=(self._stop,), name="streamgauge-relay", daemon=True)
        self._thread.start()

    def stop(self, timeout_seconds: float = 10.0) -> bool:
        """Stop the thread; False where it is still at its last request when the time is up."""
        self._stop.set()
        if self._thread is None:
            return True
        self._thread.join(timeout_seconds)
        return not self._thread.is_alive()

    def _pass(self, stop: threading.Event) -> Report:
        report = Report()
        with self._one_at_a_time:
            for backlog in self._backlogs():
                report = report.beside(self._visit(backlog, stop))
            self._delivery.close()  # a connection left idle would be found closed, and the next request fail
            self.totals = report.after(self.totals)
        if self._on_report is not None:
            self._on_report(self.totals)
        return report

    def _backlogs(self) -> list[Backlog[Any]]:
        """All outboxes; each pass begins with another, so that one that fails does not keep the others waiting."""
        found: list[Backlog[Any]] = [] if self._folder is None else [*find_spools(self._folder, self._disk)]
        if self._table is not None:
            found.append(self._table)
        self._passes += 1
        first = self._passes % len(found) if found else 0
        return found[first:] + found[:first]

    def _visit(self, backlog: Backlog[Any], stop: threading.Event) -> Report:
        """One turn where it is due, and what is left of the outbox; nothing where another relay holds it."""
        pace = self._pace_of(backlog.name)
        turn, report = Turn(), Report(backlog_events=None)
        try:
            with backlog.own() as is_ours:
                if not is_ours:
                    return Report()
                if not self._wait_seconds(pace):
                    pace.trouble = None
                    take_turn(backlog, self._delivery.post, pace, stop.is_set, turn)
                    backlog.tidy()
                left = backlog.remaining()
                report = Report(backlog_events=left.events, backlog_bytes=left.bytes, oldest_at=left.oldest_at)
        except Exception as error:  # of a disk or a database: as with a denied token, only this outbox waits
            turn.trouble = Reply(Verdict.DENIED, f"{type(error).__name__}: {error}")
        self._learn(backlog.name, pace, turn)
        return replace(
            report,
            delivered=turn.delivered,
            retried=turn.retried,
            refused=turn.refused,
            skipped_bytes=turn.skipped_bytes,
            trouble=pace.trouble,
        )

    def _learn(self, name: str, pace: Pace, turn: Turn) -> None:
        """Wait after trouble, with this outbox or with all, and say aloud what a person should know."""
        if turn.refused or turn.skipped_bytes:
            told = name, turn.refused, turn.skipped_bytes
            _LOGGER.error("%s: %d events were refused, %d bytes are damaged; they are set aside with the reason", *told)
        if turn.delivered:
            self._backoff.succeeded()
        if turn.trouble is not None:
            is_for_all = turn.trouble.verdict in _FOR_ALL
            backoff = self._backoff if is_for_all else pace.backoff
            wait_seconds = backoff.failed(time.monotonic(), turn.trouble.retry_after_seconds)
            pace.trouble = f"{name}: {turn.trouble.reason}"
            level = logging.WARNING if is_for_all else logging.ERROR
            _LOGGER.log(level, "%s; trying again in %.1f s", pace.trouble, wait_seconds)

    def _wait_seconds(self, pace: Pace) -> float:
        now = time.monotonic()
        return max(self._backoff.wait_seconds(now), pace.backoff.wait_seconds(now))

    def _pace_of(self, name: str) -> Pace:
        if name not in self._paces:
            limits = self._tempo.most_events, self._tempo.most_bytes
            self._paces[name] = Pace(*limits, backoff=self._tempo.new_backoff())
        return self._paces[name]
