"""How numbers read: unit, decimals, sign, boundaries."""

from __future__ import annotations

import datetime as dt

import pytest

from dashboards.numbers import change, count, day, number, short_day
from dashboards.wording import tenths


@pytest.mark.parametrize(
    ("value", "unit", "text"),
    [
        (0.0, "days", "0 minutes"),
        (0.0002, "days", "under 1 minute"),
        (1 / 1440, "days", "1 minute"),
        (59.4 / 1440, "days", "59 minutes"),
        (59.6 / 1440, "days", "1.0 hours"),
        (9.94 / 24, "days", "9.9 hours"),
        (9.96 / 24, "days", "10 hours"),
        (23.4 / 24, "days", "23 hours"),
        (23.6 / 24, "days", "1.0 days"),
        (4.04, "days", "4.0 days"),
        (9.94, "days", "9.9 days"),
        (9.96, "days", "10 days"),
        (1234.5, "days", "1,235 days"),
        (0.873, "share", "87%"),
        (0.9624, "share", "96.2%"),
        (0.9999, "share", "over 99.9%"),
        (1.0, "share", "100%"),
        (0.0, "share", "0%"),
        (0.0001, "share", "under 0.1%"),
        (0.0123, "share", "1.2%"),
        (2.38, "ratio", "2.4 : 1"),
        (12.4, "ratio", "12 : 1"),
        (0.04, "ratio", "0.04 : 1"),
        (0.0, "ratio", "0 : 1"),
        (11.4, "EUR", "€11.40"),
        (1234.5, "EUR", "€1,235"),
        (-9.5, "EUR", "\u2212€9.50"),
        (250.0, "JPY", "¥250"),
        (6214.0, "count", "6,214"),
        (2.25, "days", "2.3 days"),
        (4.0, "working_days", "4.0 working days"),
        (1.0, "working_days", "1.0 working days"),
        (0.25, "working_days", "0.25 working days"),
        (9.96, "working_days", "10 working days"),
        (0.0, "working_days", "0.00 working days"),
    ],
)
def test_value_reads_in_its_own_unit(value: float, unit: str, text: str) -> None:
    """A value takes the unit and decimals of its size, rounded once and half up."""
    assert number(value, unit, "").text == text


@pytest.mark.parametrize(
    ("value", "unit", "parent", "text"),
    [
        (-0.29, "days", 4.02, "0.3 days"),
        (-0.29, "days", 0.5, "7 hours"),
        (0.01, "days", 4.02, "under 0.1 days"),
        (2.64 / 24, "days", 0.52, "3 hours"),
        (0.01, "share", 0.87, "1 point"),
        (0.024, "share", 0.87, "2 points"),
        (0.002, "share", 0.962, "0.2 points"),
        (0.9, "EUR", 11.4, "€0.90"),
        (0.76, "ratio", 2.38, "0.8"),
    ],
)
def test_change_borrows_the_scale_of_its_parent(value: float, unit: str, parent: float, text: str) -> None:
    """A change reads in its parent's unit and decimals; shares differ in points."""
    assert change(value, unit, parent, "").text == text


def test_signed_changes_carry_a_true_minus() -> None:
    """Signs are + and U+2212; nothing that rounds to nothing carries one."""
    assert change(-0.29, "days", 4.02, "", signed=True).text == "\u22120.3 days"
    assert change(0.02, "share", 0.87, "", signed=True).text == "+2 points"
    assert change(0.0, "days", 4.02, "", signed=True).text == "0.0 days"


@pytest.mark.parametrize(
    ("share", "text"),
    [
        (0.9, "9 in 10"),
        (0.905, "9 in 10"),
        (0.895, "9 in 10"),
        (0.9051, "91%"),
        (0.8949, "89%"),
        (1.0, "100%"),
        (0.5, "5 in 10"),
    ],
)
def test_tenths_only_within_half_a_point(share: float, text: str) -> None:
    """'9 in 10' is said within ±0.5 point of it, never beyond, and never '10 in 10'."""
    assert tenths(number(share, "share", "")) == text


def test_days_and_counts_read_in_english() -> None:
    """Dates and counts go through the locale."""
    on = dt.date(2026, 8, 3)
    assert (day(on), day(on, year=True), short_day(on)) == ("3 August", "3 August 2026", "3 Aug")
    assert count(25900, "").text == "25,900"


def test_short_form_is_for_times_only() -> None:
    """Narrow places write h and min, and leave every other unit alone."""
    assert number(1.0 / 2, "days", "").short == "12 h"
    assert number(10 / 1440, "days", "").short == "10 min"
    assert number(0.87, "share", "").short == "87%"
