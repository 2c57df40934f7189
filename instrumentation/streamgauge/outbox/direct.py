"""The direct outbox: no file, no promise. Events wait in memory and are sent by a thread, best effort, and named so.

What does not fit is dropped, the oldest first; what the receiver will never take is dropped; a crash loses what waits.
Every loss is counted, warned of once, and shows as a gap in the sequence at the receiver.
"""

from __future__ import annotations

import os
import threading
from collections import deque
from http.client import HTTPException
from urllib.error import HTTPError
from urllib.parse import quote
from urllib.request import Request, urlopen

from streamgauge.errors import ConfigurationError
from streamgauge.event import Event
from streamgauge.notices import warn_once

BATCH_EVENTS = 200
_LATER = frozenset({401, 403, 408, 425, 429})
"""Refusals that may end: the batch is tried again, as it is after any 5xx."""


class DirectOutbox:
    """Events sent to `endpoint`/events as soon as the network lets them. `lost` counts those that were dropped.

    Args:
        endpoint: address of the receiver, e.g. `http://receiver:8765`.
        service: the service that tells; it is the first part of `source`.
        token: bearer token, where the receiver wants one.
        capacity: how many events may wait.
        pause_seconds: the longest between two tries.
        timeout_seconds: of one request.

    Raises:
        ConfigurationError: the endpoint is no http address, or the service is empty.
    """

    def __init__(
        self, endpoint: str, service: str, *, token: str | None = None, capacity: int = 10_000,
        pause_seconds: float = 5.0, timeout_seconds: float = 10.0,
    ) -> None:  # fmt: skip
        if not endpoint.startswith(("http://", "https://")):
            raise ConfigurationError(f"endpoint is {endpoint!r}; expected an address such as http://receiver:8765")
        if not service:
            raise ConfigurationError("service is empty; expected the name of the service that tells")
        self._address, self._service = f"{endpoint.rstrip('/')}/events", service
        self._headers = {"Content-Type": "application/cloudevents-batch+json"}
        if token is not None:
            self._headers["Authorization"] = f"Bearer {token}"
        self._capacity, self._pause, self._timeout = capacity, pause_seconds, timeout_seconds
        self._begin()

    def _begin(self) -> None:
        """A source of this process's own, an empty queue, and a thread as soon as there is something to send."""
        self._process = os.getpid()
        self.source = f"/{quote(self._service, safe='')}/{os.urandom(6).hex()}"
        self.lost = 0
        self._sequence = 0
        self._waiting: deque[bytes] = deque()
        self._changed = threading.Condition()
        self._is_closed = self._is_sending = False
        self._thread: threading.Thread | None = None

    def put(self, event: Event) -> None:
        """Let the event wait for the network. It never fails, and promises nothing."""
        if self._process != os.getpid():
            self._begin()  # what the parent has waiting is the parent's to send
        with self._changed:
            self._sequence += 1
            self._waiting.append(event.encode(self.source, self._sequence))
            if len(self._waiting) > self._capacity:
                self._waiting.popleft()
                self._lose(1, f"more than {self._capacity} events wait; the oldest are dropped")
            if self._thread is None and not self._is_closed:
                self._thread = threading.Thread(target=self._send_all, name="streamgauge-direct", daemon=True)
                self._thread.start()
            self._changed.notify_all()

    def flush(self, timeout_seconds: float) -> bool:
        """Wait until nothing waits any more; False where the time was too short."""
        with self._changed:
            return self._changed.wait_for(lambda: not self._waiting and not self._is_sending, timeout_seconds)

    def close(self, timeout_seconds: float = 2.0) -> None:
        """Give what waits a last chance, then drop it."""
        self.flush(timeout_seconds)
        with self._changed:
            self._is_closed = True
            if self._waiting:
                self._lose(len(self._waiting), "the outbox was closed while events waited")
                self._waiting.clear()
            self._changed.notify_all()

    def _send_all(self) -> None:
        pause = 0.1
        while batch := self._next_batch():
            is_done = self._send(batch)
            with self._changed:
                self._is_sending = False
                if not is_done:
                    self._put_back(batch)
                self._changed.notify_all()
                if not is_done and not self._is_closed:
                    self._changed.wait_for(lambda: self._is_closed, pause)
            pause = 0.1 if is_done else min(self._pause, 2 * pause)

    def _next_batch(self) -> list[bytes]:
        """What to send now; empty once the outbox is closed."""
        with self._changed:
            self._changed.wait_for(lambda: self._waiting or self._is_closed)
            batch = [self._waiting.popleft() for _ in range(min(BATCH_EVENTS, len(self._waiting)))]
            self._is_sending = bool(batch) and not self._is_closed
            return batch if self._is_sending else []

    def _send(self, batch: list[bytes]) -> bool:
        """Whether the batch is done with: taken, or refused for ever."""
        body = b"[" + b",".join(batch) + b"]"
        request = Request(self._address, body, self._headers, method="POST")  # noqa: S310  # http(s) only, checked above
        try:
            with urlopen(request, timeout=self._timeout):  # noqa: S310
                return True
        except HTTPError as refused:
            refused.close()
            if refused.code >= 500 or refused.code in _LATER:
                return False
            with self._changed:
                self._lose(len(batch), f"{self._address} refused a batch for ever: {refused.code}")
            return True
        except (OSError, HTTPException) as error:
            warn_once("not sent", f"{self._address} cannot be reached; events wait in memory: {error}")
            return False

    def _put_back(self, batch: list[bytes]) -> None:
        """Under the lock: the batch is next again, as far as there is room; its oldest go first."""
        room = 0 if self._is_closed else max(0, self._capacity - len(self._waiting))
        kept = batch[-room:] if room else []
        if len(kept) < len(batch):
            self._lose(
                len(batch) - len(kept), "there is no room for a batch that was not taken; its oldest are dropped"
            )
        self._waiting.extendleft(reversed(kept))

    def _lose(self, events: int, reason: str) -> None:
        """Under the lock."""
        self.lost += events
        warn_once("lost", f"direct outbox, which promises nothing: {reason}")
