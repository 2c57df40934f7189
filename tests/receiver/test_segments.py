"""Reading the log: whatever was torn or changed, every intact frame comes out, and the rest is said with its size."""

from __future__ import annotations

import shutil
import threading
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from pipelines.receiver.errors import ReceiverError
from pipelines.receiver.frame import MAGIC, Signal
from pipelines.receiver.log import WriteAheadLog
from pipelines.receiver.segments import Damage, Frame, Position, Segment, list_segments, read_frames
from tests.receiver.frames import MARKER, framed, packed, put, read, record

BODIES = [b'{"a":1}', b"", b'{"b":2}']
WHOLE = framed(*map(record, BODIES))
STARTS = [0, len(framed(record(BODIES[0]))), len(framed(*map(record, BODIES[:2]))), len(WHOLE)]
QUICK = settings(max_examples=150, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))


def test_a_frame_tells_all_that_was_stored(tmp_path: Path) -> None:
    """Time, signal, type, sender and body come back, gzipped bodies unpacked, with the places to go on from."""
    put(tmp_path, framed(packed(b'{"a":1}'), record(b"{}", sender="")))
    first, second = (item for item in read_frames(tmp_path) if isinstance(item, Frame))
    assert (first.signal, first.content_type, first.sender, first.body) == (
        Signal.TRACES, "application/json", "orders", b'{"a":1}',
    )  # fmt: skip
    assert first.received_at_ns == 1_700_000_000_000_000_000
    assert first.start == Position("000000000001", 0)
    assert first.end == second.start
    assert second.sender == ""


def test_reading_goes_on_from_any_end(tmp_path: Path) -> None:
    """From the end of any item the rest comes, over the border of segments too."""
    put(tmp_path, WHOLE)
    put(tmp_path, WHOLE, "000000000002.open")
    items = list(read_frames(tmp_path))
    assert len(items) == 6
    for count, item in enumerate(items, 1):
        assert list(read_frames(tmp_path, item.end)) == items[count:]


