"""Frozen baselines on the disk: one file a version, written once and never again.

They lie in the home and not in the warehouse, which may be made anew at any time. A file carries the hash of what it
says; one that was changed by hand is refused. What freezes holds the warehouse's lock, so there is one writer.
"""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from importlib.metadata import version as version_of
from pathlib import Path
from typing import Any

import duckdb

from metrics.baseline import FORMAT, Baseline, read_baseline, take_baseline, why_not_yet, window_of
from metrics.errors import MetricError
from metrics.periods import Period
from pipelines.checks.laws import run_laws
from pipelines.errors import StorageError
from pipelines.ledger.manifest import known_manifest
from pipelines.registry import Registered
from pipelines.settings import Settings
from streamgauge.disk import Disk


@dataclass(frozen=True, slots=True)
class Frozen:
    """A baseline as it was written down: which version, when, by what, and why again."""

    baseline: Baseline
    version: int
    frozen_at: dt.datetime
    code_version: str
    stream_file_hash: str
    ledger_fingerprint: str
    why_again: str | None

    def as_fact(self) -> dict[str, Any]:
        """What its file says."""
        return {
            "format": FORMAT, "version": self.version, "frozen_at": self.frozen_at.isoformat(),
            "code_version": self.code_version, "stream_file_hash": self.stream_file_hash,
            "ledger_fingerprint": self.ledger_fingerprint, "why_again": self.why_again,
            "digest": self.baseline.digest, "baseline": self.baseline.as_fact(),
        }  # fmt: skip


def load_frozen(settings: Settings, stream: str) -> list[Frozen]:
    """Every baseline of a stream, by window and version; of those known by then where a time was asked for.

    Raises:
        StorageError: a file is not as it was written.
    """
    found = [_read(path) for path in (settings.baselines / stream).glob("*.json")]
    known = [f for f in found if settings.as_of is None or f.frozen_at <= settings.as_of]
    return sorted(known, key=lambda f: (f.baseline.window.first_on, f.baseline.window.until_on, f.version))


def current_of(frozen: list[Frozen], window: Period | None) -> Frozen | None:
    """What quarters are held against: the last version of the window in the stream file, else of the one frozen last.

    Versions and not clocks say which is the last of a window: a clock may have jumped.
    """
    if window is None and frozen:
        window = max(frozen, key=lambda f: f.frozen_at).baseline.window
    chosen = [f for f in frozen if window is not None and _days(f.baseline.window) == _days(window)]
    return max(chosen, key=lambda f: f.version, default=None)


def freeze(
    connection: duckdb.DuckDBPyConnection,
    settings: Settings,
    registered: Registered,
    window: Period,
    at: dt.datetime,
    why_again: str | None = None,
) -> tuple[Frozen, bool]:
    """Write a baseline down, and say whether it is new. One that says the same already is left as it is.

    Raises:
        MetricError: the window has no data, or has not ended.
        StorageError: a law is broken, another is frozen for this window and no reason is given, or the disk refuses.
    """
    stream = registered.stream
    if broken := broken_laws(connection, stream.stream):
        raise StorageError(
            f"Facts of {stream.stream} break a law ({', '.join(broken)}); mend that before freezing them."
        )
    before = current_of(load_frozen(settings, stream.stream), window)
    if before is not None:
        today = take_baseline(connection, stream, before.baseline.window, before.baseline.as_of)
        if replace(today, note=before.baseline.note).digest == before.baseline.digest:
            return before, False
        if not why_again:
            raise StorageError(
                f"The baseline {window.key} of {stream.stream} is frozen (version {before.version}, "
                f"{before.frozen_at:%Y-%m-%d}), and today's data or definitions say otherwise. It stays as it is; "
                "to freeze a new version beside it, give the reason: --again 'why'"
            )
    number = 1 if before is None else before.version + 1
    frozen = Frozen(
        take_baseline(connection, stream, window), number, at, version_of("streamgauge-platform"),
        registered.text_hash, f"{known_manifest(settings, stream.stream).fingerprint:016x}",
        why_again if before is not None else None,
    )  # fmt: skip
    _write(settings, frozen)
    return frozen, True


def freeze_named(
    connection: duckdb.DuckDBPyConnection, settings: Settings, registered: Registered, at: dt.datetime
) -> Frozen | None:
    """Freeze the window the stream file names as soon as it is whole, once; returns what is frozen anew."""
    window = window_of(registered.stream)
    if window is None or settings.as_of is not None or why_not_yet(connection, registered.stream, window):
        return None
    if current_of(load_frozen(settings, registered.stream.stream), window) is not None:
        return None
    if broken_laws(connection, registered.stream.stream):
        return None  # what stops a run is told there; here it must only not be kept for ever
    return freeze(connection, settings, registered, window, at)[0]


def broken_laws(connection: duckdb.DuckDBPyConnection, stream: str) -> list[str]:
    """Names of the conservation laws that do not hold of a stream, warnings left out."""
    return [found.law.name for found in run_laws(connection, stream) if not found.passed and not found.law.is_warning]


def _write(settings: Settings, frozen: Frozen, disk: Disk | None = None) -> None:
    window = frozen.baseline.window
    folder = settings.baselines / frozen.baseline.stream
    path = folder / f"{window.first_on}_{window.until_on}.v{frozen.version}.json"
    kept = disk or Disk()
    try:
        kept.make_folder(folder)
        if path.exists():
            raise StorageError(f"{path.name} exists already; a frozen baseline is never written over.")
        kept.write_whole(path, (json.dumps(frozen.as_fact(), indent=1) + "\n").encode())
    except OSError as error:
        raise StorageError(f"The baseline could not be written to {folder}: {error}") from error


def _read(path: Path) -> Frozen:
    try:
        fact: Mapping[str, Any] = json.loads(path.read_text("utf-8"))
        if fact["format"] != FORMAT:
            raise StorageError(f"{path} is of format {fact['format']}; this version reads {FORMAT}.")
        baseline = read_baseline(fact["baseline"])
        frozen = Frozen(
            baseline, fact["version"], dt.datetime.fromisoformat(fact["frozen_at"]), fact["code_version"],
            fact["stream_file_hash"], fact["ledger_fingerprint"], fact["why_again"],
        )  # fmt: skip
    except (OSError, KeyError, TypeError, ValueError) as error:
        if isinstance(error, MetricError):
            raise StorageError(f"{path}: {error}") from error
        raise StorageError(f"{path} is no frozen baseline: {error!r}. Put the file back as it was.") from error
    if baseline.digest != fact["digest"]:
        raise StorageError(f"{path} was changed after it was frozen. Put the file back as it was.")
    return frozen


def _days(window: Period) -> tuple[dt.date, dt.date]:
    return window.first_on, window.until_on
