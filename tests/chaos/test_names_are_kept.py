"""A name is kept by a sync of its folder: whatever a promise rests on was synced, all the way up."""

from __future__ import annotations

import time
from pathlib import Path

import pytest

from pipelines.ledger.compact import compact
from pipelines.ledger.manifest import load_manifest
from pipelines.receiver.frame import Encoding, Record, Signal
from pipelines.receiver.log import WriteAheadLog
from streamgauge import FileOutbox
from streamgauge.event import Event, uuid7
from tests.chaos.plan import STREAM
from tests.chaos.synced import Synced
from tests.chaos.world import World, tell, telling
from tests.pipelines.arrivals import deliver, event


@pytest.fixture
def synced(monkeypatch: pytest.MonkeyPatch) -> Synced:
    """What is synced in this test."""
    return Synced(monkeypatch)


def _missing(synced: Synced, top: Path, *paths: Path) -> list[str]:
    return sorted({missing for path in paths for missing in synced.missing(path, top)})


def test_an_event_that_was_put_is_there_after_a_power_cut(tmp_path: Path, synced: Synced) -> None:
    """The segment, its spool, and the folders that the outbox made for them."""
    outbox = FileOutbox(tmp_path / "var" / "outbox", "orders", fsync=True)
    outbox.put(Event(uuid7(), "order.created", time.time_ns(), {}))
    (segment,) = tmp_path.rglob("*.spool")
    assert _missing(synced, tmp_path, segment) == []


def test_a_request_that_was_acknowledged_is_there_after_a_power_cut(tmp_path: Path, synced: Synced) -> None:
    """The segment, and the folders that the receiver made for it."""
    record = Record(time.time_ns(), Signal.EVENTS, "application/json", Encoding.IDENTITY, "", b"{}")
    with WriteAheadLog(tmp_path / "home" / "inbox", free_floor_bytes=0) as log:
        log.append(record).result(10)
        (segment,) = tmp_path.rglob("*.open")
        assert _missing(synced, tmp_path, segment) == []


def test_what_the_relay_settled_is_settled_after_a_power_cut(tmp_path: Path, synced: Synced) -> None:
    """The cursor, so that a removed segment is never missed."""
    world = World(tmp_path)
    with telling(FileOutbox(world.outbox, "orders", fsync=True)):
        tell(3)
    world.carry()
    assert _missing(synced, tmp_path, world.spool() / "cursor") == []


def test_what_was_loaded_is_there_after_a_power_cut(tmp_path: Path, synced: Synced) -> None:
    """The manifest that says how far was read, and every file it names: rows, words, and what was kept aside."""
    world = World(tmp_path)
    deliver(world.home, [event(1), event(2, **{"performer.kind": "robot"})])
    world.load()
    assert _missing(synced, world.home.home, *_named(world), world.home.inbox / "account.json") == []


def test_what_was_merged_is_there_after_a_power_cut(tmp_path: Path, synced: Synced) -> None:
    """The merged segment, before those it was made of are removed."""
    world = World(tmp_path)
    for number in (1, 2):
        deliver(world.home, [event(number)])
        world.load()
    compact(world.home, load_manifest(world.home.ledger / STREAM))
    assert len(load_manifest(world.home.ledger / STREAM).segments) == 1
    assert _missing(synced, world.home.home, *_named(world)) == []


def test_a_name_that_was_not_synced_is_missed(tmp_path: Path, synced: Synced) -> None:
    """The tests above can fail: a file that was written and not synced, in a folder that was not, is missing whole."""
    path = tmp_path / "folder" / "file"
    path.parent.mkdir()
    path.write_bytes(b"content")
    assert _missing(synced, tmp_path, path) == [
        "content of folder/file", "name of folder", "name of folder/file",
    ]  # fmt: skip


def _named(world: World) -> list[Path]:
    """The manifest and all that it names."""
    folder = world.home.ledger / STREAM
    manifest = load_manifest(folder)
    named = [*manifest.paths(), *manifest.quarantine_paths(), str(manifest.codes_path())]
    return [folder / "manifest.json", *map(Path, named)]
