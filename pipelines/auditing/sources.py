"""Where a sampled case comes from: its events with ids and keys, the service or log that told them, their segment."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

import duckdb

from metrics.query import literal
from pipelines.ledger.manifest import Manifest

Source = tuple[str, str, str, str, str, str, str]
HEADS = ("case_id", "event_at_utc", "step", "event_id", "event_key", "source", "segment file")
"""What stands in a line of sources."""


def sources_of(connection: duckdb.DuckDBPyConnection, manifest: Manifest, cases: Iterable[str]) -> list[Source]:
    """Every event of these cases in order. A raw place is the source and the event's own id, which is unique in it."""
    paths, wanted = manifest.paths(), sorted(set(cases))
    if not paths or not wanted:
        return []
    codes = f"(SELECT kind, code, name FROM read_parquet({literal(str(manifest.codes_path()))}))"
    rows = connection.execute(
        f"""
        SELECT case_id, event_at::VARCHAR, s.name, event_id, printf('%016x', event_key), o.name, filename
        FROM read_parquet($paths, filename = true) e
        LEFT JOIN {codes} s ON s.kind = 'step' AND s.code = e.step_code
        LEFT JOIN {codes} o ON o.kind = 'source' AND o.code = e.source_code
        WHERE case_key IN (SELECT md5_number_lower(unnest($cases::VARCHAR[]))) AND case_id IN (SELECT unnest($cases))
        ORDER BY case_id, event_at, sequence NULLS FIRST, event_key
        """,
        {"paths": paths, "cases": wanted},
    ).fetchall()
    return [
        (case, at, step or "", event, key, source or "", _place(file))
        for case, at, step, event, key, source, file in rows
    ]


def _place(file: str) -> str:
    return "/".join(Path(file).parts[-3:])
