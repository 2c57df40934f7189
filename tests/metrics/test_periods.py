"""Periods: calendar and fiscal cuts, keys that read back, spines without a hole."""

from __future__ import annotations

import datetime as dt
import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from metrics.errors import PeriodError
from metrics.periods import GRAINS, Grain, parse_period, period_on, previous, spine, whole

D = dt.date
days = st.dates(D(1970, 1, 1), D(2100, 12, 31))
months = st.integers(1, 12)
cut_grains = st.sampled_from([grain for grain in GRAINS if grain != "all"])


@pytest.mark.parametrize(
    ("text", "first_on", "until_on", "grain"),
    [
        ("2026-Q1", D(2026, 1, 1), D(2026, 4, 1), "quarter"),
        ("2026-Q4", D(2026, 10, 1), D(2027, 1, 1), "quarter"),
        (" 2026-q3 ", D(2026, 7, 1), D(2026, 10, 1), "quarter"),
        ("2026-02", D(2026, 2, 1), D(2026, 3, 1), "month"),
        ("2024-02", D(2024, 2, 1), D(2024, 3, 1), "month"),
        ("2026-12", D(2026, 12, 1), D(2027, 1, 1), "month"),
        ("2026", D(2026, 1, 1), D(2027, 1, 1), "year"),
        ("2026-W01", D(2025, 12, 29), D(2026, 1, 5), "week"),
        ("2026-W53", D(2026, 12, 28), D(2027, 1, 4), "week"),
        ("2020-W53", D(2020, 12, 28), D(2021, 1, 4), "week"),
    ],
)
def test_a_period_is_read(text: str, first_on: dt.date, until_on: dt.date, grain: Grain) -> None:
    """Quarters, months, years and ISO weeks are half-open runs of days; a week belongs to the year of its Thursday."""
    period = parse_period(text)
    assert (period.first_on, period.until_on, period.grain) == (first_on, until_on, grain)
    assert period.key == text.strip().upper()


@pytest.mark.parametrize(
    ("text", "year_starts", "first_on", "until_on"),
    [
        ("2026-Q1", 4, D(2026, 4, 1), D(2026, 7, 1)),
        ("2026-Q4", 4, D(2027, 1, 1), D(2027, 4, 1)),
        ("2026-Q2", 10, D(2027, 1, 1), D(2027, 4, 1)),
        ("2026-Q1", 12, D(2026, 12, 1), D(2027, 3, 1)),
        ("2026", 7, D(2026, 7, 1), D(2027, 7, 1)),
        ("2026-Q3", 2, D(2026, 8, 1), D(2026, 11, 1)),
    ],
)
def test_a_fiscal_year_is_named_after_the_year_it_starts_in(
    text: str, year_starts: int, first_on: dt.date, until_on: dt.date
) -> None:
    """The first quarter begins in the month the fiscal year does, whatever the calendar says."""
    period = parse_period(text, year_starts=year_starts)
    assert (period.first_on, period.until_on, period.key) == (first_on, until_on, text)


@pytest.mark.parametrize(
    "text",
    [
        "", "Q3", "2026-Q5", "2026-Q0", "2026-13", "2026-00", "2026-1", "2025-W53", "2026-W00", "2026-W54", "2026-W1",
        "last week", "26-Q1", "2026-07-01", "2026-Q3; DROP", "all", "0000", "0000-Q1", "0000-01", "0000-W01", "9999",
        "9999-Q4", "9999-12", "9999-W52",
    ],
)  # fmt: skip
def test_what_is_no_period_is_refused_with_the_form(text: str) -> None:
    """A text that is no period, or lies where no calendar does, is refused, and the sentence says what to write."""
    with pytest.raises(PeriodError, match=r"is not a period\. Write a quarter \(2026-Q3\)"):
        parse_period(text)


def test_a_fiscal_quarter_at_the_end_of_the_calendar_is_refused() -> None:
    """A quarter that would run past the last year a date can have is no period."""
    with pytest.raises(PeriodError, match="9999-Q4"):
        parse_period("9999-Q4", year_starts=4)


def test_no_grain_but_the_known_ones() -> None:
    """A grain that is none is refused with the list of those there are."""
    with pytest.raises(PeriodError, match=r"'day' is not a grain\. Known: week, month, quarter, year"):
        period_on(D(2026, 1, 1), "day")  # type: ignore[arg-type]


