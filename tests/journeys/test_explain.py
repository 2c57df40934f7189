"""`streamgauge explain` as a user runs it: what it tells is what is published, in JSON and in words."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

import duckdb
import pytest

from metrics.catalog import CATALOG
from pipelines.settings import Settings
from tests.journeys.command_line import command, facts, measured
from tests.journeys.orders import STREAM, rows, write_log, write_stream

PARTS = [
    "stream", "period", "first_on", "until_on", "definition", "values", "sql", "value_sql", "accounts",
    "beyond_the_period", "sample", "headline", "would_change_it_most",
]  # fmt: skip
KEYS = [metric.key for metric in CATALOG]


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home that measured eighty orders, one row of which is quarantined and one of which has no trigger."""
    folder = tmp_path_factory.mktemp("explained")
    odd = [
        ("x1", "Check", "2025-04-02T08:00:00Z", "Ann", "web"),
        ("x2", "Order", "1948-05-05T08:00:00Z", "shop", "web"),
    ]
    log = write_log(folder / "orders.csv", [*rows(80), *odd])
    measured(folder / "home", (log, write_stream(folder / "stream")))
    return folder / "home"


def _published(home: Path) -> duckdb.DuckDBPyConnection:
    return duckdb.connect(str(Settings(home=home).published_database), read_only=True)


def _explained(home: Path, metric: str, period: str = "2025-Q2") -> Any:
    return facts("explain", metric, "--period", period, "--home", home)


@pytest.mark.parametrize("metric", KEYS)
def test_it_explains_what_is_published(home: Path, metric: str) -> None:
    """The values are those published, the SQL that of `definitions`, and run by hand it gives the values."""
    found = _explained(home, metric)
    assert list(found) == PARTS
    with _published(home) as connection:
        stored = connection.execute(
            "SELECT statistic, value, low, high, n, method FROM metric_values WHERE metric = $m AND period = '2025-Q2'",
            {"m": metric},
        ).fetchall()
        told = [tuple(value[name] for name in ("statistic", "value", "low", "high", "n", "method"))
                for value in found["values"]]  # fmt: skip
        assert sorted(told) == sorted(stored)
        definition = connection.execute("SELECT sql FROM definitions WHERE metric = $m", {"m": metric}).fetchone()
        assert definition == (found["sql"],)
        connection.execute(found["sql"])
        n, *by_hand = connection.execute(found["value_sql"]).fetchall()[0]
    assert by_hand == [None if v["value"] is None else pytest.approx(v["value"], rel=1e-9) for v in found["values"]]
    assert {n} == {value["n"] for value in found["values"]}


@pytest.mark.parametrize("metric", KEYS)
def test_its_accounts_add_up(home: Path, metric: str) -> None:
    """What is counted and what is left out add up to the whole, and n is what is counted."""
    found = _explained(home, metric)
    for account in (*found["accounts"], *found["beyond_the_period"]):
        assert sum(line["count"] for line in account["lines"]) == account["total"]
    assert found["accounts"][0]["counted"] == found["values"][0]["n"]


def test_it_accounts_for_every_order(home: Path) -> None:
    """Every order that was triggered has a line, and orders without trigger and quarantined rows are told."""
    found = _explained(home, "flow_time", "all")
    lines = {line["what"]: line["count"] for line in found["accounts"][0]["lines"]}
    assert lines == {"counted": 72, "still open at the newest event": 1, "ended otherwise: cancelled": 7}
    cases, told = found["beyond_the_period"]
    assert [line["count"] for line in cases["lines"]] == [80, 1]
    assert [line["count"] for line in told["lines"]][1] == 1


def test_its_sample_is_of_the_number(home: Path) -> None:
    """The same sample every time, of cases finished in the period, with the longest among them."""
    found = _explained(home, "flow_time")
    assert found["sample"] == _explained(home, "flow_time")["sample"]
    with _published(home) as connection:
        query = f"SELECT subject, amount FROM ({found['sql']}) WHERE observed_on >= '2025-04-01' ORDER BY 2 DESC, 1"
        amounts = connection.execute(query).fetchall()
    assert {(one["subject"], one["amount"]) for one in found["sample"]} <= set(amounts)
    assert [one["subject"] for one in found["sample"] if one["why"] == "longest"] == [name for name, _ in amounts[:3]]


def test_what_would_change_it_most(home: Path) -> None:
    """Each part left out alone, the greatest change first, against the headline of the period."""
    found = _explained(home, "flow_time", "all")
    changes = [abs(one["change"]) for one in found["would_change_it_most"]]
    assert changes == sorted(changes, reverse=True)
    (headline,) = [value["value"] for value in found["values"] if value["statistic"] == found["headline"] == "p90"]
    phone = next(one for one in found["would_change_it_most"] if one["label"] == "phone")
    assert phone["change"] == pytest.approx(phone["without"] - headline)
    assert phone["share"] == pytest.approx(phone["n"] / 72)


