"""Groups taken together again: as if they had never been apart."""

from __future__ import annotations

from dataclasses import fields

import numpy as np
import pytest

from metrics.effects.pooling import pool
from metrics.flow.flow_time import FLOW_TIME
from metrics.handoff.handoff_ratio import HANDOFF_RATIO
from metrics.metric import Bounds, Metric
from metrics.observe import observe
from tests.metrics.builder import JANUARY, STREAM, World


def _world() -> World:
    world = World()
    for number in range(40):
        world.case(
            f"c{number}", number / 2, number / 2 + 1 + number % 7, segments={"size": f"s{number % 3}"},
            automated_handoffs=number % 5, manual_handoffs=1, unknown_handoffs=number % 2,
        )  # fmt: skip
    return world


@pytest.mark.parametrize("metric", [FLOW_TIME, HANDOFF_RATIO])
def test_oracle(metric: Metric) -> None:
    """All groups of a split pooled are the observations without it, what is unknown included; the order is nothing."""
    world = _world()
    (whole,) = observe(world.connection, metric, STREAM)
    groups = observe(world.connection, metric, STREAM, ("size",))
    for told in (groups, groups[::-1]):
        found, expected = pool(told, JANUARY), whole.within(JANUARY)
        assert (found.first_day, found.until_day) == (expected.first_day, expected.until_day)
        seen = [sorted(zip(o.day, o.amount, o.base, o.complete, strict=True)) for o in (found, expected)]
        assert seen[0] == seen[1]
        assert np.array_equal(found.amount, pool(groups, JANUARY).amount)
        for end, known in ((found.at_least(), expected.at_least()), (found.at_most(), expected.at_most())):
            assert (end.amount.sum(), end.base.sum()) == (known.amount.sum(), known.base.sum())


def test_one_group_and_none() -> None:
    """One group is itself; none is a window without observations."""
    world = _world()
    groups = observe(world.connection, FLOW_TIME, STREAM, ("size",))
    assert np.array_equal(pool(groups[:1], JANUARY).amount, groups[0].within(JANUARY).amount)
    nothing = pool([], JANUARY)
    assert (len(nothing), nothing.first_day, nothing.until_day) == (
        0, JANUARY.first_on.toordinal(), JANUARY.until_on.toordinal(),
    )  # fmt: skip
    assert [len(column) for column in (nothing.amount, nothing.base, nothing.complete)] == [0, 0, 0]


def test_what_is_unknown_stays_with_its_observation() -> None:
    """Each observation keeps the ends of its own amount and base, whichever groups are taken together."""
    world = _world()
    (whole,) = observe(world.connection, HANDOFF_RATIO, STREAM)
    found = pool(observe(world.connection, HANDOFF_RATIO, STREAM, ("size",)), JANUARY)
    told = []
    for one in (found, whole.within(JANUARY)):
        assert one.bounds is not None
        ends = (getattr(one.bounds, field.name) for field in fields(Bounds))
        told.append(sorted(zip(one.day, one.amount, one.base, *ends, strict=True)))
    assert told[0] == told[1]