def test_a_flipped_bit_costs_one_frame(tmp_path: Path) -> None:
    """At every bit of a segment: the frame it stands in is damage of exactly its size, all others come."""
    for place in range(len(WHOLE) * 8):
        content = bytearray(WHOLE)
        content[place // 8] ^= 1 << place % 8
        put(tmp_path, bytes(content))
        hit = next(frame for frame in (2, 1, 0) if STARTS[frame] <= place // 8)
        bodies, damages = read(tmp_path)
        assert bodies == [body for frame, body in enumerate(BODIES) if frame != hit], place
        assert [(damage.start.offset, damage.skipped_bytes) for damage in damages] == [
            (STARTS[hit], STARTS[hit + 1] - STARTS[hit])
        ]


@pytest.mark.parametrize("kind", ["seg", "open"])
def test_a_torn_segment_yields_its_beginning(tmp_path: Path, kind: str) -> None:
    """Cut at every byte: whole frames come; a torn tail is damage once sealed, and quiet while open."""
    for length in range(len(WHOLE) + 1):
        put(tmp_path, WHOLE[:length], f"000000000001.{kind}")
        bodies, damages = read(tmp_path)
        whole = sum(end <= length for end in STARTS[1:])
        torn = length - STARTS[whole]
        assert bodies == BODIES[:whole]
        assert [damage.skipped_bytes for damage in damages] == ([torn] if torn and kind == "seg" else [])


@QUICK
@given(st.lists(st.tuples(st.sampled_from(["frame", "garbage", "torn"]), st.binary(max_size=60)), max_size=8))
def test_garbage_between_frames_is_passed_over(
    tmp_path_factory: pytest.TempPathFactory, parts: list[tuple[str, bytes]]
) -> None:
    """Any garbage and any torn frame between frames: every byte is either of an intact frame or told as skipped."""
    folder = tmp_path_factory.mktemp("log")
    content, bodies = framed(record(b"first")), [b"first"]
    for kind, piece in parts:
        whole = framed(record(piece))
        content += {"frame": whole, "garbage": piece, "torn": whole[: len(piece) % 30]}[kind]
        bodies += [piece] if kind == "frame" else []
    put(folder, content)
    found = list(read_frames(folder))
    assert [item.body for item in found if isinstance(item, Frame)] == bodies
    sizes = [item.end.offset - item.start.offset for item in found]
    assert sum(sizes) == len(content)
    assert [item.start.offset for item in found] == [sum(sizes[:place]) for place in range(len(sizes))]


@QUICK
@given(st.binary(max_size=400))
def test_bytes_that_are_no_log_are_damage(tmp_path_factory: pytest.TempPathFactory, content: bytes) -> None:
    """A segment of arbitrary bytes raises nothing and says how many they are."""
    folder = tmp_path_factory.mktemp("log")
    put(folder, content)
    bodies, damages = read(folder)
    assert (bodies, sum(damage.skipped_bytes for damage in damages)) == ([], len(content))


def test_a_frame_inside_a_body_is_no_frame(tmp_path: Path) -> None:
    """Who sends the bytes of a frame as a body forges nothing, even where the frame around it is damaged."""
    forged = framed(record(b"forged", sender="somebody else"), marker=b"guessed!")
    content = bytearray(framed(record(b"first"), record(forged), record(b"last")))
    content[STARTS[0] + len(framed(record(b"first"))) + 6] ^= 1  # in the head of the second
    put(tmp_path, bytes(content))
    bodies, damages = read(tmp_path)
    assert bodies == [b"first", b"last"]
    assert len(damages) == 1


def test_a_damaged_gzip_body_is_damage(tmp_path: Path) -> None:
    """A body that says gzip and is none costs itself only."""
    whole = packed(b"{}")
    put(tmp_path, framed(replace(whole, body=whole.body[:-4]), record(b"next")))
    bodies, damages = read(tmp_path)
    assert bodies == [b"next"]
    assert "cannot be unpacked" in damages[0].reason


def test_a_missing_segment_is_said(tmp_path: Path) -> None:
    """Numbers have no gap; where one is gone, it is damage, and reading goes on behind it."""
    for number in (1, 2, 4):
        put(tmp_path, WHOLE, f"{number:012d}.seg")
    bodies, damages = read(tmp_path)
    assert bodies == BODIES * 3
    assert [(damage.start.segment, damage.end.segment) for damage in damages] == [("000000000003", "000000000004")]
    (tmp_path / "000000000001.seg").unlink()
    assert len(read(tmp_path)[1]) == 1  # the oldest may be removed, once they were read
    assert read(tmp_path, Position("000000000001", 5))[1][0].start == Position("000000000001", 5)


def test_a_position_ahead_of_the_log_is_an_error(tmp_path: Path) -> None:
    """A log that was emptied under its reader is refused: reading on would pass over what comes next."""
    with pytest.raises(ReceiverError, match="lies ahead of every segment"):
        list(read_frames(tmp_path, Position("000000000003", 0)))
    assert list(read_frames(tmp_path / "absent")) == []


def test_a_position_behind_the_end_of_its_segment_reads_the_next(tmp_path: Path) -> None:
    """After a power cut a segment may be shorter than what was read of it; the next ones come whole."""
    put(tmp_path, WHOLE)
    put(tmp_path, WHOLE, "000000000002.seg")
    assert read(tmp_path, Position("000000000001", 100_000)) == (BODIES, [])


def test_an_open_segment_that_is_not_the_newest_has_ended(tmp_path: Path) -> None:
    """A torn tail is quiet only where somebody may still write."""
    put(tmp_path, WHOLE[:-1], "000000000001.open")
    put(tmp_path, WHOLE[:-1], "000000000002.open")
    bodies, damages = read(tmp_path)
    assert bodies == BODIES[:2] * 2
    assert [damage.start.segment for damage in damages] == ["000000000001"]


def test_damage_in_an_open_segment_is_said_once_more_follows(tmp_path: Path) -> None:
    """Between intact frames damage is damage, also while the file grows."""
    put(tmp_path, framed(record(b"a")) + b"garbage" + framed(record(b"b")), "000000000001.open")
    bodies, damages = read(tmp_path)
    assert (bodies, damages[0].skipped_bytes) == ([b"a", b"b"], 7)


def test_hostile_magic_is_passed_in_one_sweep(tmp_path: Path) -> None:
    """A megabyte of beginnings of frames costs one look at each."""
    put(tmp_path, MAGIC * 50_000 + (MAGIC + MARKER) * 20_000 + framed(record(b"last")))
    bodies, damages = read(tmp_path)
    assert (bodies, damages[0].skipped_bytes) == ([b"last"], 440_000)


def test_a_long_stretch_of_garbage_is_passed(tmp_path: Path) -> None:
    """A frame is found wherever it stands to the borders of what is read at once."""
    for length in range((1 << 20) - 60, (1 << 20) + 3, 7):
        put(tmp_path, framed(record(b"first")) + bytes(length) + framed(record(b"last")))
        assert read(tmp_path)[0] == [b"first", b"last"]


def test_positions_are_text_and_order() -> None:
    """A position survives being written down, and positions compare in the order of the log."""
    place = Position("000000000012", 4711)
    assert place.as_text() == "000000000012:4711"
    assert Position.from_text(place.as_text()) == place
    assert Position("000000000002", 9) < Position("000000000010", 1) < Position("000000000010", 20)
    for wrong in ("", "12:1", "000000000012", "000000000012:", "000000000012:-1", "00000000001x:1"):
        with pytest.raises(ValueError, match="is no position"):
            Position.from_text(wrong)


def test_a_reader_beside_a_writer_misses_nothing(tmp_path: Path) -> None:
    """While segments are sealed under its eyes, a reader that goes on from its position sees each frame once."""
    count = 300
    with WriteAheadLog(tmp_path, segment_bytes=400, free_floor_bytes=0) as log:
        writing = threading.Thread(
            target=lambda: [log.append(record(b"%d" % number)).result(10) for number in range(count)]
        )
        writing.start()
        seen: list[bytes] = []
        since = None
        while len(seen) < count:
            for item in read_frames(tmp_path, since):
                assert not isinstance(item, Damage)
                seen.append(item.body)
                since = item.end
        writing.join()
    assert seen == [b"%d" % number for number in range(count)]


def test_other_files_are_no_segments(tmp_path: Path) -> None:
    """Locks, probes and names of another form are passed over."""
    for name in ("writer.lock", "probe", "1.seg", "000000000001.seg.new", "00000000000x.open"):
        (tmp_path / name).touch()
    shutil.copy(put(tmp_path, WHOLE, "000000000007.seg"), tmp_path / "copy.seg")
    assert list_segments(tmp_path) == [Segment(7, is_open=False)]
