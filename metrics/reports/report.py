"""The record every report is made of: a published table and the rows one stream has in it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

import duckdb

from metrics.stream.model import Stream
from metrics.tables import Table

Rows = Iterable[Mapping[str, object]]


@dataclass(frozen=True, slots=True)
class Report:
    """A published table that is made anew, whole, for a stream.

    `needs` are what it reads: contract tables, metrics whose values it shows, tables published before it. `rows` gets a
    connection that shows them and yields rows of `table`. Rows of a closed quarter stay as they were closed; with
    `closes` False they are told as they are known now.
    """

    table: Table
    needs: tuple[str, ...]
    rows: Callable[[duckdb.DuckDBPyConnection, Stream], Rows]
    closes: bool = True
