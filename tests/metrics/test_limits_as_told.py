"""Limits that pages and documents tell readers, and small rules that everything else leans on."""

from __future__ import annotations

import datetime as dt

import numpy as np
import pytest

from metrics.effects.cohorts import MOST_MATURING_DAYS
from metrics.effects.segments import MOST_VALUES
from metrics.effects.windows import WINDOW, changes_of
from metrics.explain.sample import sample
from metrics.explain.subjects import Subject
from metrics.facts.watch.band import FEWEST_WINDOWS
from metrics.metric import Observations, Statistic
from metrics.stream.source import Source
from metrics.summarise import summarise
from tests.metrics.effect_worlds import AT, stream_with


def test_the_numbers_that_readers_are_told() -> None:
    """Twenty segment values, eight weeks on either side, half of that to ripen in, twenty windows to judge by."""
    assert (MOST_VALUES, WINDOW.days, MOST_MATURING_DAYS, FEWEST_WINDOWS) == (20, 56, 28, 20)


def test_changes_stand_in_their_order() -> None:
    """Whatever the order of releases in the stream file."""
    earlier = AT - dt.timedelta(days=9)
    assert changes_of(stream_with({"version": "2", "at": AT}, {"version": "1", "at": earlier})) == [earlier, AT]


@pytest.mark.parametrize(
    ("told", "is_exact"),
    [({}, True), ({"precision": "day"}, False), ({"precision_by_step": {"A": "minute"}}, False),
     ({"precision_by_step": {"A": "exact"}}, True), ({"precision": "day", "precision_by_step": {"A": "exact"}}, False)],
)  # fmt: skip
def test_a_log_is_exact_where_all_of_it_is(told: dict[str, object], is_exact: bool) -> None:
    """One step told otherwise is enough for a log that is not."""
    assert Source.model_validate(told).is_exact is is_exact


def test_a_sample_of_a_share_shows_both_answers() -> None:
    """Those that count as 0 count as 0."""
    many = [Subject(f"c{n:02d}", dt.date(2026, 1, 1), float(n % 4 > 0), 1.0, True) for n in range(40)]
    found = [one.subject.amount for one in sample(many, "share", 0.75, "seed") if one.why == "counts as 0"]
    assert found
    assert set(found) == {0.0}


def test_a_ratio_of_nothing_negative_has_no_negative_end() -> None:
    """Days without any observation leave the lower end at 0 or above, where a rare amount makes the range wide."""
    days = np.repeat(np.arange(0, 60, 2), 4)
    amount = np.zeros(len(days))
    amount[::30] = 40.0
    found = summarise(Observations(days, amount, np.ones(len(days)), np.ones(len(days), np.bool_), 0, 60),
                      Statistic.RATIO)  # fmt: skip
    assert found.low is not None
    assert found.low >= 0
