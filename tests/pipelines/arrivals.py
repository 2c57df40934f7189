"""Deliveries for tests of loading: events as services tell them, written into the receiver's log as it writes them."""

from __future__ import annotations

import json
import time
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import duckdb

from pipelines.ledger.manifest import load_manifest
from pipelines.loading.load import LoadReport, load
from pipelines.receiver.frame import Encoding, Record, Signal
from pipelines.receiver.log import WriteAheadLog
from pipelines.registry import load_all, register
from pipelines.settings import Settings

STREAM = """\
stream: {name}
name: Calls
trigger: {{steps: [Ring]}}
outcomes:
  - {{name: answered, steps: [Answer]}}
{more}"""


def event(
    number: int, case: str = "c1", step: str = "Ring", *, source: str = "/calls/1", **told: Any
) -> dict[str, Any]:
    """One event; its id and sequence are the number, its minute too; `told` replaces attributes, None removes one."""
    data = {
        "stream.name": "calls", "event.sequence": number, "case.id": case, "step.name": step, "lifecycle": "instant",
        **told,
    }  # fmt: skip
    return {
        "specversion": "1.0", "id": f"e{number}", "source": source, "type": "step",
        "time": f"2026-01-05T{number // 60:02d}:{number % 60:02d}:00Z",
        "data": {name: value for name, value in data.items() if value is not None},
    }  # fmt: skip


def deliver(settings: Settings, *batches: Iterable[dict[str, Any]], received_at_ns: int | None = None) -> None:
    """Write each batch into the log as one request."""
    with WriteAheadLog(settings.inbox, free_floor_bytes=0) as log:
        for batch in batches:
            body = json.dumps(list(batch)).encode()
            told = (received_at_ns or time.time_ns(), Signal.EVENTS, "application/cloudevents-batch+json")
            log.append(Record(*told, Encoding.IDENTITY, "", body)).result(10)


def registered(folder: Path, *names: str, more: str = "") -> Settings:
    """A home with these streams."""
    settings = Settings(home=folder / "home", threads=1)
    folder.mkdir(exist_ok=True)
    for name in names:
        path = folder / f"{name}.yaml"
        path.write_text(STREAM.format(name=name, more=more), "utf-8")
        register(settings, path)
    return settings


def loaded(settings: Settings, *places: Path) -> LoadReport:
    """Load into every registered stream."""
    return load(settings, [r.stream for r in load_all(settings)], places=places)


def ids(settings: Settings, stream: str = "calls") -> list[str]:
    """Ids in the ledger of a stream, each as often as it stands there."""
    paths = load_manifest(settings.ledger / stream).paths()
    if not paths:
        return []
    with duckdb.connect() as connection:
        rows = connection.execute("SELECT event_id FROM read_parquet($paths) ORDER BY ALL", {"paths": paths}).fetchall()
    return [row[0] for row in rows]


def kept_aside(settings: Settings, stream: str) -> list[tuple[str, str]]:
    """Reason and place of rows in quarantine."""
    paths = load_manifest(settings.ledger / stream).quarantine_paths()
    if not paths:
        return []
    with duckdb.connect() as connection:
        return connection.execute(
            "SELECT reason, place FROM read_parquet($paths) ORDER BY ALL", {"paths": paths}
        ).fetchall()
