"""Closed quarters on the disk: one file a quarter, written once and never again; it cannot be opened again.

They lie in the home and not in the warehouse, which may be made anew at any time. A file carries the hash of all it
says; one that was changed by hand stops a run. What closes holds the warehouse's lock, so there is one writer.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from importlib.metadata import version as version_of
from pathlib import Path
from typing import Any

import duckdb

from metrics.closing.closed import OPEN, Closed
from metrics.closing.record import ClosedQuarter, read_quarter
from metrics.closing.restate import NOT_OF_DATA
from metrics.closing.take import immature_in, take_quarter
from metrics.errors import MetricError
from metrics.periods import Period
from metrics.query import one_row, one_value
from pipelines.baselines import broken_laws
from pipelines.errors import StorageError
from pipelines.ledger.manifest import Manifest, known_manifest
from pipelines.registry import Registered
from pipelines.settings import Settings
from pipelines.warehouse.current import told_relation
from pipelines.warehouse.state import FACTS_VERSION
from streamgauge.disk import Disk

FORMAT = 1


@dataclass(frozen=True, slots=True)
class Said:
    """What whoever closes a quarter says: who, why, and why although values may still move."""

    by: str | None = None
    why: str | None = None
    anyway: str | None = None


@dataclass(frozen=True, slots=True)
class Closing:
    """A closed quarter as it was written down: its numbers, who closed it and when, and what they were made from.

    `files` are hashes of the files beside the stream file, by name; `known_until` is the newest arrival then (UTC).
    """

    quarter: ClosedQuarter
    closed_at: dt.datetime
    said: Said
    not_final: tuple[tuple[str, str], ...]
    code_version: str
    facts_version: str
    stream_version: int
    stream_file: str
    stream_file_hash: str
    files: Mapping[str, str]
    ledger_fingerprint: str
    events: int
    known_until: dt.datetime

    def as_fact(self) -> dict[str, Any]:
        """What its file says."""
        return {
            "format": FORMAT, "closed_at": self.closed_at.isoformat(), "closed_by": self.said.by, "why": self.said.why,
            "anyway": self.said.anyway, "not_final": [list(told) for told in self.not_final],
            "code_version": self.code_version, "facts_version": self.facts_version,
            "stream_version": self.stream_version, "stream_file": self.stream_file,
            "stream_file_hash": self.stream_file_hash, "files": dict(self.files),
            "ledger_fingerprint": self.ledger_fingerprint, "events": self.events,
            "known_until": self.known_until.isoformat(), "quarter": self.quarter.as_fact(),
        }  # fmt: skip

    @property
    def digest(self) -> str:
        """sha256 of everything in it."""
        return _digest(self.as_fact())


def load_closings(settings: Settings, stream: str) -> list[Closing]:
    """Every closed quarter of a stream, oldest first; of those known by then where a time was asked for.

    Raises:
        StorageError: a file is not as it was written.
    """
    found = [_known(path, *_state(path)) for path in (settings.closed / stream).glob("*.json")]
    known = [c for c in found if settings.as_of is None or c.closed_at <= settings.as_of]
    return sorted(known, key=lambda closing: closing.quarter.quarter.first_on)


def load_closed(connection: duckdb.DuckDBPyConnection, settings: Settings, stream: str) -> Closed:
    """What is closed of a stream, as its numbers are published by it; `connection` shows its restatements.

    Raises:
        StorageError: a file is not as it was written.
    """
    found = load_closings(settings, stream)
    if not found:
        return OPEN
    sql = (
        "SELECT metric, statistic, grain, period, why FROM restatements WHERE stream = $stream AND "
        "list_has_any(string_split(causes, ', '), $causes)"
    )
    told = connection.execute(sql, {"stream": stream, "causes": list(NOT_OF_DATA)}).fetchall()
    return Closed(tuple(closing.quarter for closing in found), {(m, s, g, p): why for m, s, g, p, why in told})


def close_quarter(
    connection: duckdb.DuckDBPyConnection,
    settings: Settings,
    registered: Registered,
    quarter: Period,
    at: dt.datetime,
    said: Said,
) -> tuple[Closing, bool]:
    """Close a quarter from the warehouse as it stands, and say whether it is new. A closed one is left as it is.

    Raises:
        MetricError: it is no quarter, has no data or has not ended.
        StorageError: a law is broken, events came since the last run, values may still move and no reason is given to
            close it anyway, or the disk refuses.
    """
    name, closed = registered.stream.stream, load_closings(settings, registered.stream.stream)
    if before := next((c for c in closed if c.quarter.quarter.key == quarter.key), None):
        return before, False
    manifest = known_manifest(settings, name)
    record = take_quarter(connection, registered.stream, quarter, Closed(tuple(c.quarter for c in closed)))
    _refuse_stale(connection, registered, manifest)
    if broken := broken_laws(connection, name):
        raise StorageError(
            f"Facts of {name} break a law ({', '.join(broken)}); mend that before closing {quarter.key}."
        )
    not_final = immature_in(connection, registered.stream, quarter)
    if not_final and not said.anyway:
        told = ", ".join(f"{metric} (final from {day})" for metric, day in not_final)
        raise StorageError(
            f"{quarter.key} of {name} may still move by itself: {told}. Close it when data have reached that day, or "
            "say why it is closed before: --anyway 'why'"
        )
    closing = _closing(connection, registered, manifest, record, at, said, not_final)
    _write(settings, closing)
    return closing, True


def file_hashes(registered: Registered) -> dict[str, str]:
    """sha256 of each file beside the stream file; of rates and bills, of the lines in force, whoever approved them."""
    costs, money = registered.stream.costs, registered.money
    priced = {costs.rates or "rates": money.rates, costs.bills or "bills": money.bills, "shared bills": money.platform}
    found = [path for path in registered.folder.iterdir() if path.is_file() and path.name != "stream.yaml"]
    files = {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in found if path.name not in priced}
    return dict(sorted({**files, **{name: v.content_hash for name, v in priced.items() if v is not None}}.items()))


def _closing(
    connection: duckdb.DuckDBPyConnection, registered: Registered, manifest: Manifest, record: ClosedQuarter,
    at: dt.datetime, said: Said, not_final: list[tuple[str, str]],
) -> Closing:  # fmt: skip
    known_until = one_value(connection, f"SELECT max(ingested_at) FROM {told_relation(manifest)}")
    return Closing(
        record, at, said, tuple(not_final), version_of("streamgauge-platform"), FACTS_VERSION,
        registered.stream.version, registered.text, registered.text_hash, file_hashes(registered),
        f"{manifest.fingerprint:016x}", manifest.rows, known_until,
    )  # fmt: skip


def _refuse_stale(connection: duckdb.DuckDBPyConnection, registered: Registered, manifest: Manifest) -> None:
    """What is closed is what was published; a file or an event that came since was never seen by anybody."""
    sql = "SELECT ledger_fingerprint, stream_file_hash FROM streams WHERE stream = $stream"
    told = one_row(connection, sql, {"stream": registered.stream.stream})
    if told != (f"{manifest.fingerprint:016x}", registered.text_hash):
        raise StorageError(
            f"Events or a stream file of {registered.stream.stream} arrived since the last run, so what would be "
            "closed is not what was published. Run first: streamgauge run"
        )


def _write(settings: Settings, closing: Closing, disk: Disk | None = None) -> None:
    folder = settings.closed / closing.quarter.stream
    path = folder / f"{closing.quarter.quarter.key}.json"
    kept = disk or Disk()
    fact = closing.as_fact()
    text = json.dumps({**fact, "digest": _digest(fact)}, indent=1)
    try:
        kept.make_folder(folder)
        if path.exists():
            raise StorageError(f"{path.name} exists already; a closed quarter is never written over.")
        kept.write_whole(path, f"{text}\n".encode())
    except OSError as error:
        raise StorageError(f"The closed quarter could not be written to {folder}: {error}") from error


def _state(path: Path) -> tuple[int, int, int]:
    told = path.stat()
    return told.st_ino, told.st_mtime_ns, told.st_size


@lru_cache(maxsize=64)
def _known(path: Path, *_state: int) -> Closing:
    """A run asks for the same files for each metric; one is read once, and again when it is another."""
    return _read(path)


def _read(path: Path) -> Closing:
    try:
        fact: dict[str, Any] = json.loads(path.read_text("utf-8"))
        if fact["format"] != FORMAT:
            raise StorageError(f"{path} is of format {fact['format']}; this version reads {FORMAT}.")
        digest = fact.pop("digest")
        closing = _told(fact)
    except (OSError, KeyError, TypeError, ValueError, AttributeError, MetricError) as error:
        if isinstance(error, MetricError):
            raise StorageError(f"{path}: {error}") from error
        raise StorageError(f"{path} is no closed quarter: {error!r}. Put the file back as it was.") from error
    if _digest(fact) != digest or closing.digest != digest or path.stem != closing.quarter.quarter.key:
        raise StorageError(f"{path} was changed after the quarter was closed. Put the file back as it was.")
    return closing


def _told(fact: Mapping[str, Any]) -> Closing:
    return Closing(
        read_quarter(fact["quarter"]), dt.datetime.fromisoformat(fact["closed_at"]),
        Said(fact["closed_by"], fact["why"], fact["anyway"]),
        tuple((metric, day) for metric, day in fact["not_final"]), fact["code_version"], fact["facts_version"],
        fact["stream_version"], fact["stream_file"], fact["stream_file_hash"], fact["files"],
        fact["ledger_fingerprint"], fact["events"], dt.datetime.fromisoformat(fact["known_until"]),
    )  # fmt: skip


def _digest(fact: Mapping[str, Any]) -> str:
    return hashlib.sha256(json.dumps(fact, sort_keys=True).encode()).hexdigest()
