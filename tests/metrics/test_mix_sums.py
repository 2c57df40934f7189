"""Changes of means, shares and ratios taken apart by segment: by hand, against a loop, and exact whatever comes."""

from __future__ import annotations

import math

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from metrics.mix.sums import Sums, take_apart

calm = settings(deadline=None)  # a busy machine is no failure
NOTHING = Sums(0.0, 0.0)
amounts = st.floats(-1e6, 1e6)
bases = st.floats(1e-3, 1e6)
segments = st.builds(Sums, amounts, bases) | st.just(NOTHING) | st.builds(Sums, amounts, st.just(0.0))
pairs = st.lists(st.tuples(segments, segments), min_size=1, max_size=8)


def test_example() -> None:
    """Half of the cases at 2 and half at 4 become a quarter at 1 and three quarters at 4: 3 becomes 3.25."""
    # Within: 0.5 · (1 − 2) = −0.5. Mix: −0.25 · (2 − 3) + 0.25 · (4 − 3) = 0.5. Both: −0.25 · (1 − 2) = 0.25.
    found = take_apart([Sums(20, 10), Sums(40, 10)], [Sums(5, 5), Sums(60, 15)])
    assert found is not None
    assert (found.before, found.after) == (3.0, 3.25)
    assert (found.within, found.mix, found.interaction) == pytest.approx((-0.5, 0.5, 0.25))
    assert [part.within for part in found.parts] == pytest.approx([-0.5, 0.0])
    assert [part.mix for part in found.parts] == pytest.approx([0.25, 0.25])
    assert [part.difference for part in found.parts] == pytest.approx([0.0, 0.25])
    assert found.largest == 1


def test_only_the_mix_changed() -> None:
    """Where every segment keeps its value, all of the change is mix: a worse whole without a worse part."""
    found = take_apart([Sums(90, 90), Sums(20, 10)], [Sums(50, 50), Sums(100, 50)])
    assert found is not None
    assert found.within == found.interaction == 0.0
    assert found.mix == pytest.approx(found.after - found.before) == pytest.approx(0.4)


def test_a_segment_that_came_or_went_is_all_mix() -> None:
    """It has no change within: what it adds is its distance from the whole, times its share."""
    found = take_apart([Sums(10, 10), Sums(30, 10), NOTHING], [Sums(10, 10), NOTHING, Sums(50, 10)])
    assert found is not None
    assert (found.before, found.after) == (2.0, 3.0)
    stayed, went, came = found.parts
    assert (stayed.within, stayed.mix, stayed.interaction) == (0.0, 0.0, 0.0)
    assert (went.within, went.mix, went.interaction, went.after_value) == (0.0, pytest.approx(-0.5), 0.0, None)
    assert (came.within, came.mix, came.interaction, came.before_value) == (0.0, pytest.approx(1.5), 0.0, None)


def test_an_amount_without_a_base_is_within() -> None:
    """Handoffs that all became automatic leave no manual one to divide by; what they add is told all the same."""
    found = take_apart([Sums(4, 2), Sums(6, 8)], [Sums(12, 0), Sums(6, 8)])
    assert found is not None
    assert (found.before, found.after) == (1.0, 2.25)
    assert math.fsum((found.within, found.mix, found.interaction or 0)) == pytest.approx(1.25, abs=1e-12)
    assert found.parts[0].after_value is None
    assert found.parts[0].within == pytest.approx(1.5)


@pytest.mark.parametrize(("before", "after"), [([NOTHING], [Sums(1, 1)]), ([Sums(1, 1)], [NOTHING]), ([], [])])
def test_an_empty_side_is_no_change(before: list[Sums], after: list[Sums]) -> None:
    """Without a base there is no value, and nothing to take apart."""
    assert take_apart(before, after) is None


@calm
@given(pairs)
def test_the_parts_are_the_change(sides: list[tuple[Sums, Sums]]) -> None:
    """within + mix + interaction = after − before to 1e-9 of the values, as a whole and summed over segments."""
    before, after = [old for old, _ in sides], [new for _, new in sides]
    found = take_apart(before, after)
    if found is None:
        assert sum(s.base for s in before) == 0 or sum(s.base for s in after) == 0
        return
    change = found.after - found.before
    scale = max(
        1.0, *(abs(s.amount / s.base) for s in (*before, *after) if s.base), abs(found.before), abs(found.after)
    )
    assert math.fsum((found.within, found.mix, found.interaction or 0.0)) == pytest.approx(change, abs=1e-9 * scale)
    summed = math.fsum(part.difference or 0.0 for part in found.parts)
    assert summed == pytest.approx(change, abs=1e-9 * scale)


@calm
@given(pairs)
def test_oracle(sides: list[tuple[Sums, Sums]]) -> None:
    """A loop over segments, written from the formulas, gives the same three parts."""
    before, after = [old for old, _ in sides], [new for _, new in sides]
    found = take_apart(before, after)
    if found is None:
        return
    all0, all1 = math.fsum(s.base for s in before), math.fsum(s.base for s in after)
    whole0 = math.fsum(s.amount for s in before) / all0
    within = mix = interaction = 0.0
    for old, new in sides:
        grown = new.base / all1 - old.base / all0
        if old.base and new.base:
            then, now = old.amount / old.base, new.amount / new.base
            within += old.base / all0 * (now - then)
            interaction += grown * (now - then)
            mix += grown * (then - whole0)
            continue
        if old.base or new.base:
            there = old if old.base else new
            mix += grown * (there.amount / there.base - whole0)
        within += (0 if new.base else new.amount / all1) - (0 if old.base else old.amount / all0)
    scale = max(1.0, *(abs(s.amount / s.base) for s in (*before, *after) if s.base), abs(whole0), abs(found.after))
    assert (found.within, found.mix, found.interaction) == pytest.approx((within, mix, interaction), abs=1e-9 * scale)


@calm
@given(pairs)
def test_the_order_of_segments_is_nothing(sides: list[tuple[Sums, Sums]]) -> None:
    """Segments from last to first give the same whole, and the same parts from last to first."""
    one, other = (take_apart([o for o, _ in told], [n for _, n in told]) for told in (sides, sides[::-1]))
    assert (one is None) == (other is None)
    if one is not None and other is not None:
        scale = max(1.0, *(abs(part.mix or 0) for part in one.parts), abs(one.within), abs(one.before))
        assert (one.within, one.mix) == pytest.approx((other.within, other.mix), abs=1e-9 * scale)
        assert [p.before_share for p in one.parts] == pytest.approx([p.before_share for p in other.parts][::-1])
