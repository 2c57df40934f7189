"""Which rows of the ledger count: those known by then, and in effect among those that correct one another.

The one place that turns files of the ledger into a relation; whoever reads events reads them through it.
"""

from __future__ import annotations

from collections.abc import Sequence

import duckdb

from metrics.query import literal
from pipelines.ledger.corrections import Correction, superseded
from pipelines.ledger.manifest import Manifest
from pipelines.ledger.schema import COLUMNS

TABLE = "superseded"
DDL = f"CREATE TABLE IF NOT EXISTS {TABLE} (stream VARCHAR, event_key UBIGINT, corrected_with UBIGINT)"
_NOTHING = "(SELECT " + ", ".join(f"NULL::{kind} AS {name}" for name, kind in COLUMNS.items()) + " WHERE FALSE)"


def relation_of(manifest: Manifest, paths: list[str] | None = None) -> str:
    """SQL for the rows in effect of these files of the ledger; of all its files when `paths` is None."""
    return told_relation(manifest, paths, [in_effect(manifest)] if manifest.corrections else [])


def in_effect(manifest: Manifest) -> str:
    """SQL condition: is this row one that no other corrects or retracts?"""
    if not manifest.corrections:
        return "TRUE"
    return f"(event_key NOT IN (SELECT event_key FROM {TABLE} WHERE stream = {literal(manifest.folder.name)}))"


def told_relation(manifest: Manifest, paths: list[str] | None = None, conditions: Sequence[str] = ()) -> str:
    """SQL for all rows as told, corrected ones too, that were known by then."""
    chosen = manifest.paths() if paths is None else paths
    if not chosen:
        return _NOTHING
    rows = "read_parquet([" + ", ".join(literal(path) for path in chosen) + "])"
    known = [f"ingested_at <= TIMESTAMP {literal(str(manifest.as_of))}"] if manifest.as_of else []
    wanted = [*known, *conditions]
    return f"(SELECT * FROM {rows} WHERE {' AND '.join(wanted)})" if wanted else rows


def is_in_order(manifest: Manifest) -> bool:
    """Does one pass read the relation in ledger order? A join that leaves out corrected rows keeps no order."""
    return manifest.is_compact and not manifest.corrections


def refresh_superseded(connection: duckdb.DuckDBPyConnection, manifest: Manifest) -> None:
    """Note which events are not in effect."""
    stream = {"stream": manifest.folder.name}
    connection.execute(DDL)
    connection.execute(f"DELETE FROM {TABLE} WHERE stream = $stream", stream)
    if not manifest.corrections:
        return
    rows = connection.execute(
        "SELECT event_key, corrects_key, coalesce(sequence, -1), event_id, coalesce(is_retracted, FALSE) "
        f"FROM {told_relation(manifest)} WHERE corrects_key IS NOT NULL"
    ).fetchall()
    found = superseded(Correction(key, corrects, (order, name), gone) for key, corrects, order, name, gone in rows)
    connection.execute(
        f"INSERT INTO {TABLE} SELECT $stream, unnest($keys::UBIGINT[]), unnest($groups::UBIGINT[])",
        {**stream, "keys": list(found), "groups": list(found.values())},
    )


def corrected_cases(manifest: Manifest, segments: tuple[str, ...]) -> str:
    """SELECT of the keys of cases whose events new segments put out of effect, or back into it."""
    fresh = told_relation(manifest, manifest.paths(segments=segments), ["corrects_key IS NOT NULL"])
    groups = f"""
        SELECT corrected_with FROM {TABLE} WHERE event_key IN
            (SELECT event_key FROM {fresh} UNION ALL SELECT corrects_key FROM {fresh})"""
    return f"""
        SELECT case_key FROM {told_relation(manifest)}
        WHERE event_key IN (SELECT event_key FROM {TABLE} WHERE corrected_with IN ({groups}))
            OR corrects_key IN (SELECT event_key FROM {TABLE} WHERE corrected_with IN ({groups}))"""
