"""OCEL 2.0: objects of one type are the cases; what several share stands in each and is counted in one."""

from __future__ import annotations

import gzip
import json
import random
from collections.abc import Iterable
from datetime import datetime
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from metrics.stream.source import Source
from pipelines.errors import SourceError
from pipelines.sources import json_members, ocel
from pipelines.sources.batch import SCHEMA
from tests.journeys.datasets import dataset

ORDERS = Source.model_validate({"case_object": "order", "columns": {"performer": "who", "attempt": "try"}})
COUNTED_IN = "streamgauge.counted_in"


def _event(name: str, kind: str, *touched: str, at: str = "2026-01-05T09:00:00Z", **told: Any) -> dict[str, Any]:
    return {
        "id": name, "type": kind, "time": at,
        "attributes": [{"name": key, "value": value} for key, value in told.items()],
        "relationships": [{"objectId": one, "qualifier": "of"} for one in touched],
    }  # fmt: skip


def _log(events: Iterable[Any], objects: dict[str, str] | None = None) -> dict[str, Any]:
    known = {"o1": "order", "o2": "order", "o10": "order", "i1": "item", "ann": "clerk", "zoe": "clerk"}
    return {
        "objectTypes": [{"name": "order", "attributes": []}], "eventTypes": [],
        "objects": [{"id": name, "type": kind} for name, kind in (known if objects is None else objects).items()],
        "events": list(events),
    }  # fmt: skip


def _write(folder: Path, log: Any, name: str = "log.jsonocel") -> Path:
    path = folder / name
    text = (log if isinstance(log, str) else json.dumps(log)).encode("utf-8", "surrogatepass")
    path.write_bytes(gzip.compress(text) if name.endswith(".gz") else text)
    return path


def _read(path: Path, settings: Source = ORDERS) -> list[dict[str, Any]]:
    frames = list(ocel.read(path, settings))
    assert all(frame.schema == pl.Schema(SCHEMA) for frame in frames)
    return [row for frame in frames for row in frame.to_dicts()]


def _told(row: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in row.items() if value is not None}


def test_an_event_of_one_case(tmp_path: Path) -> None:
    """Mapped attributes fill columns, the others and all objects are kept as told."""
    log = _log([_event("e1", "Pick", "o1", "i1", at="2026-01-05T10:00:00+01:00", who="p7", weight=2.5)])
    objects = '[{"id":"o1","qualifier":"of"},{"id":"i1","qualifier":"of"}]'
    (row,) = _read(_write(tmp_path, log))
    assert _told(row) == {
        "source": "log", "event_id": "e1", "case_id": "o1", "event_at": datetime(2026, 1, 5, 9), "step": "Pick",
        "performer": "p7", "attributes": f'{{"objects":{objects},"weight":2.5}}', "place": "events item 1",
    }  # fmt: skip


def test_an_event_of_several_cases_is_counted_in_the_first_by_name(tmp_path: Path) -> None:
    """It stands in each, under an id of its own; the copies name the case that counts it, and leave out the objects."""
    rows = _read(_write(tmp_path, _log([_event("e1", "Ship", "o2", "o10", "i1", "o1", "o2", who="p7", note="x")])))
    assert [(row["event_id"], row["case_id"], row["performer"]) for row in rows] == [
        ("e1", "o1", "p7"), ("e1 in o10", "o10", "p7"), ("e1 in o2", "o2", "p7"),
    ]  # fmt: skip
    first, *copies = [json.loads(row["attributes"]) for row in rows]
    assert (first["streamgauge.shared_by"], len(first["objects"]), COUNTED_IN in first) == (3, 5, False)
    assert copies == [{"note": "x", "streamgauge.shared_by": 3, COUNTED_IN: "o1"}] * 2


def test_the_order_of_the_file_changes_nothing(tmp_path: Path) -> None:
    """Shuffled events, objects, relationships and members give the same rows, but for their places."""
    events = [_event(f"e{n}", "Ship", *random.Random(n).sample(["o1", "o2", "o10", "i1"], 3)) for n in range(20)]
    log = _log(events)
    turned = {key: log[key][::-1] for key in reversed(log)}
    turned["events"] = [event | {"relationships": event["relationships"][::-1]} for event in turned["events"]]

    def by_key(path: Path) -> list[str]:
        found = []
        for row in _read(path):
            told = json.loads(row["attributes"])
            told["objects"] = sorted(one["id"] for one in told.get("objects", []))
            found.append(str(_told(row | {"attributes": told, "place": None})))
        return sorted(found)

    assert by_key(_write(tmp_path, log)) == by_key(_write(tmp_path, turned, "turned.json.gz"))


