"""A canary: a producer of which we know how much it told. What is missing raises the alarm, wherever it was lost."""

from __future__ import annotations

from pathlib import Path

import pytest

import streamgauge as sg
from streamgauge import FileOutbox
from streamgauge.event import Event, uuid7
from streamgauge.outbox.lines import frame
from streamgauge.outbox.spool import segments_of
from tests.chaos.world import World, tell, telling

EVENTS = 30
SEGMENT_BYTES = 2_000  # a handful of events


@pytest.fixture
def world(tmp_path: Path) -> World:
    """A world in which a canary told its events, and nothing was carried yet."""
    world = World(tmp_path)
    with telling(FileOutbox(world.outbox, "orders", segment_bytes=SEGMENT_BYTES)):
        tell(EVENTS)
    return world


def _arrive(world: World) -> tuple[int, int]:
    """Carry and load; how many numbers are missing, by the account and by the law."""
    world.carry()
    world.load()
    return sum(n.missing for n in world.numberings()), world.failing("every_number_arrived")


def test_all_that_was_told_is_loaded_or_kept_aside(world: World) -> None:
    """Emitted = loaded + quarantined, whatever part of it is no event."""
    outbox = FileOutbox(world.outbox, "orders")
    with telling(outbox):
        for number in range(9):
            kind = "robot" if number % 3 == 0 else "system"
            data = {"stream.name": "calls", "case.id": "c", "step.name": "Ring", "lifecycle": "instant"}
            outbox.put(Event(uuid7(), "Ring", 1_767_614_400_000_000_000, {**data, "performer.kind": kind}))
    assert _arrive(world) == (0, 0)
    (numbering,) = world.numberings()
    assert (numbering.highest, len(world.rows()), world.kept_aside()) == (EVENTS + 9, EVENTS + 6, 3)


def test_a_sound_world_raises_no_alarm(world: World) -> None:
    """The alarm is silent while nothing is lost, also when all of it comes a second time."""
    assert _arrive(world) == (0, 0)
    (world.spool() / "cursor").unlink()
    assert _arrive(world) == (0, 0)
    assert len(world.rows()) == EVENTS


def test_a_damaged_line_is_a_gap(world: World) -> None:
    """A byte that flipped in the middle of a spool costs one event, and is told by relay, account and law."""
    path = segments_of(world.spool())[2]
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 1
    path.write_bytes(content)
    report = world.carry()
    assert report.skipped_bytes > 100
    assert report.delivered == EVENTS - 1
    assert _arrive(world) == (1, 1)
    assert (world.spool() / "refused.spool").exists()


def test_a_damaged_event_that_was_mended_ends_the_alarm(world: World) -> None:
    """The number that arrives late fills the gap: the alarm is about what is missing, not about what once was."""
    path = segments_of(world.spool())[1]
    sound = path.read_bytes()
    path.write_bytes(sound.replace(b'"Answer"', b'"Ansxer"', 1))
    assert _arrive(world) == (1, 1)
    path.write_bytes(sound)
    (world.spool() / "cursor").unlink()
    assert _arrive(world) == (0, 0)
    assert len(world.rows()) == EVENTS


def test_a_lost_file_is_a_gap(world: World) -> None:
    """A segment that somebody removed is as many missing numbers as it had events."""
    path = segments_of(world.spool())[1]
    lost = path.read_bytes().count(b"\n")
    path.unlink()
    assert lost > 1
    assert _arrive(world) == (lost, lost)


def test_the_newest_file_lost_under_a_living_writer_is_a_gap(tmp_path: Path) -> None:
    """The writer knows how far it counted, so the next event shows what is missing."""
    world = World(tmp_path)
    with telling(FileOutbox(world.outbox, "orders", segment_bytes=SEGMENT_BYTES)):
        tell(EVENTS)
        path = segments_of(world.spool())[-1]
        lost = path.read_bytes().count(b"\n")
        path.unlink()
        tell(12, first=EVENTS)
    assert lost > 0
    missing, against_the_law = _arrive(world)
    assert missing == against_the_law == EVENTS + 12 - len(world.rows()) > 0


def test_a_sequence_that_was_swallowed_is_a_gap(world: World) -> None:
    """A line that is whole and sound but was taken out leaves its number."""
    path = segments_of(world.spool())[0]
    lines = path.read_bytes().splitlines(keepends=True)
    path.write_bytes(b"".join(lines[:1] + lines[2:]))
    assert lines[1] == frame(lines[1][9:-1])
    assert _arrive(world) == (1, 1)


def test_an_event_of_a_stream_nobody_registered_is_no_gap(world: World) -> None:
    """What is kept aside as nobody's has arrived: its number is seen."""
    with telling(FileOutbox(world.outbox, "orders")), sg.case("c1", stream="fax"):
        sg.event("Ring")
    assert _arrive(world) == (0, 0)
    assert (len(world.rows()), world.kept_aside("_unrouted")) == (EVENTS, 1)


def test_the_newest_file_lost_behind_a_dead_writer_shows_by_the_canary_only(tmp_path: Path) -> None:
    """Nobody else knows how far the dead one counted: its successor counts on from what it finds, without a gap."""
    world = World(tmp_path)
    with telling(FileOutbox(world.outbox, "orders", segment_bytes=SEGMENT_BYTES)):
        tell(EVENTS)
    segments_of(world.spool())[-1].unlink()
    with telling(FileOutbox(world.outbox, "orders", segment_bytes=SEGMENT_BYTES)):
        tell(6, first=EVENTS)
    assert _arrive(world) == (0, 0)
    assert len(world.rows()) + world.kept_aside() < EVENTS + 6
