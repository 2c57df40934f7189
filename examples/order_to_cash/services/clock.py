"""The simulated clock: what time it is travels with every request and message, so nobody sleeps.

The library reads it as it would read the clock on the wall; a service may `watch` it. Knows nothing of orders.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar

HEADER = "x-simulated-at"
"""Header of requests, answers and messages: UTC seconds since 1970."""

_NOW: ContextVar[int] = ContextVar("simulated second")
_watchers: list[Callable[[int], None]] = []


def watch(watcher: Callable[[int], None]) -> None:
    """Call the watcher with the second whenever it changes."""
    _watchers.append(watcher)


def now() -> int:
    """The simulated second; LookupError where no message has brought one."""
    return _NOW.get()


def now_ns() -> int:
    """The simulated instant in nanoseconds, as the library asks for it."""
    return _NOW.get() * 1_000_000_000


@contextmanager
def at(second: int) -> Iterator[None]:
    """It is this second in the block; `pass_to` may let time pass in it."""
    before = _NOW.set(second)
    _tell(second)
    try:
        yield
    finally:
        _NOW.reset(before)


def pass_to(second: int) -> None:
    """Let time pass, as somebody works."""
    _NOW.set(second)
    _tell(second)


def _tell(second: int) -> None:
    for watcher in _watchers:
        watcher(second)
