"""Working times in the warehouse: the spells of every calendar over the days of the cases, and each case by them."""

from __future__ import annotations

import datetime as dt

import duckdb
import polars as pl

from metrics.facts.working_times import working_times_sql
from metrics.query import one_row
from metrics.stream import Stream
from metrics.working.spells import spells_of
from pipelines.ledger.manifest import Manifest
from pipelines.registry import Registered
from pipelines.warehouse.making import touch
from pipelines.warehouse.state import due, mark

_AROUND = dt.timedelta(days=3)  # zones and times told to the day reach beyond the days of the cases
_SPELLS = {
    "calendar": pl.String, "from_us": pl.Int64, "until_us": pl.Int64, "worked_us": pl.Int64, "worked_days": pl.Float64,
    "day_us": pl.Int64,
}  # fmt: skip


def refresh_working_times(connection: duckdb.DuckDBPyConnection, registered: Registered, manifest: Manifest) -> None:
    """Bring the tables `working_spells` and `working_times` up to the ledger; reads `cases`."""
    task = due(connection, registered, manifest, "working_times")
    if task.is_nothing:
        return
    stream, of_stream = registered.stream, {"stream": registered.stream.stream}
    only = ""
    if task.segments is not None:
        touch(connection, registered, manifest, task.segments)
        only = " AND case_key IN (SELECT case_key FROM touched)"
    connection.execute("BEGIN")
    connection.execute(f"DELETE FROM working_times WHERE stream = $stream{only}", of_stream)
    connection.execute("DELETE FROM working_spells WHERE stream = $stream", of_stream)
    if stream.calendars:
        _insert_spells(connection, stream)
        cases = f"(SELECT * FROM cases WHERE stream = $stream{only})"
        connection.execute(f"INSERT INTO working_times BY NAME {working_times_sql(stream, cases)}", of_stream)
    mark(connection, registered, manifest, "working_times")
    connection.execute("COMMIT")


def _insert_spells(connection: duckdb.DuckDBPyConnection, stream: Stream) -> None:
    """The spells of the days from the first trigger to the last outcome."""
    told = one_row(
        connection,
        "SELECT min(least(triggered_at, finished_at))::DATE, max(greatest(triggered_at, finished_at))::DATE "
        "FROM cases WHERE stream = $stream AND finished_at IS NOT NULL",
        {"stream": stream.stream},
    )
    if told is None or told[0] is None:
        return
    rows = [
        [getattr(spell, name) for name in _SPELLS] for spell in spells_of(stream, told[0] - _AROUND, told[1] + _AROUND)
    ]
    connection.register("told_spells", pl.DataFrame(rows, schema=_SPELLS, orient="row").to_arrow())
    connection.execute(
        "INSERT INTO working_spells SELECT $stream, calendar, make_timestamp(from_us), make_timestamp(until_us), "
        "worked_us, worked_days, day_us FROM told_spells",
        {"stream": stream.stream},
    )
    connection.unregister("told_spells")
