"""XES event logs (IEEE 1849), plain or gzipped, read as a stream of pieces.

Whole traces are read by the swift reader; the start, the end and every piece that is not plain XES by the exact one,
in one pass, so the document as a whole is checked. Memory is bounded by a few pieces and one batch.
"""

from __future__ import annotations

import gzip
import os
import zlib
from collections import deque
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path
from typing import IO

import polars as pl

from metrics.stream.source import Source
from pipelines.errors import SourceError
from pipelines.sources.batch import BATCH_ROWS
from pipelines.sources.xes.columns import Columns
from pipelines.sources.xes.exact import ExactReader
from pipelines.sources.xes.swift import Unusual, read_traces

KEY = "xes"
SUFFIXES = (".xes", ".xes.gz")
CAPABILITIES = frozenset({"performer", "touch_time"})

PIECE_BYTES = 1 << 21
_END = b"</trace>"
_WORKERS = min(2, os.cpu_count() or 1)
Piece = tuple[bytes, int, "Future[pl.DataFrame] | None"]


def read(path: Path, settings: Source) -> Iterator[pl.DataFrame]:
    """Batches of events. A `case:` prefix in a mapping names an attribute of the trace.

    Raises:
        SourceError: truncated or broken XML (with its line), a doctype or entity, no log at all.
    """
    columns = Columns.from_mapping(settings)
    held: list[pl.DataFrame] = []
    try:
        for frame in _read_frames(path, columns):
            held.append(frame)
            if sum(frame.height for frame in held) >= BATCH_ROWS:
                yield pl.concat(held)
                held.clear()
    except (EOFError, zlib.error, gzip.BadGzipFile) as error:
        raise SourceError(f"{path.name} is a damaged or truncated gzip file ({error}).") from error
    if held:
        yield pl.concat(held)


def _read_frames(path: Path, columns: Columns) -> Iterator[pl.DataFrame]:
    """Batches, small ones too, in the order of the file."""
    exact = ExactReader(path.name, columns)
    with ThreadPoolExecutor(_WORKERS) as pool:
        for piece, lines, swift in _look_ahead(_cut(path), pool, columns):
            told = _result(swift) if swift is not None and exact.is_between_traces else None
            if told is None:
                exact.feed(piece)
                yield from map(columns.to_batch, exact.take())
            else:
                exact.skip(lines)
                yield told
        exact.close()
        yield from map(columns.to_batch, exact.take())


def _look_ahead(pieces: Iterator[bytes], pool: ThreadPoolExecutor, columns: Columns) -> Iterator[Piece]:
    """Each piece with the swift reader's work on it begun: it is used only if all before it was as it should be."""
    ahead: deque[Piece] = deque()
    line = 1
    for number, piece in enumerate(pieces):
        lines = piece.count(b"\n") + piece.count(b"\r") - piece.count(b"\r\n")
        # the first piece holds the head of the document, which only the exact reader knows
        is_whole = number > 0 and piece.endswith(_END)
        ahead.append((piece, lines, pool.submit(_read_piece, piece, line, columns) if is_whole else None))
        line += lines
        if len(ahead) > _WORKERS:
            yield ahead.popleft()
    yield from ahead


def _read_piece(piece: bytes, line: int, columns: Columns) -> pl.DataFrame:
    return columns.to_batch(read_traces(piece, line, columns))


def _result(swift: Future[pl.DataFrame]) -> pl.DataFrame | None:
    try:
        return swift.result()
    except Unusual:
        return None


def _cut(path: Path) -> Iterator[bytes]:
    """The document in pieces: up to its first trace's end, then up to the last end of a trace that is in reach."""
    with _open(path) as file:
        held = b""
        is_head, is_whole = True, False
        while not is_whole or held:
            chunk = b"" if is_whole else file.read(PIECE_BYTES)
            held, is_whole = held + chunk, is_whole or not chunk
            end = (held.find(_END) if is_head else held.rfind(_END)) + len(_END)
            if end < len(_END):
                end = _cut_amid(held, is_whole)
            elif is_head:
                is_head = False
            if end:
                yield held[:end]
                held = held[end:]


def _cut_amid(held: bytes, is_whole: bool) -> int:
    """Where to cut when no trace ends in reach: at the end of the file, or once one trace has grown huge."""
    if is_whole:
        return len(held)
    if len(held) <= 2 * PIECE_BYTES:
        return 0
    end = len(held) - len(_END)  # an end of a trace may be torn at the end of what was read
    return end - (held[end - 1] == ord("\r"))  # a line end that is torn would count as two lines


def _open(path: Path) -> IO[bytes]:
    with path.open("rb") as file:
        is_gzip = file.read(2) == b"\x1f\x8b"
    return gzip.open(path, "rb") if is_gzip else path.open("rb")  # type: ignore[return-value]
