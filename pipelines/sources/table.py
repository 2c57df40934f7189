"""CSV and Parquet tables, one row an event, with the columns the stream file maps.

Knows files and their types; DuckDB reads them in parallel and in bounded memory. Rows keep the order of the file.
"""

from __future__ import annotations

import csv
import gzip
import io
import re
import zlib
from collections.abc import Iterator
from pathlib import Path

import duckdb
import polars as pl

from metrics.query import literal
from metrics.stream.source import Source
from pipelines.errors import SourceError
from pipelines.sources.batch import BATCH_ROWS, SCHEMA
from pipelines.sources.whole_numbers import read_whole_number

KEY = "table"
SUFFIXES = (".csv", ".csv.gz", ".tsv", ".tsv.gz", ".parquet")
CAPABILITIES = frozenset({"performer", "touch_time", "queue_time", "attempts"})

REQUIRED = ("case_id", "step", "event_at")
MAX_LINE_BYTES = 1_048_576
_ENCODINGS = {"utf-8": "utf-8", "latin-1": "latin-1", "iso-8859-1": "latin-1", "utf-16": "utf-16"}
_OFFSET = r"(?:[zZ]|[+-]\d{2}(?::?\d{2})?)$"
_SHOWN = 40


def read(path: Path, settings: Source) -> Iterator[pl.DataFrame]:
    """Batches of events; unmapped columns go to `attributes`.

    Raises:
        SourceError: an unmapped or unknown column, a wrong encoding, a damaged file, a row with too few or many cells.
    """
    for ours in REQUIRED:
        if ours not in settings.columns:
            raise SourceError(f"{path.name}: the stream file does not map {ours!r}; add it under source.columns.")
    with duckdb.connect() as connection:
        try:
            connection.execute("SET TimeZone = 'UTC'")
            relation, known = _relation(connection, path, settings)
            for ours, theirs in settings.columns.items():
                if theirs not in known:
                    raise SourceError.from_missing_column(path, ours, theirs, known)
            reader = connection.sql(_query(relation, known, settings)).to_arrow_reader(BATCH_ROWS)
            row = 0
            for batch in reader:
                told = pl.DataFrame(pl.from_arrow(batch))
                yield _to_batch(told, row, settings)
                row += told.height
        except (duckdb.Error, OSError, EOFError, zlib.error) as error:
            raise _readable(path, error, settings) from error


def _query(relation: str, known: list[str], settings: Source) -> str:
    """Text for every mapped column, the time as zoned and as local instant, and the other columns as JSON."""
    text = {ours: f"nullif({_identifier(theirs)}::VARCHAR, '')" for ours, theirs in settings.columns.items()}
    others = [name for name in sorted(known) if name not in settings.columns.values()]
    packed = ", ".join(
        f"{literal(_json_key(name))} || to_json({_identifier(name)}::VARCHAR)::VARCHAR" for name in others
    )
    zoned, local = _instants(text["event_at"], settings.time_format)
    selected = text | {
        "event_at": zoned,
        "local_at": local,
        "told_at": text["event_at"],
        "attributes": f"'{{' || nullif(concat_ws(', ', {packed}), '') || '}}'" if others else "NULL::VARCHAR",
    }
    return f"SELECT {', '.join(f'{value} AS {name}' for name, value in selected.items())} FROM {relation}"


def _instants(text: str, time_format: str | None) -> tuple[str, str]:
    """SQL for the UTC instant of a time with offset, and for a local time without."""
    if time_format:
        parsed = f"try_strptime({text}, {literal(time_format)})"
        has_zone = re.search(r"(?<!%)(?:%%)*%[zZ]", time_format) is not None
        return (f"{parsed} AT TIME ZONE 'UTC'", "NULL::TIMESTAMP") if has_zone else ("NULL::TIMESTAMP", parsed)
    has_offset = f"(contains({text}, ':') AND regexp_matches({text}, {literal(_OFFSET)}))"
    return (
        f"CASE WHEN {has_offset} THEN try_cast({text} AS TIMESTAMPTZ) AT TIME ZONE 'UTC' END",
        f"CASE WHEN NOT {has_offset} THEN try_cast({text} AS TIMESTAMP) END",
    )


def _to_batch(told: pl.DataFrame, rows_before: int, settings: Source) -> pl.DataFrame:
    """A batch from a frame of the query. A repeated local hour is the earlier of the two, a skipped one a problem."""
    instant = pl.col("event_at")
    if settings.time_zone:
        local = pl.col("local_at").dt.replace_time_zone(settings.time_zone, ambiguous="earliest", non_existent="null")
        instant = pl.coalesce(instant, local.dt.convert_time_zone("UTC").dt.replace_time_zone(None))
    frame = told.with_columns(
        event_at=instant,
        source=pl.lit("log"),
        place="row " + pl.int_range(rows_before + 1, rows_before + told.height + 1).cast(pl.String),
    )
    problems = [_why_no_instant(settings)]
    for name in {"sequence", "attempt"} & set(told.columns):
        number, wrong = read_whole_number(told[name], name)
        frame = frame.with_columns(number.alias(name), wrong.alias(f"wrong {name}"))
        problems.append(pl.col(f"wrong {name}"))
    frame = frame.with_columns(problem=pl.coalesce(problems))
    missing = [pl.lit(None).alias(name) for name in SCHEMA if name not in frame.columns]
    return frame.with_columns(missing).select(pl.col(name).cast(kind) for name, kind in SCHEMA.items())


