"""Many comparisons at once: p-values read off intervals, and the rate of false discoveries."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import false_discovery_control, t

from metrics.compare import compare
from metrics.discovery import Standing, adjust, p_value, temper
from metrics.metric import Better, Difference, Observations, Statistic, Summary, Verdict
from metrics.summarise import summarise

calm = settings(deadline=None)  # a busy machine is no failure
P_VALUES = st.lists(st.floats(0, 1), max_size=40)


def moved(change: float | None, wide: float, narrow: float, *, other: float = 1.0) -> Difference:
    """A difference whose ranges reach so far towards 0 at 95 % and 80 %, and `other` away from it."""
    nothing = Summary(Statistic.P50, None, None, None, 0, "test")
    if change is None:
        return Difference(nothing, nothing, None, None, None, None, None, Verdict.NO_DATA)
    ends = (
        (change - wide, change + other, change - narrow, change + other)
        if change > 0
        else (change - other, change + wide, change - other, change + narrow)
    )
    return Difference(nothing, nothing, change, *ends, Verdict.UNCLEAR)


@pytest.mark.parametrize("degrees", [4, 5, 6, 9, 12, 21, 30])
@pytest.mark.parametrize("distance", [0.05, 0.7, 1.3, 1.9, 2.5, 4.0, 9.0])
@pytest.mark.parametrize("sign", [-1, 1])
def test_p_is_that_of_students_t(degrees: int, distance: float, sign: int) -> None:
    """Ranges of ± t standard errors give back the two-sided p-value of Student's t, whichever way it moved."""
    wide, narrow = t.ppf([0.975, 0.9], degrees)
    found = p_value(moved(sign * distance, wide, narrow))
    assert found == pytest.approx(2 * t.sf(distance, degrees), rel=2e-2, abs=1e-12)


def test_p_knows_no_unit() -> None:
    """Days or seconds: scaling change and ranges together leaves p as it is."""
    for degrees in (4, 9, 30):
        wide, narrow = t.ppf([0.975, 0.9], degrees)
        for scale in (1e-4, 0.1, 86_400.0):
            found = p_value(moved(3.0 * scale, wide * scale, narrow * scale))
            assert found == pytest.approx(2 * t.sf(3.0, degrees), rel=1e-6)


@pytest.mark.parametrize("name", ["value", "low", "high", "low80", "high80"])
def test_a_missing_end_is_no_p(name: str) -> None:
    """Whichever of value and ends is not known, nothing is claimed."""
    assert p_value(replace(moved(1.0, 2.0, 1.5), **{name: None})) is None


@calm
@given(st.floats(0.01, 5), st.floats(0, 1), st.booleans())
def test_p_agrees_with_the_ranges(wide: float, share: float, is_up: bool) -> None:
    """p is 0.05 where the 95 % range touches 0, and 0.20 where the 80 % range does, however skewed."""
    narrow = wide * share
    sign = 1 if is_up else -1
    assert p_value(moved(sign * wide, wide, narrow)) == pytest.approx(0.05, abs=1e-9)
    if 1e-6 < narrow < wide * (1 - 1e-6):
        assert p_value(moved(sign * narrow, wide, narrow)) == pytest.approx(0.20, abs=1e-6)


@calm
@given(st.floats(0.1, 2), st.floats(0.3, 0.99), st.floats(0, 6), st.floats(0, 6))
def test_farther_is_rarer(wide: float, share: float, one: float, other: float) -> None:
    """A larger change has no larger p, between the ranges and beyond."""
    near, far = sorted((one, other))
    first, second = (p_value(moved(change, wide, wide * share)) for change in (near, far))
    assert first is not None
    assert second is not None
    assert second <= first + 1e-9


def test_without_a_range_there_is_no_p() -> None:
    """No value and no interval claim nothing; no movement is certain to be chance; a range of no width is none."""
    assert p_value(moved(None, 1, 1)) is None
    nothing = Summary(Statistic.P50, 1.0, None, None, 9, "test")
    assert p_value(Difference(nothing, nothing, 1.0, None, None, None, None, Verdict.TOO_FEW)) is None
    assert p_value(moved(0.0, 1, 0.5)) == 1.0
    assert p_value(moved(1.0, 0.0, 0.0)) == 0.0
    assert p_value(moved(2.0, 1.0, 0.0)) == pytest.approx(2 * t.sf(2 * t.ppf(0.975, 4), 4))


def test_adjusting_by_hand() -> None:
    """0.01, 0.04, 0.03 of three: 0.03, then 0.03·3/2 = 0.045 and 0.04·3/3 = 0.04, so 0.04 for both."""
    assert adjust([0.01, 0.04, 0.03]) == pytest.approx([0.03, 0.04, 0.04])
    assert adjust([]) == []


@calm
@given(P_VALUES)
def test_adjusted_values_are_scipys(p_values: list[float]) -> None:
    """Benjamini–Hochberg as scipy has it, in the order given."""
    if p_values:
        assert adjust(p_values) == pytest.approx(false_discovery_control(p_values, method="bh"), abs=1e-12)