@pytest.mark.parametrize("metric", KEYS)
def test_people_read_it_in_order(home: Path, metric: str) -> None:
    """Without --json the same is told in words: meaning, values, accounts, sample, influence, SQL."""
    ended = command("explain", metric, "--period", "2025-Q2", "--home", home)
    assert (ended.code, ended.err) == (0, "")
    words = ("Definition", "Formula", "Values", "Counted, and left out", "A sample", "What would change", "The SQL")
    places = [ended.out.index(word) for word in words]
    assert places == sorted(places)
    found = _explained(home, metric)
    assert found["value_sql"] in ended.out  # whole and as it is, so that it can be copied out
    assert all(line["what"] in ended.out for account in found["accounts"] for line in account["lines"])


def test_no_data_says_so(home: Path) -> None:
    """A period without observations has null values with the reason, and no sample."""
    found = _explained(home, "flow_time", "2019-Q1")
    assert {value["value"] for value in found["values"]} == {None}
    assert all(value["verdict"].startswith("No data: ") and value["reason"] for value in found["values"])
    assert (found["sample"], found["would_change_it_most"], found["accounts"][0]["total"]) == ([], [], 0)
    ended = command("explain", "flow_time", "--period", "2019-Q1", "--home", home)
    assert "No data" in ended.out
    assert "nothing to look at" in ended.out


@pytest.mark.parametrize(
    ("asked", "words"),
    [
        (("flow_tim", "--period", "2025-Q2"), ("'flow_tim'", "'flow_time'")),
        (("flow_time", "--period", "2025-Q5"), ("'2025-Q5'", "2026-Q3")),
        (("flow_time", "--period", "2025-Q2", "--stream", "order"), ("'order'", "'orders'")),
    ],
    ids=["metric", "period", "stream"],
)
def test_what_does_not_exist_is_refused(home: Path, asked: tuple[str, ...], words: tuple[str, ...]) -> None:
    """An unknown metric, period or stream is refused in one sentence beside what exists."""
    _assert_refused(home, *asked, words=words)


def test_nothing_published_is_refused(tmp_path: Path) -> None:
    """Without a published copy the sentence says to run first, and leaves no home behind."""
    _assert_refused(
        tmp_path / "none", "flow_time", "--period", "all", words=("Nothing is published", "streamgauge run")
    )
    assert not (tmp_path / "none").exists()


def test_another_definition_is_not_explained(home: Path, tmp_path: Path) -> None:
    """A number published by another version of its definition is refused rather than explained by this one."""
    other = _copied(home, tmp_path, "UPDATE definitions SET version = '0.9.0' WHERE metric = 'flow_time'")
    _assert_refused(other, "flow_time", "--period", "2025-Q2", words=("flow_time", "another definition", "1."))


def test_of_several_streams_one_is_named(home: Path, tmp_path: Path) -> None:
    """Where several streams are published the sentence names them, and --stream chooses."""
    file = STREAM.replace("stream: orders", "stream: returns").replace("'", "''")
    insert = f"INSERT INTO streams (stream, stream_file) VALUES ('returns', '{file}')"
    other = _copied(home, tmp_path, insert)
    _assert_refused(other, "flow_time", "--period", "all", words=("orders, returns", "--stream"))
    chosen = facts("explain", "flow_time", "--period", "2025-Q2", "--stream", "orders", "--home", other)
    assert chosen == _explained(home, "flow_time")


def test_all_of_a_stream_without_cases(home: Path, tmp_path: Path) -> None:
    """Without a case there is no 'all': the sentence asks for a period by name, which has no data then."""
    empty = _copied(home, tmp_path, "DELETE FROM cases")
    _assert_refused(empty, "flow_time", "--period", "all", words=("no case yet", "2026-Q3"))
    assert _explained(empty, "flow_time")["values"][0]["value"] is None


def _copied(home: Path, folder: Path, change: str) -> Path:
    """A home with the same published copy, changed by one statement."""
    there = Settings(home=folder / "copied").published_database
    there.parent.mkdir(parents=True)
    shutil.copyfile(Settings(home=home).published_database, there)
    with duckdb.connect(str(there)) as connection:
        connection.execute(change)
    return folder / "copied"


def _assert_refused(home: Path, *asked: str, words: tuple[str, ...]) -> None:
    ended = command("explain", *asked, "--home", home)
    assert (ended.code, ended.out) == (2, "")
    assert len(ended.err.strip().splitlines()) == 1
    assert all(word in ended.err for word in words), ended.err
