"""The memo from the command line: of a measured home, of a frozen baseline, and what is refused."""

from __future__ import annotations

import csv
import io
from pathlib import Path

import duckdb
import pytest

from tests.journeys.command_line import command, facts, measured
from tests.journeys.orders import rows, write_log, write_stream

TARGETS = "\ntargets:\n  flow_time: {p90: 0.1 days}\n  first_time_right: {share: 95 %}\n"


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home of 400 orders over half a year, with two targets."""
    folder = tmp_path_factory.mktemp("memo")
    stream = write_stream(folder)
    stream.write_text(stream.read_text("utf-8") + TARGETS, "utf-8")
    measured(folder / "home", (write_log(folder / "orders.csv", rows(400)), stream))
    return folder / "home"


def test_it_lies_beside_the_pages_and_equals_the_tables(home: Path) -> None:
    """One folder a window; each value of a metric is that of the published table, with the evidence id of its row."""
    told = facts("memo", "--home", home)
    page, values = Path(told["page"]), Path(told["values"])
    assert page.parent == home / "published" / "memos" / "orders" / told["window"]
    assert told["is_frozen"] is False
    html, lines = page.read_text("utf-8"), list(csv.DictReader(io.StringIO(values.read_text("utf-8-sig"))))
    checked = 0
    with duckdb.connect(str(home / "published" / "streamgauge.duckdb"), read_only=True) as connection:
        for line in lines:
            table, *key = line["origin"].split("/")
            if table == "metric_values" and len(key) == 4:
                row = connection.execute(
                    f"SELECT {key[3]}, evidence_id FROM metric_values "
                    "WHERE metric = ? AND statistic = ? AND period = ? AND dimensions = '{}'", key[:3],
                ).fetchone()  # fmt: skip
                assert row is not None
                assert float(line["value"]) == pytest.approx(float(row[0]), abs=1e-12)
                assert row[1] in html
                checked += 1
    assert checked >= 15
    assert "of the cases need rework" in html


def test_a_frozen_baseline_is_what_it_tells(home: Path, tmp_path: Path) -> None:
    """Once a window is frozen and published the memo speaks of it, by its evidence ids; another place can be named."""
    facts("baseline", "freeze", "--period", "2025-Q2", "--home", home)
    measured(home)
    told = facts("memo", "--home", home, "--out", tmp_path / "memos", "--language", "de")
    assert (told["window"], told["is_frozen"]) == ("2025-Q2", True)
    assert Path(told["page"]).parent == tmp_path / "memos" / "orders" / "baseline-2025-Q2"
    html = Path(told["page"]).read_text("utf-8")
    assert "eingefroren am" in html
    with duckdb.connect(str(home / "published" / "streamgauge.duckdb"), read_only=True) as connection:
        ids = connection.execute(
            "SELECT evidence_id FROM evidence WHERE table_name = 'baselines' "
            "AND json_extract_string(row_key, '$.metric') = 'first_time_right'"
        ).fetchall()
    assert ids
    assert all(one in html for (one,) in ids)


def test_mistakes_are_told(home: Path) -> None:
    """An unknown stream, period or language exits with 2 and one sentence."""
    for arguments, words in (
        (("--stream", "nope"), "nope"), (("--period", "spring"), "is not a period"),
        (("--period", "2019-Q1"), "Quarters that are"), (("--language", "fr"), "cannot be written"),
    ):  # fmt: skip
        ended = command("memo", *arguments, "--home", home)
        assert (ended.code, words in ended.err) == (2, True), ended.err
    shown = command("memo", "--home", home)
    assert (shown.code, "memo." in shown.out) == (0, True)
