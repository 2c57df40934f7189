"""What the library has to say to operators: each kind once through `logging`, every occurrence counted.

Knows how to speak without disturbing: it never raises, and never repeats itself.
"""

from __future__ import annotations

import logging
import os
import threading
from collections import Counter

_LOGGER = logging.getLogger("streamgauge")
_MOST_KINDS = 1000
"""Kinds beyond this are counted together and not logged: a kind may hold a word from outside."""
_LOCK = threading.Lock()
_COUNTS: Counter[str] = Counter()


def warn_once(kind: str, text: str) -> None:
    """Count one occurrence of `kind`; log `text` as a warning when it is the first."""
    with _LOCK:
        kind = kind if kind in _COUNTS or len(_COUNTS) < _MOST_KINDS else "others"
        _COUNTS[kind] += 1
        is_first = _COUNTS[kind] == 1
    if is_first:
        _LOGGER.warning("%s (said once)", text)


def notices() -> dict[str, int]:
    """How often each kind of misuse or loss occurred in this process: what a health page or a test asks."""
    with _LOCK:
        return dict(_COUNTS)


def forget_notices() -> None:
    """Begin anew, so that each kind is said again: for tests."""
    with _LOCK:
        _COUNTS.clear()


def _renew_lock() -> None:
    global _LOCK  # a thread of the parent may have held it when this process was forked
    _LOCK = threading.Lock()


os.register_at_fork(after_in_child=_renew_lock)