def _why_no_instant(settings: Source) -> pl.Expr:
    shown = pl.col("told_at").str.head(_SHOWN)
    if settings.time_zone:
        local = pl.format(f"a time that the clocks of {settings.time_zone} skipped: '{{}}'", shown)
    else:
        local = pl.format("a time without offset ('{}'); name source.time_zone in the stream file", shown)
    return (
        pl.when(pl.col("event_at").is_not_null())
        .then(None)
        .when(pl.col("told_at").is_null())
        .then(pl.lit("no timestamp"))
        .when(pl.col("local_at").is_not_null())
        .then(local)
        .otherwise(pl.format("not a timestamp: '{}'", shown))
    )


def _relation(connection: duckdb.DuckDBPyConnection, path: Path, settings: Source) -> tuple[str, list[str]]:
    """SQL that reads the file, and the names of its columns."""
    if path.stat().st_size == 0:
        raise SourceError(f"{path.name} is empty.")
    name = literal(str(path))
    if path.suffix.lower() == ".parquet":
        relation = f"read_parquet({name})"
        return relation, [row[0] for row in connection.execute(f"DESCRIBE SELECT * FROM {relation}").fetchall()]
    encoding = _ENCODINGS.get(settings.encoding.lower())
    if encoding is None:
        raise SourceError(f"source.encoding {settings.encoding!r} is not known; use one of {', '.join(_ENCODINGS)}.")
    delimiter = "\t" if ".tsv" in path.name.lower() else settings.delimiter
    header = _read_header(path, encoding, delimiter)
    columns = ", ".join(f"{literal(column)}: 'VARCHAR'" for column in header)
    # nothing is guessed: a guess reads a damaged file as another dialect
    return (
        f"read_csv({name}, auto_detect = false, columns = {{{columns}}}, header = true, nullstr = '', "
        f"delim = {literal(delimiter)}, quote = '\"', escape = '\"', encoding = {literal(encoding)}, "
        f"strict_mode = true, max_line_size = {MAX_LINE_BYTES})"
    ), header


def _read_header(path: Path, encoding: str, delimiter: str) -> list[str]:
    opened = gzip.open(path) if path.suffix.lower() == ".gz" else path.open("rb")  # noqa: SIM115  # closed by the wrapper
    with io.TextIOWrapper(opened, encoding.replace("utf-8", "utf-8-sig"), errors="replace", newline="") as file:
        try:
            header = next(csv.reader(file, delimiter=delimiter, strict=True), [])
        except csv.Error as error:
            raise SourceError(f"{path.name}, line 1: the header cannot be read ({error}).") from error
    if not any(header):
        raise SourceError(f"{path.name} is empty: its first line should name the columns.")
    if "\ufffd" in "".join(header) or "\0" in "".join(header):
        raise _wrong_encoding(path, "1", encoding)
    other = next((character for character in ";\t|," if len(header) == 1 and character in header[0]), None)
    if other is not None:
        raise SourceError(f"{path.name} is not divided by {delimiter!r}; set source.delimiter to {other!r}.")
    repeated = sorted({column for column in header if header.count(column) > 1})
    if repeated:
        raise SourceError(f"{path.name}: the header names {repeated[0]!r} twice. Give each column a name of its own.")
    return header


def _readable(path: Path, error: Exception, settings: Source) -> SourceError:
    """What DuckDB or the file system said, as a sentence for the owner of the file."""
    said = str(error)
    line = (re.search(r"CSV Error on Line: (\d+)", said) or ["", "?"])[1]
    cells = re.search(r"Expected Number of Columns: (\d+) Found: (\d+)", said)
    if cells:
        found = cells[2] if int(cells[2]) < int(cells[1]) else "too many"
        return SourceError(f"{path.name}, line {line}: {found} cells, but the header names {cells[1]} columns.")
    if "unicode" in said.lower() or "encoded" in said.lower():
        return _wrong_encoding(path, line, settings.encoding)
    if "Maximum line size" in said:
        return SourceError(f"{path.name}, line {line} or the next: longer than 1 MiB, which is the most a row can be.")
    if "quote" in said.lower():
        return SourceError(f"{path.name}, line {line}: a quoted value does not end, or text follows its closing quote.")
    if "gzip" in said.lower() or isinstance(error, EOFError | zlib.error):
        return SourceError(f"{path.name} is a damaged or truncated gzip file. Fetch or write it again.")
    if path.suffix.lower() == ".parquet":
        return SourceError(f"{path.name} is a damaged or truncated Parquet file. Fetch or write it again.")
    if "format specifier" in said:
        return SourceError(f"source.time_format {settings.time_format!r} cannot be used ({said.splitlines()[0]}).")
    return SourceError(f"{path.name} cannot be read: {said.splitlines()[0] if said else type(error).__name__}.")


def _wrong_encoding(path: Path, line: str, encoding: str) -> SourceError:
    others = ", ".join(name for name in _ENCODINGS if name != encoding.lower())
    return SourceError(
        f"{path.name}, line {line}: the text is not {encoding}. Name its encoding as source.encoding "
        f"in the stream file ({others}), or convert it."
    )


def _json_key(name: str) -> str:
    return '"' + name.replace("\\", "\\\\").replace('"', '\\"') + '": '


def _identifier(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'
