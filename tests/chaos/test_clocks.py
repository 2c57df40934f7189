"""A producer whose clock jumps: order is the source's own count, and nothing depends on time going forward."""

from __future__ import annotations

import random
from pathlib import Path

import streamgauge as sg
from streamgauge import FileOutbox
from streamgauge.testing import FixedClock
from tests.chaos.world import World, tell, telling

DAY_SECONDS = 86_400.0


def test_a_jumping_clock_loses_nothing(tmp_path: Path) -> None:
    """An hour back, a day forth, a standing clock, a new process: every event is there, in the order of the telling."""
    world, clock, chance = World(tmp_path), FixedClock(), random.Random(7)
    told: list[str] = []
    for _ in range(4):
        with telling(FileOutbox(world.outbox, "orders", segment_bytes=2_000), clock=clock):
            for _ in range(15):
                clock.advance(chance.choice([0.0, 1.0, -3_600.0, DAY_SECONDS, -30 * DAY_SECONDS]))
                told += tell(3, first=len(told))
        world.carry()
        world.load()
    rows = world.rows()
    assert [row.key[1] for row in rows] == told
    assert [row.sequence for row in rows] == list(range(1, 181))
    assert len(set(told)) == 180, "ids are distinct though the clock gave the same instant again"
    assert [(n.highest, n.missing) for n in world.numberings()] == [(180, 0)]


def test_a_clock_that_lost_its_battery_is_kept_aside(tmp_path: Path) -> None:
    """Events of 1970 cannot be measured and are not lost: told = loaded + kept aside, and no number is missing."""
    world, clock = World(tmp_path), FixedClock()
    with telling(FileOutbox(world.outbox, "orders"), clock=clock), sg.case("c1"):
        sg.event("Ring")
        clock.now_ns = 0
        sg.event("Answer")
        clock.now_ns = FixedClock().now_ns
        sg.event("Answer")
    world.carry()
    receipt = world.load().receipts["calls"]
    assert (receipt.new, receipt.quarantined) == (2, 1)
    assert list(receipt.reasons) == ["time before 1990: 1970-01-01"]
    assert [(n.highest, n.missing) for n in world.numberings()] == [(3, 0)]
