"""Importing logs: which source reads each file, what the stream file must agree with, and into the ledger at once.

Several files are one import: all of them arrive, or none.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import duckdb
import polars as pl

from metrics.errors import StreamFileError
from metrics.facts.steps import canonical_lifecycle
from metrics.stream import Stream, check_steps
from pipelines.kept_benefits import refuse_rewritten
from pipelines.ledger.append import Receipt, append
from pipelines.ledger.manifest import load_manifest
from pipelines.registry import files_beside, read_stream_file, register
from pipelines.settings import Settings
from pipelines.sources import SourceModule, source_for
from pipelines.versioning import refuse_unversioned

Progress = Callable[[int], None]


def import_logs(
    settings: Settings,
    logs: list[Path],
    stream_path: Path,
    *,
    strict: bool = False,
    progress: Progress | None = None,
) -> tuple[Stream, Receipt]:
    """Import files into the ledger of a stream and register its stream file. Returns the stream and what was done.

    Raises:
        StreamFileError: the stream file is wrong, disagrees with the log, or means something else under a version by
            which a quarter was closed.
        SourceError: a file cannot be read, or with `strict` holds rows that cannot be events.
        StorageError, BusyError, LedgerError: nothing could be written.
    """
    stream, text = read_stream_file(stream_path)
    files_beside(stream, stream_path)  # missing ones refuse the import before anything is written
    refuse_rewritten(settings, stream, stream_path)
    refuse_unversioned(settings, stream, str(stream_path))
    sources = [(source_for(log), log) for log in logs]  # every file is known to be readable before the first is read

    def review(connection: duckdb.DuckDBPyConnection) -> None:
        known = _known_names(connection, settings, stream)
        check_steps(stream, known["step"], text, stream_path.name)
        _check_lifecycle(stream, known["lifecycle"], stream_path.name)

    receipt = append(
        settings, stream.stream, _batches(sources, stream), review=review, strict=strict, progress=progress
    )
    register(settings, stream_path)
    return stream, receipt


def _batches(sources: list[tuple[SourceModule, Path]], stream: Stream) -> Iterator[pl.DataFrame]:
    for source, log in sources:
        yield from source.read(log, stream.source)


def _known_names(connection: duckdb.DuckDBPyConnection, settings: Settings, stream: Stream) -> dict[str, list[str]]:
    """Steps and lifecycle words: those just staged, and those of the ledger."""
    known = {}
    codes = load_manifest(settings.ledger / stream.stream).codes_path()
    for kind in ("step", "lifecycle"):
        rows = connection.execute(f"SELECT DISTINCT {kind} FROM candidate WHERE {kind} IS NOT NULL").fetchall()
        if codes is not None:
            rows += connection.execute(
                "SELECT name FROM read_parquet($path) WHERE kind = $kind", {"path": str(codes), "kind": kind}
            ).fetchall()
        known[kind] = [name for (name,) in rows]
    return known


def _check_lifecycle(stream: Stream, words: list[str], path: str) -> None:
    unknown = sorted({word for word in words if canonical_lifecycle(stream, word) is None})
    if unknown:
        shown = ", ".join(repr(word) for word in unknown[:8])
        raise StreamFileError(
            f"nothing says what the log's lifecycle words {shown} mean. Map them under source.lifecycle "
            "(e.g. Queued: schedule), or write source.lifecycle_default: instant when each event is a step of its own.",
            path=path,
        )
