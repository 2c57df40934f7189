"""How rows come in: stage, judge, deduplicate, sort, write, verify, and only then name them in the manifest.

All or nothing: any error leaves the manifest, and so the ledger, as it was. One importer a stream, by a lock.
"""

from __future__ import annotations

import os
import shutil
import uuid
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

import duckdb
import polars as pl

from metrics.query import literal, one_row, one_value
from pipelines.database import open_scratch
from pipelines.errors import StorageError
from pipelines.ledger import schema, staging
from pipelines.ledger.manifest import (
    BucketFile,
    Manifest,
    Segment,
    load_manifest,
    only_writer,
    save_manifest,
    sweep,
    sync_folder,
)
from pipelines.ledger.verify import verify_file
from pipelines.settings import Settings
from streamgauge.disk import Disk

Progress = Callable[[int], None]
Review = Callable[[duckdb.DuckDBPyConnection], None]


@dataclass(frozen=True, slots=True)
class Receipt:
    """What became of the rows of one import; read = new + duplicate + quarantined."""

    read: int
    new: int
    duplicate: int
    quarantined: int
    cases: int
    reasons: dict[str, int]

    def __add__(self, other: Receipt) -> Receipt:
        """Both together; a case that both touch counts twice."""
        reasons = dict(Counter(self.reasons) + Counter(other.reasons))
        return Receipt(
            self.read + other.read, self.new + other.new, self.duplicate + other.duplicate,
            self.quarantined + other.quarantined, self.cases + other.cases, reasons,
        )  # fmt: skip


def append(
    settings: Settings,
    stream: str,
    batches: Iterable[pl.DataFrame],
    *,
    review: Review | None = None,
    strict: bool = False,
    progress: Progress | None = None,
    positions: Mapping[str, str] | None = None,
) -> Receipt:
    """Import batches (`sources.batch.SCHEMA`) into the ledger of a stream.

    `review` sees the staged rows and may refuse them all by raising; `strict` refuses when any row is quarantined.
    With `positions` the batches are a feed, which may well hold nothing new: how far it was read is kept as one with
    its rows. A file without a single event is refused.

    Raises:
        StorageError: the disk is full or not writable.
        LedgerError: a hash collision, or a file that did not come out sorted.
        BusyError: another import of this stream is running.
    """
    folder = settings.ledger / stream
    try:
        Disk().make_folder(folder)
        with only_writer(folder), _scratch(folder) as scratch:
            connection = open_scratch(scratch / "stage.duckdb", settings)
            try:
                return _append(connection, folder, scratch, batches, review, strict, progress, positions)
            finally:
                connection.close()
    except (OSError, duckdb.Error) as error:
        if not _is_about_storage(error):
            raise
        raise StorageError(f"Nothing was imported, the ledger is unchanged: {_first_line(error)}") from error


def advance(settings: Settings, stream: str, positions: Mapping[str, str]) -> None:
    """Note how far a feed was read that held nothing for this stream.

    Raises:
        StorageError: the disk is full or not writable.
        BusyError: an import of this stream is running.
    """
    folder = settings.ledger / stream
    try:
        Disk().make_folder(folder)
        with only_writer(folder):
            manifest = load_manifest(folder)
            save_manifest(replace(manifest, positions={**manifest.positions, **positions}))
    except OSError as error:
        raise StorageError(f"Nothing was loaded, the ledger is unchanged: {_first_line(error)}") from error


def _append(
    connection: duckdb.DuckDBPyConnection,
    folder: Path,
    scratch: Path,
    batches: Iterable[pl.DataFrame],
    review: Review | None,
    strict: bool,
    progress: Progress | None,
    positions: Mapping[str, str] | None,
) -> Receipt:
    manifest = load_manifest(folder)
    sweep(manifest, keep=scratch.name)
    staging.stage(connection, batches, progress)
    staging.judge(connection, folder.name)
    if positions is None:
        staging.refuse_nothing(connection)
    if review is not None:
        review(connection)
    staging.deduplicate(connection, manifest)
    receipt = Receipt(**staging.count(connection), reasons=staging.reasons(connection))
    if strict and receipt.quarantined:
        staging.refuse(connection)
    following = _write(connection, folder, scratch, manifest, receipt.new)
    following = replace(following, positions={**manifest.positions, **(positions or {})})
    if following != manifest:
        save_manifest(following)
    return receipt


