"""The numbers made again, offline, in a scratch home that is removed: from the ledger as it was known, and from copies.

The home is only read. Files of the ledger are linked, not copied, where nothing arrived since; else what was known then
is written anew. What runs is `refresh` itself, on an empty warehouse.
"""

from __future__ import annotations

import datetime as dt
import os
import shutil
import tempfile
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import duckdb

from metrics.query import literal
from pipelines.database import open_scratch
from pipelines.evidence.inputs import lay_inputs
from pipelines.evidence.keeping import Shelf
from pipelines.evidence.record import Record
from pipelines.ledger.append import copy_parquet
from pipelines.ledger.manifest import BucketFile, Manifest, Segment, load_manifest, save_manifest
from pipelines.ledger.schema import BUCKETS, ORDER
from pipelines.ledger.verify import verify_file
from pipelines.refresh import refresh
from pipelines.registry import load
from pipelines.settings import Settings
from pipelines.warehouse.current import told_relation

Report = Callable[[str], None]


@contextmanager
def derived(
    settings: Settings, record: Record, files: Mapping[str, bytes], report: Report = lambda _: None
) -> Iterator[duckdb.DuckDBPyConnection]:
    """The published tables of a record's state, made again with these registered files; gone afterwards.

    Raises:
        PipelineError: they cannot be made: a file that cannot be used, a ledger that is not sorted, a full disk.
    """
    with scratch_folder(settings) as folder:
        home = replace(settings, home=folder, as_of=None)
        _lay_files(home, Shelf(settings, record.stream), record, files)
        lay_ledger(settings, home, record)
        refresh(home, [load(home, record.stream)], report)
        with duckdb.connect(str(home.published_database), read_only=True) as connection:
            yield connection


@contextmanager
def scratch_folder(settings: Settings) -> Iterator[Path]:
    """A folder on the disk of the home, removed afterwards: the only thing of a home that verification writes."""
    settings.scratch.mkdir(parents=True, exist_ok=True)
    folder = Path(tempfile.mkdtemp(prefix="verify-", dir=settings.scratch))
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def known_then(settings: Settings, record: Record) -> Manifest:
    """The ledger as it was known at the record's state; whole where nothing arrived since."""
    manifest = load_manifest(settings.ledger / record.stream)
    if all(segment.arrived_at <= record.known_by for segment in manifest.segments):
        return manifest
    return replace(manifest, as_of=dt.datetime.fromisoformat(record.known_by))


def lay_ledger(settings: Settings, home: Settings, record: Record) -> None:
    """Put the ledger of a record's state into another home.

    Raises:
        LedgerError: a file is not sorted any more.
    """
    manifest = known_then(settings, record)
    folder = home.ledger / record.stream
    folder.mkdir(parents=True)
    connection = open_scratch(folder / "lay.duckdb", home)
    try:
        put = _put_linked if manifest.as_of is None else _put_known
        segments = put(connection, manifest, folder)
        codes = _put_codes(connection, manifest, record, folder)
    finally:
        connection.close()
    save_manifest(
        Manifest(
            folder, manifest.version, segments, codes, int(record.basis["ledger_fingerprint"], 16),
            record.quarantined, (), record.corrections, {},
        )
    )  # fmt: skip


def _lay_files(home: Settings, shelf: Shelf, record: Record, files: Mapping[str, bytes]) -> None:
    lay_inputs(home, record.stream, files)
    for place, digest in record.frozen.items():
        _put(home.home / place, shelf.read(digest))


def _put_linked(connection: duckdb.DuckDBPyConnection, manifest: Manifest, folder: Path) -> tuple[Segment, ...]:
    """The same files under another name: they stay readable even when a run merges them meanwhile.

    Rows and cases are counted anew, so that a ledger changed from outside can be measured as it is.
    """
    segments = []
    for segment in manifest.segments:
        files = []
        for file in segment.files:
            path = folder / file.path
            path.parent.mkdir(parents=True, exist_ok=True)
            _link(manifest.folder / file.path, path)
            files.append(BucketFile(file.bucket, file.path, *verify_file(connection, str(path))))
        segments.append(replace(segment, files=tuple(files)))
    return tuple(segments)


def _put_known(connection: duckdb.DuckDBPyConnection, manifest: Manifest, folder: Path) -> tuple[Segment, ...]:
    """What had arrived by then, as one segment."""
    (folder / "segments" / "known").mkdir(parents=True)
    files = []
    for bucket in range(BUCKETS):
        if paths := manifest.paths(bucket):
            place = f"segments/known/b{bucket:02d}.parquet"
            copy_parquet(connection, f"SELECT * FROM {told_relation(manifest, paths)} ORDER BY {ORDER}", folder / place)
            files.append(BucketFile(bucket, place, *verify_file(connection, str(folder / place))))
    newest = f"SELECT max(event_at)::VARCHAR, max(ingested_at)::VARCHAR FROM {told_relation(manifest)}"
    ((last_event_at, arrived_at),) = connection.execute(newest).fetchall()
    return (Segment("known", tuple(file for file in files if file.rows), last_event_at, arrived_at),)


def _put_codes(connection: duckdb.DuckDBPyConnection, manifest: Manifest, record: Record, folder: Path) -> str | None:
    """The dictionary with the names known then: it only grows, so they are the first so many of each kind."""
    path = manifest.codes_path()
    if path is None:
        return None
    (folder / "codes").mkdir()
    known = " OR ".join(f"(kind = {literal(kind)} AND code < {count:d})" for kind, count in record.codes.items())
    query = (
        f"SELECT kind, code, name FROM read_parquet({literal(str(path))}) WHERE {known or 'FALSE'} ORDER BY kind, code"
    )
    copy_parquet(connection, query, folder / "codes" / "known.parquet")
    return "codes/known.parquet"


def _link(source: Path, path: Path) -> None:
    try:
        os.link(source, path)
    except OSError:
        shutil.copyfile(source, path)  # another file system, or one without links


def _put(path: Path, content: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)
