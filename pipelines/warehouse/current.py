"""Which rows of the ledger count: those known by then, and in effect among those that correct one another.

The one place that turns files of the ledger into a relation; whoever reads events reads them through it.
"""

from __future__ import annotations

from collections.abc import Sequence

import duckdb

from metrics.query import literal
from pipelines.ledger.corrections import Correction, members_of
from pipelines.ledger.manifest import Manifest
from pipelines.ledger.schema import COLUMNS

TABLE = "corrected"
DDL = (
    f"CREATE TABLE IF NOT EXISTS {TABLE} "
    "(stream VARCHAR, event_key UBIGINT, corrected_with UBIGINT, is_in_effect BOOLEAN)"
)
_NOTHING = "(SELECT " + ", ".join(f"NULL::{kind} AS {name}" for name, kind in COLUMNS.items()) + " WHERE FALSE)"


def relation_of(manifest: Manifest, paths: list[str] | None = None) -> str:
    """SQL for the rows in effect of these files of the ledger; of all its files when `paths` is None."""
    return told_relation(manifest, paths, [in_effect(manifest)] if manifest.corrections else [])


def in_effect(manifest: Manifest) -> str:
    """SQL condition: is this row one that no other corrects or retracts?"""
    if not manifest.corrections:
        return "TRUE"
    stream = literal(manifest.folder.name)
    return f"(event_key NOT IN (SELECT event_key FROM {TABLE} WHERE stream = {stream} AND NOT is_in_effect))"


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


def refresh_corrected(connection: duckdb.DuckDBPyConnection, manifest: Manifest) -> None:
    """Note which events correct or are corrected, and which of them are in effect. Reads the dictionary."""
    stream = {"stream": manifest.folder.name}
    connection.execute(DDL)
    connection.execute(f"DELETE FROM {TABLE} WHERE stream = $stream", stream)
    if not manifest.corrections:
        return
    rows = connection.execute(_CORRECTIONS.format(told=told_relation(manifest)), stream).fetchall()
    found = members_of(Correction(key, target, (order, name), gone) for key, target, order, name, gone in rows)
    columns = {"keys": [m.event_key for m in found], "groups": [m.group for m in found]}
    connection.execute(
        f"INSERT INTO {TABLE} SELECT $stream, unnest($keys::UBIGINT[]), unnest($groups::UBIGINT[]), "
        "unnest($in_effect::BOOLEAN[])",
        {**stream, **columns, "in_effect": [m.is_in_effect for m in found]},
    )


def corrected_cases(manifest: Manifest, segments: tuple[str, ...]) -> str:
    """SELECT of the keys of cases whose events new segments put out of effect, or back into it."""
    fresh = told_relation(manifest, manifest.paths(segments=segments))
    groups = f"SELECT corrected_with FROM {TABLE} WHERE event_key IN (SELECT event_key FROM {fresh})"
    keys = f"SELECT event_key FROM {TABLE} WHERE corrected_with IN ({groups})"
    return f"SELECT case_key FROM {told_relation(manifest)} WHERE event_key IN ({keys})"


# A source is a service's outbox, and a restart may begin another one: an event that the correcting outbox never told is
# looked for among those of the same service, which is the source without its last part.
_CORRECTIONS = """
WITH told AS (
    SELECT event_key, corrects_key, coalesce(sequence, -1) AS told_order, event_id,
        coalesce(is_retracted, FALSE) AS gone, attributes ->> 'corrects' AS corrects, source_code
    FROM {told} WHERE corrects_key IS NOT NULL
),
sources AS (
    SELECT code, regexp_replace(name, '/[^/]*$', '') AS service FROM codes WHERE stream = $stream AND kind = 'source'
),
targets AS (
    SELECT event_key, event_id, service FROM {told} JOIN sources ON code = source_code
    WHERE event_id IN (SELECT corrects FROM told) AND service <> ''
)
SELECT told.event_key, coalesce(min(targets.event_key), told.corrects_key), told_order, told.event_id, gone
FROM told LEFT JOIN sources ON code = source_code
LEFT JOIN targets ON targets.event_id = told.corrects AND targets.service = sources.service
    AND told.corrects_key NOT IN (SELECT event_key FROM targets)
GROUP BY told.event_key, told.corrects_key, told_order, told.event_id, gone
"""
