"""A chunk: deliveries in order and their rows, as many as one commit takes. Memory is bounded by it.

Requests are many and small, so what can be gathered as rows is made one frame at the end.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

import polars as pl

from pipelines.loading.deliveries import Delivery
from pipelines.loading.marks import Mark, Marks
from pipelines.sources.batch import SCHEMA
from pipelines.sources.meaning import Row, to_frame

CHUNK_ROWS = 200_000
CHUNK_BYTES = 67_108_864
DELIVERY = "delivery"
"""The column that holds the number of a row's delivery within its chunk."""


@dataclass(slots=True)
class Chunk:
    """Deliveries with what they said: single rows, and frames of `batch.SCHEMA`."""

    deliveries: list[Delivery] = field(default_factory=list)
    size_bytes: int = 0
    height: int = 0
    _rows: list[Row] = field(default_factory=list)
    _numbers: list[int] = field(default_factory=list)
    _frames: list[pl.DataFrame] = field(default_factory=list)

    @property
    def is_full(self) -> bool:
        """Is it time to commit?"""
        return self.height >= CHUNK_ROWS or self.size_bytes >= CHUNK_BYTES

    @property
    def ends(self) -> dict[str, Mark]:
        """How far each feed is read with this chunk."""
        return {delivery.feed: delivery.end for delivery in self.deliveries}

    def add(self, delivery: Delivery, rows: Sequence[Row], frames: Iterable[pl.DataFrame]) -> int:
        """Add a delivery. Returns how many rows it has."""
        number, before = len(self.deliveries), self.height
        self.deliveries.append(delivery)
        self.size_bytes += len(delivery.body)
        self._rows += rows
        self._numbers += [number] * len(rows)
        self.height += len(rows)
        for frame in frames:
            self.height += frame.height
            self._frames.append(frame.with_columns(pl.lit(number, pl.Int64).alias(DELIVERY)))
        return self.height - before

    def frame(self) -> pl.DataFrame:
        """All rows, with `received_at` and the number of their delivery."""
        gathered = to_frame(self._rows).with_columns(pl.Series(DELIVERY, self._numbers, pl.Int64))
        told = pl.concat([gathered, *self._frames])
        received = pl.Series("received_at", [d.received_at for d in self.deliveries], SCHEMA["received_at"])
        return told.with_columns(received.gather(told[DELIVERY]).alias("received_at"))

    def after(self, rows: pl.DataFrame, marks: Marks) -> pl.DataFrame:
        """Those of the rows that a reader with these marks has not read."""
        read = [n for n, d in enumerate(self.deliveries) if d.is_before(marks.get(d.feed))]
        return rows.filter(~pl.col(DELIVERY).is_in(read)) if read else rows
