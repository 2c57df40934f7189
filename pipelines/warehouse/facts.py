"""Facts in the warehouse: the SQL of `metrics.facts` run over the ledger (see `making` for how much of it).

Events and steps are views on the ledger wherever they can be; cases, time parts and failures are tables.
Costs stand in `costs`.
"""

from __future__ import annotations

import duckdb

from metrics.facts.cases import cases_sql
from metrics.facts.failures import failures_sql
from metrics.facts.named_steps import named_steps_sql
from metrics.facts.steps import StepQuery
from metrics.facts.time_parts import time_parts_sql
from metrics.facts.watch.incidents import WATCHED, watch_failures
from metrics.query import literal
from metrics.stream import Stream
from metrics.tables import EVENTS, STEPS, Table
from pipelines.ledger.compact import compact
from pipelines.ledger.manifest import Manifest, known_manifest
from pipelines.ledger.schema import CODED
from pipelines.ledger.verify import verify_breaks
from pipelines.registry import Registered
from pipelines.settings import Settings
from pipelines.warehouse.arrivals import ahead_sql, late_sql, refresh_arrivals
from pipelines.warehouse.current import in_effect, is_in_order, refresh_corrected, relation_of, told_relation
from pipelines.warehouse.making import query_of, refresh_table
from pipelines.warehouse.measures import insert_rows
from pipelines.warehouse.state import FACT_TABLES, STORED_STEPS, due, mark


def prepare_events(connection: duckdb.DuckDBPyConnection, settings: Settings, registered: Registered) -> Manifest:
    """Make the ledger readable in order, load its dictionary, and define the view `events`.

    Raises:
        LedgerError: a file is not as it was when its order was verified.
    """
    name = registered.stream.stream
    manifest = known_manifest(settings, name)
    if any(due(connection, registered, manifest, table.name).is_full for table in FACT_TABLES):
        manifest = compact(settings, manifest)
    for segment in manifest.segments:
        for file in segment.files:
            verify_breaks(connection, str(manifest.folder / file.path), file.rows, file.cases)
    connection.execute("DELETE FROM codes WHERE stream = $stream", {"stream": name})
    if (path := manifest.codes_path()) is not None:
        connection.execute(
            "INSERT INTO codes SELECT $stream, kind, code, name FROM read_parquet($path)",
            {"stream": name, "path": str(path)},
        )
    _add_names(connection, registered)
    refresh_corrected(connection, manifest)
    refresh_arrivals(connection, settings, registered.stream, manifest)
    _define(connection, EVENTS, name, _events_sql(registered.stream, manifest))
    return manifest


def _add_names(connection: duckdb.DuckDBPyConnection, registered: Registered) -> None:
    """Roles and teams that only the performer registry tells get codes beyond those of the ledger."""
    for kind in ("role", "team"):
        names = sorted({name for line in registered.performers if (name := getattr(line, kind))})
        connection.execute(
            """
            INSERT INTO codes
            SELECT $stream, $kind, row_number() OVER (ORDER BY name) - 1 + (
                SELECT coalesce(max(code) + 1, 0) FROM codes WHERE stream = $stream AND kind = $kind
            ), name
            FROM (SELECT unnest($names::VARCHAR[]) AS name)
            WHERE name NOT IN (SELECT name FROM codes WHERE stream = $stream AND kind = $kind)
            """,
            {"stream": registered.stream.stream, "kind": kind, "names": names},
        )


def define_steps(
    connection: duckdb.DuckDBPyConnection, settings: Settings, registered: Registered, manifest: Manifest
) -> None:
    """Define the view `steps`. Logs of instants stream through it; pairing intervals is dear, so those are stored."""
    name = registered.stream.stream
    query = query_of(connection, registered, manifest, relation_of(manifest), is_in_order(manifest))
    if query.has_intervals:
        refresh_table(connection, settings, registered, manifest, STORED_STEPS, named_steps_sql)
        sql = f"SELECT * EXCLUDE (case_key) FROM {STORED_STEPS} WHERE stream = {literal(name)}"
    else:
        sql = f"SELECT * EXCLUDE (case_key) FROM ({named_steps_sql(query)})"
    _define(connection, STEPS, name, sql)