def _naive(p_values: list[float], level: float) -> list[bool]:
    """The step-up rule as written: the largest k with p(k) ≤ k·level/m, and all up to it."""
    ordered, count = sorted(p_values), len(p_values)
    largest = max((k for k in range(1, count + 1) if ordered[k - 1] <= k * level / count), default=0)
    return [largest > 0 and p <= ordered[largest - 1] for p in p_values]


@calm
@given(st.lists(st.integers(0, 1000).map(lambda n: n / 1000 + 1e-7), min_size=1, max_size=30))
def test_oracle(p_values: list[float]) -> None:
    """An adjusted p of at most 5 % is what the step-up rule calls a discovery."""
    told = [Standing("f", len(p_values), adjusted).is_discovery for adjusted in adjust(p_values)]
    assert told == _naive(p_values, 0.05)


@pytest.mark.parametrize(
    ("verdict", "adjusted", "left"),
    [
        (Verdict.FASTER, None, Verdict.FASTER),
        (Verdict.FASTER, 0.05, Verdict.FASTER),
        (Verdict.FASTER, 0.0501, Verdict.LIKELY_FASTER),
        (Verdict.DEARER, 0.20, Verdict.LIKELY_DEARER),
        (Verdict.BETTER, 0.2001, Verdict.UNCLEAR),
        (Verdict.LIKELY_WORSE, 0.20, Verdict.LIKELY_WORSE),
        (Verdict.LIKELY_WORSE, 0.01, Verdict.LIKELY_WORSE),
        (Verdict.LIKELY_CHEAPER, 0.21, Verdict.UNCLEAR),
        (Verdict.SAME, 0.9, Verdict.SAME),
        (Verdict.TOO_FEW, None, Verdict.TOO_FEW),
        (Verdict.EARLY, 0.9, Verdict.EARLY),
        (Verdict.NOT_JUDGED, 0.9, Verdict.NOT_JUDGED),
    ],
)
def test_a_family_weakens_words(verdict: Verdict, adjusted: float | None, left: Verdict) -> None:
    """Sure words need 5 %, likely ones 20 %; words that claim no change stay, and none is made stronger."""
    assert temper(verdict, adjusted) is left


def test_nothing_tested_is_no_discovery() -> None:
    """Without a p there is neither yes nor no."""
    assert Standing("f", 0, None).is_discovery is None
    assert Standing("f", 9, 0.05).is_discovery is True
    assert Standing("f", 9, 0.0501).is_discovery is False


DAYS, TRIALS = 90, 400


def _mean_of(draw: np.random.Generator, shift: float) -> Summary:
    """The mean of 20 lognormal amounts a day, the days of which resemble each other."""
    effect = shift + 0.15 * draw.normal(size=DAYS)
    amount = np.exp(np.repeat(effect, 20) + 0.8 * draw.normal(size=DAYS * 20))
    day = np.repeat(np.arange(DAYS), 20)
    return summarise(Observations(day, amount, np.ones(len(day)), np.ones(len(day), np.bool_), 0, DAYS), Statistic.MEAN)


def _p_of(before: Summary, after: Summary) -> float:
    found = p_value(compare(before, after, better=Better.LOWER, unit="days", meaningful=0.0))
    assert found is not None
    return found


def test_p_is_even_where_nothing_changed() -> None:
    """Under no change p falls below every level as often as the level says, within three errors."""
    draw = np.random.default_rng(20_260_401)
    found = np.array([_p_of(_mean_of(draw, 0), _mean_of(draw, 0)) for _ in range(TRIALS)])
    for level in (0.01, 0.05, 0.2, 0.5, 0.8):
        error = math.sqrt(level * (1 - level) / TRIALS)
        assert abs(np.mean(found <= level) - level) <= 3 * error, level


def test_false_discoveries_are_rare_among_tests_that_depend() -> None:
    """Of families of twelve tests without any effect at most 5 % hold a discovery; unadjusted, a quarter does."""
    draw = np.random.default_rng(20_260_402)
    found, unadjusted = [], []
    for _ in range(2_000):
        shared = draw.normal(size=2)
        estimates = 0.6 * (shared[1] - shared[0]) + 0.8 * (draw.normal(size=12) - draw.normal(size=12))
        signs = np.where(np.arange(12) % 3 == 0, -1, 1)  # a metric where more is better moves the other way
        wide, narrow = (math.sqrt(2) * t.ppf(level, 9) for level in (0.975, 0.9))
        scale = np.sqrt(draw.chisquare(9, size=12) / 9)
        p_values = [
            p_value(moved(float(e), wide * s, narrow * s)) or 0.0 for e, s in zip(signs * estimates, scale, strict=True)
        ]
        found.append(min(adjust(p_values)) <= 0.05)
        unadjusted.append(min(p_values) <= 0.05)
    assert np.mean(found) <= 0.05 + 3 * math.sqrt(0.05 * 0.95 / 2_000)
    assert np.mean(unadjusted) > 0.25
