"""The bundle for programs: values, series and definitions as JSON, CSV and Parquet, published with the pages.

What a program reads is what a page shows: the same rows, of the same run, under the same manifest.
"""

from __future__ import annotations

import csv
import datetime as dt
import io
import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, fields

import polars as pl

from dashboards.bundle import BundleData, Definition, Value
from dashboards.data_names import name_of
from dashboards.value_list import inert

Row = dict[str, object]
_TYPES: Mapping[str, pl.DataType] = {"int": pl.Int64(), "float": pl.Float64(), "dt.date": pl.Date(), "str": pl.String()}


def data_files(data: BundleData) -> dict[str, bytes]:
    """Every file for programs, by its name in the bundle."""
    newest_last = sorted(data.values.values(), key=lambda value: (value.metric, value.statistic, value.first_on))
    told: dict[str, tuple[type, list[Row]]] = {
        "values": (Value, [asdict(value) for value in newest_last]),
        "series": (Value, [asdict(value) for value in data.weeks]),
        "definitions": (Definition, [asdict(found) for _, found in sorted(data.definitions.items())]),
    }
    files: dict[str, bytes] = {}
    for kind, (shape, rows) in told.items():
        files[name_of(kind, "json")] = _json(data, kind, rows)
        files[name_of(kind, "csv")] = _csv(shape, rows)
        files[name_of(kind, "parquet")] = _parquet(shape, rows)
    return files


def _json(data: BundleData, kind: str, rows: Sequence[Row]) -> bytes:
    """An object that says what it is of; a value that is not there is null with its reason, never 0."""
    state = data.state
    told = {
        "stream": state.stream, "period": data.period.key, "run_id": state.run_id,
        "ledger_fingerprint": state.ledger_fingerprint, "code_version": state.code_version, kind: rows,
    }  # fmt: skip
    return (json.dumps(told, ensure_ascii=False, default=_plain, separators=(",", ":")) + "\n").encode()


def _csv(shape: type, rows: Sequence[Row]) -> bytes:
    out = io.StringIO()
    names = [field.name for field in fields(shape)]
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow(names)
    for row in rows:
        writer.writerow([inert(value) if isinstance(value, str) else value for value in map(row.get, names)])
    return out.getvalue().encode("utf-8-sig")


def _parquet(shape: type, rows: Sequence[Row]) -> bytes:
    schema = {field.name: _TYPES[str(field.type).removesuffix(" | None")] for field in fields(shape)}
    out = io.BytesIO()
    pl.DataFrame(list(rows), schema=schema, orient="row").write_parquet(out, compression="zstd", statistics=False)
    return out.getvalue()


def _plain(value: object) -> str:
    assert isinstance(value, dt.date)  # the only other kind in these rows
    return value.isoformat()
