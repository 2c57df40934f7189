"""How a fact table comes up to the ledger: made anew bucket by bucket, or only for the cases that new segments touch.

A full pass reads each bucket once, in ledger order. Each worker writes its buckets in one transaction, so rows go
straight into the table's file rather than through the log first.
"""

from __future__ import annotations

import datetime as dt
import itertools
import json
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import duckdb

from metrics.facts.dictionary import Dictionary
from metrics.facts.steps import StepQuery
from metrics.query import one_value
from pipelines.ledger.manifest import Manifest
from pipelines.ledger.schema import BUCKETS
from pipelines.registry import Registered
from pipelines.settings import Settings
from pipelines.warehouse.current import corrected_cases, is_in_order, relation_of, told_relation
from pipelines.warehouse.state import due, forget, mark

_ROWS_A_PASS = 500_000
_NOT_NEEDED = "event_id, fingerprint, received_at, ingested_at"  # wide, and no fact follows from them

Select = Callable[[StepQuery], str]
Prepare = Callable[[duckdb.DuckDBPyConnection], None]


def refresh_table(
    connection: duckdb.DuckDBPyConnection,
    settings: Settings,
    registered: Registered,
    manifest: Manifest,
    table: str,
    select: Select,
) -> None:
    """Bring a table whose rows belong to cases up to the ledger, with as little work as its state allows."""
    task = due(connection, registered, manifest, table)
    if task.is_nothing:
        return
    if task.segments is None:
        make_anew(connection, settings, registered, manifest, table, select)
        mark(connection, registered, manifest, table)
        return
    query = touch(connection, registered, manifest, task.segments)
    connection.execute("BEGIN")
    connection.execute(
        f"DELETE FROM {table} WHERE stream = $stream AND case_key IN (SELECT case_key FROM touched)",
        {"stream": registered.stream.stream},
    )
    connection.execute(f"INSERT INTO {table} BY NAME {select(query)}")
    mark(connection, registered, manifest, table)
    connection.execute("COMMIT")


def touch(
    connection: duckdb.DuckDBPyConnection, registered: Registered, manifest: Manifest, segments: tuple[str, ...]
) -> StepQuery:
    """Fill the temporary tables `touched` (case keys in these segments) and `touched_events` (all events of these).

    Several tables come up to the ledger one after the other from the same segments: the events are picked out once.
    """
    told = json.dumps([registered.stream.stream, manifest.version, *segments])
    connection.execute("CREATE TEMP TABLE IF NOT EXISTS touched_by (told VARCHAR)")
    if one_value(connection, "SELECT told FROM touched_by") != told:
        connection.execute("DELETE FROM touched_by")
        fresh = f"SELECT case_key FROM {told_relation(manifest, manifest.paths(segments=segments))}"
        cases = f"{fresh} UNION {corrected_cases(manifest, segments)}" if manifest.corrections else fresh
        connection.execute(f"CREATE OR REPLACE TEMP TABLE touched AS SELECT DISTINCT case_key FROM ({cases})")
        connection.execute(
            f"CREATE OR REPLACE TEMP TABLE touched_events AS SELECT * EXCLUDE ({_NOT_NEEDED}) "
            f"FROM {relation_of(manifest)} WHERE case_key IN (SELECT case_key FROM touched)"
        )
        connection.execute("INSERT INTO touched_by VALUES ($told)", {"told": told})
    return query_of(connection, registered, manifest, "touched_events", is_sorted=False)


def make_anew(
    connection: duckdb.DuckDBPyConnection,
    settings: Settings,
    registered: Registered,
    manifest: Manifest,
    table: str,
    select: Select,
    prepare: Prepare = lambda _: None,
) -> None:
    """Make a table anew, bucket by bucket; all rows of a case lie in one. `prepare` sees each worker's connection.

    The table is not marked as made: until the caller does so, the next run starts over.
    """
    forget(connection, registered, table)
    connection.execute(f"DELETE FROM {table} WHERE stream = $stream", {"stream": registered.stream.stream})
    portions = _portions(manifest, settings.threads)

    def make(worker: int) -> None:
        with connection.cursor() as cursor:
            prepare(cursor)
            cursor.execute("BEGIN")
            for paths in portions[worker :: settings.threads]:
                query = query_of(cursor, registered, manifest, relation_of(manifest, paths), is_in_order(manifest))
                cursor.execute(f"INSERT INTO {table} BY NAME {select(query)}")
            cursor.execute("COMMIT")

    with ThreadPoolExecutor(max_workers=settings.threads) as pool:
        list(pool.map(make, range(settings.threads)))


def _portions(manifest: Manifest, threads: int) -> list[list[str]]:
    """Files in bucket order, cut into passes: small ledgers need few, as planning a pass costs like 100,000 rows."""
    passes = max(threads, min(BUCKETS, manifest.rows // _ROWS_A_PASS))
    ends = [BUCKETS * place // passes for place in range(passes + 1)]
    buckets = [range(first, until) for first, until in itertools.pairwise(ends)]
    portions = ([path for bucket in portion for path in manifest.paths(bucket)] for portion in buckets)
    return [paths for paths in portions if paths]


def query_of(
    connection: duckdb.DuckDBPyConnection, registered: Registered, manifest: Manifest, relation: str, is_sorted: bool
) -> StepQuery:
    """What the SQL of `metrics.facts` needs to read a relation of ledger rows."""
    rows = connection.execute(
        "SELECT kind, name, code FROM codes WHERE stream = $stream", {"stream": registered.stream.stream}
    ).fetchall()
    codes: dict[str, dict[str, int]] = {}
    for kind, name, code in rows:
        codes.setdefault(kind, {})[name] = code
    newest = max((segment.last_event_at for segment in manifest.segments), default=None)
    newest_at = dt.datetime.fromisoformat(newest).replace(tzinfo=dt.UTC) if newest else None
    return StepQuery(registered.stream, Dictionary(codes), relation, is_sorted, newest_at, registered.performers)
