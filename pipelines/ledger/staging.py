"""What happens to rows before they are events: staged, judged, told apart from what the ledger already holds.

Works on a private database; reads the ledger, writes nothing to it. Tables: `staged` (all rows as told), `rejected`
(rows kept aside, with the reason), `fresh` (rows that will be written), `codes` (the dictionary, old and new).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable

import duckdb
import polars as pl

from metrics.query import one_row, one_value
from pipelines.errors import LedgerError, SourceError
from pipelines.ledger.manifest import Manifest
from pipelines.ledger.schema import BUCKETS, CODED, CONTENT_TEXT, NOTED_KIND, NOTED_SQL, ddl, key_of
from pipelines.sources.batch import SCHEMA

EARLIEST_YEAR = 1990
_LATEST_DAYS_AHEAD = 366

_REJECTED = """
CREATE TABLE rejected (
    row_key UBIGINT, reason VARCHAR, place VARCHAR, case_id VARCHAR, step VARCHAR, event_id VARCHAR, told VARCHAR,
    ingested_at TIMESTAMP
)
"""
# Every way a row can fail, first match wins; the text is what a person reads.
_REASON = f"""
CASE
    WHEN problem IS NOT NULL THEN problem
    WHEN case_id IS NULL OR trim(case_id) = '' THEN 'no case id'
    WHEN event_at IS NULL THEN 'no timestamp'
    WHEN year(event_at) < {EARLIEST_YEAR} THEN 'time before {EARLIEST_YEAR}: ' || event_at::DATE
    WHEN event_at > $now::TIMESTAMP + INTERVAL {_LATEST_DAYS_AHEAD} DAY THEN 'time in the future: ' || event_at::DATE
    WHEN (step IS NULL OR trim(step) = '') AND failure_stage IS NULL AND is_retracted IS NOT TRUE THEN 'no step name'
    WHEN corrects = event_id THEN 'corrects itself'
    WHEN stream <> $stream THEN 'told for another stream: ' || stream
