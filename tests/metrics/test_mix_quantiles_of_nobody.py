"""Percentiles taken apart where a segment has nobody, on one side or on both."""

from __future__ import annotations

import numpy as np
import pytest

from metrics.mix.quantiles import Durations, take_apart


def durations(*days: float) -> Durations:
    return Durations(np.array(days), np.ones(len(days), np.bool_))


@pytest.mark.parametrize("counts_open", [True, False])
def test_a_segment_without_anybody_adds_nothing(counts_open: bool) -> None:
    """Beside two that moved, one that is on neither side has no share, no value and no part."""
    before = [durations(1, 2, 3, 4), durations(), durations(5, 6)]
    after = [durations(2, 3, 4, 5), durations(), durations(6, 7, 8, 9)]
    whole = take_apart(before, after, 0.5, counts_open=counts_open)
    assert whole is not None
    nobody = whole.parts[1]
    assert (nobody.before_share, nobody.after_share, nobody.before_value, nobody.after_value) == (0, 0, None, None)
    assert (nobody.within, nobody.mix) == (0.0, 0.0)
    assert sum(part.mix or 0.0 for part in whole.parts) == pytest.approx(whole.mix)


@pytest.mark.parametrize("counts_open", [True, False])
def test_a_segment_of_one_side_is_mix(counts_open: bool) -> None:
    """A segment that only came, or only went, has moved nobody within it."""
    there, long = durations(1, 2, 3, 4), durations(9, 9, 9, 9)
    for before, after in (([there, durations()], [there, long]), ([there, long], [there, durations()])):
        whole = take_apart(before, after, 0.5, counts_open=counts_open)
        assert whole is not None
        assert (whole.within, whole.mix) == (0.0, whole.after - whole.before)
