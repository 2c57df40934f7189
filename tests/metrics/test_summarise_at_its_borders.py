"""Summaries where an observation lies just outside its window, or a day divides by nothing."""

from __future__ import annotations

import numpy as np
import pytest

from metrics.errors import ContractError
from metrics.metric import Observations, Statistic
from metrics.summarise import NOTHING_OBSERVED, summarise
from metrics.survival import summarise_survival


def observed(*days: int, complete: bool = True) -> Observations:
    """An observation of 1 on each of these days, in a window of the days 10 to 19."""
    count = len(days)
    return Observations(np.array(days, np.int64), np.ones(count), np.ones(count), np.full(count, complete), 10, 20)


@pytest.mark.parametrize("days", [(9, 15), (15, 9), (15, 20), (9,), (20,)])
def test_one_outside_the_window_is_a_mistake(days: tuple[int, ...]) -> None:
    """The day before the first and the day after the last are outside, whatever lies inside."""
    with pytest.raises(ContractError, match="outside its window"):
        summarise(observed(*days), Statistic.MEAN)
    assert summarise(observed(10, 19), Statistic.MEAN).value == 1.0


def test_one_that_ended_is_enough_for_a_value() -> None:
    """One complete observation has a mean and a median; none has neither, and says so."""
    for statistic in (Statistic.MEAN, Statistic.P50):
        assert summarise(observed(12), statistic).value == 1.0
        nothing = summarise(observed(12, complete=False), statistic)
        assert nothing.value is None
        assert nothing.reason


def test_nothing_observed_counts_nothing() -> None:
    """Without an observation there is no value, and n is 0, whether open work is counted or not."""
    for found in (summarise(observed(), Statistic.MEAN), summarise_survival(observed(), Statistic.P50)):
        assert (found.value, found.n, found.reason) == (None, 0, NOTHING_OBSERVED)
