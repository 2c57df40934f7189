"""When to try again: exponential, with full jitter, capped, and never sooner than the receiver asked.

Knows numbers and the Retry-After header; knows no clock of its own and no network.
"""

from __future__ import annotations

import random
from collections.abc import Callable
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

_MOST_DOUBLINGS = 30
_RANDOM = random.SystemRandom()


class Backoff:
    """Seconds to wait after each failure in a row; the jitter keeps many relays from returning all at once."""

    def __init__(
        self, first_seconds: float = 0.5, most_seconds: float = 60.0, jitter: Callable[[], float] = _RANDOM.random
    ) -> None:
        self._first_seconds = first_seconds
        self._most_seconds = most_seconds
        self._jitter = jitter
        self._failures = 0
        self._due_at = 0.0

    def failed(self, now: float, retry_after_seconds: float | None = None) -> float:
        """Note a failure at `now` (seconds of a monotonic clock); returns the seconds until the next try."""
        span = min(self._most_seconds, self._first_seconds * 2.0 ** min(self._failures, _MOST_DOUBLINGS))
        self._failures += 1
        wait_seconds = (retry_after_seconds or 0.0) + span * self._jitter()
        self._due_at = now + wait_seconds
        return wait_seconds

    def succeeded(self) -> None:
        """Forget the failures."""
        self._failures, self._due_at = 0, 0.0

    def wait_seconds(self, now: float) -> float:
        """Seconds from `now` until the next try is due; 0 when it is."""
        return max(0.0, self._due_at - now)


def read_retry_after(text: str | None, now: datetime, most_seconds: float = 900.0) -> float | None:
    """Seconds from a Retry-After header, given in seconds or as an HTTP date; at most `most_seconds`.

    None where there is no header or it says nothing that can be understood.
    """
    told = (text or "").strip()
    if told.isascii() and told.isdigit():
        return min(float(told[:12]), most_seconds)
    try:
        at = parsedate_to_datetime(told)
    except (ValueError, TypeError, IndexError, OverflowError):
        return None
    seconds = (at if at.tzinfo else at.replace(tzinfo=UTC)) - now
    return min(max(0.0, seconds.total_seconds()), most_seconds)
