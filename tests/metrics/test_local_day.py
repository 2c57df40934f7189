"""The local day by comparisons is the day of the calendar library, in every zone and around every change."""

from __future__ import annotations

import datetime as dt

import duckdb
import pytest

from metrics.facts.local_day import local_day

ZONES = ("Europe/Berlin", "America/Havana", "Asia/Beirut", "Asia/Kolkata", "Australia/Lord_Howe", "UTC")
NEWEST_AT = dt.datetime(2026, 6, 1, tzinfo=dt.UTC)


@pytest.mark.parametrize("zone", ZONES)
def test_every_quarter_of_an_hour_has_its_local_day(zone: str) -> None:
    """From before the years written out until after them, every quarter of an hour falls on the calendar's own day."""
    with duckdb.connect() as connection:
        wrong = connection.execute(
            f"""
            SELECT count(*) FILTER ({local_day(zone, NEWEST_AT)("told_at")}
                <> ((told_at AT TIME ZONE 'UTC') AT TIME ZONE '{zone}')::DATE), count(*)
            FROM (SELECT unnest(generate_series(TIMESTAMP '2023-06-01', '2027-06-01', INTERVAL 15 MINUTE)) AS told_at)
            """
        ).fetchall()
    assert wrong == [(0, 140_257)]


def test_no_instant_has_no_day() -> None:
    """An instant that is not known has no day."""
    with duckdb.connect() as connection:
        sql = f"SELECT {local_day('Europe/Berlin', NEWEST_AT)('told_at')} FROM (SELECT NULL::TIMESTAMP AS told_at)"
        assert connection.execute(sql).fetchall() == [(None,)]
