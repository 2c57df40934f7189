"""Processes that come and go: each has its own spool, and a dead one's is continued where it stopped."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
from pathlib import Path

import pytest

import streamgauge as sg
from streamgauge.outbox.lines import Line, frame, read_lines
from streamgauge.outbox.spool import segments_of
from tests.instrumentation.test_file_outbox import event, ids, kept, sequences

ROOM = Path(__file__).parents[2] / "instrumentation"
TELLER = """
import os, sys
sys.path.insert(0, sys.argv[1])
import streamgauge as sg
from streamgauge.event import Event
outbox = sg.FileOutbox(sys.argv[2], "orders", segment_bytes=2000)
for number in range(int(sys.argv[3])):
    outbox.put(Event(f"{sys.argv[4]}-{number}", "order.created", 0, {"pad": "x" * 50}))
    os.write(1, b"%d\\n" % number)
"""


def _teller(folder: Path, events: int, name: str) -> subprocess.Popen[bytes]:
    command = [sys.executable, "-c", TELLER, str(ROOM), str(folder), str(events), name]
    return subprocess.Popen(command, stdout=subprocess.PIPE)


def _spools(folder: Path) -> list[Path]:
    return sorted(path.parent for path in folder.glob("*/writer.lock"))


def test_a_fork_tells_under_its_own_source(tmp_path: Path) -> None:
    """Parent and child go on, each in its own spool, and the parent's lock ends with the parent."""
    outbox = sg.FileOutbox(tmp_path, "orders")
    outbox.put(event(1))
    source = outbox.source
    child = os.fork()
    if child == 0:
        try:
            outbox.put(event(2))
        finally:
            os._exit(0 if outbox.source != source else 1)
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0
    outbox.put(event(3))
    assert {told["id"]: (told["source"] == source, told["data"]["event.sequence"]) for told in kept(tmp_path)} == {
        "e-1": (True, 1), "e-2": (False, 1), "e-3": (True, 2),
    }  # fmt: skip


def test_a_child_does_not_hold_its_parents_lock(tmp_path: Path) -> None:
    """When the parent closes its outbox its spool is free, though a forked child lives on."""
    outbox = sg.FileOutbox(tmp_path, "orders")
    outbox.put(event(1))
    reader, writer = os.pipe()
    ready, is_ready = os.pipe()
    child = os.fork()
    if child == 0:
        os.close(writer)
        os.write(is_ready, b"1")
        os.read(reader, 1)
        os._exit(0)
    os.read(ready, 1)
    try:
        source = outbox.source
        outbox.close()
        successor = sg.FileOutbox(tmp_path, "orders")
        assert successor.source == source
    finally:
        for descriptor in (writer, reader, ready, is_ready):
            os.close(descriptor)
        os.waitpid(child, 0)


def test_a_living_writer_keeps_its_spool(tmp_path: Path) -> None:
    """Two outboxes at a time have two sources; after one is closed the next one continues its numbers."""
    first, second = sg.FileOutbox(tmp_path, "orders"), sg.FileOutbox(tmp_path, "orders")
    first.put(event(1))
    second.put(event(2))
    source = first.source
    assert second.source != source
    first.close()
    third = sg.FileOutbox(tmp_path, "orders")
    third.put(event(3))
    assert third.source == source
    assert sorted(sequences(tmp_path)) == [1, 1, 2]


def test_another_services_spool_is_not_taken_over(tmp_path: Path) -> None:
    """Numbers go on under one source only; a service begins its own."""
    first = sg.FileOutbox(tmp_path, "orders")
    first.put(event(1))
    first.close()
    second = sg.FileOutbox(tmp_path, "credit")
    second.put(event(2))
    assert sequences(tmp_path) == [1, 1]
    assert len(_spools(tmp_path)) == 2


