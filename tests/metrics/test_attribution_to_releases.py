"""The release a failure is put down to: told, or the latest within so many hours, to the microsecond."""

from __future__ import annotations

import datetime as dt

import duckdb
import pytest

from metrics.facts.attribution import attribution_columns, release_within
from tests.metrics.coded_events import made_stream

AT = dt.datetime(2026, 1, 5, 9, tzinfo=dt.UTC)
STREAM = made_stream(releases=[
    {"version": "1", "name": "One", "at": AT.isoformat()},
    {"version": "2", "name": "Two", "at": (AT + dt.timedelta(hours=30)).isoformat()},
])  # fmt: skip
MICROSECOND = dt.timedelta(microseconds=1)


@pytest.mark.parametrize(
    ("after", "version"),
    [(-MICROSECOND, None), (dt.timedelta(0), "1"), (dt.timedelta(hours=24), "1"),
     (dt.timedelta(hours=24) + MICROSECOND, None), (dt.timedelta(hours=30), "2"), (dt.timedelta(hours=54), "2"),
     (dt.timedelta(hours=54) + MICROSECOND, None)],
)  # fmt: skip
def test_within_so_many_hours_of_a_release(after: dt.timedelta, version: str | None) -> None:
    """From the release itself to the last microsecond of the last hour; without hours there is no such rule."""
    detected_at = (AT + after).replace(tzinfo=None)
    with duckdb.connect() as connection:
        for hours, expected in ((24, version), (None, None)):
            sql = f"SELECT {release_within(STREAM, hours)} FROM (SELECT ?::TIMESTAMP AS detected_at)"
            assert connection.execute(sql, [detected_at]).fetchone() == (expected,)


@pytest.mark.parametrize(
    ("linked", "window", "told"),
    [(None, None, (None, None)), (None, "1", ("1", "window")), ("2", "1", ("2", "link")), ("2", None, ("2", "link")),
     ("none", "1", (None, "link"))],
)  # fmt: skip
def test_what_was_told_comes_first(linked: str | None, window: str | None, told: tuple[str | None, str | None]) -> None:
    """A link beats the window; the word none says that no release caused it, whatever the window holds."""
    with duckdb.connect() as connection:
        sql = f"SELECT {attribution_columns()} FROM (SELECT ?::VARCHAR AS linked_release, ?::VARCHAR AS window_release)"
        assert connection.execute(sql, [linked, window]).fetchone() == told
