"""The orchestrated run: a graph that explains itself, a run that publishes, a broken table that is not published."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import dagster as dg
import duckdb
import pytest

from metrics.catalog import CATALOG
from metrics.published import PUBLISHED
from metrics.tables import CONTRACT
from pipelines.database import open_warehouse
from pipelines.definitions import JOB, build_definitions
from pipelines.errors import BusyError
from pipelines.ledger.manifest import Manifest
from pipelines.registry import Registered
from pipelines.running import run_assets
from pipelines.settings import HOME_VARIABLE, Settings, load_settings
from pipelines.warehouse import facts as fact_tables
from tests.journeys.asset_graph import GOLDEN, NODES, lines
from tests.journeys.command_line import ROOT, facts, process
from tests.journeys.orders import rows, write_log, write_stream

SIDE_BY_SIDE = ["flow_time", "handoff_ratio", "first_time_right"]


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """A home with the small orders, run once by `streamgauge run` as a process."""
    folder = tmp_path_factory.mktemp("dagster")
    log, stream = write_log(folder / "orders.csv", rows()), write_stream(folder)
    facts("import", log, "--stream", stream, "--home", folder / "home")
    ended = process("run", "--home", folder / "home", "--json")
    assert ended.code == 0, ended.err
    assert {name: ended.facts[name] for name in ("success", "failed")} == {"success": True, "failed": []}
    assert ended.facts["assets"] == sum(node.is_materializable for node in NODES) - 1  # it tells nobody
    assert ended.facts["checks_passed"] == sum(len(node.check_keys) for node in NODES)
    return Settings(home=(folder / "home").resolve())


def test_the_graph_is_the_golden_one() -> None:
    """Which asset follows from which, as the golden file lists them; a change there is a change of the flow."""
    assert lines() == GOLDEN.read_text("utf-8").splitlines()


@pytest.mark.parametrize("node", NODES, ids=lambda node: node.key.to_user_string())
def test_every_asset_explains_itself(node: dg.AssetSpec) -> None:
    """It says what one row, one page or one file is, who owns it and where it belongs."""
    said = ("One row is ", "One page ", "Files ending in ")
    assert any(words in (node.description or "") for words in said)
    assert list(node.owners) == ["team:streamgauge"]
    assert node.group_name in ("sources", "facts", "metrics", "reports")


def test_every_table_shows_its_columns() -> None:
    """Each asset that is a table carries its columns, and each column its meaning."""
    tables = {table.name: table for table in (*CONTRACT, *PUBLISHED)}
    shown = {node.key.to_user_string(): node.metadata.get("dagster/column_schema") for node in NODES}
    assert {name for name, schema in shown.items() if schema is None} == {
        "delivered_reviews", "published_page", "cloudevents_files", "inbox", "ocel_files", "otlp_files", "table_files",
        "xes_files",
    }  # fmt: skip
    for name, schema in shown.items():
        if schema is None:
            continue
        wanted = tables.get(name, tables["metric_values"])
        assert [column.name for column in schema.columns] == list(wanted.column_names)
        assert all(column.description for column in schema.columns)
    assert {metric.key for metric in CATALOG} <= shown.keys()


def test_dagster_accepts_the_workspace(tmp_path: Path) -> None:
    """`dagster definitions validate -w workspace.yaml` ends with 0."""
    environment = {**os.environ, HOME_VARIABLE: str(tmp_path / "home"), "DAGSTER_HOME": str(tmp_path)}
    arguments = [sys.executable, "-m", "dagster", "definitions", "validate", "-w", "workspace.yaml"]
    done = subprocess.run(arguments, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


def test_a_run_publishes_values_and_page(home: Settings) -> None:
    """After a run every metric has values, and the last whole quarter its page."""
    values = facts("metrics", "--home", home.home, "--period", "all")
    assert {value["metric"] for value in values} == {metric.key for metric in CATALOG}
    assert (home.pages / "orders" / "2025-Q1" / "index.html").is_file()


def test_one_writer(home: Settings) -> None:
    """While one writes, another waits for its turn, and says so when it has waited long enough."""
    with open_warehouse(home), pytest.raises(BusyError, match="another process"), open_warehouse(home, wait_seconds=0):
        pass


def orders_job() -> dg.JobDefinition:
    """The job over the home named by the environment; child processes build it anew."""
    return build_definitions(load_settings()).resolve_job_def(JOB)


def test_processes_side_by_side(home: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    """Under the multiprocess executor several metrics are written by a process each, one after the other."""
    monkeypatch.setenv(HOME_VARIABLE, str(home.home))
    with open_warehouse(home) as connection:
        before = _values(connection)
        connection.execute("DELETE FROM metric_values WHERE metric IN (SELECT unnest($m))", {"m": SIDE_BY_SIDE})
    with dg.DagsterInstance.from_config(str(home.dagster_home)) as instance:
        result = dg.execute_job(
            dg.reconstructable(orders_job),
            instance=instance,
            asset_selection=[dg.AssetKey(name) for name in SIDE_BY_SIDE],
            run_config={"execution": {"config": {"multiprocess": {"max_concurrent": 3}}}},
        )
        assert result.success
        started = {record.step_key for record in instance.all_logs(result.run_id) if _is_own_process(record)}
    assert started == set(SIDE_BY_SIDE)
    with open_warehouse(home) as connection:
        assert _values(connection) == before


def test_a_broken_table_is_not_published(home: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    """A case counted twice fails the contract of `cases`: the run fails, and readers keep what they had."""

    def broken(connection: duckdb.DuckDBPyConnection, *_: Settings | Registered | Manifest) -> None:
        connection.execute("INSERT INTO cases SELECT * FROM cases LIMIT 1")

    monkeypatch.setattr(fact_tables, "refresh_cases", broken)
    before = home.published_database.read_bytes()
    pages = {path: path.stat().st_mtime_ns for path in home.pages.rglob("*")}
    outcome = run_assets(home)
    assert outcome["success"] is False
    failed = str(outcome["failed"])
    assert "cases: contract" in failed
    assert "cases_are_unique" in failed
    assert home.published_database.read_bytes() == before
    assert {path: path.stat().st_mtime_ns for path in home.pages.rglob("*")} == pages


def _values(connection: duckdb.DuckDBPyConnection) -> list[tuple[object, ...]]:
    """Stored values; their ids are given when they are published, by the last asset."""
    return connection.execute("SELECT * EXCLUDE (evidence_id) FROM metric_values ORDER BY ALL").fetchall()


def _is_own_process(record: dg.EventLogEntry) -> bool:
    event = record.dagster_event
    return event is not None and event.event_type_value == "STEP_WORKER_STARTED"
