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
                IS DISTINCT FROM ((told_at AT TIME ZONE 'UTC') AT TIME ZONE '{zone}')::DATE), count(*)
            FROM (SELECT unnest(generate_series(TIMESTAMP '2023-06-01', '2027-06-01', INTERVAL 15 MINUTE)) AS told_at)
            """
        ).fetchall()
    assert wrong == [(0, 140_257)]


def test_no_instant_has_no_day() -> None:
    """An instant that is not known has no day."""
    with duckdb.connect() as connection:
        sql = f"SELECT {local_day('Europe/Berlin', NEWEST_AT)('told_at')} FROM (SELECT NULL::TIMESTAMP AS told_at)"
        assert connection.execute(sql).fetchall() == [(None,)]


def test_utc_needs_no_conversion() -> None:
    """In UTC the day is cut off the instant, with nothing to look up."""
    assert local_day("UTC", NEWEST_AT)("told_at") == local_day("UTC")("told_at") == "(told_at)::DATE"


def test_three_years_are_written_out() -> None:
    """Instants of the newest year and the two before it are compared, from the first instant to before the last."""
    seconds = [int(dt.datetime(year, 1, 1, tzinfo=dt.UTC).timestamp()) for year in (2024, 2027)]
    fast = local_day("Europe/Berlin", NEWEST_AT)("told_at")
    assert f"WHEN epoch_us(told_at) >= {seconds[0]}000000 AND epoch_us(told_at) < {seconds[1]}000000 THEN" in fast
    assert fast.endswith(f"ELSE {local_day('Europe/Berlin')('told_at')} END")


def test_a_change_is_written_once() -> None:
    """Six changes of summer time in three years are six borders, each with the second it happens at."""
    fast = local_day("Europe/Berlin", NEWEST_AT)("told_at")
    change = int(dt.datetime(2026, 3, 29, 1, tzinfo=dt.UTC).timestamp())
    assert fast.count("CASE WHEN epoch_us(told_at) < ") == 6
    assert f"epoch_us(told_at) < {change}000000 THEN" in fast
