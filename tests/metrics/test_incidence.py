"""How work ends, by when: Aalen–Johansen against lifelines, by hand, and at any size."""

from __future__ import annotations

import time

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lifelines import AalenJohansenFitter

from metrics.errors import ContractError
from metrics.incidence import OPEN, incidence
from metrics.survival_curve import kaplan_meier, trace_curve

DRAW = np.random.default_rng(6)
COMPLETED, CANCELLED = 1, 2
ROWS = st.lists(st.tuples(st.integers(0, 20), st.integers(0, 3)), min_size=1, max_size=80)


@pytest.mark.parametrize("kind", [COMPLETED, CANCELLED])
def test_incidence_equals_lifelines(kind: int) -> None:
    """At distinct ages the share ended in each way is that of lifelines to 1e-9."""
    age, ending = DRAW.exponential(5, 700), DRAW.integers(0, 3, 700)
    found = incidence(age, ending)
    oracle = AalenJohansenFitter(calculate_variance=False).fit(age, ending, event_of_interest=kind)
    told = oracle.cumulative_density_.iloc[:, 0].loc[found.ages].to_numpy()
    np.testing.assert_allclose(found.ended[kind], told, atol=1e-9)


def test_by_hand() -> None:
    """Of 1 completed, 2 cancelled, 3 open, 4 completed: 1/4, then 1/4 cancelled; of the half left all complete at 4."""
    found = incidence(np.array([4.0, 1.0, 2.0, 3.0]), np.array([1, 1, 2, 0]))
    assert list(found.ages) == [1, 2, 3, 4]
    assert list(found.ended[COMPLETED]) == [0.25, 0.25, 0.25, 0.75]
    assert list(found.ended[CANCELLED]) == [0, 0.25, 0.25, 0.25]
    assert list(found.still_open) == [0.75, 0.5, 0.5, 0.0]
    assert found.share_by(0.5, COMPLETED) == 0
    assert [found.share_by(age, CANCELLED) for age in (1.9, 2.0, 99.0)] == [0, 0.25, 0.25]


@settings(max_examples=60, deadline=None)
@given(ROWS)
def test_shares_sum_to_one(rows: list[tuple[int, int]]) -> None:
    """At every age what has ended, in all ways, and what is open are all there is; with ties and ages of 0."""
    age, ending = (np.array(column) for column in zip(*rows, strict=True))
    found = incidence(age.astype(float), ending)
    np.testing.assert_allclose(sum(found.ended.values(), found.still_open), 1, atol=1e-12)
    for share in found.ended.values():
        assert np.all(np.diff(share) >= 0)


@settings(max_examples=40, deadline=None)
@given(ROWS)
def test_one_way_to_end_is_kaplan_meier(rows: list[tuple[int, int]]) -> None:
    """Where all that ends ends alike the share open is Kaplan and Meier's."""
    age, ending = (np.array(column) for column in zip(*rows, strict=True))
    times, survival = kaplan_meier(age.astype(float), ending != OPEN)
    found = incidence(age.astype(float), np.minimum(ending, 1))
    np.testing.assert_array_equal(found.ages, times)
    np.testing.assert_allclose(found.still_open, survival, atol=1e-12)


def test_cancelled_work_never_completes() -> None:
    """Taking cancelled for open would have everything complete; half of it never will."""
    age, ending = np.arange(1.0, 101.0), np.tile([1, 2], 50)
    completed = incidence(age, ending).ended[COMPLETED][-1]
    as_if_open = 1 - kaplan_meier(age, ending == COMPLETED)[1][-1]
    assert completed == pytest.approx(0.5)
    assert as_if_open > 0.9


def test_cancelled_work_kept_at_risk_until_the_looking_agrees() -> None:
    """Where one instant of looking censors all, the started reading's median is that of Aalen and Johansen."""
    day = np.repeat(np.arange(90), 40)
    true, cancelled = (
        5 * DRAW.lognormal(0, 0.8, 3600),
        np.where(DRAW.random(3600) < 0.25, DRAW.exponential(3, 3600), 1e9),
    )
    age = 90.0 - day
    ending = np.where((true <= cancelled) & (true <= age), COMPLETED, np.where(cancelled <= age, CANCELLED, OPEN))
    last_seen = np.minimum(np.minimum(true, cancelled), age)
    found = incidence(last_seen, ending)
    median = found.ages[np.argmax(found.ended[COMPLETED] >= 0.5)]
    kept = trace_curve(np.where(ending == COMPLETED, true, age), ending == COMPLETED).time_at(0.5)
    assert kept == pytest.approx(median, rel=0.02)
    naive = trace_curve(last_seen, ending == COMPLETED).time_at(0.5)
    assert naive is not None and naive < 0.9 * median


def test_nothing_has_no_incidence() -> None:
    """No case, no age and no way to end."""
    found = incidence(np.array([]), np.array([], dtype=np.int64))
    assert (len(found.ages), found.ended, len(found.still_open)) == (0, {}, 0)


@pytest.mark.parametrize(("age", "ending", "says"), [(np.nan, 1, "age so far"), (1.0, -1, "expected 0 for open work")])
def test_what_is_no_age_or_ending_is_refused(age: float, ending: int, says: str) -> None:
    """An unknown age or a negative ending does not silently become open work."""
    with pytest.raises(ContractError, match=says):
        incidence(np.array([age, 2.0]), np.array([ending, 1]))


def test_a_million_cases_take_seconds() -> None:
    """One sort and sums: a million cases well within three seconds of work."""
    age, ending = DRAW.exponential(5, 1_000_000), DRAW.integers(0, 4, 1_000_000)
    start = time.process_time()
    found = incidence(age, ending)
    assert time.process_time() - start < 3.0
    assert found.still_open[-1] < 0.01
