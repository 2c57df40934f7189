"""What is unknown, carried to the number: bounds of values, and verdicts that do not hang on them."""

from __future__ import annotations

import itertools
from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from metrics.bounds import judge_within
from metrics.evaluate import evaluate_period
from metrics.handoff.handoff_ratio import HANDOFF_RATIO
from metrics.metric import Statistic, Summary, Verdict
from metrics.periods import parse_period
from tests.metrics.builder import STREAM, World
from tests.metrics.worlds import few

COUNTS = st.tuples(st.integers(0, 3), st.integers(1, 3), st.integers(0, 2))


def told(value: float, least: float | None = None, most: float | None = None) -> Summary:
    """A summary of 200 observations with a narrow interval, and ends where they are given."""

    def one(at: float | None) -> Summary | None:
        return None if at is None else Summary(Statistic.RATIO, at, at - 0.1, at + 0.1, 200, "made")

    return Summary(Statistic.RATIO, value, value - 0.1, value + 0.1, 200, "made", least=one(least), most=one(most))


def by_value(before: Summary, after: Summary) -> Verdict:
    """A plain judge: higher is better."""
    assert before.value is not None
    assert after.value is not None
    return Verdict.BETTER if after.value > before.value else Verdict.WORSE


@pytest.mark.parametrize(
    ("before", "after", "verdict"),
    [
        (told(1.0), told(2.0), Verdict.BETTER),
        (told(1.0, 0.8, 1.4), told(2.0, 1.5, 2.5), Verdict.BETTER),
        (told(1.0, 0.8, 1.6), told(2.0, 1.5, 2.5), Verdict.UNCLEAR),
        (told(1.0), told(2.0, 0.9, 2.5), Verdict.UNCLEAR),
        (told(1.0, 0.8, 2.1), told(2.0), Verdict.UNCLEAR),
        (told(2.0, 1.5, 2.5), told(1.0, 0.8, 1.4), Verdict.WORSE),
        (told(2.0, 1.5, 2.5), told(1.0, 0.8, 1.6), Verdict.UNCLEAR),
    ],
)
def test_a_verdict_holds_at_both_ends_or_not_at_all(before: Summary, after: Summary, verdict: Verdict) -> None:
    """The word stands only where it would stand whatever the unknown turned out to be."""
    assert judge_within(before, after, by_value) is verdict


@pytest.mark.parametrize("silent", [Verdict.TOO_FEW, Verdict.EARLY, Verdict.NOT_JUDGED])
def test_silence_stays_silence(silent: Verdict) -> None:
    """Where too little is there to judge, bounds do not make it a judgement."""
    assert judge_within(told(1.0, 0.1, 9.0), told(2.0, 0.1, 9.0), lambda *_: silent) is silent


@pytest.mark.parametrize("silent", [Verdict.TOO_FEW, Verdict.EARLY, Verdict.NOT_JUDGED])
def test_what_is_not_said_of_the_value_is_not_asked_of_its_ends(silent: Verdict) -> None:
    """Where the value itself is not judged, nothing is said, whatever could be said of either end."""

    def of_ends(before: Summary, after: Summary) -> Verdict:
        return silent if after.value == 2.0 else by_value(before, after)

    assert judge_within(told(1.0, 0.1, 9.0), told(2.0, 0.1, 9.0), of_ends) is silent


@few
@given(rows=st.lists(COUNTS, min_size=1, max_size=4))
def test_bounds_hold_every_possible_world(rows: Sequence[tuple[int, int, int]]) -> None:
    """However each unknown handoff is resolved, the ratio lies between the bounds, and both bounds are reached."""
    world = World()
    for number, (automated, manual, unknown) in enumerate(rows):
        told_counts = {"automated_handoffs": automated, "manual_handoffs": manual, "unknown_handoffs": unknown}
        world.case(f"c{number}", 1.0, 2.0, **told_counts)
    found = world.summary(HANDOFF_RATIO)
    automated, manual, unknown = (sum(row[place] for row in rows) for place in range(3))
    possible = [(automated + more) / (manual + unknown - more) for more in range(unknown + 1)]
    # Each manual handoff is at least one, so every world has a ratio.
    least = found.value if found.least is None else found.least.value
    most = found.value if found.most is None else found.most.value
    assert least == pytest.approx(automated / (manual + unknown))
    assert most == pytest.approx((automated + unknown) / manual)
    assert all(least - 1e-12 <= ratio <= most + 1e-12 for ratio in possible)
    assert (found.least is None) == (unknown == 0)


def test_bounds_are_told_only_where_something_is_unknown() -> None:
    """The stored row has NULL and the printed object no such keys where all is known."""
    certain, uncertain = (
        World().case("a", 1.0, 2.0, automated_handoffs=2, manual_handoffs=1, unknown_handoffs=unknown)
        for unknown in (0, 1)
    )
    quarter = parse_period("2026-Q1")
    (known,), (bounded,) = (
        list(evaluate_period(w.connection, HANDOFF_RATIO, STREAM, quarter)) for w in (certain, uncertain)
    )
    assert (known.as_row()["least"], known.as_row()["most"]) == (None, None)
    assert not {"least", "most"} & set(known.as_fact())
    assert (bounded.as_row()["least"], bounded.as_row()["most"]) == (1.0, 3.0)
    assert (bounded.as_fact()["least"], bounded.as_fact()["most"]) == (1.0, 3.0)


def test_a_split_keeps_the_bounds_with_their_rows() -> None:
    """Rows in any order and any split: each observation keeps its own bounds."""
    for order in itertools.permutations(range(3)):
        world = World()
        for number in order:
            segments = {"size": "large" if number else "small"}
            world.case(
                f"c{number}", 1.0, 2.0 + number, automated_handoffs=number, manual_handoffs=1,
                unknown_handoffs=2 * number, segments=segments,
            )  # fmt: skip
        found = {
            value.dimensions["size"]: value.as_row()
            for value in evaluate_period(world.connection, HANDOFF_RATIO, STREAM, parse_period("2026-Q1"), ("size",))
        }
        assert (found["small"]["least"], found["small"]["most"]) == (None, None)
        assert (found["large"]["least"], found["large"]["most"]) == (pytest.approx(3 / 8), pytest.approx(9 / 2))