@pytest.mark.parametrize("seed", range(6))
def test_a_killed_teller_loses_nothing_it_was_promised(tmp_path: Path, seed: int) -> None:
    """After kill -9 at some moment everything acknowledged is there, and the successor leaves no gap and no double."""
    teller = _teller(tmp_path, 100_000, "a")
    assert teller.stdout is not None
    acked = [teller.stdout.readline() for _ in range(1 + 37 * seed)]
    teller.send_signal(signal.SIGKILL)
    acked += teller.stdout.read().splitlines()
    teller.wait()
    teller.stdout.close()
    successor = sg.FileOutbox(tmp_path, "orders")
    successor.put(event(1))
    told = ids(tmp_path)
    assert len(_spools(tmp_path)) == 1
    assert set(told) >= {f"a-{number}" for number in range(len(acked))}
    assert len(told) <= len(acked) + 2, "beside the acknowledged: the one in flight, and the successor's"
    assert sequences(tmp_path) == list(range(1, len(told) + 1))


@pytest.mark.parametrize(
    ("tail", "after"),
    [
        (b"", 3),
        (b"0000", 3),  # torn: promised to nobody
        (frame(b'{"data":{"event.sequence":3}}')[:-1], 3),
        (b"00000000 " + b"x" * 80 + b"\n", 4),  # whole and damaged: it had a number, and its loss must show
    ],
)
@pytest.mark.parametrize("is_own_segment", [False, True])
def test_a_successor_counts_on_from_what_was_promised(
    tmp_path: Path, tail: bytes, after: int, is_own_segment: bool
) -> None:
    """What is unfinished had no number, what is damaged had one; neither is continued, nor glued to."""
    first = sg.FileOutbox(tmp_path, "orders")
    first.put(event(1))
    first.put(event(2))
    first.close()
    [spool] = _spools(tmp_path)
    path = spool / f"{3:020d}.spool" if is_own_segment else segments_of(spool)[0]
    with path.open("ab") as file:
        file.write(tail)
    second = sg.FileOutbox(tmp_path, "orders")
    second.put(event(3))
    assert ids(tmp_path) == ["e-1", "e-2", "e-3"]
    assert sequences(tmp_path) == [1, 2, after]


def test_a_delivered_spool_goes_on_from_its_cursor(tmp_path: Path) -> None:
    """Where the relay has removed what was delivered, the cursor says the last number."""
    first = sg.FileOutbox(tmp_path, "orders")
    first.put(event(1))
    first.close()
    [spool] = _spools(tmp_path)
    segments_of(spool)[0].unlink()
    (spool / "cursor").write_text(json.dumps({"segment": "x", "offset": 0, "sequence": 41}))
    second = sg.FileOutbox(tmp_path, "orders")
    second.put(event(2))
    assert sequences(tmp_path) == [42]


@pytest.mark.parametrize("harm", ["cursor", "lock", "content", "gone"])
def test_an_unreadable_spool_is_left_alone(tmp_path: Path, harm: str) -> None:
    """Where the count cannot be continued for certain, a new source begins."""
    first = sg.FileOutbox(tmp_path, "orders")
    first.put(event(1))
    first.close()
    [spool] = _spools(tmp_path)
    if harm == "cursor":
        (spool / "cursor").write_text("{")
    if harm == "lock":
        (spool / "writer.lock").write_text("")
    if harm == "content":
        segments_of(spool)[0].write_bytes(frame(b"[]"))
    if harm == "gone":
        shutil.rmtree(spool)
    second = sg.FileOutbox(tmp_path, "orders")
    second.put(event(2))
    assert second.source != f"/orders/{spool.name}"
    [line] = [line for path in segments_of(tmp_path / second.source.split("/")[2]) for line in read_lines(path)]
    assert isinstance(line, Line)
    assert json.loads(line.content)["data"]["event.sequence"] == 1


def test_several_tellers_at_once(tmp_path: Path) -> None:
    """Processes that begin together have a source each; nothing is lost and every source counts without gap."""
    tellers = [_teller(tmp_path, 200, name) for name in "abc"]
    for teller in tellers:
        teller.communicate()
    told = kept(tmp_path)
    assert {e["id"] for e in told} == {f"{name}-{number}" for name in "abc" for number in range(200)}
    assert len(told) == 600
    for source in {e["source"] for e in told}:
        numbers = [e["data"]["event.sequence"] for e in told if e["source"] == source]
        assert numbers == list(range(1, len(numbers) + 1))
