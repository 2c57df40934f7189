"""What a verification holds derived rows against: as published or as kept, and what was found changed on the way."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass, field

import duckdb

from metrics.evidence.identity import MadeOf, basis_id, evidence_id
from metrics.evidence.rows import Plain, PublishedRow, published_rows
from metrics.stream import Stream, parse_stream
from pipelines.errors import StorageError
from pipelines.evidence.cause import Cause, Kind
from pipelines.evidence.changes import definition_causes, file_causes, published_definition_causes
from pipelines.evidence.inputs import inputs_of
from pipelines.evidence.keeping import Shelf
from pipelines.evidence.record import Record
from pipelines.evidence.rows_file import unpack_rows
from pipelines.registry import STREAM_FILE, load
from pipelines.settings import Settings
from pipelines.warehouse.publication import open_published

Place = tuple[str, str]
"""A published table and the key of a row, as JSON."""


@dataclass(frozen=True, slots=True)
class Held:
    """A row with its id, and what it was made of."""

    ident: str
    row: PublishedRow
    made_of: MadeOf

    @property
    def columns(self) -> dict[str, Plain]:
        """All that must come out the same: what the row says, and the definition and observations it was made of."""
        made = {name: value for name, value in asdict(self.made_of).items() if name != "basis_id"}
        return {**self.row.content, **made}


@dataclass(slots=True)
class Reference:
    """Rows by their place, registered files to derive them from, and causes found while they were read."""

    rows: dict[Place, Held]
    files: dict[str, bytes]
    causes: list[Cause] = field(default_factory=list)


def as_kept(settings: Settings, record: Record) -> Reference:
    """Everything as the record's copies have it."""
    copies, causes = _copies(Shelf(settings, record.stream), record)
    files = {name: copies[name] for name in record.files if name in copies}
    for path in _registered(settings, record):
        content = path[1]
        if path[0] not in files and hashlib.sha256(content).hexdigest() == record.files.get(path[0]):
            files[path[0]] = content  # the copy is damaged, but what is registered is still the same
    if stream := _stream_of(files):
        causes += definition_causes(stream, record, copies["SQL as run"]) if "SQL as run" in copies else ()
    return Reference(_kept_rows(record, copies), files, causes)


def as_published(settings: Settings, record: Record) -> Reference:
    """Rows as the published file has them now, and the files registered now; what of either was changed is a cause."""
    kept = as_kept(settings, record)
    connection = open_published(settings)
    try:
        rows = read_held(connection, record.stream)
        causes = [*kept.causes, *_edited(kept.rows, rows, record.stream), *_misplaced(connection, record.stream)]
        try:
            sql = Shelf(settings, record.stream).read(record.definitions)
            causes += published_definition_causes(connection, record.stream, sql)
        except StorageError:
            pass  # told already, as a kept copy that was changed
    finally:
        connection.close()
    files = dict(_registered(settings, record))
    stream = _stream_of(kept.files)
    return Reference(rows, files, [*causes, *(file_causes(stream, kept.files, files) if stream else ())])


def read_held(connection: duckdb.DuckDBPyConnection, stream: str) -> dict[Place, Held]:
    """Every evidenced row of a published file with the id and the makings it has there; without an id, with ''."""
    told = connection.execute(
        "SELECT table_name, row_key, evidence_id, basis_id, definition_version, sql_hash, inputs, inputs_fingerprint "
        "FROM evidence WHERE stream = $stream",
        {"stream": stream},
    ).fetchall()
    made = {(table, key): (ident, MadeOf(*rest)) for table, key, ident, *rest in told}
    lost = ("", MadeOf(""))
    found = {}
    for row in published_rows(connection, stream):
        ident, made_of = made.get((row.table, row.key), lost)
        found[row.table, row.key] = Held(ident, row, made_of)
    return found


def named(place: Place) -> str:
    """A row as a person reads it: metric_values flow_time p50 quarter 2026-Q3."""
    table, key = place
    values = [str(value) for value in json.loads(key).values() if value not in (None, "{}")]
    return " ".join([table, *values])


def _copies(shelf: Shelf, record: Record) -> tuple[dict[str, bytes], list[Cause]]:
    """The kept copies that are as they were kept, by what they are; a cause for each that is not."""
    copies: dict[str, bytes] = {}
    causes = []
    for name, digest in record.kept.items():
        try:
            copies[name] = shelf.read(digest)
        except StorageError as error:
            causes.append(Cause(Kind.KEPT, f"{name}: {error}"))
    if basis_id(record.basis) != record.basis_id or dict(record.files) != record.basis["files"]:
        causes.append(Cause(Kind.KEPT, f"The record {record.basis_id} does not say what its name stands for"))
    return copies, causes


def _kept_rows(record: Record, copies: Mapping[str, bytes]) -> dict[Place, Held]:
    if "published rows" not in copies:
        return {}
    rows = (Held(*told) for told in unpack_rows(copies["published rows"]))
    return {(held.row.table, held.row.key): held for held in rows}


def _registered(settings: Settings, record: Record) -> list[tuple[str, bytes]]:
    connection = open_published(settings)
    try:
        return list(inputs_of(connection, load(settings, record.stream)).items())
    finally:
        connection.close()


def _stream_of(files: Mapping[str, bytes]) -> Stream | None:
    text = files.get(STREAM_FILE)
    return None if text is None else parse_stream(text.decode(), STREAM_FILE)


def _edited(kept: Mapping[Place, Held], rows: Mapping[Place, Held], stream: str) -> Iterator[Cause]:
    """Published rows that are not those the run published: by their kept copy, or where it is lost by their id."""
    for place in dict.fromkeys((*kept, *rows)):
        then, now = kept.get(place), rows.get(place)
        if now is None:
            yield Cause(Kind.PUBLISHED, f"{named(place)} is gone from the published file")
        elif kept and then is None:
            yield Cause(Kind.PUBLISHED, f"{named(place)} was added to the published file")
        elif then is not None and then.columns != now.columns:
            moved = [name for name in then.columns if then.columns[name] != now.columns.get(name)]
            told = ", ".join(f"{name} {then.columns[name]} → {now.columns.get(name)}" for name in moved)
            yield Cause(Kind.PUBLISHED, f"{named(place)} was changed in the published file: {told}")
        elif evidence_id(stream, now.row, now.made_of) != now.ident:
            yield Cause(Kind.PUBLISHED, f"{named(place)} does not fit its evidence id {now.ident}")


def _misplaced(connection: duckdb.DuckDBPyConnection, stream: str) -> Iterator[Cause]:
    """Values that bear an id which is not in the table of evidence."""
    found = connection.execute(
        """
        SELECT metric, statistic, period, evidence_id FROM metric_values
        WHERE stream = $stream AND evidence_id NOT IN (
            SELECT evidence_id FROM evidence WHERE stream = $stream AND table_name = 'metric_values'
        ) ORDER BY ALL
        """,
        {"stream": stream},
    ).fetchall()
    for metric, statistic, period, ident in found:
        yield Cause(Kind.PUBLISHED, f"metric_values {metric} {statistic} {period} bears {ident}, which is not its id")
