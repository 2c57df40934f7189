"""Reading a published file: DuckDB rows → BundleData.

Opens the file read-only, and only here. Cleans customer words of control and direction characters; computes no number.
"""

from __future__ import annotations

import datetime as dt
import re
import unicodedata
from collections.abc import Iterable
from dataclasses import fields
from pathlib import Path
from typing import Any, TypeVar
from zoneinfo import ZoneInfo

import duckdb

from dashboards.bundle import Allowance, BundleData, Change, Check, Definition, MapStep, Point, State, Value
from dashboards.errors import NotPublishedError, PublishedFileError
from dashboards.language import say, speaking
from dashboards.rows.rows import Rows, every_rows
from metrics.periods import Period, parse_period, previous
from metrics.published import PUBLISHED
from metrics.stream.model import Stream
from metrics.stream.parse import parse_stream
from metrics.stream.words import Words
from metrics.tables import BILLS, COSTS, RATES

_Row = TypeVar("_Row")
_RAW = {"stream_file", "sql"}
_HIDDEN = {"Cc", "Cf", "Cs", "Co"}
OUR_WORDS = {name: str(Words.model_fields[name].default) for name in ("case", "cases", "finished", "started")}
"""What a stream file that does not say calls things: messages."""
_KEPT = {"\n", "\t", "\u200c", "\u200d"}


def read_bundle(published_db: Path, stream: str, period: str, language: str | None = None) -> BundleData:
    """Read one stream and quarter; pages speak the language of the stream file, or the one asked for.

    Raises:
        PublishedFileError: no such file, not DuckDB, or a table is missing.
        NotPublishedError: the stream is not in the file, or the period is no quarter.
        LanguageError: pages cannot be written in this language.
    """
    with open_file(published_db) as connection:
        state = read_state(connection, stream)
        model = in_language(clean_stream(parse_stream(state.stream_file, f"{stream}/stream.yaml")), language)
        quarter = parse_period(period, year_starts=model.fiscal_year_starts)
        before = previous(quarter, model.fiscal_year_starts)
        if quarter.grain != "quarter" or before is None:
            raise NotPublishedError.from_wrong_grain(period)
        return _assemble(connection, state, model, quarter, before)


def clean_text(text: str) -> str:
    """Customer text without control, direction and other invisible characters; joiners of scripts and emoji stay."""
    kept = (c for c in text if c in _KEPT or unicodedata.category(c) not in _HIDDEN)
    return "".join(kept).strip()


def clean_stream(model: Stream) -> Stream:
    """The stream file with every text cleaned."""
    return Stream.model_validate(_cleaned(model.model_dump()))


def in_language(model: Stream, language: str | None) -> Stream:
    """The stream with words in the language asked for, or its own: those that are ours, not the customer's, are said.

    Raises:
        LanguageError: pages cannot be written in this language.
    """
    words, spoken = model.words, language or model.words.language
    with speaking(spoken):
        ours = {name: say(word) for name, word in OUR_WORDS.items() if getattr(words, name) == word}
    return model.model_copy(update={"words": words.model_copy(update={**ours, "language": spoken})})


def _after_last_day(state: State) -> dt.date:
    """The local day after the newest event: a week that has not ended by it is no week yet, and would look odd."""
    if state.last_event_at is None:
        return dt.date.max
    local = state.last_event_at.replace(tzinfo=dt.UTC).astimezone(ZoneInfo(state.time_zone))
    return local.date() + dt.timedelta(days=1)


