"""One load: deliveries after each stream's mark → rows → that stream's ledger, with the new mark in the same manifest.

A chunk of bounded size at a time. Whatever dies, and wherever: what a manifest names was read and counts once, the rest
is read again. One loader at a time holds the inbox; what belongs to no stream of this home is kept in quarantine.
"""

from __future__ import annotations

import fcntl
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import polars as pl

from metrics.stream import Stream
from pipelines.errors import BusyError
from pipelines.ledger.append import Receipt, advance, append
from pipelines.ledger.manifest import load_manifest
from pipelines.loading.account import Numbering, load_account
from pipelines.loading.chunk import Chunk
from pipelines.loading.deliveries import (
    INBOX,
    Delivery,
    collector_files,
    feed_of,
    file_deliveries,
    inbox_deliveries,
)
from pipelines.loading.marks import Mark
from pipelines.loading.reading import read_rows, read_spans_and_logs
from pipelines.loading.retention import forget_old_segments
from pipelines.loading.routing import UNROUTED, route
from pipelines.settings import Settings
from pipelines.sources.batch import SCHEMA
from streamgauge.disk import Disk

CHUNK_ROWS = 200_000
CHUNK_BYTES = 67_108_864

_NO_ROWS = pl.DataFrame(schema={"source": pl.String, "sequence": pl.Int64})

Progress = Callable[[int], None]


@dataclass(slots=True)
class LoadReport:
    """What one load did: a receipt a stream (`_unrouted` for rows of none), what was left out, and gaps by source."""

    receipts: dict[str, Receipt] = field(default_factory=dict)
    left_out: Counter[str] = field(default_factory=Counter)
    skipped_bytes: int = 0
    gaps: tuple[Numbering, ...] = ()

    @property
    def read(self) -> int:
        """Rows read, of all streams."""
        return sum(receipt.read for receipt in self.receipts.values())

    def add(self, stream: str, receipt: Receipt) -> None:
        """Count one chunk's receipt in."""
        before = self.receipts.get(stream)
        self.receipts[stream] = before + receipt if before else receipt


def load(
    settings: Settings, streams: list[Stream], *, places: Iterable[Path] = (), progress: Progress | None = None
) -> LoadReport:
    """Load what arrived: the receiver's log, the folder `collector` of the home, and these files or folders besides.

    Raises:
        BusyError: another loader is at work.
        LedgerError, StorageError: a ledger cannot be used or written; what was loaded before stays.
    """
    report = LoadReport()
    with _only_loader(settings):
        account = load_account(settings.inbox / "account.json")
        readers = {name: _marks(settings, name) for name in (*(s.stream for s in streams), UNROUTED)}
        files = collector_files([*([settings.collector] if settings.collector.is_dir() else []), *places])
        deliveries = _deliveries(settings, files, [*readers.values(), account.marks])
        for chunk in _chunks(deliveries, streams, report, progress):
            rows = chunk.frame()
            _commit(settings, chunk, route(rows, streams, report.left_out), readers, report)
            account.note(chunk.after(rows, account.marks))
            account.marks.update(chunk.ends)
            account.save(Disk())
        report.gaps = tuple(n for n in account.numberings() if n.missing)
        forget_old_segments(settings)
    return report


def _commit(
    settings: Settings,
    chunk: Chunk,
    routed: dict[str, pl.DataFrame],
    readers: dict[str, dict[str, Mark]],
    report: LoadReport,
) -> None:
    """Every stream's rows into its ledger, each with the marks up to which they reach."""
    positions = {feed: mark.as_text() for feed, mark in chunk.ends.items()}
    for name, marks in readers.items():
        fresh = chunk.after(routed[name], marks).select(list(SCHEMA)) if name in routed else None
        if fresh is None or fresh.is_empty():
            advance(settings, name, positions)
        else:
            report.add(name, append(settings, name, [fresh], positions=positions))
        marks.update(chunk.ends)


def _deliveries(settings: Settings, files: list[Path], readers: list[dict[str, Mark]]) -> Iterator[Delivery]:
    """Everything that at least one reader has not read."""
    yield from inbox_deliveries(settings.inbox, _earliest(INBOX, readers))
    feeds = [feed_of(path) for path in files]
    marks = {feed: mark for feed in feeds if (mark := _earliest(feed, readers)) is not None}
    yield from file_deliveries(files, marks)


def _earliest(feed: str, readers: list[dict[str, Mark]]) -> Mark | None:
    marks = [marks.get(feed) for marks in readers]
    return None if None in marks else min(mark for mark in marks if mark is not None)


def _chunks(
    deliveries: Iterable[Delivery], streams: list[Stream], report: LoadReport, progress: Progress | None
) -> Iterator[Chunk]:
    chunk = Chunk()
    for delivery in deliveries:
        report.skipped_bytes += delivery.skipped_bytes
        height = chunk.add(delivery, read_rows(delivery), read_spans_and_logs(delivery, streams, report.left_out))
        if progress is not None:
            progress(height)
        if chunk.is_full:
            yield chunk
            chunk = Chunk()
    if chunk.deliveries:
        yield chunk


def _marks(settings: Settings, name: str) -> dict[str, Mark]:
    positions = load_manifest(settings.ledger / name).positions
    return {feed: Mark.from_text(text) for feed, text in positions.items()}


@contextmanager
def _only_loader(settings: Settings) -> Iterator[None]:
    Disk().make_folder(settings.inbox)
    with (settings.inbox / "loader.lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise BusyError(
                "Another load of this home is running; what arrives is loaded by it or by the next."
            ) from error
        yield
