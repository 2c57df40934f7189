"""Where evidence lies: home/evidence/STREAM/ with records, and content-addressed copies that several records share.

Only added to: what is there is never written over. A record is written last, so one that is there is whole.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from pathlib import Path

from pipelines.errors import StorageError
from pipelines.evidence.record import Record, read_record
from pipelines.settings import Settings
from streamgauge.disk import Disk

FROZEN = ("baselines", "closed")


class Shelf:
    """The evidence of one stream."""

    def __init__(self, settings: Settings, stream: str) -> None:
        self.folder = settings.evidence / stream

    def keep(self, content: bytes) -> str:
        """Keep a copy, unless the same is there already. Returns its sha256.

        Raises:
            StorageError: the disk is full or not writable.
        """
        digest = hashlib.sha256(content).hexdigest()
        path = self.copy(digest)
        if not path.exists():
            _write(path, content)
        return digest

    def copy(self, digest: str) -> Path:
        """Where the copy with this hash lies."""
        return self.folder / "copies" / digest

    def read(self, digest: str) -> bytes:
        """A kept copy.

        Raises:
            StorageError: it is gone, or not as it was kept.
        """
        path = self.copy(digest)
        try:
            content = path.read_bytes()
        except OSError as error:
            raise StorageError(f"The kept copy {path} cannot be read ({error}). Put it back from a backup.") from error
        if hashlib.sha256(content).hexdigest() != digest:
            raise StorageError(f"The kept copy {path} was changed after it was kept. Put it back from a backup.")
        return content

    def has(self, basis_id: str) -> bool:
        """Is there a record of this state?"""
        return self._record(basis_id).exists()

    def put(self, record: Record) -> None:
        """Write a record down; the copies it names are there already.

        Raises:
            StorageError: the disk is full or not writable.
        """
        _write(
            self._record(record.basis_id), (json.dumps(record.as_fact(), indent=1, ensure_ascii=False) + "\n").encode()
        )

    def record(self, basis_id: str) -> Record:
        """The record of a state.

        Raises:
            StorageError: there is none, or it was changed.
        """
        path = self._record(basis_id)
        if not path.exists():
            raise StorageError(
                f"No evidence is kept of this state ({basis_id}) in {self.folder}. Make it: streamgauge run"
            )
        return read_record(path.read_text("utf-8"), str(path))

    def records(self) -> Iterator[Record]:
        """Every record, oldest first."""
        found = [read_record(path.read_text("utf-8"), str(path)) for path in self.folder.glob("records/*.json")]
        yield from sorted(found, key=lambda record: (record.made_at, record.basis_id))

    def _record(self, basis_id: str) -> Path:
        return self.folder / "records" / f"{basis_id}.json"


def frozen_files(settings: Settings, stream: str) -> list[Path]:
    """What was frozen and never changes, but moves what a run publishes: baselines and closed quarters."""
    folders = (settings.home / name / stream for name in FROZEN)
    return sorted(path for folder in folders for path in folder.rglob("*") if path.is_file())


def _write(path: Path, content: bytes) -> None:
    disk = Disk()
    try:
        disk.make_folder(path.parent)
        disk.write_whole(path, content)
    except OSError as error:
        raise StorageError(f"Evidence could not be kept in {path.parent}: {error}") from error
