"""Finding what an id names: among the published rows first, then among the rows kept of every earlier state."""

from __future__ import annotations

import io
import json
from collections.abc import Iterator
from dataclasses import dataclass

import duckdb
import polars as pl

from metrics.errors import ContractError
from metrics.evidence.identity import SHAPE, MadeOf, basis_id
from metrics.evidence.rows import PublishedRow
from pipelines.errors import StorageError
from pipelines.evidence.keeping import Shelf
from pipelines.evidence.record import Record
from pipelines.settings import Settings
from pipelines.warehouse.publication import open_published

_IDS = "SELECT stream, basis_id FROM evidence WHERE evidence_id = $id"


@dataclass(frozen=True, slots=True)
class Found:
    """An id, the row it was given to and the state it was made in.

    `is_published`: the row is published now; `is_current`: and that state is the published one. A closed row keeps the
    id of the state in which it was closed.
    """

    ident: str
    row: PublishedRow
    made_of: MadeOf
    record: Record
    is_published: bool
    is_current: bool


def find(settings: Settings, ident: str) -> Found:
    """What an id names.

    Raises:
        ContractError: it is no id, or none that was ever published from this home.
        StorageError: nothing was published yet, or its record or rows are not as they were kept.
    """
    if not SHAPE.fullmatch(ident):
        raise ContractError(f"{ident!r} is no evidence id; one looks like sg-a2b3c4d5e6f7g2h3.")
    connection = open_published(settings)
    try:
        published = connection.execute(_IDS, {"id": ident}).fetchall()
        current = published_states(connection)
    finally:
        connection.close()
    for stream, basis in published:
        record = Shelf(settings, stream).record(basis)
        return _found(settings, ident, record, is_published=True, is_current=current.get(stream) == basis)
    for record in _every_record(settings):
        if _holds(Shelf(settings, record.stream), record, ident):
            return _found(settings, ident, record, is_published=False, is_current=False)
    raise ContractError(f"No value with the evidence id {ident} was ever published from {settings.home}.")


def current_states(settings: Settings, stream: str | None = None) -> dict[str, str]:
    """The basis of each published stream, by its name; of one stream where it is named.

    Raises:
        ContractError: nothing is published of such a stream.
        StorageError: nothing was published yet.
    """
    connection = open_published(settings)
    try:
        return published_states(connection, stream)
    finally:
        connection.close()


def published_states(connection: duckdb.DuckDBPyConnection, stream: str | None = None) -> dict[str, str]:
    """As `current_states`, from an open published copy."""
    rows = connection.execute("SELECT stream, evidence_basis FROM streams ORDER BY stream").fetchall()
    known = {name: basis_id(json.loads(basis)) for name, basis in rows if basis is not None}
    if stream is not None and stream not in known:
        raise ContractError.from_unknown_name("The published stream", stream, known)
    return known if stream is None else {stream: known[stream]}


def _every_record(settings: Settings) -> Iterator[Record]:
    """Records of every stream, newest first: what is asked for is mostly young."""
    if not settings.evidence.is_dir():
        return
    for folder in sorted(settings.evidence.iterdir()):
        yield from reversed(list(Shelf(settings, folder.name).records()))


def _holds(shelf: Shelf, record: Record, ident: str) -> bool:
    path = shelf.copy(record.values)
    if not path.is_file():
        return False
    return bool(pl.scan_parquet(path).filter(pl.col("evidence_id") == ident).select(pl.len()).collect().item())


def _found(settings: Settings, ident: str, record: Record, *, is_published: bool, is_current: bool) -> Found:
    """The row as it was kept; what the published file says of it now is what verification is about."""
    content = Shelf(settings, record.stream).read(record.values)
    kept = pl.read_parquet(io.BytesIO(content)).filter(pl.col("evidence_id") == ident)
    if kept.is_empty():
        raise StorageError(f"The published file gives the id {ident} to a row that was never kept: it was changed.")
    _, table, key, text, *made = kept.row(0)
    row = PublishedRow(table, key, json.loads(text))
    return Found(ident, row, MadeOf(*made), record, is_published, is_current)
