"""Contrasts of days: how many, what they see, and what they leave out."""

from __future__ import annotations

import math

import numpy as np
import pytest
from scipy.fft import dct
from scipy.linalg import toeplitz
from scipy.signal import lfilter

from metrics.intervals.contrasts import contrasts_of, cosines_for, even_contrasts
from metrics.intervals.daily_variance import variance_of_total

DRAW = np.random.default_rng(12)


@pytest.mark.parametrize(("days", "cosines"), [(2, 1), (4, 3), (14, 4), (31, 5), (90, 9), (365, 21)])
def test_number_of_cosines(days: int, cosines: int) -> None:
    """B = max(4, ⌈0.41·G^(2/3)⌉), and always below G."""
    assert cosines_for(days) == cosines


@pytest.mark.parametrize("days", [21, 60, 365])
def test_variance_of_followed_days_is_that_of_their_sum(days: int) -> None:
    """Where days follow each other by 0.6 the variance of a total is right on average, however short the period."""
    noise = DRAW.normal(size=(3000, days))
    noise[:, 1:] *= math.sqrt(1 - 0.6**2)
    series = lfilter([1.0], [1.0, -0.6], noise, axis=1)
    found = np.mean([variance_of_total(daily).variance for daily in series])
    true = sum((days - abs(lag)) * 0.6 ** abs(lag) for lag in range(1 - days, days))
    assert found == pytest.approx(true, rel=0.06)


@pytest.mark.parametrize("days", [60, 90])
def test_variance_of_independent_days_is_a_little_too_large(days: int) -> None:
    """The price of holding at AR 0.6: independent days get up to a quarter more variance, never less."""
    found = np.mean([variance_of_total(DRAW.normal(0, 2, days)).variance for _ in range(3000)]) / (4 * days)
    assert 1.05 < found < 1.27


@pytest.mark.parametrize(("days", "are_out"), [(20, False), (21, True), (28, True)])
def test_weekdays_are_out_from_three_weeks_on(days: int, are_out: bool) -> None:
    """From three weeks of information on no contrast sees a pattern that every week repeats."""
    pattern = np.resize([0.0, 0.0, 3.0, 0.0, 0.0, -2.0, -1.0], days)
    assert np.allclose(contrasts_of(np.ones(days), 4) @ pattern, 0, atol=1e-9) == are_out
    known = np.where(np.arange(60) < days, 2.0, 0.0)
    weekly = known * np.resize([0.0, 0.0, 3.0, 0.0, 0.0, -2.0, -1.0], 60)
    assert np.allclose(contrasts_of(known, 4) @ weekly, 0, atol=1e-9) == are_out


@pytest.mark.parametrize("days", [21, 60, 200])
def test_contrasts_equal_independent_code(days: int) -> None:
    """Cosines by scipy, weekdays out by least squares, and the factor by the matrix of what follows what."""
    weekday = np.eye(7)[np.arange(days) % 7]
    without = np.eye(days) - weekday @ np.linalg.pinv(weekday)
    cosines = dct(np.eye(days), type=2, norm="ortho", axis=0)[1:6] @ without
    likeness = toeplitz(np.where(np.arange(days) <= 24, 0.6 ** np.arange(days), 0.0))
    told = cosines * math.sqrt(likeness.sum() / (np.trace(cosines @ likeness @ cosines.T) / 5))
    np.testing.assert_allclose(contrasts_of(np.ones(days), 5), told, rtol=1e-9, atol=1e-11)


def test_contrasts_run_in_information() -> None:
    """A day that knows nothing changes no weight, and half the days with all that is known carry the whole period."""
    known = np.concatenate((np.ones(20), np.zeros(13)))
    np.testing.assert_allclose(contrasts_of(known, 4)[:, :20], contrasts_of(np.ones(20), 4), rtol=1e-9)


def test_even_contrasts_are_kept_and_not_to_be_written() -> None:
    """The weights of a length of period are made once, and nobody can change them for the next."""
    even_contrasts.cache_clear()
    assert even_contrasts(60) is even_contrasts(60)
    with pytest.raises(ValueError, match="read-only"):
        even_contrasts(60)[0, 0] = 1.0
