"""Merging segments: every bucket becomes one sorted file again, so a streaming pass can read it.

Nothing is lost or changed by it; the same events in the same total order, in fewer files.
"""

from __future__ import annotations

import shutil
import uuid
from dataclasses import replace
from pathlib import Path

from metrics.query import literal
from pipelines.database import open_scratch
from pipelines.errors import LedgerError
from pipelines.ledger.append import copy_parquet
from pipelines.ledger.manifest import (
    BucketFile,
    Manifest,
    Segment,
    load_manifest,
    only_writer,
    save_manifest,
    sync_folder,
)
from pipelines.ledger.schema import BUCKETS, ORDER
from pipelines.ledger.verify import verify_file
from pipelines.settings import Settings
from streamgauge.disk import Disk


def compact(settings: Settings, manifest: Manifest) -> Manifest:
    """One sorted file a bucket. Returns the manifest to use from now on; does nothing when it is so already.

    Raises:
        LedgerError: the rows after are not the rows before.
    """
    if manifest.is_compact:
        return manifest
    with only_writer(manifest.folder):
        merged = _compact(settings, load_manifest(manifest.folder))  # an import may have ended while we waited
    return replace(merged, as_of=manifest.as_of)


def _compact(settings: Settings, manifest: Manifest) -> Manifest:
    name = f"{manifest.version + 1:06d}-{uuid.uuid4().hex[:8]}"
    folder = manifest.folder / "segments" / name
    Disk().make_folder(folder)
    scratch = manifest.folder / f".staging-{name}"
    scratch.mkdir()
    try:
        files = tuple(_merge(settings, manifest, name, scratch))
    finally:
        shutil.rmtree(scratch, ignore_errors=True)
    merged = Segment(
        name,
        files,
        max(s.last_event_at for s in manifest.segments),
        max(s.arrived_at for s in manifest.segments),
    )
    if merged.rows != manifest.rows:
        raise LedgerError(f"Merging {manifest.rows:,} events gave {merged.rows:,}; the ledger is unchanged.")
    sync_folder(folder)
    following = save_manifest(replace(manifest, segments=(merged,)))
    for segment in manifest.segments:
        shutil.rmtree(manifest.folder / "segments" / segment.name, ignore_errors=True)
    return following


def _merge(settings: Settings, manifest: Manifest, name: str, scratch: Path) -> list[BucketFile]:
    connection = open_scratch(scratch / "merge.duckdb", settings)
    files = []
    for bucket in range(BUCKETS):
        paths = manifest.paths(bucket)
        if not paths:
            continue
        path = f"segments/{name}/b{bucket:02d}.parquet"
        quoted = ", ".join(literal(path) for path in paths)
        copy_parquet(connection, f"SELECT * FROM read_parquet([{quoted}]) ORDER BY {ORDER}", manifest.folder / path)
        rows, cases = verify_file(connection, str(manifest.folder / path))
        files.append(BucketFile(bucket, path, rows, cases))
    connection.close()
    return files
