"""Closed quarters on the disk: written once, kept whole, and never changed by a run, a crash or a hand."""

from __future__ import annotations

import datetime as dt
import json
import os
import shutil
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

import pipelines.refresh as refreshing
from metrics.catalog import CATALOG
from metrics.closing.take import immature_in
from metrics.errors import MetricError
from metrics.periods import parse_period
from metrics.published import METRIC_VALUES
from pipelines import closings
from pipelines.checks import laws
from pipelines.closing import close_period
from pipelines.closings import Closing, Said, load_closings
from pipelines.database import open_warehouse
from pipelines.errors import StorageError
from pipelines.refresh import refresh
from pipelines.registry import Registered, load, load_all
from pipelines.settings import Settings
from pipelines.warehouse import closed as warehouse_closed
from pipelines.warehouse import measures
from tests.journeys.command_line import facts
from tests.journeys.orders import write_log
from tests.pipelines.closed_home import AT, DAYS, FINANCE, QUARTER, closed, closed_rows, home_of, orders, published


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a log, a stream file and a home that ran once; copied for each test."""
    folder = tmp_path_factory.mktemp("closing")
    home_of(folder, orders())
    return folder


@pytest.fixture
def home(made: Path, tmp_path: Path) -> Settings:
    """A home of which nothing is closed yet."""
    shutil.copytree(made, tmp_path, dirs_exist_ok=True)
    return Settings(home=tmp_path / "home")


@pytest.fixture(scope="module")
def shut(made: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Closing]:
    """The same, its quarter closed and published; copied for each test."""
    folder = tmp_path_factory.mktemp("shut") / "made"
    shutil.copytree(made, folder)
    return folder, closed(Settings(home=folder / "home"))


@pytest.fixture
def closed_home(shut: tuple[Path, Closing], tmp_path: Path) -> Settings:
    """A home of which a quarter is closed."""
    shutil.copytree(shut[0], tmp_path, dirs_exist_ok=True)
    return Settings(home=tmp_path / "home")


def registered(settings: Settings) -> Registered:
    """The stream as it is registered."""
    return load(settings, "orders")


def close_now(settings: Settings, quarter: str = QUARTER, said: Said = FINANCE) -> tuple[Closing, bool]:
    """The quarter closed, and whether that is new; nothing is measured anew."""
    return close_period(settings, registered(settings), quarter, said, AT)


def files(settings: Settings) -> dict[str, bytes]:
    """Every file of closed quarters, byte for byte."""
    return {path.name: path.read_bytes() for path in settings.closed.rglob("*") if path.is_file()}


def test_what_is_closed_is_what_was_published(home: Settings) -> None:
    """Every published row of the quarter and of the months and weeks wholly in it is in the file, and in the table."""
    before = closed_rows(home)
    closing = closed(home)
    assert list(files(home)) == [f"{QUARTER}.json"]
    assert len(closing.quarter.rows["metric_values"]) == len(before["metric_values"]) > 0
    assert set(closing.quarter.rows["metric_values"][0]) == set(METRIC_VALUES.column_names)
    assert {row["grain"] for row in closing.quarter.rows["metric_values"]} == {"week", "month", "quarter"}
    assert [d.metric for d in closing.quarter.definitions] == [metric.key for metric in CATALOG]
    assert closed_rows(home) == before
    told = published(home, "SELECT quarter, closed_by, why, numbers, restated FROM closed_quarters")
    assert told == [(QUARTER, "head of finance", "end of the quarter", len(before["metric_values"]), 0)]


def test_only_what_lies_wholly_in_the_quarter_is_closed(shut: tuple[Path, Closing]) -> None:
    """The week over its end stays open, and so do all data together."""
    rows = shut[1].quarter.rows["metric_values"]
    last = DAYS[1].isoformat()
    assert all(str(DAYS[0]) <= str(row["first_on"]) and str(row["until_on"]) <= last for row in rows)
    assert "2025-W14" not in {row["period"] for row in rows}


def test_closing_again_changes_nothing(home: Settings) -> None:
    """The one that is closed is told, whatever is said the second time; no byte of it changes."""
    first, is_new = close_now(home)
    before = files(home)
    again, is_new_again = close_now(home, said=Said("somebody else", anyway="once more"))
    assert (is_new, is_new_again, again) == (True, False, first)
    assert files(home) == before


def test_a_run_changes_no_byte_of_it(closed_home: Settings) -> None:
    """Running again, and from an empty warehouse, leaves the file and what is published as they are."""
    before, rows_before = files(closed_home), closed_rows(closed_home)
    closed_home.warehouse.unlink()
    refresh(closed_home, load_all(closed_home))
    assert files(closed_home) == before
    assert closed_rows(closed_home) == rows_before


@pytest.mark.parametrize(
    ("quarter", "words"),
    [("2025-Q2", "ends after the newest data"), ("2019-Q1", "no data in"), ("2025-02", "is a month"), ("2025", "year")],
)
def test_what_cannot_be_closed(home: Settings, quarter: str, words: str) -> None:
    """A quarter that has not ended, one without data, and what is no quarter are refused, each with its reason."""
    with pytest.raises(MetricError, match=words):
        close_now(home, quarter)
    assert files(home) == {}


def test_values_that_still_move_need_a_reason(home: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    """A quarter whose values are not final is refused by name and day; with a reason it is closed, and that is kept."""
    monkeypatch.setattr(closings, "immature_in", lambda *_: [("first_time_right", "2025-09-01")])
    with pytest.raises(StorageError, match=r"first_time_right \(final from 2025-09-01\)"):
        close_now(home)
    closing = closed(home, said=Said(anyway="the board meets today"))
    assert load_closings(home, "orders") == [closing]
    told = published(home, "SELECT anyway, not_final FROM closed_quarters")
    assert told == [("the board meets today", "first_time_right (2025-09-01)")]


def test_which_values_may_still_move(home: Settings) -> None:
    """They are those that mature after the last local day with data."""
    with open_warehouse(home) as connection:
        assert immature_in(connection, registered(home).stream, parse_period(QUARTER)) == []
        connection.execute(f"UPDATE metric_values SET matures_on = '2026-01-01' WHERE period = '{QUARTER}' "
                           "AND metric = 'first_time_right'")  # fmt: skip
        found = immature_in(connection, registered(home).stream, parse_period(QUARTER))
    assert found == [("first_time_right", "2026-01-01")]


def test_facts_that_break_a_law_are_not_closed(home: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    """What stops a run is not kept for ever."""
    monkeypatch.setattr(closings, "broken_laws", lambda *_: ["cases_are_unique"])
    with pytest.raises(StorageError, match="break a law \\(cases_are_unique\\)"):
        close_now(home)


def test_what_nobody_has_seen_is_not_closed(home: Settings, tmp_path: Path) -> None:
    """Events that came since the last run are in no published number, so the quarter waits for the next run."""
    late = [("o99", "Order", "2025-05-20T09:00:00+00:00", "shop", "web")]
    facts("import", write_log(tmp_path / "l.csv", late), "--stream", tmp_path / "stream.yaml", "--home", home.home)
    with pytest.raises(StorageError, match="Run first: streamgauge run"):
        close_now(home)


def test_a_run_that_was_cut_off_is_not_closed(home: Settings) -> None:
    """Where stored values are not those of the facts, the quarter waits for a whole run."""
    with open_warehouse(home) as connection:
        connection.execute(f"UPDATE metric_values SET value = value + 1 WHERE period = '{QUARTER}'")
    with pytest.raises(MetricError, match="not those of its last whole run"):
        close_now(home)


@pytest.mark.parametrize("call", ["write", "fdatasync", "replace"])
def test_a_crash_in_the_middle_closes_nothing(home: Settings, monkeypatch: pytest.MonkeyPatch, call: str) -> None:
    """Whichever call to the disk fails, nothing is closed afterwards, and closing again succeeds."""

    def refuse(*_: object, **__: object) -> None:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patched:
        patched.setattr(os, call, refuse)
        with pytest.raises(StorageError, match="could not be written"):
            close_now(home)
    assert load_closings(home, "orders") == []
    assert close_now(home)[1]


def _edit(change: Callable[[dict[str, object]], None]) -> Callable[[Path], None]:
    def edit(path: Path) -> None:
        fact = json.loads(path.read_text("utf-8"))
        change(fact)
        path.write_text(json.dumps(fact), "utf-8")

    return edit


@pytest.mark.parametrize(
    ("edit", "words"),
    [
        (_edit(lambda fact: fact.update(closed_by="me")), "changed after the quarter was closed"),
        (_edit(lambda fact: fact.update(note="more")), "changed after the quarter was closed"),
        (_edit(lambda fact: fact["quarter"]["costs"][0].update(amount="1")), "changed after"),  # type: ignore[index]
        (_edit(lambda fact: fact.update(format=9)), "is of format 9"),
        (_edit(lambda fact: fact.pop("quarter")), "is no closed quarter"),
        (_edit(lambda fact: fact["quarter"].pop("rows")), "changed by hand"),  # type: ignore[attr-defined]
        (lambda path: path.write_text("{", "utf-8"), "is no closed quarter"),
        (lambda path: path.rename(path.with_name("2025-Q3.json")), "changed after the quarter was closed"),
    ],
)
def test_a_file_changed_by_hand_is_refused(closed_home: Settings, edit: Callable[[Path], None], words: str) -> None:
    """A run stops and says which file; what is published stays as it was."""
    before = closed_rows(closed_home)
    edit(closed_home.closed / "orders" / f"{QUARTER}.json")
    with pytest.raises(StorageError, match=words):
        refresh(closed_home, load_all(closed_home))
    assert closed_rows(closed_home) == before


def test_as_of_knows_only_what_was_closed_by_then(home: Settings) -> None:
    """Numbers as of a time before the closing know of none."""
    close_now(home)
    assert load_closings(replace(home, as_of=dt.datetime(2025, 1, 1)), "orders") == []
    assert len(load_closings(replace(home, as_of=dt.datetime(2999, 1, 1)), "orders")) == 1


def test_a_metric_that_is_gone_stays_published(closed_home: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    """Closed values of a metric that is no longer measured stay, also in a new warehouse, and are restated as gone."""
    before = closed_rows(closed_home)
    left = tuple(metric for metric in CATALOG if metric.key != "flow_time")
    for module in (measures, refreshing, warehouse_closed):
        monkeypatch.setattr(module, "CATALOG", left)
    closed_home.warehouse.unlink()
    refresh(closed_home, load_all(closed_home))
    assert closed_rows(closed_home)["metric_values"] == before["metric_values"]
    told = published(closed_home, "SELECT DISTINCT metric, value_now, difference, causes FROM restatements")
    assert told == [("flow_time", None, None, "definition")]


def test_the_law_of_closed_numbers_bites(closed_home: Settings) -> None:
    """A closed value that is published otherwise fails the check."""
    (law,) = (law for law in laws.LAWS if law.name == "closed_numbers_stay")
    with open_warehouse(closed_home) as connection:
        assert laws.count_failing(connection, law, "orders") == 0
        connection.execute(f"UPDATE metric_values SET value = 7 WHERE period = '{QUARTER}' AND metric = 'flow_time'")
        assert laws.count_failing(connection, law, "orders") > 0
