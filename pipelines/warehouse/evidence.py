"""Evidence in the warehouse: an id for every published row that carries figures, and the record of what made them."""

from __future__ import annotations

import datetime as dt
import hashlib
import json
from collections.abc import Iterator, Mapping
from dataclasses import fields
from typing import Any

import duckdb
import polars as pl

from metrics.baseline import sql_hash_of
from metrics.catalog import CATALOG
from metrics.evidence.identity import MadeOf, basis_id, evidence_id
from metrics.evidence.inputs import DailyInputs, daily_inputs
from metrics.evidence.rows import PublishedRow, published_rows
from metrics.observe import printed_sql
from metrics.published import EVIDENCE, METRIC_VALUES
from metrics.stream import Stream
from pipelines.baselines import load_frozen
from pipelines.closings import load_closings
from pipelines.evidence.code import running_code
from pipelines.evidence.inputs import inputs_of
from pipelines.evidence.keeping import Shelf, frozen_files
from pipelines.evidence.record import Record
from pipelines.evidence.rows_file import Evidenced, pack_rows
from pipelines.ledger.manifest import Manifest
from pipelines.ledger.sums import BucketSums, fingerprint_of, sums_of
from pipelines.registry import Registered
from pipelines.settings import Settings
from pipelines.warehouse.measures import insert_rows

_BY_KEY = {metric.key: metric for metric in CATALOG}
_VALUE_KEY = tuple(name for name in METRIC_VALUES.key if name != "stream")


def write_evidence(
    connection: duckdb.DuckDBPyConnection,
    settings: Settings,
    registered: Registered,
    manifest: Manifest,
    run_id: str,
    ran_at: dt.datetime,
) -> int:
    """Give every row of a stream its id, once all is stored; keep what it was made of. Returns how many rows.

    What was known by another time is not kept: it can be made again from what is.

    Raises:
        StorageError: evidence could not be kept.
    """
    sums = sums_of(connection, manifest)
    files = inputs_of(connection, registered)
    basis = _basis(settings, registered, files, sums)
    closed = closed_evidence(settings, registered.stream.stream)
    rows = list(evidenced_rows(connection, registered.stream, basis_id(basis), closed))
    _store(connection, registered.stream.stream, rows)
    connection.execute(
        "UPDATE streams SET evidence_basis = $basis WHERE stream = $stream",
        {"basis": json.dumps(basis, sort_keys=True), "stream": registered.stream.stream},
    )
    shelf = Shelf(settings, registered.stream.stream)
    if settings.as_of is None and not shelf.has(basis_id(basis)):
        shelf.put(_record(connection, settings, registered, files, manifest, sums, basis, rows, run_id, ran_at))
    return len(rows)


def evidenced_rows(
    connection: duckdb.DuckDBPyConnection, stream: Stream, basis: str, closed: Mapping[tuple[str, str], MadeOf]
) -> Iterator[Evidenced]:
    """Every row with its id and what it was made of; a closed one keeps those of the state in which it was closed."""
    inputs: dict[str, DailyInputs] = {}
    for row in published_rows(connection, stream.stream):
        made_of = closed.get((row.table, row.key)) or _made_of(connection, stream, row, basis, inputs)
        yield evidence_id(stream.stream, row, made_of), row, made_of


def closed_evidence(settings: Settings, stream: str) -> dict[tuple[str, str], MadeOf]:
    """What rows of closed quarters were made of, by table and key.

    Raises:
        StorageError: the file of a closed quarter is not as it was written.
    """
    names = [field.name for field in fields(MadeOf)]
    return {
        (str(row["table_name"]), str(row["row_key"])): MadeOf(**{name: row[name] for name in names})  # type: ignore[arg-type]  # as its table has them
        for closing in load_closings(settings, stream)
        for row in closing.quarter.rows.get(EVIDENCE.name, ())
    }


def _made_of(
    connection: duckdb.DuckDBPyConnection, stream: Stream, row: PublishedRow, basis: str, inputs: dict[str, DailyInputs]
) -> MadeOf:
    metric = _BY_KEY.get(str(row.content.get("metric")))
    if metric is None:
        return MadeOf(basis)
    definition = (basis, metric.version, sql_hash_of(metric))
    if row.table != METRIC_VALUES.name:
        return MadeOf(*definition)
    if metric.key not in inputs:
        inputs[metric.key] = daily_inputs(connection, metric, stream)
    days = (dt.date.fromisoformat(str(row.content[name])) for name in ("first_on", "until_on"))
    counted = inputs[metric.key].within(*days)
    return MadeOf(*definition, counted.count, counted.fingerprint)