END
"""
# Words that are no part of what a row says: they may differ between two deliveries of the same row.
_OF_THE_DELIVERY = ("problem", "place", "is_ordered", "received_at")

# Where the format orders a case's events, their order settles equal times; it is no part of what the event says.
_TIE = """
CASE WHEN is_ordered AND count(*) OVER same_instant > 1 THEN row_number() OVER (same_instant ORDER BY arrival) END
"""


def stage(
    connection: duckdb.DuckDBPyConnection, batches: Iterable[pl.DataFrame], progress: Callable[[int], None] | None
) -> None:
    """Copy batches into `staged`, bounded by one batch at a time."""
    columns = ", ".join(f"{name} {_sql_type(kind)}" for name, kind in SCHEMA.items())
    connection.execute(f"CREATE TABLE staged ({columns})")
    for batch in batches:
        frame = batch.to_arrow()
        connection.register("batch", frame)
        connection.execute("INSERT INTO staged SELECT * FROM batch")
        connection.unregister("batch")
        if progress is not None:
            progress(batch.height)


def judge(connection: duckdb.DuckDBPyConnection, stream: str) -> None:
    """Split `staged` into `candidate` rows of this stream with keys, and `rejected` rows with reasons."""
    connection.execute(_REJECTED)
    connection.execute("CREATE TABLE clock AS SELECT (now() AT TIME ZONE 'UTC')::TIMESTAMP AS now")
    now = one_value(connection, "SELECT now FROM clock")
    connection.execute(
        f"CREATE TABLE judged AS SELECT *, {_REASON} AS reason FROM staged", {"now": now, "stream": stream}
    )
    _keep_rejected(connection, "judged", "reason IS NOT NULL", "reason")
    connection.execute(
        f"""
        CREATE TABLE candidate AS
        SELECT * EXCLUDE (reason, problem, content_hash, is_ordered, arrival)
                 REPLACE (coalesce(sequence, {_TIE}) AS sequence),
            coalesce(event_id, content_hash) AS known_id, md5_number_lower(content_hash) AS fingerprint,
            {key_of("source", "coalesce(event_id, content_hash)")} AS event_key,
            CASE WHEN corrects IS NOT NULL THEN {key_of("source", "corrects")} END AS corrects_key,
            md5_number_lower(case_id) AS case_key
        FROM (SELECT *, rowid AS arrival, md5({CONTENT_TEXT}) AS content_hash FROM judged WHERE reason IS NULL)
        WINDOW same_instant AS (PARTITION BY case_id, event_at)
        """
    )


def refuse_nothing(connection: duckdb.DuckDBPyConnection) -> None:
    """A file without one event is the wrong file: say so.

    Raises:
        SourceError: no row at all, or not one that can be an event.
    """
    rows = one_value(connection, "SELECT count(*) FROM staged")
    if not rows:
        raise SourceError("The file holds no events; nothing was imported.")
    if not one_value(connection, "SELECT count(*) FROM candidate"):
        reason = one_value(connection, "SELECT mode(reason) FROM rejected")
        place = one_value(connection, "SELECT min_by(place, place) FROM rejected WHERE reason = $r", {"r": reason})
        raise SourceError(f"None of {rows:,} rows can be an event: {reason} ({place}). Nothing was imported.")


def deduplicate(connection: duckdb.DuckDBPyConnection, manifest: Manifest) -> None:
    """Fill `fresh` with rows the ledger does not hold; conflicts go to `rejected`. First write wins.

    Raises:
        LedgerError: two ids, or two cases, share one 64-bit key.
    """
    _read_known(connection, manifest)
    connection.execute(
        """
        CREATE TABLE ranked AS
        SELECT c.*, k.fingerprint AS known_fingerprint,
            row_number() OVER (PARTITION BY c.event_key ORDER BY c.fingerprint) AS copy_number,
            min(c.fingerprint) OVER (PARTITION BY c.event_key) AS first_fingerprint,
            k.event_key IS NOT NULL AS is_known,
            k.event_id AS stored_id
        FROM candidate c LEFT JOIN known k ON k.event_key = c.event_key
        """
    )
    _refuse_collisions(connection)
    conflict = "fingerprint <> coalesce(known_fingerprint, first_fingerprint)"
    _keep_rejected(connection, "ranked", conflict, "'id_conflict: this event id came before with other content'")
    _build_codes(connection, manifest)
    joins = " ".join(
        f"LEFT JOIN codes c{i} ON c{i}.kind = '{name}' AND c{i}.name = r.{name}" for i, name in enumerate(CODED)
    )
    coded = ", ".join(f"c{i}.code AS {code}" for i, code in enumerate(CODED.values()))
    connection.execute(ddl("fresh"))
    connection.execute("ALTER TABLE fresh ADD COLUMN bucket INTEGER")
    connection.execute(
        f"""
        INSERT INTO fresh BY NAME
        SELECT r.case_key, r.event_at, r.sequence, r.event_key, {coded}, r.attempt,
            md5_number_lower(r.activity_id) AS activity_key, r.fingerprint, r.corrects_key,
            nullif(r.is_retracted, FALSE) AS is_retracted, r.known_id AS event_id, r.case_id,
            r.activity_id, r.failure_id, r.attributes, r.received_at, (SELECT now FROM clock) AS ingested_at,
            (r.case_key % {BUCKETS})::INTEGER AS bucket
        FROM ranked r {joins} WHERE NOT r.is_known AND r.copy_number = 1
        """
    )


def count(connection: duckdb.DuckDBPyConnection) -> dict[str, int]:
    """How many rows were read, are new, duplicate, quarantined; and new cases touched."""
    read = one_value(connection, "SELECT count(*) FROM staged")
    new = one_value(connection, "SELECT count(*) FROM fresh")
    quarantined = one_value(connection, "SELECT count(*) FROM rejected")
    cases = one_value(connection, "SELECT count(DISTINCT case_key) FROM fresh")
    return {"read": read, "new": new, "duplicate": read - new - quarantined, "quarantined": quarantined, "cases": cases}


def reasons(connection: duckdb.DuckDBPyConnection) -> dict[str, int]:
    """Why rows were kept aside, most frequent first."""
    rows = connection.execute("SELECT reason, count(*) FROM rejected GROUP BY ALL ORDER BY 2 DESC, 1").fetchall()
    return dict(rows)


def refuse(connection: duckdb.DuckDBPyConnection) -> None:
    """Raise for the first quarantined row.

    Raises:
        SourceError: always.
    """
    row = one_row(connection, "SELECT reason, place, count(*) OVER () FROM rejected ORDER BY place LIMIT 1")
    assert row is not None
    raise SourceError(f"{row[2]:,} rows cannot be events; the first: {row[0]} ({row[1]}). Nothing was imported.")


def _keep_rejected(connection: duckdb.DuckDBPyConnection, table: str, condition: str, reason: str) -> None:
    told = ", ".join(f"{name} := {name}::VARCHAR" for name in SCHEMA if name not in _OF_THE_DELIVERY)
    connection.execute(
        f"""
        INSERT INTO rejected
        SELECT md5_number_lower(concat({reason}, chr(31), to_json(struct_pack({told}))::VARCHAR)), {reason}, place,
            case_id, step, event_id, to_json(struct_pack({told}))::VARCHAR, (SELECT now FROM clock)
        FROM {table} WHERE {condition}
        """
    )


def _read_known(connection: duckdb.DuckDBPyConnection, manifest: Manifest) -> None:
    """The events and cases of the ledger that share a key with a candidate."""
    paths = manifest.paths()
    if not paths:
        connection.execute("CREATE TABLE known (event_key UBIGINT, fingerprint UBIGINT, event_id VARCHAR)")
        connection.execute("CREATE TABLE known_case (case_key UBIGINT, case_id VARCHAR)")
        return
    for table, key, columns in (
        ("known", "event_key", "event_key, fingerprint, event_id"),
        ("known_case", "case_key", "DISTINCT case_key, case_id"),
    ):
        connection.execute(
            f"CREATE TABLE {table} AS SELECT {columns} FROM read_parquet($paths) "
            f"WHERE {key} IN (SELECT {key} FROM candidate)",
            {"paths": paths},
        )


def _refuse_collisions(connection: duckdb.DuckDBPyConnection) -> None:
    events = one_value(
        connection,
        "SELECT count(*) FROM ranked WHERE stored_id <> known_id",
    ) + one_value(
        connection,
        "SELECT count(*) FROM (SELECT event_key FROM candidate GROUP BY ALL HAVING count(DISTINCT known_id) > 1)",
    )
    cases = one_value(
        connection,
        "SELECT count(*) FROM (SELECT case_key FROM (SELECT case_key, case_id FROM candidate "
        "UNION SELECT case_key, case_id FROM known_case) GROUP BY ALL HAVING count(DISTINCT case_id) > 1)",
    )
    if events or cases:
        raise LedgerError(
            f"{events} event ids and {cases} case ids share a 64-bit key with another. Nothing was imported; "
            "rename one of the ids in the source."
        )


def _build_codes(connection: duckdb.DuckDBPyConnection, manifest: Manifest) -> None:
    """The dictionary: old codes stay, new names get the next numbers in alphabetical order."""
    connection.execute("CREATE TABLE codes (kind VARCHAR, code INTEGER, name VARCHAR)")
    path = manifest.codes_path()
    if path is not None:
        connection.execute("INSERT INTO codes SELECT kind, code, name FROM read_parquet($path)", {"path": str(path)})
    for name in CODED:
        _add_codes(connection, name, f"SELECT DISTINCT {name} AS name FROM ranked WHERE {name} IS NOT NULL")
    for name, mentioned in NOTED_SQL.items():
        _add_codes(connection, NOTED_KIND, f"SELECT '{name}' AS name FROM ranked WHERE {mentioned} LIMIT 1")


def _add_codes(connection: duckdb.DuckDBPyConnection, kind: str, names: str) -> None:
    connection.execute(
        f"""
        INSERT INTO codes
        SELECT $kind, (SELECT coalesce(max(code) + 1, 0) FROM codes WHERE kind = $kind)
            + (row_number() OVER (ORDER BY name))::INTEGER - 1, name
        FROM ({names}) WHERE name NOT IN (SELECT name FROM codes WHERE kind = $kind)
        """,
        {"kind": kind},
    )


_SQL_TYPES = {"String": "VARCHAR", "Int64": "BIGINT", "Int32": "INTEGER", "Boolean": "BOOLEAN"}


def _sql_type(kind: pl.DataType) -> str:
    return _SQL_TYPES.get(str(kind), "TIMESTAMP")
