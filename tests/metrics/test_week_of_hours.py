"""The hours of a week, in seconds of the day."""

from __future__ import annotations

import pytest

from metrics.working.week import length_of, read_hours, read_week, read_weekdays, usual_length


def test_hours_are_read_to_the_minute() -> None:
    """Half past eight to a quarter past twelve, and an hour that begins as another ends."""
    assert read_hours(["12:15-13:00", "08:30-12:15"]) == ((30_600, 44_100), (44_100, 46_800))
    assert length_of(read_hours(["08:30-12:15"])) == 13_500
    with pytest.raises(ValueError, match="overlap at 12:14"):
        read_hours(["08:30-12:15", "12:14-13:00"])
    with pytest.raises(ValueError, match="overlap at 23:00"):
        read_hours(["08:30-23:01", "23:00-24:00"])


def test_a_day_that_is_not_named_has_no_hours() -> None:
    """Monday first; what is not told is a day off."""
    week = read_week({"mon": ["08:00-10:00"], "sun": ["09:00-10:00"]})
    assert week == (((28_800, 36_000),), (), (), (), (), (), ((32_400, 36_000),))


def test_the_usual_length_is_the_most_frequent() -> None:
    """Two days of two hours beat one of eight; of equals the longer counts, and a day off counts for nothing."""
    two, eight = read_hours(["08:00-10:00"]), read_hours(["08:00-16:00"])
    assert usual_length([two, two, eight, (), (), ()]) == 7_200
    assert usual_length([two, eight, ()]) == 28_800
    with pytest.raises(ValueError, match="no weekday has any hours"):
        usual_length([(), ()])


@pytest.mark.parametrize("text", ["mo-fri", "mon-fr", "mond", "mon-tue-wed", ""])
def test_a_range_has_a_weekday_at_either_end(text: str) -> None:
    """What begins or ends otherwise is answered with the weekdays there are."""
    with pytest.raises(ValueError, match=f"'{text}' names no weekdays; write one of mon, tue, wed, thu, fri, sat, sun"):
        read_weekdays(text)
