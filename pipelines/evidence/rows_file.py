"""The published rows of one state as a kept file: Parquet, so that an old id is found without unpacking it."""

from __future__ import annotations

import io
import json
from collections.abc import Iterable, Iterator
from dataclasses import astuple

import polars as pl

from metrics.evidence.identity import MadeOf
from metrics.evidence.rows import PublishedRow

Evidenced = tuple[str, PublishedRow, MadeOf]
"""An id, the row it names, and what that row was made of."""
_COLUMNS = {
    "evidence_id": pl.String, "table_name": pl.String, "row_key": pl.String, "content": pl.String,
    "basis_id": pl.String, "definition_version": pl.String, "sql_hash": pl.String, "inputs": pl.Int64,
    "inputs_fingerprint": pl.String,
}  # fmt: skip


def pack_rows(rows: Iterable[Evidenced]) -> bytes:
    """The file of these rows."""
    told = [
        (ident, row.table, row.key, row.text, *astuple(made))
        for ident, row, made in rows
    ]  # fmt: skip
    out = io.BytesIO()
    pl.DataFrame(told, schema=_COLUMNS, orient="row").write_parquet(out, compression="zstd", compression_level=12)
    return out.getvalue()


def unpack_rows(content: bytes) -> Iterator[Evidenced]:
    """The rows of a file. What was closed rests on the basis of the state in which it was."""
    for ident, table, key, text, *made in pl.read_parquet(io.BytesIO(content)).iter_rows():
        yield ident, PublishedRow(table, key, json.loads(text)), MadeOf(*made)