def test_a_month_window_may_start_on_the_31st() -> None:
    """Months are cut from the spine: from the 31st of January on there is a February, and none is skipped."""
    keys = [period.key for period in spine(D(2026, 1, 31), D(2026, 5, 31), "month")]
    assert keys == ["2026-01", "2026-02", "2026-03", "2026-04", "2026-05"]
    assert previous(period_on(D(2026, 3, 31), "month")) == period_on(D(2026, 2, 1), "month")


def test_weeks_at_the_end_of_a_year() -> None:
    """The last days of December can lie in the first week of the next year, the first of January in week 53."""
    assert period_on(D(2024, 12, 30), "week").key == "2025-W01"
    assert period_on(D(2021, 1, 3), "week").key == "2020-W53"
    assert [p.key for p in spine(D(2026, 12, 25), D(2027, 1, 6), "week")] == ["2026-W52", "2026-W53", "2027-W01"]


def test_a_spine_has_the_periods_without_data() -> None:
    """A spine has every period between the first day and the last, also those in which nothing happened."""
    assert [p.key for p in spine(D(2025, 2, 3), D(2026, 1, 1), "quarter")] == [
        "2025-Q1", "2025-Q2", "2025-Q3", "2025-Q4", "2026-Q1",
    ]  # fmt: skip
    assert len(spine(D(2026, 3, 9), D(2026, 3, 9), "month")) == 1


def test_all_is_one_period_of_exactly_the_days() -> None:
    """The grain `all` is one period from the first day to the last, both included, and has none before it."""
    (period,) = spine(D(2026, 1, 31), D(2026, 3, 1), "all")
    assert period == whole(D(2026, 1, 31), D(2026, 3, 1))
    assert (period.days, period.key, previous(period)) == (30, "all", None)


@pytest.mark.parametrize(
    ("text", "year_starts", "before"),
    [
        ("2026-Q1", 1, "2025-Q4"), ("2026-Q1", 4, "2025-Q4"), ("2026-01", 1, "2025-12"), ("2026-W01", 1, "2025-W52"),
        ("2021-W01", 1, "2020-W53"), ("2026", 10, "2025"),
    ],
)  # fmt: skip
def test_the_period_before(text: str, year_starts: int, before: str) -> None:
    """The period before is the whole one of the same grain that ends where this one begins."""
    period = parse_period(text, year_starts=year_starts)
    found = previous(period, year_starts)
    assert found is not None
    assert (found.key, found.until_on) == (before, period.first_on)


@given(first_on=days, length=st.integers(0, 900), grain=cut_grains, year_starts=months)
def test_a_spine_tiles_the_days(first_on: dt.date, length: int, grain: Grain, year_starts: int) -> None:
    """Periods of a spine follow each other without gap or overlap and hold the first day and the last."""
    last_on = first_on + dt.timedelta(days=length)
    periods = spine(first_on, last_on, grain, year_starts)
    assert periods[0].first_on <= first_on < periods[0].until_on
    assert periods[-1].first_on <= last_on < periods[-1].until_on
    assert all(one.until_on == other.first_on for one, other in itertools.pairwise(periods))
    assert len({period.key for period in periods}) == len(periods)


@given(day=days, grain=cut_grains, year_starts=months)
def test_a_key_reads_back(day: dt.date, grain: Grain, year_starts: int) -> None:
    """The key of a period, read again, is the same period, and holds the day it was made from."""
    period = period_on(day, grain, year_starts)
    assert parse_period(period.key, year_starts=year_starts) == period
    assert period.first_on <= day < period.until_on


def test_years_begin_in_january_unless_told() -> None:
    """Without a word on the fiscal year, it is the calendar's."""
    assert period_on(D(2026, 1, 31), "year").key == "2026"
    before = previous(parse_period("2026"))
    assert before is not None and before.first_on == D(2025, 1, 1)


def test_no_period_before_1900() -> None:
    """The first year a period can have is 1900; every one of those has a period before it."""
    assert parse_period("1900").first_on == D(1900, 1, 1)
    assert parse_period("1900-Q1", year_starts=4).first_on == D(1900, 4, 1)
    with pytest.raises(PeriodError, match="1899-Q4"):
        parse_period("1899-Q4")
