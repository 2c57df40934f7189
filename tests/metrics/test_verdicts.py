"""The table of verdicts, line by line, in both directions and at every edge."""

from __future__ import annotations

import pytest

from metrics.compare import compare
from metrics.metric import Better, Statistic, Verdict
from metrics.verdicts import words_for
from tests.metrics.test_compare import summed

LOWER, HIGHER = Better.LOWER, Better.HIGHER


def verdict(change: float, half: float = 0.1, *, n: tuple[int, int] = (500, 500), statistic: Statistic = Statistic.P50,
            better: Better = LOWER, unit: str = "days", meaningful: float = 1.0) -> Verdict:  # fmt: skip
    """The verdict on 10 → 10 + change, where `half` is half the width of the 95 % range of the difference."""
    side = half / 2**0.5
    before = summed(10.0, side, n=n[0], statistic=statistic)
    after = summed(10.0 + change, side, n=n[1], statistic=statistic)
    return compare(before, after, better=better, unit=unit, meaningful=meaningful).verdict


@pytest.mark.parametrize(
    ("n", "expected"), [(29, Verdict.TOO_FEW), (30, Verdict.EARLY), (99, Verdict.EARLY), (100, Verdict.FASTER)]
)
@pytest.mark.parametrize("is_before", [True, False])
def test_n_of_the_smaller_side_decides(n: int, expected: Verdict, is_before: bool) -> None:
    """Below 30 nothing is said, below 100 it is an early reading, however clear the change."""
    assert verdict(-5.0, n=(n, 5000) if is_before else (5000, n)) is expected


@pytest.mark.parametrize(("n", "expected"), [(30, Verdict.TOO_FEW), (99, Verdict.TOO_FEW), (100, Verdict.FASTER)])
def test_p90_needs_100(n: int, expected: Verdict) -> None:
    """A p90 of fewer than 100 cases rests on fewer than 10; it gets no early reading."""
    assert verdict(-5.0, n=(n, 500), statistic=Statistic.P90) is expected


@pytest.mark.parametrize(
    ("unit", "better", "fall", "rise"),
    [
        ("days", LOWER, Verdict.FASTER, Verdict.SLOWER),
        ("EUR", LOWER, Verdict.CHEAPER, Verdict.DEARER),
        ("currency", LOWER, Verdict.CHEAPER, Verdict.DEARER),
        ("share", HIGHER, Verdict.WORSE, Verdict.BETTER),
        ("ratio", HIGHER, Verdict.WORSE, Verdict.BETTER),
        ("share", LOWER, Verdict.BETTER, Verdict.WORSE),
        ("days", HIGHER, Verdict.WORSE, Verdict.BETTER),
        ("EUR", HIGHER, Verdict.WORSE, Verdict.BETTER),
    ],
)
def test_words_of_the_unit(unit: str, better: Better, fall: Verdict, rise: Verdict) -> None:
    """Days get faster, money cheaper, all else better; where more is better, less is never called faster or cheaper."""
    assert verdict(-5.0, unit=unit, better=better) is fall
    assert verdict(5.0, unit=unit, better=better) is rise
    assert verdict(-1.5, 2.0, unit=unit, better=better) is Verdict(f"Likely {fall.value.lower()}")
    assert verdict(1.5, 2.0, unit=unit, better=better) is Verdict(f"Likely {rise.value.lower()}")


@pytest.mark.parametrize(
    ("change", "half", "expected"),
    [
        (0.0, 0.5, Verdict.SAME),  # inside, holds 0
        (0.5, 0.4, Verdict.SAME),  # inside, excludes 0: sure, and sure not to matter
        (1.0, 0.0, Verdict.SLOWER),  # exactly the meaningful change, certain
        (1.0, 0.9, Verdict.SLOWER),
        (0.9, 0.8, Verdict.LIKELY_SLOWER),  # 95 % excludes 0, but whether it matters is open
        (-0.9, 0.8, Verdict.LIKELY_FASTER),
        (0.9, 1.2, Verdict.LIKELY_SLOWER),  # only 80 % excludes 0
        (0.9, 2.0, Verdict.UNCLEAR),
        (-0.9, 2.0, Verdict.UNCLEAR),
        (0.0, 1.5, Verdict.UNCLEAR),
        (5.0, 9.0, Verdict.UNCLEAR),  # large but unsure
    ],
)
def test_the_table(change: float, half: float, expected: Verdict) -> None:
    """The first line of the table that holds decides, against a meaningful change of 1."""
    assert verdict(change, half) is expected


def test_without_a_meaningful_change_only_certainty_of_none_is_the_same() -> None:
    """At a threshold of 0 every change that is sure matters, and only no change at all is the same."""
    assert verdict(0.0, 0.0, meaningful=0.0) is Verdict.SAME
    assert verdict(0.2, meaningful=0.0) is Verdict.SLOWER
    assert verdict(0.0, meaningful=0.0) is Verdict.UNCLEAR


def test_no_data_after_beats_no_data_before() -> None:
    """Where both are missing, the period asked about is what has no data."""
    found = compare(summed(None), summed(None), better=LOWER, unit="days", meaningful=1.0)
    assert found.verdict is Verdict.NO_DATA


def test_three_capitals_are_a_currency_and_words_are_not() -> None:
    """Only ISO 4217 codes and the word currency are money."""
    assert words_for("USD", LOWER)[0] is Verdict.CHEAPER
    assert words_for("count", LOWER)[0] is Verdict.BETTER
