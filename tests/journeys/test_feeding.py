"""The commands by which events arrive, as a user types them, and asking for a number as it stood."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest

from pipelines.settings import Settings
from tests.journeys.command_line import command, facts, measured
from tests.journeys.orders import rows, write_log, write_stream
from tests.pipelines.arrivals import STREAM, deliver, event


@pytest.fixture
def stream(tmp_path: Path) -> Path:
    """A stream file."""
    path = tmp_path / "calls.yaml"
    path.write_text(STREAM.format(name="calls", more=""), "utf-8")
    return path


def test_a_token_is_shown_once(tmp_path: Path) -> None:
    """The token stands alone on standard output; the file keeps its hash and the sender's name."""
    path = tmp_path / "tokens"
    shown = command("token", "orders", "--tokens", path)
    assert shown.code == 0
    token = shown.out.strip()
    assert token.startswith("sg_")
    assert "orders" in path.read_text("utf-8")
    assert token not in path.read_text("utf-8")


def test_load_tells_what_it_did(tmp_path: Path, stream: Path) -> None:
    """New, duplicate, kept aside and missing, as facts and in words; status shows what arrived for nobody."""
    home = tmp_path / "home"
    assert facts("load", "--stream", stream, "--home", home)["streams"] == []
    told = [event(1), event(2), event(4), event(4), event(5, **{"performer.kind": "robot"})]
    deliver(Settings(home=home), told, [event(6, **{"stream.name": "fax"})])
    fact = facts("load", "--home", home)
    calls = next(found for found in fact["streams"] if found["stream"] == "calls")
    assert {name: calls[name] for name in ("read", "new", "duplicate", "quarantined")} == {
        "read": 5, "new": 3, "duplicate": 1, "quarantined": 1,
    }  # fmt: skip
    assert fact["gaps"] == [{"source": "/calls/1", "highest": 6, "missing": 1}]
    words = command("load", "--home", home).out
    assert "told 6 events, 1 have not arrived" in words.replace("\n", " ")
    assert "stream fax is not registered in this home" in command("status", "--home", home).out.replace("\n", " ")


def test_much_nonsense_is_said_briefly(tmp_path: Path, stream: Path) -> None:
    """However many reasons there are to keep rows aside, a person reads the most frequent, and how many more."""
    home = tmp_path / "home"
    command("load", "--stream", stream, "--home", home)
    deliver(Settings(home=home), [event(n, **{"stream.name": f"fax{n}"}) for n in range(1, 30)])
    shown = command("load", "--home", home).out
    assert shown.count("kept aside") == 11
    assert "19 further reasons" in shown


def test_nothing_new_is_said(tmp_path: Path, stream: Path) -> None:
    """A load that finds nothing says so, and is no error."""
    command("load", "--stream", stream, "--home", tmp_path / "home")
    ended = command("load", "--home", tmp_path / "home")
    assert (ended.code, ended.out.strip()) == (0, "Nothing new has arrived.")


@pytest.mark.parametrize("text", ["yesterday", "2026-13-01", "2026-10-01T06:00:00", "10/01/2026"])
def test_an_instant_that_is_none_is_refused(tmp_path: Path, text: str) -> None:
    """--as-of says what it could not read, and what to write."""
    ended = command("metrics", "--as-of", text, "--home", tmp_path / "home")
    assert ended.code == 2
    assert "--as-of" in ended.err
    assert "2026-10-01T06:00:00+02:00" in ended.err or "+02:00" in ended.err


def test_a_number_as_it_stood(tmp_path: Path) -> None:
    """As of a time before the import there is no data; as of now the numbers are those of now, and both stay."""
    home = tmp_path / "home"
    measured(home, (write_log(tmp_path / "orders.csv", rows()), write_stream(tmp_path)))
    asked = ("metrics", "--home", home, "--metric", "flow_time", "--period", "2025-Q1")
    now = facts(*asked)
    before = facts(*asked, "--as-of", "2020-01-01")
    assert {(value["n"], value["value"]) for value in before} == {(0, None)}
    tomorrow = dt.datetime.now(dt.UTC) + dt.timedelta(days=1)
    assert facts(*asked, "--as-of", tomorrow.isoformat()) == now == facts(*asked)
