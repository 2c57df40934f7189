"""What a home holds: events, cases and quarantine per stream, and when it last ran."""

from __future__ import annotations

import duckdb

from pipelines.closings import Closing, load_closings
from pipelines.errors import StorageError
from pipelines.ledger.manifest import Manifest, load_manifest
from pipelines.loading.routing import UNROUTED
from pipelines.registry import load_all
from pipelines.settings import Settings
from pipelines.warehouse.publication import open_published

_MEASURED = ("cases", "open_cases", "received", "late", "ahead", "missing_numbers", "ran_at", "run_id")


def status_of(settings: Settings) -> list[dict[str, object]]:
    """One object a stream; what was never measured is None.

    Raises:
        SettingsError: nothing was imported into this home.
        StorageError: the file of a closed quarter is not as it was written.
    """
    measured = _measured(settings)
    facts = []
    for registered in load_all(settings):
        name = registered.stream.stream
        manifest = load_manifest(settings.ledger / name)
        state = measured.get(name, dict.fromkeys(_MEASURED))
        facts.append(
            {
                "stream": name,
                "name": registered.stream.name,
                "events": manifest.rows,
                "cases": state["cases"],
                "open_cases": state["open_cases"],
                "quarantined": manifest.quarantined,
                "quarantine_reasons": _quarantine_reasons(manifest),
                "last_event": max((s.last_event_at for s in manifest.segments), default=None),
                "last_arrival": max((s.arrived_at for s in manifest.segments), default=None),
                "received": state["received"],
                "late": state["late"],
                "ahead_of_clock": state["ahead"],
                "missing_numbers": state["missing_numbers"],
                "last_run": str(state["ran_at"]) if state["ran_at"] else None,
                "run_id": state["run_id"],
                "closed": [_closed(closing) for closing in load_closings(settings, name)],
            }
        )
    return facts


def _closed(closing: Closing) -> dict[str, object]:
    return {"quarter": closing.quarter.quarter.key, "closed_at": str(closing.closed_at)}


def unrouted_of(settings: Settings) -> dict[str, int]:
    """Rows that arrived and belong to no stream of this home, by reason."""
    return _quarantine_reasons(load_manifest(settings.ledger / UNROUTED))


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


def _measured(settings: Settings) -> dict[str, dict[str, object]]:
    try:
        connection = open_published(settings)
    except StorageError:  # nothing published, or by another version: what the ledger holds can still be told
        return {}
    try:
        rows = connection.execute(f"SELECT stream, {', '.join(_MEASURED)} FROM streams").fetchall()
    finally:
        connection.close()
    return {row[0]: dict(zip(_MEASURED, row[1:], strict=True)) for row in rows}