def _basis(
    settings: Settings, registered: Registered, files: Mapping[str, bytes], sums: list[BucketSums]
) -> dict[str, Any]:
    """What every row of the stream rests on. No clock: a baseline counts by what it says, not by when it was frozen."""
    code = running_code()
    frozen = load_frozen(settings, registered.stream.stream)
    closed = [closing.quarter for closing in load_closings(settings, registered.stream.stream)]
    return {
        "events": sum(one.events for one in sums), "ledger_fingerprint": fingerprint_of(sums),
        "files": {name: hashlib.sha256(content).hexdigest() for name, content in files.items()},
        "closed": sorted(f"{one.quarter.key} {one.digest}" for one in closed),
        "baselines": sorted(f"{one.baseline.window.key} v{one.version} {one.baseline.digest}" for one in frozen),
        "code_version": code.version, "source_hash": code.source_hash, "libraries_hash": code.libraries_hash,
    }  # fmt: skip


def _store(connection: duckdb.DuckDBPyConnection, stream: str, rows: list[Evidenced]) -> None:
    connection.execute("DELETE FROM evidence WHERE stream = $stream", {"stream": stream})
    insert_rows(
        connection, "evidence",
        (
            {
                "stream": stream, "table_name": row.table, "row_key": row.key, "evidence_id": ident,
                "basis_id": made.basis_id, "definition_version": made.definition_version, "sql_hash": made.sql_hash,
                "inputs": made.inputs, "inputs_fingerprint": made.inputs_fingerprint,
            }
            for ident, row, made in rows
        ),
    )  # fmt: skip
    values = [
        [*(row.content[name] for name in _VALUE_KEY), ident]
        for ident, row, _ in rows
        if row.table == METRIC_VALUES.name
    ]
    if not values:
        return
    connection.register("told_ids", pl.DataFrame(values, schema=[*_VALUE_KEY, "evidence_id"], orient="row").to_arrow())
    same = " AND ".join(f"metric_values.{name} = told_ids.{name}" for name in _VALUE_KEY)
    connection.execute(
        f"UPDATE metric_values SET evidence_id = told_ids.evidence_id FROM told_ids WHERE stream = $stream AND {same}",
        {"stream": stream},
    )
    connection.unregister("told_ids")


def _record(
    connection: duckdb.DuckDBPyConnection,
    settings: Settings,
    registered: Registered,
    files: Mapping[str, bytes],
    manifest: Manifest,
    sums: list[BucketSums],
    basis: dict[str, Any],
    rows: list[Evidenced],
    run_id: str,
    ran_at: dt.datetime,
) -> Record:
    """The record, after the copies it names were kept."""
    stream = registered.stream
    shelf = Shelf(settings, stream.stream)
    sql = {metric.key: {"version": metric.version, "sql": printed_sql(metric, stream)} for metric in CATALOG}
    frozen = frozen_files(settings, stream.stream)
    return Record(
        stream=stream.stream, basis_id=basis_id(basis), basis=basis, run_id=run_id, made_at=ran_at.isoformat(),
        known_by=max(segment.arrived_at for segment in manifest.segments), sums=tuple(sums),
        segments=tuple(segment.name for segment in manifest.segments), codes=_codes(connection, manifest),
        quarantined=manifest.quarantined, corrections=manifest.corrections,
        files={name: shelf.keep(content) for name, content in files.items()},
        frozen={str(path.relative_to(settings.home)): shelf.keep(path.read_bytes()) for path in frozen},
        definitions=shelf.keep(json.dumps(sql, indent=1, sort_keys=True).encode()), values=shelf.keep(pack_rows(rows)),
        rows=len(rows), libraries=running_code().libraries,
        checks=tuple(dict(row.content) for _, row, _ in rows if row.table == "check_results"),
        state=next(dict(row.content) for _, row, _ in rows if row.table == "streams"),
    )  # fmt: skip


def _codes(connection: duckdb.DuckDBPyConnection, manifest: Manifest) -> dict[str, int]:
    """How many names of each kind the dictionary holds: it only grows, so that many were known then."""
    if manifest.codes_path() is None:
        return {}
    sql = "SELECT kind, max(code) + 1 FROM read_parquet($path) GROUP BY kind ORDER BY kind"
    return dict(connection.execute(sql, {"path": str(manifest.codes_path())}).fetchall())
