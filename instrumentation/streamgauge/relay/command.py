"""The relay as a process: `python -m streamgauge.relay`, and `run_relay` for another command that carries it.

Knows arguments, signals, the terminal and exit codes; knows nothing of how events are sent.
"""

from __future__ import annotations

import argparse
import logging
import signal
import sys
import threading
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, nullcontext
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from streamgauge.errors import ConfigurationError
from streamgauge.relay.database import connector
from streamgauge.relay.delivery import Delivery
from streamgauge.relay.relay import MOST_EVENTS, Relay, Tempo
from streamgauge.relay.report import Report
from streamgauge.relay.table import TableBacklog

DELIVERED, LEFT, WRONG = 0, 75, 2
"""Exit codes: nothing is left or it was told to stop; `--once` left something (EX_TEMPFAIL); wrong arguments."""
_SIGNALS = (signal.SIGTERM, signal.SIGINT)
_WAKE_SECONDS = 0.1


@dataclass(frozen=True, slots=True)
class RelayOptions:
    """What to drain, and to where. At least one of `outbox` (a folder) and `database` (an address) is given."""

    endpoint: str
    outbox: Path | None = None
    database: str | None = None
    token_file: Path | None = None
    is_once: bool = False
    most_events: int = MOST_EVENTS
    timeout_seconds: float = 10.0


def run_relay(options: RelayOptions) -> int:
    """Relay until SIGTERM or SIGINT, or once; progress goes to stderr. Returns the exit code. For the main thread.

    Raises:
        ConfigurationError: an option cannot work.
    """
    if options.outbox is None and options.database is None:
        raise ConfigurationError("there is nothing to relay; give --outbox, --database or both")
    if options.most_events < 1:
        raise ConfigurationError(f"a batch of {options.most_events} events carries nothing; expected at least 1")
    delivery = Delivery(options.endpoint, token_file=options.token_file, timeout_seconds=options.timeout_seconds)
    table = None if options.database is None else TableBacklog(connector(options.database))
    with nullcontext() if table is None else closing(table):
        progress = Progress()
        relay = Relay(
            delivery, folder=options.outbox, table=table, tempo=Tempo(most_events=options.most_events),
            on_report=progress.show,
        )  # fmt: skip
        _run_until_told(relay, options.is_once)
        progress.end()
        return LEFT if options.is_once and not relay.totals.is_drained else DELIVERED


def enter(arguments: Sequence[str] | None = None) -> int:
    """The command line. Returns the exit code."""
    parser = _parser()
    told = parser.parse_args(arguments)
    logging.basicConfig(level=logging.WARNING, stream=sys.stderr, format="%(levelname)s %(name)s: %(message)s")
    try:
        return run_relay(RelayOptions(**vars(told)))
    except ConfigurationError as error:
        parser.print_usage(sys.stderr)
        sys.stderr.write(f"{parser.prog}: {error}\n")
        return WRONG


class Progress:
    """One line on stderr: rewritten in place on a terminal, else written when it says something new."""

    def __init__(self) -> None:
        self._shown = ""
        self._is_terminal = sys.stderr.isatty()

    def show(self, totals: Report) -> None:
        """Show the totals."""
        line = totals.line(datetime.now(UTC))
        if line != self._shown:
            sys.stderr.write(f"\r{line}\x1b[K" if self._is_terminal else f"{line}\n")
            sys.stderr.flush()
            self._shown = line

    def end(self) -> None:
        """Leave the last line standing."""
        if self._is_terminal:
            sys.stderr.write("\n")


def _run_until_told(relay: Relay, is_once: bool) -> None:
    """Run in a thread, while this one waits for a signal: so none can hit the relay between two of its steps."""
    stop = threading.Event()
    work = relay.run_once if is_once else relay.run
    before = signal.pthread_sigmask(signal.SIG_BLOCK, _SIGNALS)
    try:
        with ThreadPoolExecutor(1, "streamgauge-relay") as threads:
            working = threads.submit(work, stop)
            while not working.done():
                if signal.sigtimedwait(_SIGNALS, _WAKE_SECONDS) is not None:
                    stop.set()
            working.result()
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m streamgauge.relay",
        description="Carry events from outboxes to a streamgauge receiver until it says that it has them.",
        epilog=f"Exit codes: {DELIVERED} delivered or told to stop, {LEFT} --once left something, {WRONG} wrong use.",
    )
    add = parser.add_argument
    add("--endpoint", required=True, metavar="URL", help="the receiver; events are posted to URL/events")
    add("--outbox", type=Path, metavar="DIR", help="folder of file outboxes")
    add("--database", metavar="URL", help="database of a transactional outbox: postgresql://…, or a path of SQLite")
    add("--token-file", type=Path, metavar="FILE", help="file with the bearer token, read anew before each request")
    add("--once", dest="is_once", action="store_true", help="one pass, then leave")
    add("--batch", dest="most_events", type=int, default=MOST_EVENTS, metavar="N", help="most events a request")
    add(
        "--timeout", dest="timeout_seconds", type=float, default=10.0, metavar="S", help="seconds to wait for an answer"
    )
    return parser
