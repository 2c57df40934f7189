"""The value of a summary: what is counted, what is divided, and what is said where there is nothing."""

from __future__ import annotations

import time

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from metrics.errors import ContractError
from metrics.metric import Observations, Statistic, Summary
from metrics.summarise import NOTHING_ENDED, NOTHING_OBSERVED, NOTHING_TO_DIVIDE_BY, QUANTILES, summarise, summarise_all

FIRST_DAY = 738_000
DURATIONS = (*QUANTILES, Statistic.MEAN)
AMOUNTS = st.floats(0, 1e6, allow_nan=False)


def observed(
    amount: object, *, day: object = 0, base: object = 1.0, complete: object = True, days: int = 90
) -> Observations:
    """Observations from plain lists; `day` counts from the first day of the window, scalars are repeated."""
    amounts = np.asarray(amount, dtype=np.float64)
    return Observations(
        day=np.broadcast_to(np.asarray(day, dtype=np.int64), amounts.shape) + FIRST_DAY,
        amount=amounts,
        base=np.broadcast_to(np.asarray(base, dtype=np.float64), amounts.shape),
        complete=np.broadcast_to(np.asarray(complete, dtype=np.bool_), amounts.shape),
        first_day=FIRST_DAY,
        until_day=FIRST_DAY + days,
    )


