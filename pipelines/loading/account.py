"""Which numbers of each source have been seen: a source counts its events, so one that is missing shows as a gap.

Numbers are kept as ranges, so seeing one twice, or late, changes nothing but the gap it fills. The account has marks of
its own and is replaced whole, so it never says more than it has seen.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import polars as pl

from pipelines.errors import LedgerError
from pipelines.loading.marks import Mark
from streamgauge.disk import Disk

FORMAT = 1
Ranges = list[tuple[int, int]]
"""Numbers from first to last, both seen; ascending, never touching."""


@dataclass(frozen=True, slots=True)
class Numbering:
    """What one source has numbered: its highest number, how many arrived, how many did not."""

    source: str
    highest: int
    received: int

    @property
    def missing(self) -> int:
        """Numbers from 1 to the highest that never arrived."""
        return self.highest - self.received


@dataclass(slots=True)
class Account:
    """Ranges of numbers by source, and how far each feed was read for it."""

    path: Path
    marks: dict[str, Mark] = field(default_factory=dict)
    sources: dict[str, Ranges] = field(default_factory=dict)

    def note(self, rows: pl.DataFrame) -> None:
        """Add what these rows (`source`, `sequence`) say of their sources' numbering."""
        told = rows.select("source", "sequence").drop_nulls().filter(pl.col("sequence") > 0)
        for (source,), numbers in told.group_by("source"):
            fresh = _ranges(numbers["sequence"])
            self.sources[str(source)] = merge([*self.sources.get(str(source), []), *fresh])

    def numberings(self) -> Iterator[Numbering]:
        """One a source, by name."""
        for source, ranges in sorted(self.sources.items()):
            yield Numbering(source, ranges[-1][1], sum(last - first + 1 for first, last in ranges))

    def save(self, disk: Disk) -> None:
        """Replace the file, durably."""
        marks = {feed: mark.as_text() for feed, mark in self.marks.items()}
        told = {"format": FORMAT, "marks": marks, "sources": self.sources}
        disk.write_whole(self.path, json.dumps(told, indent=1).encode())


def load_account(path: Path) -> Account:
    """The account in a file; an empty one where there is none yet.

    Raises:
        LedgerError: the file is there but cannot be understood.
    """
    if not path.exists():
        return Account(path)
    try:
        told = json.loads(path.read_text("utf-8"))
        if told["format"] != FORMAT:
            raise LedgerError(f"{path} has format {told['format']}; this version reads format {FORMAT}.")
        marks = {feed: Mark.from_text(text) for feed, text in told["marks"].items()}
        sources = {source: [(first, last) for first, last in ranges] for source, ranges in told["sources"].items()}
        return Account(path, marks, sources)
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise LedgerError(f"{path} is damaged ({error}). Remove it: it is made again from the log.") from error


def merge(ranges: Ranges) -> Ranges:
    """Ranges in order, those that overlap or touch made one."""
    merged: Ranges = []
    for first, last in sorted(ranges):
        if merged and first <= merged[-1][1] + 1:
            merged[-1] = (merged[-1][0], max(merged[-1][1], last))
        else:
            merged.append((first, last))
    return merged


def _ranges(numbers: pl.Series) -> Ranges:
    ordered = numbers.unique().sort()
    begins = (ordered.diff() != 1).fill_null(True)
    firsts = ordered.filter(begins)
    lasts = ordered.filter(begins.shift(-1, fill_value=True))
    return list(zip(firsts.to_list(), lasts.to_list(), strict=True))