@pytest.mark.parametrize(
    ("touched", "told", "performer"),
    [
        (("zoe", "ann"), {}, "ann"), ((), {}, None), (("zoe",), {"editor": "ed"}, "ed"),
        (("zoe",), {"editor": "ed", "buyer": "bo"}, "bo"), (("zoe",), {"who": "p7", "buyer": "bo"}, "p7"),
        (("zoe",), {"buyer": 3}, "zoe"),
    ],
)  # fmt: skip
def test_who_performs(touched: tuple[str, ...], told: dict[str, Any], performer: str | None, tmp_path: Path) -> None:
    """The mapped attribute, else the first of those listed that the event has, else the first object that performs."""
    settings = ORDERS.model_copy(update={"performer_object": "clerk", "performer_attributes": ("buyer", "editor")})
    (row,) = _read(_write(tmp_path, _log([_event("e1", "Ship", "o1", *touched, **told)])), settings)
    assert row["performer"] == performer


HALF = "\ud800"
KEPT_ASIDE: dict[str, tuple[Any, str]] = {
    "touches no case": (_event("e", "Pay", "i1"), "touches no object of the type 'order'"),
    "touches nothing": ({"id": "e", "type": "Pay", "time": "2026-01-05T09:00:00Z"}, "touches no object of the type"),
    "an unknown object": (_event("e", "Pay", "o99"), "touches no object of the type"),
    "no object": ("Pay", "is 'Pay'; an event is a JSON object"),
    "no id": (_event("", "Pay", "o1"), "id is ''; it must be a text"),
    "a number as type": (_event("e", "Pay", "o1") | {"type": 7}, "type is 7; it must be a text"),
    "no time": (_event("e", "Pay", "o1", at="soon"), "not a timestamp: 'soon'"),
    "no offset": (_event("e", "Pay", "o1", at="2026-01-05T09:00:00"), "a time without offset"),
    "relationships of another type": (_event("e", "Pay") | {"relationships": {"o1": 1}}, "relationships is"),
    "a relationship without object": (_event("e", "Pay") | {"relationships": [{"qualifier": ""}]}, "no 'objectId'"),
    "an attribute without name": (_event("e", "Pay", "o1") | {"attributes": [{"value": 1}]}, "has no 'name'"),
    "a name of ours": (_event("e", "Pay", "o1", **{COUNTED_IN: "o2"}), f"has an attribute '{COUNTED_IN}'"),
    "half a character": (_event("e", "Pay", "o1", note=HALF), "lone surrogate"),
    "half a character in the type": (_event("e", HALF, "o1"), "lone surrogate"),
    "no number": (_event("e", "Pay", "o1", **{"try": "often"}), "attempt is often; it must be a whole number"),
}  # fmt: skip


@pytest.mark.parametrize(("event", "why"), KEPT_ASIDE.values(), ids=KEPT_ASIDE)
def test_an_event_that_cannot_be_read_is_kept_aside(event: Any, why: str, tmp_path: Path) -> None:
    """Its row says why and where, and the events around it are read."""
    rows = _read(_write(tmp_path, _log([_event("a", "Open", "o1"), event, _event("z", "Close", "o1")])))
    assert [row["problem"] is None for row in rows] == [True, False, True]
    assert why in rows[1]["problem"]
    assert rows[1]["place"] == "events item 2"