def spread_over(amount: object, days: int = 90, **columns: object) -> Observations:
    """Observations spread evenly over the days of a window, in the order given."""
    n = len(np.asarray(amount))
    return observed(amount, day=np.arange(n) * days // max(n, 1), days=days, **columns)


@pytest.mark.parametrize("statistic", Statistic)
def test_no_data_is_no_data(statistic: Statistic) -> None:
    """A period in which nothing was observed has no value, no interval, and says why; it is never 0."""
    found = summarise(observed([]), statistic)
    assert (found.value, found.low, found.high, found.n, found.reason) == (None, None, None, 0, NOTHING_OBSERVED)


@pytest.mark.parametrize("statistic", DURATIONS)
def test_open_work_alone_is_no_duration(statistic: Statistic) -> None:
    """Where everything is still open there is no duration, and the reason says so."""
    found = summarise(observed([1.0, 2.0], complete=False), statistic)
    assert (found.value, found.reason) == (None, NOTHING_ENDED)


@pytest.mark.parametrize("statistic", [Statistic.SHARE, Statistic.RATIO, Statistic.UNIT_COST])
def test_nothing_to_divide_by_is_no_value(statistic: Statistic) -> None:
    """A ratio over a base of 0 has no value, and the reason says so; it is neither 0 nor infinite."""
    found = summarise(observed([0.0, 0.0], base=0.0), statistic)
    assert (found.value, found.reason) == (None, NOTHING_TO_DIVIDE_BY)


@pytest.mark.parametrize(
    ("amounts", "median", "p90"), [([3.0], 3.0, 3.0), ([1.0, 3.0], 2.0, 2.8), ([3.0, 1.0, 2.0], 2.0, 2.8)]
)
def test_medians_at_n_1_2(amounts: list[float], median: float, p90: float) -> None:
    """One observation is its own median, two meet in the middle; so few get a value but no interval."""
    middle, ninth = summarise_all(observed(amounts), (Statistic.P50, Statistic.P90))
    assert middle.value == median
    assert ninth.value == pytest.approx(p90, abs=1e-15)
    assert middle.low is None
    assert "no interval below 6 observations" in middle.method


def test_percentiles_are_never_averaged() -> None:
    """The p90 of two months together is read off all their cases; it is not the mean of the two p90s."""
    first, second = np.arange(100.0), np.arange(1000.0, 1010.0)
    together = summarise(spread_over(np.concatenate((first, second))), Statistic.P90).value
    apart = [summarise(spread_over(part), Statistic.P90).value for part in (first, second)]
    assert together == np.quantile(np.concatenate((first, second)), 0.9)
    assert together != pytest.approx(np.mean([value for value in apart if value is not None]))


def test_ratios_are_never_averaged() -> None:
    """A ratio is the sum over the sum: 1 of 1 and 1 of 9 are 2 of 10, not the mean of 100 % and 11 %."""
    assert summarise(observed([1.0, 1.0], base=[1.0, 9.0]), Statistic.SHARE).value == pytest.approx(0.2)


def test_durations_count_complete_observations_only() -> None:
    """Open work is in no finished duration, neither in the value nor in n."""
    found = summarise(observed([1.0, 2.0, 900.0], complete=[True, True, False]), Statistic.MEAN)
    assert (found.value, found.n) == (1.5, 2)


def test_count_is_the_number_of_observations() -> None:
    """A count needs no interval: it is not estimated."""
    found = summarise(observed([1.0, 2.0, 3.0], complete=[True, True, False]), Statistic.COUNT)
    assert (found.value, found.n, found.low, found.reason) == (3.0, 3, None, None)


def test_n_of_a_ratio_leaves_out_rows_that_move_nothing() -> None:
    """A case with neither amount nor base does not make a ratio look better founded than it is."""
    assert summarise(observed([1.0, 0.0, 0.0], base=[2.0, 1.0, 0.0]), Statistic.RATIO).n == 2


@settings(deadline=None)
@given(st.lists(AMOUNTS, min_size=1, max_size=60))
def test_values_equal_numpy(amounts: list[float]) -> None:
    """Quantiles are numpy's linear ones, which are DuckDB's quantile_cont; the mean is the mean."""
    found = {summary.statistic: summary.value for summary in summarise_all(observed(amounts), DURATIONS)}
    for statistic, p in QUANTILES.items():
        assert found[statistic] == pytest.approx(float(np.quantile(amounts, p)), rel=1e-12)
    assert found[Statistic.MEAN] == pytest.approx(sum(amounts) / len(amounts), rel=1e-12)


@settings(deadline=None)
@given(st.lists(st.tuples(AMOUNTS, st.integers(0, 89), st.booleans()), max_size=60), st.randoms())
def test_row_order_changes_nothing(rows: list[tuple[float, int, bool]], random: object) -> None:
    """The same observations in another order give the same summary, up to the rounding of sums."""
    mixed = list(rows)
    random.shuffle(mixed)  # type: ignore[attr-defined]
    for one, other in zip(_all_of(rows), _all_of(mixed), strict=True):
        assert (one.n, one.reason, one.method) == (other.n, other.reason, other.method)
        for end in ("value", "low", "high", "low80", "high80"):
            left, right = getattr(one, end), getattr(other, end)
            assert (left is None) == (right is None)
            assert left is None or left == pytest.approx(right, rel=1e-6, abs=1e-9)


def _all_of(rows: list[tuple[float, int, bool]]) -> list[Summary]:
    amount, day, complete = zip(*rows, strict=True) if rows else ((), (), ())
    found = observed(amount, day=np.asarray(day, dtype=np.int64), complete=np.asarray(complete, dtype=np.bool_))
    return summarise_all(found, (Statistic.P50, Statistic.MEAN, Statistic.RATIO, Statistic.COUNT))


def test_one_by_one_equals_all_at_once() -> None:
    """Asking for one statistic or for several gives the same summaries, in the order asked for."""
    sample = spread_over(np.random.default_rng(3).lognormal(size=500))
    wanted = (Statistic.P90, Statistic.MEAN, Statistic.P50)
    assert summarise_all(sample, wanted) == [summarise(sample, statistic) for statistic in wanted]


@pytest.mark.parametrize("day", [-1, 90])
def test_a_day_outside_the_window_is_refused(day: int) -> None:
    """Observations and window must be cut by the same days; a stray one is a mistake of the caller."""
    with pytest.raises(ContractError, match="outside its window"):
        summarise(observed([1.0], day=day), Statistic.COUNT)


@pytest.mark.parametrize("stray", [np.nan, np.inf])
def test_what_is_no_number_is_refused(stray: float) -> None:
    """An unknown amount does not silently become a value."""
    with pytest.raises(ContractError, match="'amount' holds a value that is no finite number"):
        summarise(observed([1.0, stray]), Statistic.P50)


def test_a_share_above_1_is_refused() -> None:
    """A share whose amount exceeds its base is wrongly defined."""
    with pytest.raises(ContractError, match="between 0 and its base"):
        summarise(observed([3.0, 1.0]), Statistic.SHARE)


def test_a_million_observations_are_quick() -> None:
    """Cost stays that of one sort: a million observations in well under a second, also on a slow machine."""
    draw = np.random.default_rng(1)
    sample = observed(draw.lognormal(size=1_000_000), day=draw.integers(0, 90, 1_000_000))
    start = time.process_time()
    summarise_all(sample, DURATIONS)
    assert time.process_time() - start < 1.0


def test_a_mean_above_nothing_has_a_range_above_nothing() -> None:
    """Three long durations among four hundred of no length: however wide its range, it does not reach 0."""
    found = summarise(spread_over(np.where(np.arange(400) % 134 == 0, 100.0, 0.0)), Statistic.MEAN)
    assert found.low is not None
    assert found.value == 0.75
    assert 0 < found.low < 0.2


def test_quantiles_are_those_they_are_named_after() -> None:
    """Of the durations 0 to 100 half are up to 50, 85 in 100 up to 85, and 9 in 10 up to 90."""
    wanted = (Statistic.P50, Statistic.P85, Statistic.P90)
    assert [found.value for found in summarise_all(observed(np.arange(101.0)), wanted)] == [50.0, 85.0, 90.0]
