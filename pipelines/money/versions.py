"""Versions of rate cards and bills on the disk: one file a version, written whole, once, and never again.

The first is what stood beside the stream file when it was imported. Later ones were approved by somebody, and the
newest is what runs. A file carries the hash of what it says; one that was changed by hand is refused.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from pipelines.errors import SourceError, StorageError
from pipelines.money.lines import Bill, Rate, as_facts, from_fact
from pipelines.settings import Settings
from streamgauge.disk import Disk

FORMAT = 1
Kind = Literal["rates", "bills"]


@dataclass(frozen=True, slots=True)
class Version:
    """A rate card, or all bills, as they were written down. `approved_by` is None where nobody was told to have."""

    stream: str
    kind: Kind
    number: int
    lines: tuple[Rate | Bill, ...]
    approved_by: str | None
    approved_on: dt.date | None
    why: str | None
    imported_at: dt.datetime
    source: str
    source_hash: str

    @property
    def content_hash(self) -> str:
        """sha256 of its lines: equal when they say the same, whatever file they came from."""
        return _hash_of(as_facts(self.lines))

    @property
    def digest(self) -> str:
        """sha256 of everything it says."""
        return _hash_of(self._told())

    def as_fact(self) -> dict[str, Any]:
        """What its file says."""
        return {**self._told(), "digest": self.digest}

    def bills(self) -> tuple[Bill, ...]:
        """Its lines, where they are bills."""
        return tuple(line for line in self.lines if isinstance(line, Bill))

    def rates(self) -> tuple[Rate, ...]:
        """Its lines, where they are rates."""
        return tuple(line for line in self.lines if isinstance(line, Rate))

    def _told(self) -> dict[str, Any]:
        return {
            "format": FORMAT, "stream": self.stream, "kind": self.kind, "version": self.number,
            "approved_by": self.approved_by, "approved_on": self.approved_on and self.approved_on.isoformat(),
            "why": self.why, "imported_at": self.imported_at.isoformat(), "source": self.source,
            "source_hash": self.source_hash, "lines": as_facts(self.lines),
        }  # fmt: skip


def load_versions(settings: Settings, stream: str, kind: Kind) -> list[Version]:
    """Every version, oldest first; as of a time those known by then, or the first where none was.

    Raises:
        StorageError: a file is not as it was written, or one in between is gone.
    """
    found = sorted((_read(path) for path in (settings.money / stream).glob(f"{kind}.v*.json")), key=lambda v: v.number)
    if [version.number for version in found] != list(range(1, len(found) + 1)):
        raise StorageError(f"A version of the {kind} in {settings.money / stream} is gone. Put the file back.")
    known = [v for v in found if settings.as_of is None or v.imported_at <= settings.as_of]
    return known or found[:1]


def keep_version(settings: Settings, version: Version, disk: Disk | None = None) -> Version:
    """Write a version down beside the older ones.

    Raises:
        StorageError: there is one of this number, or the disk refuses.
    """
    folder = settings.money / version.stream
    path = folder / f"{version.kind}.v{version.number}.json"
    kept = disk or Disk()
    try:
        kept.make_folder(folder)
        if path.exists():
            raise StorageError(f"{path.name} exists already; a version is never written over. Try again.")
        kept.write_whole(path, (json.dumps(version.as_fact(), indent=1, ensure_ascii=False) + "\n").encode())
    except OSError as error:
        raise StorageError(f"The {version.kind} could not be written to {folder}: {error}") from error
    return version


def told_version(
    versions: list[Version], stream: str, kind: Kind, lines: tuple[Rate | Bill, ...], path: Path, at: dt.datetime
) -> Version | None:
    """What stands beside the stream file as a new version: None where its lines run already, or did before others
    were approved.

    Raises:
        SourceError: it differs from what was approved since; what somebody approved is not replaced in passing.
    """
    content = _hash_of(as_facts(lines))
    if versions and versions[-1].content_hash == content:
        return None
    if approved := next((v for v in reversed(versions) if v.approved_by), None):
        if any(held.content_hash == content for held in versions):
            return None
        raise SourceError(
            f"{path.name} beside the stream file differs from every version of the {kind} of {stream}, and version "
            f"{approved.number} was approved by {approved.approved_by}. Import it with an approval: streamgauge {kind} "
            f"import {path.name} --stream {stream} --approved-by '…'"
        )
    told = path.read_bytes()
    return Version(
        stream, kind, len(versions) + 1, lines, None, None, "stands beside the stream file", at, path.name,
        hashlib.sha256(told).hexdigest(),
    )  # fmt: skip


def _read(path: Path) -> Version:
    try:
        fact: Mapping[str, Any] = json.loads(path.read_text("utf-8"))
        if fact["format"] != FORMAT:
            raise StorageError(f"{path} is of format {fact['format']}; this version reads {FORMAT}.")
        lines: tuple[Rate | Bill, ...]
        if fact["kind"] == "rates":
            lines = tuple(from_fact(Rate, line) for line in fact["lines"])
        else:
            lines = tuple(from_fact(Bill, line) for line in fact["lines"])
        on = fact["approved_on"]
        version = Version(
            fact["stream"], fact["kind"], fact["version"], lines,
            fact["approved_by"], None if on is None else dt.date.fromisoformat(on), fact["why"],
            dt.datetime.fromisoformat(fact["imported_at"]), fact["source"], fact["source_hash"],
        )  # fmt: skip
    except (OSError, KeyError, TypeError, ValueError) as error:
        raise StorageError(f"{path} is no version of rates or bills: {error!r}. Put the file back.") from error
    if version.digest != fact["digest"]:
        raise StorageError(f"{path} was changed after it was approved. Put the file back as it was.")
    return version


def _hash_of(told: object) -> str:
    return hashlib.sha256(json.dumps(told, sort_keys=True).encode()).hexdigest()
