"""CloudEvents files: what an event becomes, and what becomes of one that is broken."""

from __future__ import annotations

import datetime as dt
import gzip
import json
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from metrics.stream.source import Source
from pipelines.errors import SourceError
from pipelines.sources import cloudevents
from pipelines.sources.batch import SCHEMA
from pipelines.sources.json_pieces import MAX_BYTES

FULL: dict[str, Any] = {
    "specversion": "1.0",
    "id": "0198c5b6-7a10-7d3e-9f64-0c1b2a3d4e5f",
    "source": "/credit",
    "type": "step.complete",
    "time": "2026-07-20T10:15:30.250+02:00",
    "data": {
        "stream.name": "order_to_cash",
        "case.id": "NA",
        "step.name": "Approve credit",
        "step.instance_id": "O-1/credit/1",
        "lifecycle": "complete",
        "performer.kind": "human",
        "performer.id": "p-1",
        "performer.role": "Credit desk",
        "performer.team": "Finance",
        "outcome": "success",
        "attempt": 2,
        "event.sequence": 17,
        "service.version": "2.4",
        "cost": [{"driver": "cpu_seconds", "quantity": 1.25, "unit": "s"}],
        "channel": "Läden",
    },
}


def test_event_becomes_a_row(tmp_path: Path) -> None:
    """Every attribute lands in its column; the rest, with the type, is JSON with sorted keys; times are UTC."""
    row = _rows(tmp_path, json.dumps(FULL))[0]
    attributes = (
        '{"channel":"Läden","cloudevents.event_type":"step.complete",'
        '"cost":[{"driver":"cpu_seconds","quantity":1.25,"unit":"s"}],"stream.name":"order_to_cash"}'
    )
    assert row == {
        "source": "/credit",
        "event_id": "0198c5b6-7a10-7d3e-9f64-0c1b2a3d4e5f",
        "case_id": "NA",
        "event_at": dt.datetime(2026, 7, 20, 8, 15, 30, 250_000),
        "sequence": 17,
        "step": "Approve credit",
        "lifecycle": "complete",
        "activity_id": "O-1/credit/1",
        "performer_kind": "human",
        "performer": "p-1",
        "role": "Credit desk",
        "team": "Finance",
        "outcome": "success",
        "attempt": 2,
        "release": "2.4",
        "failure_id": None,
        "failure_stage": None,
        "corrects": None,
        "is_retracted": None,
        "attributes": attributes,
        "stream": "order_to_cash",
        "environment": None,
        "received_at": None,
        "is_ordered": None,
        "place": "line 1",
        "problem": None,
    }


@pytest.mark.parametrize(
    ("told", "at"),
    [
        ("2026-03-29T01:30:00Z", dt.datetime(2026, 3, 29, 1, 30)),
        ("2026-03-29T03:30:00+02:00", dt.datetime(2026, 3, 29, 1, 30)),
        ("2026-03-28t20:00:00.1234569-05:30", dt.datetime(2026, 3, 29, 1, 30, 0, 123_456)),
        ("1948-01-01T00:00:00z", dt.datetime(1948, 1, 1)),
    ],
)
def test_time_is_an_instant(tmp_path: Path, told: str, at: dt.datetime) -> None:
    """RFC 3339 with any offset is one instant in UTC; an old one is kept as told."""
    assert _rows(tmp_path, json.dumps(FULL | {"time": told}))[0]["event_at"] == at


def test_subject_stands_in_for_the_case(tmp_path: Path) -> None:
    """An event that names no case belongs to its subject."""
    event = FULL | {"subject": "O-9", "data": {"step.name": "Ship"}}
    assert _rows(tmp_path, json.dumps(event))[0]["case_id"] == "O-9"


def test_failure_of_the_whole_stream_has_a_case_of_its_own(tmp_path: Path) -> None:
    """A failure that hit no single case is filed under its own id; one that names a case stays with it."""
    stage = {"failure.id": "INC-1", "failure.stage": "detected", "severity": 1}
    whole, single = _rows(tmp_path, *(json.dumps(FULL | {"data": stage | more}) for more in ({}, {"case.id": "O-1"})))
    assert (whole["case_id"], whole["failure_id"], whole["failure_stage"]) == ("failure:INC-1", "INC-1", "detected")
    assert json.loads(whole["attributes"])["severity"] == 1
    assert single["case_id"] == "O-1"


def _with(**changes: Any) -> str:
    return json.dumps(FULL | changes)


def _with_data(**changes: Any) -> str:
    return json.dumps(
        FULL | {"data": FULL["data"] | {name.replace("_", "."): value for name, value in changes.items()}}
    )


