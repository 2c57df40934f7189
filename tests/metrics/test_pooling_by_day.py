"""Groups pooled stand by day, then by value, whatever order they came in."""

from __future__ import annotations

from metrics.effects.pooling import pool
from metrics.flow.flow_time import FLOW_TIME
from metrics.observe import observe
from tests.metrics.builder import JANUARY, STREAM, World


def test_days_ascend_and_so_do_values_within_them() -> None:
    """Two groups whose days alternate, the longer durations first."""
    world = World()
    for number in range(12):
        for size, took in (("a", 3.0 - number / 10), ("b", 1.0 + number / 10)):
            day = 20.0 + number
            world.case(f"{size}{number}", day - took, day, segments={"size": size})
            world.case(f"{size}{number}x", day - took - 0.25, day, segments={"size": size})
    found = pool(observe(world.connection, FLOW_TIME, STREAM, ("size",)), JANUARY)
    assert len(found.day) == 48
    assert list(zip(found.day, found.amount, strict=True)) == sorted(zip(found.day, found.amount, strict=True))
