"""What a home holds: events, cases and quarantine per stream, and when it last ran."""

from __future__ import annotations

import duckdb

from pipelines.errors import StorageError
from pipelines.ledger.manifest import Manifest, load_manifest
from pipelines.registry import load_all
from pipelines.settings import Settings
from pipelines.warehouse.publication import open_published


def status_of(settings: Settings) -> list[dict[str, object]]:
    """One object a stream; what was never measured is None.

    Raises:
        SettingsError: nothing was imported into this home.
    """
    measured = _measured(settings)
    facts = []
    for registered in load_all(settings):
        name = registered.stream.stream
        manifest = load_manifest(settings.ledger / name)
        cases, open_cases, ran_at, run_id = measured.get(name, (None, None, None, None))
        facts.append(
            {
                "stream": name,
                "name": registered.stream.name,
                "events": manifest.rows,
                "cases": cases,
                "open_cases": open_cases,
                "quarantined": manifest.quarantined,
                "quarantine_reasons": _quarantine_reasons(manifest),
                "last_event": max((s.last_event_at for s in manifest.segments), default=None),
                "last_arrival": max((s.arrived_at for s in manifest.segments), default=None),
                "last_run": str(ran_at) if ran_at else None,
                "run_id": run_id,
            }
        )
    return facts


def _quarantine_reasons(manifest: Manifest) -> dict[str, int]:
    """Why rows were kept aside, most frequent first."""
    if not manifest.quarantine:
        return {}
    with duckdb.connect() as connection:
        rows = connection.execute(
            "SELECT reason, count(*) FROM read_parquet($paths) GROUP BY ALL ORDER BY 2 DESC, 1",
            {"paths": manifest.quarantine_paths()},
        ).fetchall()
    return dict(rows)


def _measured(settings: Settings) -> dict[str, tuple[object, ...]]:
    try:
        connection = open_published(settings)
    except StorageError:  # nothing published, or by another version: what the ledger holds can still be told
        return {}
    try:
        rows = connection.execute("SELECT stream, cases, open_cases, ran_at, run_id FROM streams").fetchall()
    finally:
        connection.close()
    return {row[0]: row[1:] for row in rows}
