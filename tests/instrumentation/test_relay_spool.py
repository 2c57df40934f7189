"""Draining file outboxes: every event put arrives, whoever dies, and nothing is sent again without need."""

from __future__ import annotations

import json
import os
import time
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from streamgauge.disk import Disk
from streamgauge.event import Event
from streamgauge.outbox.file import FileOutbox
from streamgauge.outbox.lines import Line, frame, read_lines
from streamgauge.outbox.spool import segments_of
from streamgauge.relay import Relay, Tempo
from streamgauge.relay.backoff import Backoff
from streamgauge.relay.delivery import Verdict
from streamgauge.relay.report import Report
from tests.instrumentation.memory_receiver import Killed, MemoryReceiver


class SickDisk(Disk):
    """A disk that refuses its operation number `fatal`, or is there when the relay is killed."""

    def __init__(self, fatal: int, error: BaseException | None = None) -> None:
        self.left = fatal
        self.error = error or OSError(5, "Input/output error")

    def _count(self) -> None:
        self.left -= 1
        if self.left == 0:
            raise self.error

    def write(self, descriptor: int, content: bytes) -> int:
        self._count()
        return super().write(descriptor, content)

    def sync(self, descriptor: int) -> None:
        self._count()
        super().sync(descriptor)

    def replace(self, fresh: Path, path: Path) -> None:
        self._count()
        super().replace(fresh, path)

    def remove(self, path: Path) -> None:
        self._count()
        super().remove(path)

    def sync_folder(self, folder: Path) -> None:
        self._count()
        super().sync_folder(folder)


def relay_for(folder: Path, receiver: MemoryReceiver, most_events: int = 500, disk: Disk | None = None) -> Relay:
    """A new relay, as after a start."""
    tempo = Tempo(most_events=most_events, new_backoff=lambda: Backoff(0.0, 0.0))
    return Relay(receiver, folder=folder, tempo=tempo, disk=disk)  # type: ignore[arg-type]


def put(outbox: FileOutbox, *names: str) -> None:
    """Put events of these names."""
    for name in names:
        outbox.put(Event(name, "order.created", 1_784_527_200_000_000_000, {"case.id": name}))


def spool_of(outbox: FileOutbox, folder: Path) -> Path:
    """The folder an outbox writes to."""
    return folder / outbox.source.rpartition("/")[2]


def refused_in(spool: Path) -> list[dict[str, Any]]:
    """What was set aside."""
    return [json.loads(line.content) for line in read_lines(spool / "refused.spool") if isinstance(line, Line)]


def test_events_arrive_once_in_order(tmp_path: Path) -> None:
    """What was put arrives with source and sequence, and a second pass has nothing to do."""
    outbox, receiver = FileOutbox(tmp_path, "orders"), MemoryReceiver()
    put(outbox, "a", "b", "c")
    assert relay_for(tmp_path, receiver, most_events=2).run_once() == Report(delivered=3)
    assert [(e["id"], e["data"]["event.sequence"]) for e in receiver.events] == [("a", 1), ("b", 2), ("c", 3)]
    assert relay_for(tmp_path, receiver).run_once() == Report()
    assert receiver.batches == [2, 1]


def test_no_folder_yet_is_no_error(tmp_path: Path) -> None:
    """A relay may be started before the first service, and picks up new spools."""
    folder, receiver = tmp_path / "outbox", MemoryReceiver()
    relay = relay_for(folder, receiver)
    assert relay.run_once() == Report()
    one, two = FileOutbox(folder, "orders"), FileOutbox(folder, "billing")
    put(one, "a")
    assert relay.run_once().delivered == 1
    put(two, "b")
    put(one, "c")
    assert relay.run_once().delivered == 2
    assert relay.totals.delivered == 3
    assert receiver.sequences() == {one.source: [1, 2], two.source: [1]}


