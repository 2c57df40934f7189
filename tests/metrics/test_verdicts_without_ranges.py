"""Verdicts and ranges of a change where an end of a range is missing, or just touches its border."""

from __future__ import annotations

import pytest

from metrics.compare import mover
from metrics.metric import Better, Statistic, Summary, Verdict
from metrics.verdicts import judge

Ends = tuple[float | None, float | None]


def word(change: float, wide: Ends, narrow: Ends, n: int = 200, meaningful: float = 1.0) -> Verdict:
    """The verdict on a mean of days that changed by so much."""
    before, after = (
        Summary(Statistic.MEAN, value, None, None, n, "made") for value in (10.0, 10.0 + change)
    )  # fmt: skip
    return judge(before, after, wide, narrow, better=Better.LOWER, unit="days", meaningful=meaningful)


@pytest.mark.parametrize("missing", range(4))
def test_one_missing_end_is_no_range(missing: int) -> None:
    """Without any of the four ends there is too little to say."""
    ends: list[float | None] = [-3.0, -1.0, -2.5, -1.5]
    assert word(-2.0, (ends[0], ends[1]), (ends[2], ends[3])) is Verdict.FASTER
    ends[missing] = None
    assert word(-2.0, (ends[0], ends[1]), (ends[2], ends[3])) is Verdict.TOO_FEW


@pytest.mark.parametrize(
    ("change", "wide", "narrow", "said"),
    [
        (-1.0, (-2.0, -0.1), (-1.5, -0.5), Verdict.FASTER),  # as much as matters
        (1.0, (0.1, 2.0), (0.5, 1.5), Verdict.SLOWER),
        (-0.9, (-2.0, -0.1), (-1.5, -0.5), Verdict.LIKELY_FASTER),
        (-2.0, (-4.0, 0.0), (-3.0, -1.0), Verdict.LIKELY_FASTER),  # touches 0
        (2.0, (0.0, 4.0), (1.0, 3.0), Verdict.LIKELY_SLOWER),
        (-2.0, (-5.0, 1.0), (-4.0, 0.0), Verdict.UNCLEAR),
        (2.0, (-1.0, 5.0), (0.0, 4.0), Verdict.UNCLEAR),
        (0.0, (-1.0, 1.0), (-0.5, 0.5), Verdict.SAME),  # just inside
        (0.0, (-1.1, 1.0), (-0.5, 0.5), Verdict.UNCLEAR),
        (0.0, (-1.0, 1.1), (-0.5, 0.5), Verdict.UNCLEAR),
    ],
)
def test_the_borders_of_the_words(change: float, wide: Ends, narrow: Ends, said: Verdict) -> None:
    """A range that touches 0 does not exclude it; a change as large as matters does matter."""
    assert word(change, wide, narrow) is said


@pytest.mark.parametrize("missing", range(6))
def test_no_range_of_a_change_without_all_of_either(missing: int) -> None:
    """Value, lower and upper end of both sides, or nothing."""
    told: list[float | None] = [10.0, 9.0, 11.5, 20.0, 17.0, 24.0]
    assert mover(*told) == pytest.approx((10 - (3**2 + 1.5**2) ** 0.5, 10 + (4**2 + 1) ** 0.5))
    told[missing] = None
    assert mover(*told) == (None, None)
