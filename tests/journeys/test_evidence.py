"""Evidence of both examples, whole: every published value is derived again and is equal."""

from __future__ import annotations

from pathlib import Path

import duckdb
import pytest

from examples.order_to_cash.simulate import simulate
from tests.journeys.command_line import ROOT, command, measured
from tests.journeys.datasets import dataset

EXAMPLES = ROOT / "examples"
MOST_BYTES_A_ROW = 80


@pytest.fixture(scope="module")
def travel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The travel expenses, all 56,437 events."""
    home = tmp_path_factory.mktemp("travel")
    stream = EXAMPLES / "travel_expenses" / "stream.yaml"
    measured(home, (dataset("bpic20/DomesticDeclarations.xes.gz"), stream))
    return home


@pytest.fixture(scope="module")
def orders(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Orders of the simulated firm, some 1,500 of them: its quarters, releases, calendars, rates and bills."""
    folder = tmp_path_factory.mktemp("orders")
    simulate(folder, 1500, 11)
    measured(folder / "home", (folder / "events.jsonl", EXAMPLES / "order_to_cash" / "stream.yaml"))
    return folder / "home"


@pytest.mark.parametrize("example", ["travel", "orders"])
def test_every_published_value_is_equal(example: str, request: pytest.FixtureRequest) -> None:
    """`verify --all` ends with 0 and says so many of so many equal; no cause, no note."""
    home: Path = request.getfixturevalue(example)
    ended = command("verify", "--all", "--home", home, "--json")
    assert ended.code == 0, ended.out
    (verdict,) = ended.facts
    assert verdict["equal"] == verdict["asked"] > 3000
    assert verdict["causes"] == verdict["notes"] == []


@pytest.mark.parametrize("example", ["travel", "orders"])
def test_evidence_is_small(example: str, request: pytest.FixtureRequest) -> None:
    """What a state keeps is bounded by its rows: at most 80 bytes each, with all copies."""
    home: Path = request.getfixturevalue(example)
    size = sum(path.stat().st_size for path in (home / "evidence").rglob("*") if path.is_file())
    with duckdb.connect(str(home / "published" / "streamgauge.duckdb"), read_only=True) as connection:
        ((rows,),) = connection.execute("SELECT count(*) FROM evidence").fetchall()
    assert size <= MOST_BYTES_A_ROW * rows
