"""What the ledger of a stream consists of: one JSON file, replaced by rename, the only truth about which files count.

A file that no manifest names does not exist, so a crash at any point leaves the ledger as it was.
"""

from __future__ import annotations

import datetime as dt
import fcntl
import json
import os
import shutil
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path

from pipelines.errors import BusyError, LedgerError
from pipelines.settings import Settings

FORMAT = 2
_MASK = (1 << 64) - 1
_POLL_SECONDS = 0.05
_NOT_KEPT = ("folder", "as_of")


@dataclass(frozen=True, slots=True)
class BucketFile:
    """One sorted Parquet file: its bucket, its rows, its distinct cases (= case breaks, verified)."""

    bucket: int
    path: str
    rows: int
    cases: int


@dataclass(frozen=True, slots=True)
class Segment:
    """The files of one import or one compaction."""

    name: str
    files: tuple[BucketFile, ...]
    last_event_at: str
    arrived_at: str

    @property
    def rows(self) -> int:
        """Events in this segment."""
        return sum(file.rows for file in self.files)


@dataclass(frozen=True, slots=True)
class Manifest:
    """The state of a stream's ledger. `fingerprint` is an order-independent 64-bit sum over event fingerprints.

    `corrections` counts events that correct others; `positions` says how far each feed was read, as one with its rows.
    `as_of` is no part of it: whoever reads may look at what was known by then (UTC).
    """

    folder: Path
    version: int = 0
    segments: tuple[Segment, ...] = ()
    codes: str | None = None
    fingerprint: int = 0
    quarantined: int = 0
    quarantine: tuple[str, ...] = ()
    corrections: int = 0
    positions: Mapping[str, str] = field(default_factory=dict)
    as_of: dt.datetime | None = None

    @property
    def rows(self) -> int:
        """Events in the ledger."""
        return sum(segment.rows for segment in self.segments)

    @property
    def is_compact(self) -> bool:
        """True when every bucket is one sorted file, so a single streaming pass reads it in order."""
        return len(self.segments) <= 1

    def paths(self, bucket: int | None = None, segments: tuple[str, ...] | None = None) -> list[str]:
        """Absolute paths of the files, by bucket; optionally of the named segments only."""
        chosen = [s for s in self.segments if segments is None or s.name in segments]
        files = [f for s in chosen for f in s.files if bucket is None or f.bucket == bucket]
        return [str(self.folder / f.path) for f in sorted(files, key=lambda f: (f.bucket, f.path))]

    def quarantine_paths(self) -> list[str]:
        """Files of rows kept aside."""
        return [str(self.folder / path) for path in self.quarantine]

    def codes_path(self) -> Path | None:
        """The dictionary of names; None before the first import."""
        return self.folder / self.codes if self.codes else None

    def added(self, fingerprint: int) -> int:
        """The fingerprint with more events in it."""
        return (self.fingerprint + fingerprint) & _MASK


def load_manifest(folder: Path) -> Manifest:
    """The manifest of a stream's ledger; an empty one when nothing was imported yet.

    Raises:
        LedgerError: the file is there but cannot be understood.
    """
    path = folder / "manifest.json"
    if not path.exists():
        return Manifest(folder)
    try:
        told = json.loads(path.read_text("utf-8"))
        if told["format"] != FORMAT:
            raise LedgerError(f"{path} has format {told['format']}; this version reads format {FORMAT}.")
        segments = tuple(
            Segment(s["name"], tuple(BucketFile(**f) for f in s["files"]), s["last_event_at"], s["arrived_at"])
            for s in told["segments"]
        )
        return Manifest(
            folder, told["version"], segments, told["codes"], told["fingerprint"], told["quarantined"],
            tuple(told["quarantine"]), told["corrections"], told["positions"],
        )  # fmt: skip
    except (KeyError, TypeError, json.JSONDecodeError, UnicodeDecodeError) as error:
        raise LedgerError(f"{path} is damaged ({error}); restore it from a backup or import again.") from error


def known_manifest(settings: Settings, stream: str) -> Manifest:
    """The manifest of a stream, as of the time the settings ask for.

    Raises:
        LedgerError: the file is there but cannot be understood.
    """
    manifest = load_manifest(settings.ledger / stream)
    if settings.as_of is None:
        return manifest
    return replace(manifest, as_of=settings.as_of)


@contextmanager
def only_writer(folder: Path, wait_seconds: float = 30.0) -> Iterator[None]:
    """Keep every other import and merge of this ledger away.

    Raises:
        BusyError: another one did not end in time.
    """
    deadline = time.monotonic() + wait_seconds
    with (folder / ".lock").open("w") as lock:
        while True:
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
                break
            except BlockingIOError as error:
                if time.monotonic() > deadline:
                    message = f"Another import into {folder.name!r} is running; try again when it has ended."
                    raise BusyError(message) from error
                time.sleep(_POLL_SECONDS)
        yield


def sweep(manifest: Manifest, keep: str) -> None:
    """Remove what no manifest names: leftovers of imports that were cut off. Only for the one writer.

    `keep` names the writer's own scratch folder.
    """
    named = {segment.name for segment in manifest.segments}
    for folder in manifest.folder.glob("segments/*"):
        if folder.name not in named:
            shutil.rmtree(folder, ignore_errors=True)
    for folder in manifest.folder.glob(".staging-*"):
        if folder.name != keep:
            shutil.rmtree(folder, ignore_errors=True)
    kept = {manifest.codes, *manifest.quarantine}
    for path in (*manifest.folder.glob("codes/*.parquet"), *manifest.folder.glob("quarantine/*.parquet")):
        if str(path.relative_to(manifest.folder)) not in kept:
            path.unlink(missing_ok=True)


def save_manifest(manifest: Manifest) -> Manifest:
    """Write the next version durably: file synced, renamed, folder synced. Returns it."""
    following = replace(manifest, version=manifest.version + 1)
    told = {"format": FORMAT, **{k: v for k, v in asdict(following).items() if k not in _NOT_KEPT}}
    path = manifest.folder / "manifest.json"
    fresh = path.with_suffix(".new")
    with fresh.open("w", encoding="utf-8") as file:
        json.dump(told, file, indent=1)
        file.flush()
        os.fsync(file.fileno())
    os.replace(fresh, path)
    sync_folder(manifest.folder)
    return following


def sync_folder(folder: Path) -> None:
    """Make renames in a folder durable."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
