"""The errors of this room: each says what was wrong, and what to do. Retryable and final are types.

PipelineError
├── SourceError      a file or feed cannot be read; final until it is mended
├── SettingsError    the environment or a --home that cannot be used
├── LedgerError      the ledger refuses: not sorted, a hash collision
│   └── StorageError disk full or not writable; retry after making room
└── BusyError        another writer holds the lock; retry later
"""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from metrics.errors import suggest


class PipelineError(Exception):
    """Base of every error raised by pipelines/ that a user can act on."""


class SettingsError(PipelineError):
    """The environment, the home or an option cannot be used."""


class SourceError(PipelineError):
    """A file or feed cannot be read."""

    @classmethod
    def from_missing_column(cls, path: Path, ours: str, theirs: str, known: Iterable[str]) -> SourceError:
        """A mapped column is not in the file."""
        return cls(
            f"{path.name} has no column {theirs!r}, which the stream file maps to {ours!r}.{suggest(theirs, known)}"
        )

    @classmethod
    def from_unknown_format(cls, path: Path, known: Iterable[str]) -> SourceError:
        """No source knows the ending of the name."""
        return cls(f"{path.name}: no source reads this kind of file. Known endings: {', '.join(sorted(known))}.")


class LedgerError(PipelineError):
    """The ledger cannot be trusted or used as it is."""


class StorageError(LedgerError):
    """Nothing could be written; what was there is unchanged."""


class BusyError(PipelineError):
    """Another process is writing."""
