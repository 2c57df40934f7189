"""Attributes as JSON for whole columns, as the JSON library writes one object with sorted keys.

Knows JSON's escapes; knows no XML.
"""

from __future__ import annotations

import json

import polars as pl

from pipelines.sources.xes.columns import CASE, Columns

_TO_ESCAPE = r'["\\\x00-\x1f]'


def pack_attributes(
    of_event: dict[str, pl.Series],
    of_trace: dict[str, pl.Series],
    trace_of_event: pl.Series,
    columns: Columns,
    is_plain: bool,
) -> pl.Series | None:
    """`attributes` of each event, NULL where there are none; None when no event can have any.

    No key of an event may begin with `case:`: so those of the trace stand together, and are written once per trace.
    `is_plain` says that no value holds anything JSON escapes.
    """
    ours = {key: value for key, value in of_event.items() if key not in columns.unlisted}
    theirs = {CASE + key: value for key, value in of_trace.items() if CASE + key not in columns.unlisted}
    case = _join({key: theirs[key] for key in sorted(theirs)}, is_plain)
    parts = [
        _join({key: ours[key] for key in sorted(ours) if key < CASE}, is_plain),
        None if case is None else case.gather(trace_of_event),
        _join({key: ours[key] for key in sorted(ours) if key > CASE}, is_plain),
    ]
    told = [part for part in parts if part is not None]
    if not told:
        return None
    joined = pl.select(pl.concat_str(told, separator=", ", ignore_nulls=True)).to_series()
    return pl.select(pl.when(joined != "").then("{" + joined + "}")).to_series()


def _join(columns: dict[str, pl.Series], is_plain: bool) -> pl.Series | None:
    """`"key": "value", …` for each row; NULL where no key has a value; None without keys."""
    if not columns:
        return None
    fragments = [
        pl.concat_str(pl.lit(json.dumps(key, ensure_ascii=False) + ': "'), _escape(value, is_plain), pl.lit('"'))
        for key, value in columns.items()
    ]
    joined = pl.select(pl.concat_str(fragments, separator=", ", ignore_nulls=True)).to_series()
    return joined.replace("", None)


def _escape(values: pl.Series, is_plain: bool) -> pl.Series:
    if is_plain:
        return values
    where = values.str.contains(_TO_ESCAPE).fill_null(False).arg_true()
    written = [json.dumps(text, ensure_ascii=False)[1:-1] for text in values.gather(where)]
    return values.scatter(where, written) if where.len() else values