def test_backlog_is_told(tmp_path: Path) -> None:
    """What is left is told in events, bytes and the instant of the oldest."""
    outbox, receiver = FileOutbox(tmp_path, "orders", segment_bytes=500), MemoryReceiver()
    receiver.usually = receiver.say(Verdict.LATER)
    put(outbox, *map(str, range(7)))
    report = relay_for(tmp_path, receiver).run_once()
    assert (report.backlog_events, report.retried, report.delivered) == (7, 1, 0)
    assert report.backlog_bytes == sum(path.stat().st_size for path in segments_of(spool_of(outbox, tmp_path)))
    assert report.oldest_at is not None and report.oldest_at.isoformat() == "2026-07-20T06:00:00+00:00"


@pytest.mark.parametrize("fate", ["die", "take_and_die", "cut"])
def test_killed_relay_sends_the_same_bytes_again(tmp_path: Path, fate: str) -> None:
    """Whenever the relay dies around a request, the next one sends the same id, source, sequence and bytes."""
    outbox, receiver = FileOutbox(tmp_path, "orders"), MemoryReceiver()
    put(outbox, "a", "b")
    receiver.script.append(getattr(receiver, fate))
    with suppress(Killed):
        relay_for(tmp_path, receiver).run_once()
    put(outbox, "c")
    relay_for(tmp_path, receiver).run_once()
    assert set(receiver.distinct) == {"a", "b", "c"}


@pytest.mark.parametrize("cursor", [b"", b"{", b"[]", b'{"segment":"x"}', b"\xff\xfe", b'{"segment":1,"offset":"?"}'])
def test_damaged_cursor_sends_again(tmp_path: Path, cursor: bytes) -> None:
    """A cursor that cannot be read loses nothing: what is there is sent again."""
    outbox, receiver = FileOutbox(tmp_path, "orders"), MemoryReceiver()
    put(outbox, "a", "b")
    relay_for(tmp_path, receiver).run_once()
    (spool_of(outbox, tmp_path) / "cursor").write_bytes(cursor)
    relay_for(tmp_path, receiver).run_once()
    assert [event["id"] for event in receiver.events] == ["a", "b", "a", "b"]


def test_cursor_beyond_the_file_sends_again(tmp_path: Path) -> None:
    """A segment that is shorter than the cursor says is another one: it is sent from its start."""
    outbox, receiver = FileOutbox(tmp_path, "orders"), MemoryReceiver()
    put(outbox, "a")
    told = {"segment": f"{1:020d}", "offset": 10_000, "sequence": 77}
    (spool_of(outbox, tmp_path) / "cursor").write_text(json.dumps(told))
    relay_for(tmp_path, receiver).run_once()
    assert [event["id"] for event in receiver.events] == ["a"]


def test_delivered_segments_go_and_numbers_continue(tmp_path: Path) -> None:
    """A delivered segment is removed once a newer one exists, and the next writer still counts on."""
    outbox, receiver = FileOutbox(tmp_path, "orders", segment_bytes=300), MemoryReceiver()
    put(outbox, *map(str, range(9)))
    source, spool = outbox.source, spool_of(outbox, tmp_path)
    before = segments_of(spool)
    assert len(before) > 2
    relay_for(tmp_path, receiver).run_once()
    assert segments_of(spool) == before[-1:]
    outbox.close()
    later = FileOutbox(tmp_path, "orders", segment_bytes=300)
    put(later, "next")
    relay_for(tmp_path, receiver).run_once()
    assert receiver.sequences() == {source: list(range(1, 11))}