def _assemble(
    connection: duckdb.DuckDBPyConnection, state: State, model: Stream, quarter: Period, before: Period
) -> BundleData:
    name = state.stream
    wanted = [name, [quarter.key, before.key], quarter.until_on, _after_last_day(state)]
    picked = _rows(connection, Value, "metric_values", "stream = ? AND dimensions = '{}' AND "
                   "(period IN (SELECT unnest(?)) OR grain = 'week' AND first_on < ? AND until_on <= ?)", wanted,
                   "metric, statistic, first_on, period")  # fmt: skip
    targets = connection.execute(
        "SELECT metric, statistic, target FROM targets WHERE stream = ? ORDER BY ALL", [name]
    ).fetchall()
    return BundleData(
        state=state, stream=model, period=quarter, before=before,
        values={(v.metric, v.statistic, v.period): v for v in picked if v.grain != "week"},
        weeks=tuple(v for v in picked if v.grain == "week"),
        points=_rows(
            connection, Point, "run_chart", "stream = ? AND grain = 'week'", [name], "metric, statistic, first_on"
        ),
        changes=_rows(connection, Change, "comparisons", "stream = ?", [name], "kind, at_on, label, metric, statistic"),
        steps=_rows(
            connection, MapStep, "value_stream", "stream = ? AND period = ?", [name, quarter.key], "position, step"
        ),
        targets={(metric, statistic): target for metric, statistic, target in targets},
        definitions={d.metric: d for d in _rows(connection, Definition, "definitions", "stream = ?", [name], "metric")},
        allowance=_allowance(connection, name, quarter),
        checks=_rows(connection, Check, "check_results", "stream = ?", [name], "table_name, check_name"),
        told={wanted.shape: _told(connection, wanted, name, quarter, before) for wanted in every_rows()},
    )  # fmt: skip


def _told(
    connection: duckdb.DuckDBPyConnection, wanted: Rows[_Row], stream: str, quarter: Period, before: Period
) -> tuple[_Row, ...]:
    given = {
        "stream": stream, "period": quarter.key, "before": before.key,
        "first_on": quarter.first_on, "until_on": quarter.until_on,
    }  # fmt: skip
    used = {name: value for name, value in given.items() if re.search(rf"\${name}\b", wanted.sql)}
    found = connection.execute(wanted.sql, used)
    names = [column[0] for column in found.description or ()]
    return tuple(shaped(wanted.shape, names, row) for row in found.fetchall())


def _allowance(connection: duckdb.DuckDBPyConnection, stream: str, quarter: Period) -> Allowance | None:
    """What the whole allow-list did; None where nothing is allowed."""
    found = _rows(
        connection, Allowance, "rework_allowance", "stream = ? AND period = ? AND step = '(all)'",
        [stream, quarter.key], "step",
    )  # fmt: skip
    return found[0] if found else None


def open_file(path: Path) -> duckdb.DuckDBPyConnection:
    """The published file, to be read; every table of the contract is in it.

    Raises:
        PublishedFileError: no such file, not DuckDB, or a table is missing.
    """
    if not path.is_file():
        raise PublishedFileError.from_missing_file(path)
    try:
        connection = duckdb.connect(str(path), read_only=True)
    except duckdb.Error as error:
        raise PublishedFileError.from_unreadable(path, str(error).splitlines()[0]) from error
    present = {name for (name,) in connection.execute("SELECT table_name FROM information_schema.tables").fetchall()}
    for table in (*PUBLISHED, RATES, BILLS, COSTS):
        if table.name not in present:
            connection.close()
            raise PublishedFileError.from_missing_table(path, table.name)
    return connection


def read_state(connection: duckdb.DuckDBPyConnection, stream: str) -> State:
    """The row of `streams`.

    Raises:
        NotPublishedError: the stream is not in the file.
    """
    found = _rows(connection, State, "streams", "stream = ?", [stream], "stream")
    if not found:
        known = [name for (name,) in connection.execute("SELECT stream FROM streams").fetchall()]
        raise NotPublishedError.from_unknown_stream(stream, known)
    return found[0]


def _rows(
    connection: duckdb.DuckDBPyConnection, shape: type[_Row], table: str, where: str, given: Iterable[Any], order: str
) -> tuple[_Row, ...]:
    names = [field.name for field in fields(shape)]  # type: ignore[arg-type]  # every shape here is a dataclass
    columns = ", ".join(f'"{name}"' for name in names)
    asked = f"SELECT {columns} FROM {table} WHERE {where} ORDER BY {order}"
    return tuple(shaped(shape, names, row) for row in connection.execute(asked, list(given)).fetchall())


def shaped(shape: type[_Row], names: Iterable[str], row: tuple[Any, ...]) -> _Row:
    """A row as a record of these names, its texts cleaned."""
    told = zip(names, row, strict=True)
    return shape(**{name: clean_text(v) if isinstance(v, str) and name not in _RAW else v for name, v in told})


def _cleaned(value: Any) -> Any:
    if isinstance(value, str):
        return clean_text(value)
    if isinstance(value, dict):
        return {key: _cleaned(item) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return type(value)(_cleaned(item) for item in value)
    return value