def _write(
    connection: duckdb.DuckDBPyConnection, folder: Path, scratch: Path, manifest: Manifest, new: int
) -> Manifest:
    name = f"{manifest.version + 1:06d}-{uuid.uuid4().hex[:8]}"
    manifest = _write_quarantine(connection, manifest, scratch, name)
    if not new:
        return manifest
    codes = _write_codes(connection, folder, scratch, name)
    files = tuple(_write_buckets(connection, folder, scratch, name))
    total = "(sum(fingerprint::HUGEINT) % 18446744073709551616)::UBIGINT"
    told = one_row(
        connection,
        f"SELECT max(event_at)::VARCHAR, max(ingested_at)::VARCHAR, {total}, count(corrects_key) FROM fresh",
    )
    assert told is not None
    segment = Segment(name, files, told[0], told[1])
    return replace(
        manifest,
        segments=(*manifest.segments, segment),
        codes=codes,
        fingerprint=manifest.added(int(told[2])),
        corrections=manifest.corrections + int(told[3]),
    )


def _write_buckets(
    connection: duckdb.DuckDBPyConnection, folder: Path, scratch: Path, name: str
) -> Iterator[BucketFile]:
    Disk().make_folder(folder / "segments" / name)
    columns = ", ".join(schema.COLUMNS)
    buckets = connection.execute("SELECT DISTINCT bucket FROM fresh ORDER BY ALL").fetchall()
    for (bucket,) in buckets:
        path = f"segments/{name}/b{bucket:02d}.parquet"
        staged = scratch / f"b{bucket:02d}.parquet"
        query = f"SELECT {columns} FROM fresh WHERE bucket = {bucket:d} ORDER BY {schema.ORDER}"
        copy_parquet(connection, query, staged)
        rows, cases = verify_file(connection, str(staged))
        staged.rename(folder / path)
        yield BucketFile(bucket, path, rows, cases)
    sync_folder(folder / "segments" / name)


def _write_codes(connection: duckdb.DuckDBPyConnection, folder: Path, scratch: Path, name: str) -> str:
    copy_parquet(connection, "SELECT kind, code, name FROM codes ORDER BY kind, code", scratch / "codes.parquet")
    Disk().make_folder(folder / "codes")
    (scratch / "codes.parquet").rename(folder / "codes" / f"{name}.parquet")
    sync_folder(folder / "codes")
    return f"codes/{name}.parquet"


def _write_quarantine(connection: duckdb.DuckDBPyConnection, manifest: Manifest, scratch: Path, name: str) -> Manifest:
    """Keep rows that cannot be events; a row already kept is not kept twice."""
    if manifest.quarantine:
        connection.execute(
            "DELETE FROM rejected WHERE row_key IN (SELECT row_key FROM read_parquet($paths))",
            {"paths": manifest.quarantine_paths()},
        )
    count = int(one_value(connection, "SELECT count(DISTINCT row_key) FROM rejected"))
    if not count:
        return manifest
    Disk().make_folder(manifest.folder / "quarantine")
    path = f"quarantine/{name}.parquet"
    once = "SELECT DISTINCT ON (row_key) * FROM rejected ORDER BY row_key, place"
    copy_parquet(connection, once, scratch / "quarantine.parquet")
    (scratch / "quarantine.parquet").rename(manifest.folder / path)
    sync_folder(manifest.folder / "quarantine")
    return replace(manifest, quarantined=manifest.quarantined + count, quarantine=(*manifest.quarantine, path))


def copy_parquet(connection: duckdb.DuckDBPyConnection, query: str, path: Path) -> None:
    """Write a query as one Parquet file in the order of the query, and sync it to disk."""
    connection.execute(
        f"COPY ({query}) TO {literal(str(path))} (FORMAT parquet, COMPRESSION zstd, ROW_GROUP_SIZE 122880)"
    )
    with path.open("rb") as file:
        os.fsync(file.fileno())


@contextmanager
def _scratch(folder: Path) -> Iterator[Path]:
    scratch = folder / f".staging-{uuid.uuid4().hex[:8]}"
    scratch.mkdir()
    try:
        yield scratch
    finally:
        shutil.rmtree(scratch, ignore_errors=True)


def _is_about_storage(error: Exception) -> bool:
    """DuckDB reports a full disk in a failed commit or spill too, and not only as an input/output error."""
    said = ("Could not write", "No space left", "File too large", "temp directory")
    return isinstance(error, OSError | duckdb.IOException) or any(words in str(error) for words in said)


def _first_line(error: BaseException) -> str:
    return str(error).splitlines()[0] if str(error) else type(error).__name__
