"""When the relay tries again."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from streamgauge.relay.backoff import Backoff, read_retry_after

NOW = datetime(2026, 7, 20, 6, tzinfo=UTC)


def test_waits_double_up_to_the_most() -> None:
    """Each failure in a row doubles the span that is waited at most, until the cap."""
    backoff = Backoff(0.5, 10.0, jitter=lambda: 1.0)
    assert [backoff.failed(0.0) for _ in range(7)] == [0.5, 1.0, 2.0, 4.0, 8.0, 10.0, 10.0]


def test_success_begins_anew() -> None:
    """After a success the next failure waits as briefly as the first, and nothing is waited for."""
    backoff = Backoff(0.5, 10.0, jitter=lambda: 1.0)
    backoff.failed(0.0)
    backoff.failed(0.0)
    backoff.succeeded()
    assert backoff.wait_seconds(0.0) == 0.0
    assert backoff.failed(0.0) == 0.5


def test_many_failures_do_not_overflow() -> None:
    """However often it fails, the wait stays a number within the cap."""
    backoff = Backoff(0.5, 60.0)
    assert max(backoff.failed(0.0) for _ in range(5000)) <= 60.0


def test_jitter_is_full() -> None:
    """The wait lies anywhere between nothing and the span, so that relays do not return together."""
    waits = [Backoff(1.0, 1.0).failed(0.0) for _ in range(400)]
    assert min(waits) < 0.1
    assert max(waits) > 0.9


def test_wait_counts_down() -> None:
    """What is left to wait is measured from now, and is never negative."""
    backoff = Backoff(4.0, 4.0, jitter=lambda: 1.0)
    backoff.failed(100.0)
    assert [backoff.wait_seconds(now) for now in (100.0, 103.0, 104.0, 200.0)] == [4.0, 1.0, 0.0, 0.0]


def test_receiver_is_not_asked_sooner_than_it_wants() -> None:
    """Retry-After is the least that is waited; the jitter comes on top."""
    assert Backoff(1.0, 1.0, jitter=lambda: 0.5).failed(0.0, retry_after_seconds=30.0) == 30.5


@pytest.mark.parametrize(
    ("told", "seconds"),
    [
        ("120", 120.0),
        (" 0 ", 0.0),
        (format_datetime(NOW + timedelta(seconds=90), usegmt=True), 90.0),
        ("Mon, 20 Jul 2026 05:00:00 GMT", 0.0),
        ("999999999999999999999999", 900.0),
        (None, None),
        ("", None),
        ("soon", None),
        ("-5", None),
        ("1.5", None),
        ("²", None),
    ],
)
def test_retry_after_is_seconds_or_a_date(told: str | None, seconds: float | None) -> None:
    """Both forms of the header are understood, a date gone by is now, a century is cut, nonsense is nothing."""
    assert read_retry_after(told, NOW) == seconds


@given(st.text(max_size=60))
def test_no_header_breaks_it(told: str) -> None:
    """Whatever the header says, the answer is None or a bounded wait."""
    seconds = read_retry_after(told, NOW)
    assert seconds is None or 0.0 <= seconds <= 900.0