@pytest.mark.parametrize("fatal", range(1, 16))
def test_failing_disk_loses_nothing(tmp_path: Path, fatal: int) -> None:
    """Whichever operation of the disk fails, it is named as trouble, and another pass delivers the rest."""
    outbox, receiver = FileOutbox(tmp_path, "orders", segment_bytes=300), MemoryReceiver()
    put(outbox, *map(str, range(5)))
    segments_of(spool_of(outbox, tmp_path))[0].open("r+b").write(b"damage")
    disk = SickDisk(fatal)
    report = relay_for(tmp_path, receiver, most_events=2, disk=disk).run_once()
    assert (report.trouble is None) == (disk.left > 0)
    assert "Input/output error" in (report.trouble or "Input/output error")
    assert relay_for(tmp_path, receiver).run_once().is_drained
    assert set(receiver.distinct) == {"1", "2", "3", "4"}
    assert {entry["reason"] for entry in refused_in(spool_of(outbox, tmp_path))} == {"checksum does not match"}


@pytest.mark.parametrize("fatal", range(1, 16))
def test_killed_at_any_operation_of_the_disk_loses_nothing(tmp_path: Path, fatal: int) -> None:
    """Killed before any of its writes, syncs, renames and removals, the relay leaves a spool the next one drains."""
    outbox, receiver = FileOutbox(tmp_path, "orders", segment_bytes=300), MemoryReceiver()
    put(outbox, *map(str, range(5)))
    with suppress(Killed):
        relay_for(tmp_path, receiver, most_events=2, disk=SickDisk(fatal, Killed())).run_once()
    assert relay_for(tmp_path, receiver).run_once().is_drained
    assert set(receiver.distinct) == {"0", "1", "2", "3", "4"}


def test_two_relays_share_the_spools(tmp_path: Path) -> None:
    """While one relay has its turn at a spool another leaves it alone and takes the others."""
    one, two = FileOutbox(tmp_path, "orders"), FileOutbox(tmp_path, "billing")
    put(one, "a")
    put(two, "b")
    receiver, other = MemoryReceiver(), MemoryReceiver()

    def meanwhile(events: Any) -> Any:
        relay_for(tmp_path, other).run_once()
        return receiver.take(events)

    receiver.script.append(meanwhile)
    relay_for(tmp_path, receiver).run_once()
    assert len(receiver.taken) == len(other.taken) == 1
    assert {*receiver.distinct, *other.distinct} == {"a", "b"}


def test_unfinished_line_of_a_living_writer_is_waited_for(tmp_path: Path) -> None:
    """What is just being written is neither sent nor called damage."""
    outbox, receiver = FileOutbox(tmp_path, "orders"), MemoryReceiver()
    put(outbox, "a")
    (segment,) = segments_of(spool_of(outbox, tmp_path))
    line = frame(Event("b", "t", 0, {}).encode(outbox.source, 2))
    with segment.open("ab") as file:
        file.write(line[:30])
        file.flush()
        relay_for(tmp_path, receiver).run_once()
        report = relay_for(tmp_path, receiver).run_once()
        assert (report.skipped_bytes, report.backlog_bytes, report.trouble) == (0, 30, None)
        file.write(line[30:])
    relay_for(tmp_path, receiver).run_once()
    assert list(receiver.distinct) == ["a", "b"]


def test_unfinished_line_of_a_dead_writer_is_set_aside(tmp_path: Path) -> None:
    """It was promised to nobody: it is kept aside and counted once, and the next writer uses its number."""
    outbox, receiver = FileOutbox(tmp_path, "orders"), MemoryReceiver()
    put(outbox, "a")
    spool = spool_of(outbox, tmp_path)
    outbox.forget()
    with segments_of(spool)[0].open("ab") as file:
        file.write(b'0123abcd {"half')
    report = relay_for(tmp_path, receiver).run_once()
    assert (report.delivered, report.skipped_bytes, report.is_drained) == (1, 15, True)
    assert relay_for(tmp_path, receiver).run_once() == Report()
    assert [entry["reason"] for entry in refused_in(spool)] == ["line is unfinished"]
    put(FileOutbox(tmp_path, "orders"), "b")
    relay_for(tmp_path, receiver).run_once()
    assert list(receiver.sequences().values()) == [[1, 2]]


