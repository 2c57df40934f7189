"""Facts in the warehouse: the SQL of `metrics.facts` run over the ledger, whole buckets or touched cases only.

A full run reads each bucket once, in ledger order, two buckets at a time. New segments touch few cases: those are
deleted and made again from all their events.
"""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import duckdb

from metrics.facts.cases import cases_sql
from metrics.facts.costs import costs_sql, usage_sql
from metrics.facts.dictionary import Dictionary, literal
from metrics.facts.failures import failures_sql
from metrics.facts.named_steps import named_steps_sql
from metrics.facts.steps import StepQuery
from metrics.tables import EVENTS, STEPS, Table
from pipelines.ledger.compact import compact
from pipelines.ledger.manifest import Manifest, load_manifest
from pipelines.ledger.schema import BUCKETS, CODED, COLUMNS
from pipelines.ledger.verify import verify_breaks
from pipelines.registry import Registered
from pipelines.settings import Settings
from pipelines.warehouse.money import load_bills, load_rates
from pipelines.warehouse.state import FACT_TABLES, STORED_STEPS, due, forget, mark

Select = Callable[[StepQuery], str]


def prepare_events(connection: duckdb.DuckDBPyConnection, settings: Settings, registered: Registered) -> Manifest:
    """Make the ledger readable in order, load its dictionary, and define the view `events`.

    Raises:
        LedgerError: a file is not as it was when its order was verified.
    """
    name = registered.stream.stream
    manifest = load_manifest(settings.ledger / name)
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
    _define(connection, EVENTS, name, _events_sql(name, manifest))
    return manifest


def define_steps(
    connection: duckdb.DuckDBPyConnection, settings: Settings, registered: Registered, manifest: Manifest
) -> None:
    """Define the view `steps`. Logs of instants stream through it; pairing intervals is dear, so those are stored."""
    name = registered.stream.stream
    query = _query(connection, registered, _relation(manifest.paths()), manifest.is_compact)
    if query.has_intervals:
        _refresh(connection, settings, registered, manifest, STORED_STEPS, named_steps_sql)
        sql = f"SELECT * EXCLUDE (case_key) FROM {STORED_STEPS} WHERE stream = {literal(name)}"
    else:
        sql = f"SELECT * EXCLUDE (case_key) FROM ({named_steps_sql(query)})"
    _define(connection, STEPS, name, sql)


def refresh_cases(
    connection: duckdb.DuckDBPyConnection, settings: Settings, registered: Registered, manifest: Manifest
) -> None:
    """Bring the table `cases` up to the ledger."""
    _refresh(connection, settings, registered, manifest, "cases", cases_sql)


def refresh_failures(
    connection: duckdb.DuckDBPyConnection, settings: Settings, registered: Registered, manifest: Manifest
) -> None:
    """Bring the table `failures` up to the ledger. Episodes told by events span cases, so all are made again."""
    _replace(connection, registered, manifest, "failures", failures_sql, settings.threads)


def refresh_costs(connection: duckdb.DuckDBPyConnection, registered: Registered, manifest: Manifest) -> None:
    """Make the table `costs`: a bill is shared by all cases of its month, so one new case moves every share.

    Raises:
        SourceError: a rate card or bill that cannot be used.
    """
    if due(connection, registered, manifest, "costs").is_nothing:
        return
    forget(connection, registered, "costs")
    name = registered.stream.stream
    load_rates(connection, registered)
    load_bills(connection, registered)
    query = _query(connection, registered, _relation(manifest.paths()), manifest.is_compact)
    connection.execute(f"CREATE OR REPLACE TEMP TABLE usage AS {usage_sql(query)}")
    sql = f"WITH cases AS (SELECT * FROM main.cases WHERE stream = {literal(name)}) {costs_sql(query)}"
    connection.execute("DELETE FROM costs WHERE stream = $stream", {"stream": name})
    if registered.stream.costs.rates or registered.stream.costs.bills:
        connection.execute(f"INSERT INTO costs BY NAME {sql}")
    mark(connection, registered, manifest, "costs")


def _refresh(
    connection: duckdb.DuckDBPyConnection,
    settings: Settings,
    registered: Registered,
    manifest: Manifest,
    table: str,
    select: Select,
) -> None:
    task = due(connection, registered, manifest, table)
    if task.is_nothing:
        return
    if task.is_full:
        _replace(connection, registered, manifest, table, select, settings.threads)
        return
    connection.execute(
        f"CREATE OR REPLACE TEMP TABLE touched AS SELECT DISTINCT case_key FROM "
        f"{_relation(manifest.paths(segments=task.segments))}"
    )
    relation = f"(SELECT * FROM {_relation(manifest.paths())} WHERE case_key IN (SELECT case_key FROM touched))"
    query = _query(connection, registered, relation, is_sorted=False)
    connection.execute("BEGIN")
    connection.execute(
        f"DELETE FROM {table} WHERE stream = $stream AND case_key IN (SELECT case_key FROM touched)",
        {"stream": registered.stream.stream},
    )
    connection.execute(f"INSERT INTO {table} BY NAME {select(query)}")
    mark(connection, registered, manifest, table)
    connection.execute("COMMIT")


def _replace(
    connection: duckdb.DuckDBPyConnection,
    registered: Registered,
    manifest: Manifest,
    table: str,
    select: Select,
    threads: int,
) -> None:
    """Make a table anew, bucket by bucket; all rows of a case lie in one bucket."""
    if due(connection, registered, manifest, table).is_nothing:
        return
    forget(connection, registered, table)
    connection.execute(f"DELETE FROM {table} WHERE stream = $stream", {"stream": registered.stream.stream})

    def make(bucket: int) -> None:
        paths = manifest.paths(bucket)
        if paths:
            with connection.cursor() as cursor:
                query = _query(cursor, registered, _relation(paths), len(paths) == 1)
                cursor.execute(f"INSERT INTO {table} BY NAME {select(query)}")

    with ThreadPoolExecutor(max_workers=max(1, threads)) as workers:
        list(workers.map(make, range(BUCKETS)))
    mark(connection, registered, manifest, table)


def _query(
    connection: duckdb.DuckDBPyConnection, registered: Registered, relation: str, is_sorted: bool
) -> StepQuery:
    rows = connection.execute(
        "SELECT kind, name, code FROM codes WHERE stream = $stream", {"stream": registered.stream.stream}
    ).fetchall()
    codes: dict[str, dict[str, int]] = {}
    for kind, name, code in rows:
        codes.setdefault(kind, {})[name] = code
    return StepQuery(registered.stream, Dictionary(codes), relation, is_sorted)


def _relation(paths: list[str]) -> str:
    if not paths:
        nothing = ", ".join(f"NULL::{kind} AS {name}" for name, kind in COLUMNS.items())
        return f"(SELECT {nothing} WHERE FALSE)"
    return "read_parquet([" + ", ".join(literal(path) for path in paths) + "])"


def _events_sql(stream: str, manifest: Manifest) -> str:
    """The contract view of a ledger: codes back to names."""
    joins = " ".join(
        f"LEFT JOIN (SELECT code, name FROM codes WHERE stream = {literal(stream)} AND kind = '{name}') {name}_name "
        f"ON {name}_name.code = e.{code}"
        for name, code in CODED.items()
    )
    told = {"stream": literal(stream), **{name: f"{name}_name.name" for name in CODED}}
    columns = ", ".join(f"{told.get(c.name, f'e.{c.name}')} AS {c.name}" for c in EVENTS.columns)
    return f"SELECT {columns} FROM {_relation(manifest.paths())} e {joins}"


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
