"""Facts of cases and steps where something is told by one end only, or by another stream."""

from __future__ import annotations

import numpy as np
import pytest

from metrics.metric import Bounds, Observations
from metrics.mix.sums import Sums, take_apart
from tests.metrics.coded_events import Log, Row, instant, made_stream, of


def test_work_begun_after_the_outcome_reopens() -> None:
    """A step that only started after the outcome is other work after it, and the newest thing known of the case."""
    rows: list[Row] = [
        ("c1", "A", "Mon 08:00", {"lifecycle": "start", "activity_id": "a"}),
        ("c1", "Done", "Mon 09:00", {"lifecycle": "complete", "activity_id": "d"}),
        ("c1", "B", "Mon 10:00", {"lifecycle": "start", "activity_id": "b"}),
    ]
    case = Log(made_stream(rework={"reopen": True}), rows).case()
    assert (case["reopens"], case["first_rework_at"]) == (1, instant("Mon 10:00"))
    assert (case["last_event_at"], case["finished_at"]) == (instant("Mon 10:00"), instant("Mon 09:00"))


def test_names_are_those_of_the_stream() -> None:
    """The dictionary of another stream has the same codes for other names; they are not asked."""
    rows: list[Row] = [("c1", "A", "Mon 08:00", {"performer": "ann"}), ("c1", "Done", "Mon 09:00")]
    log = Log(made_stream(), rows)
    log.connection.execute("INSERT INTO codes SELECT 'other', kind, code, name || '?' FROM codes")
    assert of(log.steps(), "step", "performer") == [("A", "ann"), ("Done", None)]


@pytest.mark.parametrize(
    ("old", "new", "within"),
    [((3.0, 0.0), (5.0, 0.0), 0.1), ((0.0, 0.0), (5.0, 0.0), 0.25), ((3.0, 0.0), (0.0, 0.0), -0.15)],
)
def test_an_amount_without_a_base_changes_within(
    old: tuple[float, float], new: tuple[float, float], within: float
) -> None:
    """What a segment adds that has an amount and no base is its amount over the base of all, after less before."""
    whole = take_apart([Sums(10.0, 20.0), Sums(*old)], [Sums(10.0, 20.0), Sums(*new)])
    assert whole is not None
    assert (whole.parts[1].within, whole.parts[1].mix) == (pytest.approx(within), 0.0)


@pytest.mark.parametrize("place", [None, 0, 1, 2, 3])
def test_one_end_that_differs_is_uncertain(place: int | None) -> None:
    """Least or most amount, least or most base: any of them makes the observations uncertain; none leaves them sure."""
    ends = [np.array([1.0, 2.0]) for _ in range(4)]
    if place is not None:
        ends[place] = np.array([1.0, 3.0])
    least_amount, most_amount, least_base, most_base = ends
    bounds = Bounds(least_amount=least_amount, most_amount=most_amount, least_base=least_base, most_base=most_base)
    known = np.array([1.0, 2.0])
    seen = Observations(np.array([1, 2]), known, known, np.ones(2, np.bool_), 1, 3, bounds)
    assert seen.is_uncertain is (place is not None)


def test_what_nobody_knows_is_no_other_at_either_end() -> None:
    """An amount that is missing, here and at both ends, is not one that may turn out otherwise."""
    day, base = np.array([1, 2]), np.ones(2)
    missing = np.array([1.0, np.nan])
    for bounds in (None, Bounds(least_amount=missing, most_amount=missing, least_base=base, most_base=base)):
        assert not Observations(day, missing, base, np.ones(2, np.bool_), 1, 3, bounds).is_uncertain
