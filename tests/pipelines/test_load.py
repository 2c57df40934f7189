"""Loading: each event that arrived is in the ledger of its stream, once, whatever is cut off or delivered twice."""

from __future__ import annotations

import json
import os
import random
import time
from pathlib import Path

import pyarrow as pa
import pytest

from pipelines.checks.laws import run_laws
from pipelines.database import open_warehouse
from pipelines.errors import BusyError
from pipelines.ledger.manifest import load_manifest
from pipelines.loading import load as loading
from pipelines.loading.account import Account, load_account
from pipelines.loading.retention import forget_old_segments
from pipelines.loading.routing import UNROUTED
from pipelines.registry import load as load_registered
from pipelines.settings import Settings
from pipelines.warehouse.facts import prepare_events
from pipelines.warehouse.state import ensure_tables
from tests.pipelines.arrivals import deliver, event, ids, kept_aside, loaded, registered


def test_events_reach_the_ledger_of_their_stream(tmp_path: Path) -> None:
    """Rows go where they say; those of no stream of this home are kept aside with the reason and their place."""
    home = registered(tmp_path, "calls", "mail")
    deliver(home, [event(1), event(2, **{"stream.name": "mail"})])
    deliver(home, [event(3, **{"stream.name": "fax"}), event(4, **{"stream.name": None})])
    report = loaded(home)
    assert (ids(home, "calls"), ids(home, "mail")) == (["e1"], ["e2"])
    reasons = [reason for reason, _ in kept_aside(home, UNROUTED)]
    assert reasons == ["names no value stream: give stream.name", "stream fax is not registered in this home"]
    assert all(place.startswith("inbox 0000000000") and "item" in place for _, place in kept_aside(home, UNROUTED))
    assert {name: receipt.new for name, receipt in report.receipts.items()} == {"calls": 1, "mail": 1, UNROUTED: 0}


def test_loading_again_adds_nothing(tmp_path: Path) -> None:
    """What was loaded is not read again; what is delivered again is no new event."""
    home = registered(tmp_path, "calls")
    deliver(home, [event(1), event(2)])
    loaded(home)
    assert loaded(home).receipts == {}
    deliver(home, [event(2), event(3)])
    receipt = loaded(home).receipts["calls"]
    assert (receipt.read, receipt.new, receipt.duplicate) == (2, 1, 1)
    assert ids(home) == ["e1", "e2", "e3"]


def test_a_stream_registered_later_gets_what_came_before(tmp_path: Path) -> None:
    """Events of a stream nobody had registered are not lost: they arrive with its registration."""
    home = registered(tmp_path, "calls")
    deliver(home, [event(1), event(2, **{"stream.name": "mail"})])
    loaded(home)
    registered(tmp_path, "mail")
    loaded(home)
    assert (ids(home, "calls"), ids(home, "mail")) == (["e1"], ["e2"])


def test_another_environment_is_left_out(tmp_path: Path) -> None:
    """Only the environment the stream measures counts; what tells none is believed to be of it."""
    home = registered(tmp_path, "calls", more="environment: production\n")
    name = "deployment.environment.name"
    deliver(home, [event(1, **{name: "production"}), event(2, **{name: "staging"}), event(3)])
    report = loaded(home)
    assert ids(home) == ["e1", "e3"]
    assert dict(report.left_out) == {"calls: of another environment than production": 1}


def test_an_unknown_lifecycle_is_kept_aside(tmp_path: Path) -> None:
    """A word that makes no step is a problem with its reason, not a row that silently counts for nothing."""
    home = registered(tmp_path, "calls")
    deliver(home, [event(1, lifecycle="finished")])
    loaded(home)
    assert next(reason for reason, _ in kept_aside(home, "calls")).startswith("lifecycle is finished; expected one of")


