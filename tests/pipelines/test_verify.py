"""Verification: every published value is derived again, and whatever is not as it was is named."""

from __future__ import annotations

import json
import re
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import duckdb
import pytest

from metrics.flow.flow_time import FLOW_TIME
from pipelines.evidence.keeping import Shelf
from pipelines.refresh import refresh
from pipelines.registry import load_all
from pipelines.settings import Settings
from tests.journeys.command_line import command, facts
from tests.journeys.orders import rows, write_log, write_stream

STREAM = "orders"
LAST = "case_id = 'o7' AND event_at = (SELECT max(event_at) FROM t WHERE case_id = 'o7')"
"""SQL: the last event of a case."""
P50 = "metric = 'flow_time' AND statistic = 'p50' AND period = 'all'"


@pytest.fixture(scope="module")
def published(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home in which the orders were imported and published, as a run leaves it."""
    folder = tmp_path_factory.mktemp("published")
    log = write_log(folder / "orders.csv", rows(20))
    facts("import", log, "--stream", write_stream(folder), "--home", folder / "home")
    _run(folder / "home")
    return folder / "home"


@pytest.fixture
def home(published: Path, tmp_path: Path) -> Path:
    """A copy of that home, to be changed."""
    return Path(shutil.copytree(published, tmp_path / "home"))


def _run(home: Path) -> None:
    settings = Settings(home=home, threads=2)
    refresh(settings, load_all(settings))


def _verify(home: Path, *more: str, fails: bool = True) -> dict[str, Any]:
    """The verdict of `verify --all`, which ends with 1 where anything is not equal."""
    ended = command("verify", *(more or ("--all",)), "--home", home, "--json")
    assert ended.code == (1 if fails else 0), ended.err + ended.out
    (verdict,) = ended.facts
    assert verdict["is_equal"] is not fails
    return dict(verdict)


def _causes(verdict: dict[str, Any]) -> str:
    return "\n".join(f"{cause['kind']}: {cause['says']}" for cause in verdict["causes"])


def _segment(home: Path, case: str) -> Path:
    """The file of the ledger in which a case stands."""
    for path in sorted((home / "ledger" / STREAM).glob("segments/*/*.parquet")):
        with duckdb.connect() as connection:
            if connection.execute("SELECT 1 FROM read_parquet(?) WHERE case_id = ?", [str(path), case]).fetchall():
                return path
    raise AssertionError(case)


def _rewrite(path: Path, query: str) -> None:
    """Put the rows of a query over the file `t` in its place, sorted as before."""
    fresh = path.with_suffix(".fresh")
    with duckdb.connect() as connection:
        connection.execute(f"CREATE TABLE t AS SELECT * FROM read_parquet('{path}')")
        order = "ORDER BY case_key, event_at, sequence NULLS FIRST, event_key"
        connection.execute(f"COPY ({query} {order}) TO '{fresh}' (FORMAT parquet)")
    fresh.replace(path)


def test_what_was_published_is_equal(home: Path) -> None:
    """Nothing changed: every row is equal, the command ends with 0, and nothing is left behind in the home."""
    before = {path.relative_to(home) for path in home.rglob("*") if path.is_file()}
    verdict = _verify(home, fails=False)
    assert verdict["asked"] == verdict["equal"] > 500
    assert verdict["causes"] == verdict["differences"] == verdict["notes"] == []
    assert {path.relative_to(home) for path in home.rglob("*") if path.is_file()} == before
    assert f"{verdict['asked']:,} of {verdict['asked']:,} equal" in command("verify", "--all", "--home", home).out


def test_one_event_changed_is_named(home: Path) -> None:
    """An event whose time was moved: its case and segment are named, and the values that differ are listed."""
    path = _segment(home, "o7")
    moved = f"CASE WHEN {LAST} THEN event_at + INTERVAL 90 MINUTE ELSE event_at END"
    _rewrite(path, f"SELECT * REPLACE ({moved} AS event_at) FROM t")
    verdict = _verify(home)
    assert re.search(
        rf"event: Event \S+ of case o7 was changed in segment {path.parent.name}, {path.name}", _causes(verdict)
    )
    assert verdict["equal"] < verdict["asked"]
    assert any(d["table"] == "metric_values" and "flow_time" in d["key"] for d in verdict["differences"])


def test_an_event_changed_with_its_fingerprint_is_named(home: Path) -> None:
    """Whoever forges an event and its fingerprint is told by the sums that were kept: it is named all the same."""
    path = _segment(home, "o7")
    forged = f"CASE WHEN {LAST} THEN fingerprint + 4711 ELSE fingerprint END"
    _rewrite(path, f"SELECT * REPLACE ({forged} AS fingerprint) FROM t")
    assert re.search(r"Event \S+ of case o7 was changed, and its fingerprint too", _causes(_verify(home)))


def test_one_event_removed_is_named(home: Path) -> None:
    """An event that is gone: its case is named from the sums that were kept."""
    path = _segment(home, "o7")
    _rewrite(path, f"SELECT * FROM t WHERE NOT ({LAST})")
    verdict = _verify(home)
    assert re.search(rf"event: An event of case o7 is gone \(key \w+\) from segment \S+, {path.name}", _causes(verdict))
    assert verdict["equal"] < verdict["asked"]


def test_one_event_added_is_named(home: Path) -> None:
    """An event slipped into a segment: it is named with its case."""
    path = _segment(home, "o7")
    forged = "md5_number_lower('forged') AS event_key, 'forged' AS event_id, event_at + INTERVAL 1 HOUR AS event_at"
    one = "(SELECT * FROM t WHERE case_id = 'o7' LIMIT 1)"
    _rewrite(path, f"SELECT * FROM t UNION ALL SELECT * REPLACE ({forged}) FROM {one}")
    assert "Event forged of case o7 was added in segment" in _causes(_verify(home))


def _approve(home: Path, kind: str, old: str, new: str) -> None:
    """Import a version of rates or bills in which one amount is another."""
    told = home.parent / f"{kind}.csv"
    told.write_text((home / "streams" / STREAM / f"{kind}.csv").read_text().replace(old, new))
    ended = command(kind, "import", told, "--stream", STREAM, "--approved-by", "head of finance", "--home", home)
    assert ended.code == 0, ended.err


def test_one_rate_changed_is_named(home: Path) -> None:
    """Another card was approved, with one rate raised: the rate and both amounts are named, and costs differ."""
    _approve(home, "rates", "40.00", "41.00")
    verdict = _verify(home)
    assert "rate: rates.csv: rate r1 was changed: amount '40.000000' → '41.000000'" in _causes(verdict)
    assert any("cost_per_transaction" in d["key"] and d["column"] == "value" for d in verdict["differences"])
    assert _verify(home, "--all", "--kept", fails=False)["equal"] == verdict["asked"]


def test_one_bill_changed_is_named(home: Path) -> None:
    """A bill was raised by a cent and approved: the bill and both amounts are named, and costs differ."""
    _approve(home, "bills", "100.01", "100.02")
    verdict = _verify(home)
    assert "bill: bills.csv: bill b2 was changed: amount '100.010000' → '100.020000'" in _causes(verdict)
    assert any(d["table"] == "cost_by_class" for d in verdict["differences"])


def test_one_definition_changed_is_named(home: Path, redefined: str) -> None:
    """The SQL of a metric is another than was run: the metric and the line are named, and its values differ."""
    verdict = _verify(home)
    assert f"definition: The definition of {redefined} (version {FLOW_TIME.version}) was changed: line" in _causes(
        verdict
    )
    differing = {json.loads(d["key"]).get("metric") for d in verdict["differences"] if d["table"] == "metric_values"}
    assert differing == {redefined}


@pytest.fixture
def redefined() -> Iterator[str]:
    """Flow time without its last line's day, for one test: a metric is one record that all modules share."""
    sql = FLOW_TIME.sql
    object.__setattr__(FLOW_TIME, "sql", sql.replace("SELECT case_id AS subject", "SELECT case_id || '' AS subject", 1)
                       .replace("86400", "86399"))  # fmt: skip
    assert sql != FLOW_TIME.sql
    yield FLOW_TIME.key
    object.__setattr__(FLOW_TIME, "sql", sql)


def test_the_stream_file_changed_is_named(home: Path) -> None:
    """A line of the registered stream file was changed: the line is named with both readings."""
    told = home / "streams" / STREAM / "stream.yaml"
    told.write_text(told.read_text().replace("standard_minutes: 30", "standard_minutes: 31"))
    assert re.search(r"stream file: stream.yaml, line 17: '.*30.*' → '.*31", _causes(_verify(home)))


def test_a_published_value_edited_is_named(home: Path) -> None:
    """A number edited in the published file: the value and both numbers are named, and only it differs."""
    with duckdb.connect(str(home / "published" / "streamgauge.duckdb")) as connection:
        connection.execute(f"UPDATE metric_values SET value = value + 1 WHERE {P50}")
    verdict = _verify(home)
    assert re.search(
        r"published value: metric_values flow_time p50 all all was changed .*: value \S+ → \S+", _causes(verdict)
    )
    assert [(d["table"], d["column"]) for d in verdict["differences"]] == [("metric_values", "value")]
    assert verdict["equal"] == verdict["asked"] - 1


def test_a_published_row_removed_or_with_another_id_is_named(home: Path) -> None:
    """A value that is gone, and one that bears an id that is not its own."""
    with duckdb.connect(str(home / "published" / "streamgauge.duckdb")) as connection:
        connection.execute("DELETE FROM targets; DELETE FROM accuracy")
        connection.execute("UPDATE metric_values SET evidence_id = 'sg-aaaaaaaaaaaaaaaa' WHERE metric = 'flow_time' "
                           "AND statistic = 'p90' AND period = 'all'")  # fmt: skip
    told = _causes(_verify(home))
    assert "is gone from the published file" in told
    assert "metric_values flow_time p90 all bears sg-aaaaaaaaaaaaaaaa, which is not its id" in told


def test_a_kept_copy_tampered_with_is_named(home: Path) -> None:
    """A kept copy of the rate card that was changed is told by its hash; the values are equal all the same."""
    settings = Settings(home=home)
    (record,) = Shelf(settings, STREAM).records()
    copy = Shelf(settings, STREAM).copy(record.files["rates.csv"])
    copy.write_text(copy.read_text().replace("40.00", "39.00"))
    verdict = _verify(home)
    assert f"kept copy: rates.csv: The kept copy {copy} was changed after it was kept" in _causes(verdict)
    assert verdict["equal"] == verdict["asked"]


def test_a_record_tampered_with_is_refused(home: Path) -> None:
    """A record that was edited says so in one sentence and ends with 2."""
    (path,) = (home / "evidence" / STREAM / "records").glob("*.json")
    path.write_text(path.read_text().replace('"run_id": "', '"run_id": "x'))
    ended = command("verify", "--all", "--home", home)
    assert ended.code == 2
    assert "was changed after it was written" in " ".join(ended.err.split())


def test_what_arrived_since_changes_nothing(home: Path, tmp_path: Path) -> None:
    """Late events that no run has seen yet: what was published is derived from what was known then, and is equal."""
    late = [
        ("o3", "Check", "2025-03-30T09:30:00+00:00", "Cid", "web"),
        ("n1", "Order", "2025-04-09T09:00:00+00:00", "Dan", "tv"),
    ]
    log = write_log(tmp_path / "late.csv", late)
    facts("import", log, "--stream", write_stream(tmp_path), "--home", home)
    assert _verify(home, fails=False)["equal"] > 500


def test_an_id_of_an_earlier_state_is_found_and_verified(home: Path, tmp_path: Path) -> None:
    """After later runs over more events, an id printed before still leads to its value, and that is derived again."""
    with duckdb.connect(str(home / "published" / "streamgauge.duckdb"), read_only=True) as connection:
        ((ident, value),) = connection.execute(f"SELECT evidence_id, value FROM metric_values WHERE {P50}").fetchall()
    log = write_log(tmp_path / "late.csv", [(f"z{o}", step, at, who, how) for o, step, at, who, how in rows(4)])
    facts("import", log, "--stream", write_stream(tmp_path), "--home", home)
    _run(home)
    bundle = facts("evidence", ident, "--home", home)
    assert not bundle["is_published_now"]
    assert bundle["says"]["value"] == value
    assert bundle["exclusions"][0]["total"] == 20
    assert _verify(home, ident, fails=False)["asked"] == 1
    assert len(list((home / "evidence" / STREAM / "records").glob("*.json"))) == 2


def test_a_bundle_says_what_a_value_was_made_of(home: Path) -> None:
    """Definition, SQL as run, observations, exclusions, checks, files by hash, code and run stand in the bundle."""
    with duckdb.connect(str(home / "published" / "streamgauge.duckdb"), read_only=True) as connection:
        ident, n, run = connection.execute(
            "SELECT evidence_id, n, run_id FROM metric_values JOIN streams USING (stream) "
            "WHERE metric = 'first_time_right' AND period = 'all'"
        ).fetchall()[0]
    bundle = facts("evidence", ident, "--home", home)
    assert bundle["definition"]["metric"] == "first_time_right"
    assert "SELECT" in bundle["definition"]["sql"]
    assert bundle["inputs"]["observations"] == n == bundle["exclusions"][0]["counted"]
    assert set(bundle["made_from"]["files"]) == {"stream.yaml", "rates.csv", "bills.csv"}
    assert bundle["run_id"] == run
    assert bundle["made_from"]["libraries"]["duckdb"]
    assert {check["check_name"] for check in bundle["checks"]} >= {"cases_are_unique"}
    assert "SQL as run" in command("evidence", ident, "--home", home).out


def test_unchanged_content_is_kept_once(home: Path) -> None:
    """A second run over the same events adds nothing to the evidence."""
    before = sorted((path, path.stat().st_mtime_ns) for path in (home / "evidence").rglob("*"))
    _run(home)
    assert sorted((path, path.stat().st_mtime_ns) for path in (home / "evidence").rglob("*")) == before


def test_ids_that_are_none_are_refused(home: Path) -> None:
    """What is no id, what was never published, and asking for ids and all at once: a sentence and exit code 2."""
    for asked, said in (
        (["value 7"], "is no evidence id"),
        (["sg-aaaaaaaaaaaaaaaa"], "was ever published"),
        (["--all", "sg-aaaaaaaaaaaaaaaa"], "or say --all"),
        (["--all", "--stream", "nothing"], "does not exist"),
    ):
        ended = command("verify", *asked, "--home", home)
        assert ended.code == 2
        assert said in " ".join(ended.err.split())
