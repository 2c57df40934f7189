"""Damage anywhere in a spool: every intact line arrives, no garbage, nothing hangs, and it is said."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from streamgauge.event import Event
from streamgauge.outbox.lines import Damage, Line, frame
from streamgauge.relay.lines import read_all_intact
from tests.instrumentation.memory_receiver import MemoryReceiver
from tests.instrumentation.test_relay_spool import refused_in, relay_for

SOURCE = "/orders/0123456789ab"
EVENTS = [
    Event(f"e{number}", "order.created", 0, {"note": 'deadbeef {"' * number}).encode(SOURCE, number)
    for number in range(1, 4)
]
LINES = [frame(event) for event in EVENTS]
WHOLE = b"".join(LINES)


def read(path: Path, content: bytes) -> tuple[list[bytes], int]:
    """The events of a final segment, and how many bytes were skipped; offsets must follow each other without a gap."""
    path.write_bytes(content)
    events, skipped, end = [], 0, 0
    for found in read_all_intact(path, 0, is_final=True):
        assert found.start == end
        end = found.end
        if isinstance(found, Line):
            events.append(found.content)
        else:
            skipped += found.skipped_bytes
    assert end == len(content)
    return events, skipped


def test_torn_at_every_offset(tmp_path: Path) -> None:
    """Cut anywhere, a segment yields the lines before the cut, and says how much is left over."""
    ends = [sum(map(len, LINES[:number])) for number in range(len(LINES) + 1)]
    for cut in range(len(WHOLE) + 1):
        whole = max(number for number, end in enumerate(ends) if end <= cut)
        assert read(tmp_path / "s", WHOLE[:cut]) == (EVENTS[:whole], cut - ends[whole])


@pytest.mark.parametrize("flip", [0x01, 0x20, 0xFF])
def test_flipped_at_every_offset(tmp_path: Path, flip: int) -> None:
    """A flipped byte costs the line it stands in and no other, even where it is the line end."""
    owner = [number for number, line in enumerate(LINES) for _ in line]
    for at in range(len(WHOLE)):
        content = bytearray(WHOLE)
        content[at] ^= flip
        events, skipped = read(tmp_path / "s", bytes(content))
        assert events == EVENTS[: owner[at]] + EVENTS[owner[at] + 1 :]
        assert skipped == len(LINES[owner[at]])


@settings(max_examples=150, deadline=None, derandomize=True)
@given(st.lists(st.one_of(st.sampled_from(LINES), st.binary(max_size=40)), max_size=12))
def test_garbage_between_lines(tmp_path_factory: pytest.TempPathFactory, pieces: list[bytes]) -> None:
    """Whatever stands between lines, only events that were written are read, and every byte is accounted for."""
    content = b"".join(pieces)
    events, skipped = read(tmp_path_factory.mktemp("damage") / "s", content)
    assert set(events) <= set(EVENTS)
    assert skipped == len(content) - sum(len(frame(event)) for event in events)
    # a piece that begins a line of its own is read; one glued to garbage is too, when the garbage has no line end in it
    assert len(events) == sum(piece in LINES for piece in pieces)


def test_damage_that_looks_like_lines_does_not_hang(tmp_path: Path) -> None:
    """A mebibyte of starts of lines without one that fits is given up in bounded time."""
    (tmp_path / "s").write_bytes(b'00000000 {"' * 100_000 + b"\n" + LINES[0])
    found = list(read_all_intact(tmp_path / "s", 0, is_final=False))
    assert [type(each) for each in found] == [Damage, Line]


def test_unsealed_tail_is_left(tmp_path: Path) -> None:
    """In a segment that may still be written to, what has no line end yet is neither a line nor damage."""
    (tmp_path / "s").write_bytes(LINES[0] + LINES[1][:-1])
    found = list(read_all_intact(tmp_path / "s", 0, is_final=False))
    assert [each.end for each in found] == [len(LINES[0])]


@pytest.mark.parametrize("most_events", [1, 2, 500])
def test_damaged_spool_is_drained_and_the_damage_kept(tmp_path: Path, most_events: int) -> None:
    """The relay delivers the intact events, counts the damaged bytes once, and keeps them with place and reason."""
    spool = tmp_path / "0123456789ab"
    spool.mkdir()
    content = bytearray(WHOLE)
    content[5] ^= 0x01
    content[len(LINES[0] + LINES[1]) + 20] ^= 0x01
    (spool / f"{1:020d}.spool").write_bytes(content)
    receiver = MemoryReceiver()
    receiver.script.append(receiver.cut)
    relay = relay_for(tmp_path, receiver, most_events=most_events)
    relay.run_once()
    report = relay.run_once()
    assert report.is_drained
    assert [event["id"] for event in map(json.loads, receiver.distinct.values())] == ["e2"]
    assert relay.totals.skipped_bytes == len(LINES[0]) + len(LINES[2])
    kept = refused_in(spool)
    assert [entry["offset"] for entry in kept] == [0, len(LINES[0]) + len(LINES[1])]
    assert {entry["reason"] for entry in kept} == {"checksum does not match"}