def test_dead_spool_is_removed_when_all_is_delivered(tmp_path: Path) -> None:
    """A day after its last event a delivered spool without a writer goes, and its id never comes back."""
    outbox, receiver = FileOutbox(tmp_path, "orders"), MemoryReceiver()
    put(outbox, "a")
    spool = spool_of(outbox, tmp_path)
    relay = relay_for(tmp_path, receiver)
    long_ago = time.time() - 100_000
    os.utime(segments_of(spool)[0], (long_ago, long_ago))
    relay.run_once()
    assert spool.exists(), "its writer lives"
    outbox.close()
    (spool / "refused.spool").touch()
    relay.run_once()
    assert spool.exists(), "something is kept aside in it"
    (spool / "refused.spool").unlink()
    relay.run_once()
    assert not spool.exists()
    later = FileOutbox(tmp_path, "orders")
    put(later, "b")
    relay.run_once()
    assert later.source != outbox.source
    assert sorted(receiver.sequences().values()) == [[1], [1]]


@pytest.mark.parametrize("fatal", range(1, 16))
def test_half_removed_spool_is_never_numbered_anew(tmp_path: Path, fatal: int) -> None:
    """Killed at any point of removing a spool, the relay leaves nothing from which its numbers could start again."""
    outbox, receiver = FileOutbox(tmp_path, "orders"), MemoryReceiver()
    put(outbox, "a")
    spool = spool_of(outbox, tmp_path)
    outbox.close()
    os.utime(segments_of(spool)[0], (0, 0))
    with suppress(Killed):
        relay_for(tmp_path, receiver, disk=SickDisk(fatal, Killed())).run_once()
    put(FileOutbox(tmp_path, "orders"), "b")
    relay_for(tmp_path, receiver).run_once()
    numbers = {(event["source"], event["data"]["event.sequence"]): event["id"] for event in receiver.events}
    assert sorted(numbers.values()) == ["a", "b"]


STEPS = st.one_of(
    st.tuples(st.just("put"), st.integers(1, 4)),
    st.tuples(st.just("writer dies"), st.integers(0, 60)),
    st.tuples(st.sampled_from(["take", "cut", "die", "take_and_die"]), st.integers(1, 4)),
    st.tuples(st.just("sick disk"), st.integers(1, 12)),
)


@settings(max_examples=50, deadline=None, derandomize=True)
@given(st.lists(STEPS, max_size=14))
def test_any_history_delivers_exactly_what_was_put(tmp_path_factory: pytest.TempPathFactory, steps: Any) -> None:
    """Whoever dies when, with half a line or none: the events put arrive, numbered from 1 on, in one source."""
    folder, receiver = tmp_path_factory.mktemp("outbox"), MemoryReceiver()
    outbox, names = FileOutbox(folder, "orders", segment_bytes=500), []
    for number, (what, size) in enumerate(steps):
        if what == "put":
            names += (fresh := [f"{number}-{each}" for each in range(size)])
            put(outbox, *fresh)
        elif what == "writer dies":
            _die(outbox, folder, size)
            outbox = FileOutbox(folder, "orders", segment_bytes=500)
        elif what == "sick disk":
            relay_for(folder, receiver, most_events=2, disk=SickDisk(size)).run_once()
        else:
            receiver.script.append(getattr(receiver, what))
            with suppress(Killed):
                relay_for(folder, receiver, most_events=size).run_once()
            receiver.script.clear()
    outbox.close()
    assert relay_for(folder, receiver).run_once().is_drained
    assert set(receiver.distinct) == set(names)
    assert list(receiver.sequences().values()) == ([list(range(1, len(names) + 1))] if names else [])


def _die(outbox: FileOutbox, folder: Path, torn_bytes: int) -> None:
    """The writer is killed, perhaps in the middle of a line."""
    outbox.forget()
    for segment in [path for spool in folder.iterdir() for path in segments_of(spool)[-1:]]:
        with segment.open("ab") as file:
            file.write(frame(b'{"specversion":"1.0","id":"never promised","data":{}}')[:torn_bytes])
