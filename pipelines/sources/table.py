"""CSV and Parquet tables, one row an event, with the columns the stream file maps.

Knows files and their types; DuckDB reads them in parallel and in bounded memory.
"""

from __future__ import annotations

import gzip
import zlib
from collections.abc import Iterator
from pathlib import Path
from zoneinfo import ZoneInfo

import duckdb
import polars as pl

from metrics.stream.model import Source
from pipelines.errors import SourceError
from pipelines.sources.batch import BATCH_ROWS, SCHEMA

KEY = "table"
SUFFIXES = (".csv", ".csv.gz", ".tsv", ".parquet")
CAPABILITIES = frozenset({"performer", "touch_time", "queue_time", "attempts"})

REQUIRED = ("case_id", "step", "event_at")
_CASTS = {"sequence": "BIGINT", "attempt": "INTEGER"}
_ENCODINGS = {"utf-8": "utf-8", "latin-1": "latin-1", "iso-8859-1": "latin-1", "utf-16": "utf-16"}


def read(path: Path, settings: Source) -> Iterator[pl.DataFrame]:
    """Batches of events; unmapped columns go to `attributes`.

    Raises:
        SourceError: an unmapped or unknown column, a wrong encoding, a damaged file.
    """
    for ours in REQUIRED:
        if ours not in settings.columns:
            raise SourceError(f"{path.name}: the stream file does not map {ours!r}; add it under source.columns.")
    with duckdb.connect() as connection:
        connection.execute("SET TimeZone = 'UTC'")
        try:
            relation = _relation(path, settings)
            known = [row[0] for row in connection.execute(f"DESCRIBE SELECT * FROM {relation}").fetchall()]
            for ours, theirs in settings.columns.items():
                if theirs not in known:
                    raise SourceError.from_missing_column(path, ours, theirs, known)
            yield from _batches(connection, relation, known, settings)
        except duckdb.Error as error:
            raise _readable(path, error) from error
        except (EOFError, zlib.error, gzip.BadGzipFile) as error:
            raise SourceError(f"{path.name} is a damaged or truncated gzip file ({error}).") from error


def _batches(
    connection: duckdb.DuckDBPyConnection, relation: str, known: list[str], settings: Source
) -> Iterator[pl.DataFrame]:
    columns = settings.columns
    text = {ours: f"nullif({_identifier(theirs)}::VARCHAR, '')" for ours, theirs in columns.items()}
    others = [name for name in sorted(known) if name not in columns.values()]
    packed = ", ".join(f"{_literal(name)}, {_identifier(name)}::VARCHAR" for name in others)
    at, problem = _instant(text["event_at"], columns["event_at"], settings)
    selected = {name: f"try_cast({text[name]} AS {_CASTS[name]})" if name in _CASTS else text[name] for name in text}
    selected |= {
        "source": "'log'",
        "event_at": at,
        "problem": problem,
        "place": "'row ' || (row_number() OVER ())",
        "attributes": f"json_object({packed})::VARCHAR" if others else "NULL",
    }
    query = ", ".join(f"{selected.get(name, 'NULL')} AS {name}" for name in SCHEMA)
    reader = connection.execute(f"SELECT {query} FROM {relation}").to_arrow_reader(BATCH_ROWS)
    for batch in reader:
        yield pl.DataFrame(pl.from_arrow(batch)).cast(SCHEMA)  # type: ignore[arg-type]


def _instant(text: str, column: str, settings: Source) -> tuple[str, str]:
    """SQL for the UTC instant, and for the reason when there is none. An offset in the text always wins."""
    if settings.time_format:
        naive = f"try_strptime({text}, {_literal(settings.time_format)})"
        told = f"({naive} AT TIME ZONE {_literal(_zone(settings) or 'UTC')}) AT TIME ZONE 'UTC'"
        unzoned = "FALSE" if _zone(settings) or "%z" in settings.time_format else f"{naive} IS NOT NULL"
    else:
        has_offset = f"regexp_matches({text}, '([zZ]|[+-]\\d{{2}}(:?\\d{{2}})?)$') AND regexp_matches({text}, ':')"
        naive = f"(try_cast({text} AS TIMESTAMP) AT TIME ZONE {_literal(_zone(settings) or 'UTC')}) AT TIME ZONE 'UTC'"
        told = f"CASE WHEN {has_offset} THEN try_cast({text} AS TIMESTAMPTZ) AT TIME ZONE 'UTC' ELSE {naive} END"
        unzoned = "FALSE" if _zone(settings) else f"NOT ({has_offset}) AND try_cast({text} AS TIMESTAMP) IS NOT NULL"
    problem = f"""CASE WHEN {text} IS NULL THEN 'no timestamp'
        WHEN {unzoned} THEN 'a time without offset (' || {text} || '); name source.time_zone in the stream file'
        WHEN ({told}) IS NULL THEN 'not a timestamp: ' || {text}[:40] END"""
    return told, problem


def _zone(settings: Source) -> str | None:
    return ZoneInfo(settings.time_zone).key if settings.time_zone else None


def _relation(path: Path, settings: Source) -> str:
    if path.stat().st_size == 0:
        raise SourceError(f"{path.name} is empty.")
    name = _literal(str(path))
    if path.suffix.lower() == ".parquet":
        return f"read_parquet({name})"
    encoding = _ENCODINGS.get(settings.encoding.lower())
    if encoding is None:
        raise SourceError(f"source.encoding {settings.encoding!r} is not known; use one of {', '.join(_ENCODINGS)}.")
    delimiter = "\t" if ".tsv" in path.name.lower() else settings.delimiter
    return (
        f"read_csv({name}, header = true, all_varchar = true, nullstr = '', delim = {_literal(delimiter)}, "
        f"encoding = {_literal(encoding)}, quote = '\"', strict_mode = true, max_line_size = 1048576)"
    )


def _readable(path: Path, error: duckdb.Error) -> SourceError:
    said = str(error)
    first = said.splitlines()[0]
    if "not utf-8" in said.lower() or "unicode" in said.lower() or "encod" in said.lower():
        return SourceError(f"{path.name} is not in the encoding source.encoding names ({first}).")
    if "gzip" in said.lower() or "unexpected end" in said.lower():
        return SourceError(f"{path.name} is a damaged or truncated gzip file ({first}).")
    return SourceError(f"{path.name} cannot be read: {first}")


def _identifier(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'


def _literal(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"