def test_an_event_too_large_to_be_told_in_every_case_is_kept_aside(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What one event says, times the cases it touches, is bounded."""
    path = _write(tmp_path, _log([_event("e", "Ship", "o1", "o2", note="x" * 900)]))
    assert len(_read(path)) == 2
    monkeypatch.setattr(ocel, "BATCH_BYTES", 1_000)
    (row,) = _read(path)
    assert "touches 2 cases and says" in row["problem"]


def test_batches_are_bounded(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A batch ends at its rows, also amid the cases of one event, or at the bytes of its attributes."""
    path = _write(tmp_path, _log([_event(f"e{n}", "Ship", "o1", "o2") for n in range(5)]))
    monkeypatch.setattr(ocel, "BATCH_ROWS", 3)
    assert [frame.height for frame in ocel.read(path, ORDERS)] == [3, 3, 3, 1]
    monkeypatch.setattr(ocel, "BATCH_BYTES", 150)
    assert max(frame.height for frame in ocel.read(path, ORDERS)) < 3


GOOD = json.dumps(_log([_event("e1", "Ship", "o1")]))
REFUSED: dict[str, tuple[str, str]] = {
    "empty": ("", "cut off at the beginning"),
    "a list": ("[]", "cut off at the beginning"),
    "cut off in an event": (GOOD[: GOOD.index('"relationships"')], "cut off at item 1 of 'events'"),
    "cut off after an event": (GOOD[:-2], "cut off at item 1 of 'events'"),
    "cut off at the end": (GOOD[:-1], "cut off at the end of a member"),
    "more after the end": (GOOD + "{}", "cut off at the end"),
    "no colon": (GOOD.replace('"events":', '"events"'), "cut off at the member 'events'"),
    "NaN": (GOOD.replace('"attributes": []', '"attributes": NaN', 1), "not JSON"),
    "deep": (GOOD.replace("[]", "[" * 100_000, 1), "not JSON"),
    "no events": (json.dumps({"objects": [{"id": "o1", "type": "order"}]}), "has no lists of 'events'"),
    "events twice": (GOOD[:-1] + ', "events": []}', "has 2 lists of 'events'"),
    "no objects": (json.dumps({"events": []}), "has no lists of 'objects'"),
    "an object without type": (json.dumps(_log([]) | {"objects": [{"id": "o1"}]}), "objects item 1 is {'id': 'o1'}"),
    "no case": (json.dumps(_log([], {"i1": "item"})), "no object of the type 'order'"),
}  # fmt: skip


@pytest.mark.parametrize(("text", "why"), REFUSED.values(), ids=REFUSED)
def test_a_file_that_is_no_ocel_is_refused(text: str, why: str, tmp_path: Path) -> None:
    """Whatever is damaged is one sentence that says where; nothing of such a file is read."""
    with pytest.raises(SourceError, match=r"^log\.jsonocel") as refused:
        _read(_write(tmp_path, text))
    assert why in str(refused.value)


def test_damaged_bytes_are_refused(tmp_path: Path) -> None:
    """No UTF-8 and no whole gzip are named as what they are."""
    path = tmp_path / "log.jsonocel"
    path.write_bytes(GOOD.encode().replace(b"Ship", b"\xfc"))
    with pytest.raises(SourceError, match="is not UTF-8"):
        _read(path)
    packed = tmp_path / "log.jsonocel.gz"
    packed.write_bytes(gzip.compress(GOOD.encode())[:-20])
    with pytest.raises(SourceError, match="is no whole gzip file"):
        _read(packed)


def test_an_item_without_end_is_not_held(tmp_path: Path) -> None:
    """A text of 40 MiB in one event is refused once 1 MiB of it was read."""
    path = _write(tmp_path, GOOD.replace("Ship", "x" * (40 << 20)))
    with pytest.raises(SourceError, match="larger than 1 MiB"):
        _read(path)


def test_small_chunks_change_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Wherever the file is cut, also in a number, a word or a character, the same items come out."""
    text = ' {"a" : 12.5e1, "n": null, "l": [ 1, 23 ,"\u00e4\U0001f600", {"x": [true]} ] , "e":[], "s": "]"} '
    path = _write(tmp_path, text)
    expected = [("l", 1, 1), ("l", 2, 23), ("l", 3, "\u00e4\U0001f600"), ("l", 4, {"x": [True]}), ("e", 0, None)]
    for size in range(1, 40):
        monkeypatch.setattr(json_members, "_CHUNK", size)
        assert list(json_members.read_members(path)) == expected


def test_without_a_type_the_types_are_named(tmp_path: Path) -> None:
    """A stream file that names no type of case is answered with those there are; a slip with the nearest."""
    path = _write(tmp_path, GOOD)
    with pytest.raises(
        SourceError, match=r"source\.case_object in the stream file\. Types: 'order' \(3\), 'clerk' \(2\)"
    ):
        _read(path, Source())
    with pytest.raises(SourceError, match=r"'ordr'.*Did you mean 'order'"):
        _read(path, Source(case_object="ordr"))
    with pytest.raises(SourceError, match=r"'clark' \(source\.performer_object\).*Did you mean 'clerk'"):
        _read(path, Source(case_object="order", performer_object="clark"))


def test_the_published_example() -> None:
    """The small log of the standard: 13 events, of which those of invoices are read."""
    path = dataset("ocel/ocel20_example.jsonocel")
    settings = Source(case_object="Invoice", performer_attributes=("invoice_inserter", "payment_inserter"))
    rows = _read(path, settings)
    read = [(row["case_id"], row["step"], row["performer"]) for row in rows if row["problem"] is None]
    assert len(rows) == 13
    assert sorted(read) == [
        ("R1", "Insert Invoice", "Luke"), ("R1", "Insert Payment", "Robot"), ("R2", "Insert Invoice", "Luke"),
        ("R2", "Insert Payment", "Robot"), ("R3", "Create Purchase Order", None), ("R3", "Insert Invoice", "Mario"),
        ("R3", "Insert Payment", "Robot"), ("R3", "Remove Payment Block", None), ("R3", "Set Payment Block", None),
    ]  # fmt: skip