HOSTILE = {
    "no JSON": ("{", "is not JSON"),
    "empty object": ("{}", "'source' is missing"),
    "another type": ("[1]x", "is not JSON"),
    "a number": ("12", "a CloudEvent is a JSON object"),
    "naive time": (_with(time="2026-07-20T10:15:30"), "has no offset"),
    "no time": (_with(time=None), "write RFC 3339"),
    "time as number": (_with(time=1_752_000_000), "write RFC 3339"),
    "a day that is none": (_with(time="2026-02-30T10:15:30Z"), "is no instant"),
    "before the calendar": (_with(time="0001-01-01T00:00:00+02:00"), "is no instant"),
    "another version": (_with(specversion="0.3"), "reads CloudEvents '1.0'"),
    "id is a number": (_with(id=7), "id is 7"),
    "empty source": (_with(source=""), "must be a text that is not empty"),
    "no data": (_with(data=None), "data is None"),
    "data is a list": (_with(data=[1]), "must be a JSON object"),
    "no case": (_with(data={"step.name": "Ship"}), "names no case"),
    "case is a number": (_with_data(case_id=7), "case.id is 7"),
    "empty case": (_with_data(case_id=""), "case.id is ''"),
    "role is a list": (_with_data(performer_role=["a"]), "performer.role is ['a']"),
    "kind unknown to the contract": (_with_data(performer_kind="robot"), "expected one of agent, external"),
    "attempt zero": (_with_data(attempt=0), "attempt is 0"),
    "attempt is true": (_with_data(attempt=True), "attempt is True"),
    "attempt too large": (_with_data(attempt=2**31), "attempt is 2147483648"),
    "sequence is a text": (_with_data(event_sequence="17"), "event.sequence is '17'"),
    "stage without id": (_with_data(failure_stage="detected"), "come together"),
    "id without stage": (_with_data(failure_id="INC-1"), "come together"),
    "retracted is a word": (_with_data(retracted="yes"), "retracted is 'yes'"),
    "retracted what": (_with_data(retracted=True), "corrects does not name the event"),
    "corrects a number": (_with_data(corrects=7), "corrects is 7"),
    "stream is a list": (_with_data(stream_name=["a"]), "stream.name is ['a']"),
    "traceparent is a number": (_with(traceparent=7), "traceparent is 7"),
    "stage unknown": (_with_data(failure_id="INC-1", failure_stage="over"), "failure.stage is 'over'"),
    "NaN": (_with_data(weight=float("nan")), "is not JSON"),
    "overflow": (_with_data(weight=1).replace('"weight": 1', '"weight": 1e999'), "number JSON does not have"),
    "half a character": (_with_data(channel="?").replace('"?"', '"\\ud800"'), "is not JSON"),
    "nested too deeply": ('{"a":' + "[" * 50_000, "recursion limit exceeded"),
    "more digits than Python reads": ('{"a":' + "9" * 5_000 + "}", "is not JSON"),
}


@pytest.mark.parametrize(("line", "problem"), HOSTILE.values(), ids=HOSTILE)
def test_broken_event_is_a_row_with_its_problem(tmp_path: Path, line: str, problem: str) -> None:
    """One broken line is kept with reason and place, and its neighbours are read."""
    before, broken, after = _rows(tmp_path, json.dumps(FULL), line, json.dumps(FULL))
    assert problem in broken["problem"]
    assert broken["place"] == "line 2"
    assert broken["event_at"] is None and broken["case_id"] is None
    assert before["problem"] is None and after["problem"] is None


def test_broken_event_keeps_what_names_it(tmp_path: Path) -> None:
    """Where source and id can be read, the problem row carries them."""
    row = _rows(tmp_path, _with(time="yesterday"))[0]
    assert (row["source"], row["event_id"]) == ("/credit", FULL["id"])


def test_line_beyond_the_limit_is_a_problem(tmp_path: Path) -> None:
    """A line over 1 MiB is refused without being held, and reading goes on behind it."""
    rows = _rows(tmp_path, "x" * (3 * MAX_BYTES), json.dumps(FULL))
    assert [row["place"] for row in rows] == ["line 1", "line 2"]
    assert rows[0]["problem"] == "is larger than 1 MiB" and rows[1]["problem"] is None


def test_line_that_is_not_utf8_is_a_problem(tmp_path: Path) -> None:
    """Bytes of another encoding spoil their own line only."""
    path = tmp_path / "events.jsonl"
    path.write_bytes('{"id": "Müller"}\n'.encode("latin-1") + json.dumps(FULL).encode())
    first, second = _read(path).to_dicts()
    assert "is not JSON: invalid unicode" in first["problem"] and second["problem"] is None