def refresh_cases(
    connection: duckdb.DuckDBPyConnection, settings: Settings, registered: Registered, manifest: Manifest
) -> None:
    """Bring the table `cases` up to the ledger."""
    refresh_table(connection, settings, registered, manifest, "cases", cases_sql)


def refresh_time_parts(
    connection: duckdb.DuckDBPyConnection, settings: Settings, registered: Registered, manifest: Manifest
) -> None:
    """Bring the table `time_parts` up to the ledger; it reads events alone, so it needs no other table made before."""
    refresh_table(connection, settings, registered, manifest, "time_parts", time_parts_sql)


def refresh_failures(
    connection: duckdb.DuckDBPyConnection, settings: Settings, registered: Registered, manifest: Manifest
) -> None:
    """Bring the table `failures` up to the ledger; in one pass where episodes span cases: told, or watched."""
    query = query_of(connection, registered, manifest, relation_of(manifest), is_in_order(manifest))
    is_watched = bool(registered.stream.incidents.watch)
    if not (query.dictionary.known("failure_stage") or is_watched):
        refresh_table(connection, settings, registered, manifest, "failures", failures_sql)
    elif not due(connection, registered, manifest, "failures").is_nothing:
        sql = failures_sql(query, _watch(connection, query) if is_watched else None)
        connection.execute("BEGIN")
        connection.execute("DELETE FROM failures WHERE stream = $stream", {"stream": registered.stream.stream})
        connection.execute(f"INSERT INTO failures BY NAME {sql}")
        mark(connection, registered, manifest, "failures")
        connection.execute("COMMIT")


def _watch(connection: duckdb.DuckDBPyConnection, query: StepQuery) -> str:
    """The name of a temporary table of what the watches see."""
    columns = ", ".join(f"{name} {kind}" for name, kind in WATCHED.items())
    connection.execute(f"CREATE OR REPLACE TEMP TABLE watched ({columns})")
    insert_rows(connection, "watched", (found.as_row() for found in watch_failures(connection, query)))
    return "watched"


def _events_sql(stream: Stream, manifest: Manifest) -> str:
    """The contract view of a ledger: codes back to names."""
    name_of_stream = literal(stream.stream)
    joins = " ".join(
        f"LEFT JOIN (SELECT code, name FROM codes WHERE stream = {name_of_stream} AND kind = '{name}') {name}_name "
        f"ON {name}_name.code = e.{code}"
        for name, code in CODED.items()
    )
    told = {
        "stream": name_of_stream, "is_in_effect": in_effect(manifest), "is_late": late_sql(stream),
        "is_ahead": ahead_sql(),
    }  # fmt: skip
    told |= {name: f"{name}_name.name" for name in CODED}
    columns = ", ".join(f"{told.get(c.name, f'e.{c.name}')} AS {c.name}" for c in EVENTS.columns)
    return f"SELECT {columns} FROM {told_relation(manifest)} e {joins}"


def _define(connection: duckdb.DuckDBPyConnection, table: Table, stream: str, sql: str) -> None:
    connection.execute(f"CREATE OR REPLACE VIEW {table.name}_{stream} AS {sql}")
    _unite(connection, table.name)


def _unite(connection: duckdb.DuckDBPyConnection, table: str) -> None:
    """One view over the views of all streams."""
    rows = connection.execute(
        "SELECT view_name FROM duckdb_views() WHERE NOT internal AND starts_with(view_name, $prefix) ORDER BY ALL",
        {"prefix": f"{table}_"},
    ).fetchall()
    union = " UNION ALL BY NAME ".join(f"SELECT * FROM {name}" for (name,) in rows)
    connection.execute(f"CREATE OR REPLACE VIEW {table} AS {union}")
