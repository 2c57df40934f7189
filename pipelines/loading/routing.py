"""Which stream each row belongs to, and what is no event of any stream.

An event names its stream. A row of another environment than the stream measures is left out, and counted; a row of a
stream this home does not know is kept aside, and so is one that names none.
"""

from __future__ import annotations

from collections import Counter

import polars as pl

from metrics.facts.steps import LIFECYCLE
from metrics.stream import Stream

UNROUTED = "_unrouted"
"""The ledger that holds no events, only the quarantine of rows that belong to no stream of this home."""
_PROBLEM = pl.col("problem")


def route(rows: pl.DataFrame, streams: list[Stream], left_out: Counter[str]) -> dict[str, pl.DataFrame]:
    """Rows of `batch.SCHEMA` (and columns besides) by stream: every row is in one of them, or counted in `left_out`."""
    routed = {}
    for stream in streams:
        mine = rows.filter(pl.col("stream") == stream.stream)
        if mine.height:
            routed[stream.stream] = _judge_lifecycle(_of_environment(mine, stream, left_out), stream)
    aside = rows.filter(~pl.col("stream").is_in([stream.stream for stream in streams]).fill_null(value=False))
    if aside.height:
        routed[UNROUTED] = aside.with_columns(pl.coalesce(_PROBLEM, _why_unrouted()).alias("problem"))
    return routed


def _of_environment(rows: pl.DataFrame, stream: Stream, left_out: Counter[str]) -> pl.DataFrame:
    if stream.environment is None:
        return rows
    kept = rows.filter(pl.col("environment").is_null() | (pl.col("environment") == stream.environment))
    if kept.height < rows.height:
        left_out[f"{stream.stream}: of another environment than {stream.environment}"] += rows.height - kept.height
    return kept


def _judge_lifecycle(rows: pl.DataFrame, stream: Stream) -> pl.DataFrame:
    """A word of the lifecycle nobody can read makes the row a problem, as it would make no step."""
    if stream.source.lifecycle_default is not None:
        return rows
    word = pl.col("lifecycle")
    is_known = (
        word.is_null() | word.str.to_lowercase().is_in(list(LIFECYCLE)) | word.is_in(list(stream.source.lifecycle))
    )
    problem = pl.format("lifecycle is {}; expected one of " + ", ".join(sorted(set(LIFECYCLE.values()))), word)
    return rows.with_columns(
        pl.when(is_known).then(_PROBLEM).otherwise(pl.coalesce(_PROBLEM, problem)).alias("problem")
    )


def _why_unrouted() -> pl.Expr:
    stream = pl.col("stream")
    told = pl.format("stream {} is not registered in this home", stream)
    return pl.when(stream.is_null()).then(pl.lit("names no value stream: give stream.name")).otherwise(told)