def test_blank_lines_and_marks_are_no_events(tmp_path: Path) -> None:
    """Blank lines, Windows line ends and a byte order mark are passed over; lines keep their number."""
    path = tmp_path / "events.ndjson"
    path.write_bytes(b"\xef\xbb\xbf\r\n  \r\n" + json.dumps(FULL).encode() + b"\r\n\n")
    assert _read(path)["place"].to_list() == ["line 3"]


@pytest.mark.parametrize("name", ["events.json", "events.json.gz"])
def test_array_is_read_like_lines(tmp_path: Path, name: str) -> None:
    """The batch mode gives the same rows as lines do, item by item, across window borders."""
    events = [FULL | {"id": f"e-{number}", "padding": "[{,}] " * (number % 50)} for number in range(2_000)]
    path = tmp_path / name
    text = json.dumps(events, indent=1).encode()
    path.write_bytes(gzip.compress(text) if name.endswith(".gz") else text)
    frame = _read(path)
    assert frame["event_id"].to_list() == [f"e-{number}" for number in range(2_000)]
    assert frame["problem"].null_count() == 2_000
    assert frame["place"][-1] == "item 2000"


@pytest.mark.parametrize("ending", [b"", b",", b',{"id": ', b", oops]"])
def test_array_cut_off_says_so(tmp_path: Path, ending: bytes) -> None:
    """An array that breaks off keeps what came before and says that nothing behind was read."""
    path = tmp_path / "events.json"
    path.write_bytes(b"[" + json.dumps(FULL).encode() + ending)
    good, cut = _read(path).to_dicts()
    assert good["problem"] is None
    assert "nothing after it could be read" in cut["problem"] and cut["place"] == "item 2"


@pytest.mark.parametrize("text", ["", "\n\n", "[]", " [ ] "])
def test_nothing_told_is_no_row(tmp_path: Path, text: str) -> None:
    """A file without events yields no row and no error."""
    path = tmp_path / "events.json"
    path.write_text(text)
    assert sum(len(batch) for batch in cloudevents.read(path, Source())) == 0


def test_truncated_gzip_is_refused(tmp_path: Path) -> None:
    """Half a gzip file is no source: what is missing cannot be known."""
    path = tmp_path / "events.jsonl.gz"
    whole = gzip.compress("\n".join(_with(id=str(number)) for number in range(500)).encode())
    path.write_bytes(whole[: len(whole) // 2])
    with pytest.raises(SourceError, match="no whole gzip file"):
        _read(path)


@pytest.mark.parametrize(
    ("name", "content", "problem"),
    [
        ("events.jsonl.gz", b"{}", "no whole gzip file"),
        ("events.jsonl", json.dumps(FULL).encode("utf-16"), "UTF-16"),
        ("events.json", '[{"id": "Müller"}]'.encode("latin-1"), "not UTF-8"),
    ],
)
def test_unreadable_file_is_refused(tmp_path: Path, name: str, content: bytes, problem: str) -> None:
    """A file in another encoding or packing is refused with what to do."""
    path = tmp_path / name
    path.write_bytes(content)
    with pytest.raises(SourceError, match=problem):
        _read(path)


def test_missing_file_is_refused(tmp_path: Path) -> None:
    """A file that is not there is a SourceError, not a traceback of the operating system."""
    with pytest.raises(SourceError, match="cannot be read"):
        _read(tmp_path / "events.jsonl")


def test_batches_are_bounded(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """No batch is larger than the limit, and every batch has the one shape."""
    monkeypatch.setattr(cloudevents, "BATCH_ROWS", 40)
    path = tmp_path / "events.jsonl"
    path.write_text("\n".join([json.dumps(FULL), "broken"] * 50))
    batches = list(cloudevents.read(path, Source()))
    assert [len(batch) for batch in batches] == [40, 40, 20]
    assert all(dict(batch.schema) == SCHEMA for batch in batches)


def test_large_events_make_small_batches(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A batch ends early where events are large, so memory stays bounded."""
    monkeypatch.setattr(cloudevents, "BATCH_BYTES", 1_000)
    path = tmp_path / "events.jsonl"
    path.write_text("\n".join([json.dumps(FULL)] * 4))
    assert [len(batch) for batch in cloudevents.read(path, Source())] == [2, 2]


def _rows(folder: Path, *lines: str) -> list[dict[str, Any]]:
    path = folder / "events.jsonl"
    path.write_text("\n".join(lines), encoding="utf-8")
    return _read(path).to_dicts()


def _read(path: Path) -> pl.DataFrame:
    return pl.concat(list(cloudevents.read(path, Source())))
