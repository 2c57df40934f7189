"""What the ledger of a stream consists of: one JSON file, replaced by rename, the only truth about which files count.

A file that no manifest names does not exist, so a crash at any point leaves the ledger as it was.
"""

from __future__ import annotations

import json
import os
from dataclasses import asdict, dataclass, replace
from pathlib import Path

from pipelines.errors import LedgerError

FORMAT = 1
_MASK = (1 << 64) - 1


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
    """The state of a stream's ledger. `fingerprint` is an order-independent 64-bit sum over event fingerprints."""

    folder: Path
    version: int = 0
    segments: tuple[Segment, ...] = ()
    codes: str | None = None
    fingerprint: int = 0
    quarantined: int = 0

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
            folder, told["version"], segments, told["codes"], told["fingerprint"], told["quarantined"]
        )
    except (KeyError, TypeError, json.JSONDecodeError) as error:
        raise LedgerError(f"{path} is damaged ({error}); restore it from a backup or import again.") from error


def save_manifest(manifest: Manifest) -> Manifest:
    """Write the next version durably: file synced, renamed, folder synced. Returns it."""
    following = replace(manifest, version=manifest.version + 1)
    told = {"format": FORMAT, **{k: v for k, v in asdict(following).items() if k != "folder"}}
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