@pytest.mark.parametrize("stream", ["calls", "mail", UNROUTED])
def test_a_death_after_any_commit_is_a_pause(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, stream: str) -> None:
    """Cut off after one ledger took its rows and before the next did: the next load finishes it, nothing twice."""
    home = registered(tmp_path, "calls", "mail")
    deliver(home, [event(1), event(2, **{"stream.name": "mail"}), event(3, **{"stream.name": "fax"})])
    append = loading.append

    def dying(settings: Settings, name: str, *more: object, **told: object) -> object:
        receipt = append(settings, name, *more, **told)  # type: ignore[arg-type]
        if name == stream:
            raise KeyboardInterrupt
        return receipt

    monkeypatch.setattr(loading, "append", dying)
    with pytest.raises(KeyboardInterrupt):
        loaded(home)
    monkeypatch.setattr(loading, "append", append)
    loaded(home)
    assert (ids(home, "calls"), ids(home, "mail"), len(kept_aside(home, UNROUTED))) == (["e1"], ["e2"], 1)
    assert [n.missing for n in load_account(home.inbox / "account.json").numberings()] == [0]


def test_a_death_before_the_account_is_a_pause(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The account reads again what it has not kept, so no gap shows that is none."""
    home = registered(tmp_path, "calls")
    deliver(home, [event(1)])
    with monkeypatch.context() as patched:
        patched.setattr(Account, "save", lambda *_: (_ for _ in ()).throw(KeyboardInterrupt))
        with pytest.raises(KeyboardInterrupt):
            loaded(home)
    deliver(home, [event(2)])
    assert loaded(home).gaps == ()
    assert ids(home) == ["e1", "e2"]


def test_a_gap_is_an_alarm_until_it_is_filled(tmp_path: Path) -> None:
    """A number that did not arrive is told by the load and fails the check; arriving late, it ends the alarm."""
    home = registered(tmp_path, "calls")
    deliver(home, [event(1), event(2), event(4)])
    (gap,) = loaded(home).gaps
    assert (gap.source, gap.highest, gap.missing) == ("/calls/1", 4, 1)
    assert _law(home, "every_number_arrived") == 1
    deliver(home, [event(3)])
    assert loaded(home).gaps == ()
    assert _law(home, "every_number_arrived") == 0


def test_a_bad_event_is_no_gap(tmp_path: Path) -> None:
    """What arrived and cannot be an event has arrived: told = loaded + kept aside."""
    home = registered(tmp_path, "calls")
    deliver(home, [event(1), event(2, **{"performer.kind": "robot"}), event(3)])
    assert loaded(home).gaps == ()
    assert (len(ids(home)), len(kept_aside(home, "calls"))) == (2, 1)


def test_clocks_are_flagged(tmp_path: Path) -> None:
    """An event that tells a time after its arrival fails a check; one that came long after it happened is late."""
    home = registered(tmp_path, "calls", more="gates: {late_hours: 1}\n")
    noon = 1_767_614_400_000_000_000  # 2026-01-05T12:00:00Z
    deliver(home, [event(60 * 12 + 30), event(60 * 11 + 30), event(60 * 10)], received_at_ns=noon)
    loaded(home)
    assert _law(home, "events_arrive_after_they_happen") == 1
    with open_warehouse(home) as connection:
        rows = connection.execute("SELECT event_id, is_late, is_ahead FROM events ORDER BY event_at").fetchall()
    assert rows == [("e600", True, False), ("e690", False, False), ("e750", False, True)]


def test_damage_is_told(tmp_path: Path) -> None:
    """A request whose bytes changed is kept aside with its size; what stands before and behind it is loaded."""
    home = registered(tmp_path, "calls")
    deliver(home, [event(1)], [event(2)], [event(3)])
    (path,) = home.inbox.glob("*.seg")
    content = bytearray(path.read_bytes())
    content[content.index(b'"e2"') + 1] ^= 1
    path.chmod(0o640)
    path.write_bytes(bytes(content))
    report = loaded(home)
    assert ids(home) == ["e1", "e3"]
    assert report.skipped_bytes > 100
    assert "damaged" in kept_aside(home, UNROUTED)[0][0]
    assert [gap.missing for gap in report.gaps] == [1]


@pytest.mark.parametrize("seed", range(3))
def test_shuffled_and_doubled_deliveries_are_the_same_ledger(tmp_path: Path, seed: int) -> None:
    """Any order, any cut into requests, each event up to three times: the same events, by id and content."""
    told = [event(n, case=f"c{n % 3}", step="Ring" if n < 9 else "Answer") for n in range(1, 15)]
    chance = random.Random(seed)
    once, often = registered(tmp_path / "once", "calls"), registered(tmp_path / "often", "calls")
    deliver(once, told)
    loaded(once)
    many = chance.sample(told * 3, 3 * len(told))
    while many:
        size = chance.randint(1, 12)
        deliver(often, many[:size])
        many = many[size:]
        if chance.random() < 0.3:
            loaded(often)
    loaded(often)
    assert ids(often) == ids(once)
    assert _fingerprint(often) == _fingerprint(once)


def test_one_loader_at_a_time(tmp_path: Path) -> None:
    """A second loader says that one is at work, and touches nothing."""
    home = registered(tmp_path, "calls")
    with loading._only_loader(home), pytest.raises(BusyError, match="Another load"):
        loaded(home)


def _fingerprint(home: Settings) -> int:
    return load_manifest(home.ledger / "calls").fingerprint


def _law(home: Settings, name: str) -> int:
    """Rows against a law, after the events were prepared as a run does."""
    with open_warehouse(home) as connection:
        ensure_tables(connection)
        prepare_events(connection, home, load_registered(home, "calls"))
        return next(f.failing_rows for f in run_laws(connection, "calls") if f.law.name == name)


def _log_line(*numbers: int) -> str:
    """OTLP JSON as a Collector's file exporter writes it: log records that are business events."""
    records = [
        {
            "timeUnixNano": str(1_767_614_400_000_000_000 + n), "eventName": "ring",
            "attributes": [
                {"key": f"streamgauge.{name}", "value": {"stringValue": text}}
                for name, text in {
                    "event.id": f"o{n}", "stream.name": "calls", "case.id": "c1", "step.name": "Ring",
                    "lifecycle": "instant",
                }.items()
            ],
        }
        for n in numbers
    ]  # fmt: skip
    return json.dumps({"resourceLogs": [{"scopeLogs": [{"logRecords": records}]}]}) + "\n"


def test_files_of_a_collector_are_followed(tmp_path: Path) -> None:
    """A file is read as it grows, a line that is still being written later; under its new name it is read on."""
    home = registered(tmp_path, "calls")
    home.collector.mkdir(parents=True)
    live = home.collector / "logs.json"
    first, second, third = (_log_line(n, n + 1) for n in (1, 3, 5))
    live.write_text(first + second[:40], "utf-8")
    assert loaded(home).receipts["calls"].read == 2
    live.write_text(first + second, "utf-8")
    assert loaded(home).receipts["calls"].read == 2
    live.rename(home.collector / "logs-2026-01-05T12-00-00.000.json")
    live.write_text(third, "utf-8")
    assert loaded(home).receipts["calls"].read == 2
    assert ids(home) == ["o1", "o2", "o3", "o4", "o5", "o6"]


def test_a_packed_file_that_grows_is_read_whole_again(tmp_path: Path) -> None:
    """What a Collector packs as one stream cannot be entered in its midst: nothing of it is missed or counted twice."""
    home = registered(tmp_path, "calls")
    live = tmp_path / "logs.jsonl.zst"
    pack = pa.Codec("zstd").compress
    for told in (_log_line(1, 2), _log_line(1, 2) + _log_line(3)):
        live.write_bytes(pack(told.encode(), asbytes=True))
        loaded(home, live)
    assert ids(home) == ["o1", "o2", "o3"]


def test_old_segments_go_when_all_have_read_them(tmp_path: Path) -> None:
    """A segment is kept while somebody has not read it, and some days more; what was loaded stays in the ledger."""
    home = registered(tmp_path, "calls")
    for number in (1, 2, 3):
        deliver(home, [event(number)])  # a segment each
    long_ago = time.time() - 31 * 86_400
    first, second, _ = sorted(home.inbox.glob("*.seg"))
    os.utime(first, (long_ago, long_ago))
    assert forget_old_segments(home) == 0
    loaded(home)
    assert (first.exists(), second.exists()) == (False, True)
    assert ids(home) == ["e1", "e2", "e3"]
    deliver(home, [event(4)])
    assert loaded(home).receipts["calls"].new == 1
