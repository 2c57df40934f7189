"""What became of one try to tell somebody, and when to try again."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass

from streamgauge.relay.backoff import Backoff

MOST_TRIES = 4
MOST_WAIT_SECONDS = 60.0


@dataclass(frozen=True, slots=True)
class Answer:
    """`reason` is a sentence for a person where it did not arrive, and holds no secret.

    `is_final`: trying again now is of no use. `is_of_server`: whatever else would be handed in there fails likewise.
    """

    is_delivered: bool
    reason: str = ""
    is_final: bool = False
    is_of_server: bool = False
    retry_after_seconds: float | None = None


def persist(
    send: Callable[[], Answer], wait: Callable[[float], None] = time.sleep, backoff: Backoff | None = None
) -> Answer:
    """Send, and where it may help send again: at most four times, waiting at most a minute in all."""
    pause, waited = backoff or Backoff(first_seconds=1.0, most_seconds=20.0), 0.0
    for _ in range(MOST_TRIES - 1):
        answer = send()
        if answer.is_delivered or answer.is_final:
            return answer
        seconds = pause.failed(0.0, answer.retry_after_seconds)
        if waited + seconds > MOST_WAIT_SECONDS:
            return answer
        wait(seconds)
        waited += seconds
    return send()


@contextmanager
def deadline(seconds: float, connected: Callable[[], socket.socket | None]) -> Iterator[threading.Event]:
    """Cut a connection when the whole exchange takes too long: a timeout sees only one wait, and a server may drip.

    Yields what is set when it was cut: half an answer can look like a whole one.
    """
    was_cut = threading.Event()

    def cut() -> None:
        was_cut.set()
        with suppress(OSError, AttributeError):  # it may be closed already, or not open yet
            if (open_socket := connected()) is not None:
                open_socket.shutdown(socket.SHUT_RDWR)

    timer = threading.Timer(seconds, cut)
    timer.daemon = True
    timer.start()
    try:
        yield was_cut
    finally:
        timer.cancel()
