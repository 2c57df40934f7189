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
from pipelines.ledger.append import Receipt, append
from pipelines.ledger.manifest import load_manifest
from pipelines.loading.account import Numbering, load_account
from pipelines.loading.deliveries import (
    INBOX,
    Delivery,
    collector_files,
    feed_of,
    file_deliveries,
    inbox_deliveries,
)
from pipelines.loading.marks import Mark, Marks
from pipelines.loading.reading import read_delivery
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


@dataclass(slots=True)
class _Chunk:
    """Deliveries in order and their rows, each with the number of its delivery in `delivery`."""

    deliveries: list[Delivery] = field(default_factory=list)
    frames: list[pl.DataFrame] = field(default_factory=list)
    size_bytes: int = 0
    rows: int = 0

    @property
    def is_full(self) -> bool:
        return self.rows >= CHUNK_ROWS or self.size_bytes >= CHUNK_BYTES

    @property
    def ends(self) -> dict[str, Mark]:
        """How far each feed is read with this chunk."""
        return {delivery.feed: delivery.end for delivery in self.deliveries}

    def add(self, delivery: Delivery, frames: Iterable[pl.DataFrame]) -> None:
        number = len(self.deliveries)
        self.deliveries.append(delivery)
        self.size_bytes += len(delivery.body)
        received_at = pl.lit(delivery.received_at, pl.Datetime("us")).alias("received_at")
        for rows in frames:
            self.rows += rows.height
            self.frames.append(rows.with_columns(received_at, pl.lit(number).alias("delivery")))

    def after(self, rows: pl.DataFrame, marks: Marks) -> pl.DataFrame:
        """Those of the rows that a reader with these marks has not read."""
        read = [n for n, d in enumerate(self.deliveries) if d.is_before(marks.get(d.feed))]
        return rows.filter(~pl.col("delivery").is_in(read)) if read else rows


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
        for chunk in _chunks(_deliveries(settings, files, [*readers.values(), account.marks]), streams, report):
            _commit(settings, chunk, streams, readers, report)
            account.note(chunk.after(pl.concat(chunk.frames), account.marks) if chunk.frames else _NO_ROWS)
            account.marks.update(chunk.ends)
            account.save(Disk())
            if progress is not None:
                progress(chunk.rows)
        report.gaps = tuple(n for n in account.numberings() if n.missing)
        forget_old_segments(settings)
    return report


def _commit(
    settings: Settings, chunk: _Chunk, streams: list[Stream], readers: dict[str, dict[str, Mark]], report: LoadReport
) -> None:
    """Every stream's rows into its ledger, each with the marks up to which they reach."""
    routed = route(pl.concat(chunk.frames), streams, report.left_out) if chunk.frames else {}
    positions = {feed: mark.as_text() for feed, mark in chunk.ends.items()}
    for name, marks in readers.items():
        fresh = [chunk.after(routed[name], marks).select(list(SCHEMA))] if name in routed else []
        report.add(name, append(settings, name, fresh, positions=positions))
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


def _chunks(deliveries: Iterable[Delivery], streams: list[Stream], report: LoadReport) -> Iterator[_Chunk]:
    chunk = _Chunk()
    for delivery in deliveries:
        report.skipped_bytes += delivery.skipped_bytes
        chunk.add(delivery, read_delivery(delivery, streams, report.left_out))
        if chunk.is_full:
            yield chunk
            chunk = _Chunk()
    if chunk.deliveries:
        yield chunk


def _marks(settings: Settings, name: str) -> dict[str, Mark]:
    positions = load_manifest(settings.ledger / name).positions
    return {feed: Mark.from_text(text) for feed, text in positions.items()}


@contextmanager
def _only_loader(settings: Settings) -> Iterator[None]:
    settings.inbox.mkdir(parents=True, exist_ok=True)
    with (settings.inbox / "loader.lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise BusyError(
                "Another load of this home is running; what arrives is loaded by it or by the next."
            ) from error
        yield
