"""The shape every source yields: a Polars frame of events as told, a problem beside each row that cannot be one.

Knows names and types only; how a format is read stands in the source's own file.
"""

from __future__ import annotations

import polars as pl

BATCH_ROWS = 50_000
SCHEMA: dict[str, pl.DataType] = {
    "source": pl.String(),  # who told it
    "event_id": pl.String(),  # the source's own id; NULL: derived from the content on import
    "case_id": pl.String(),
    "event_at": pl.Datetime("us"),  # UTC, without zone
    "sequence": pl.Int64(),
    "step": pl.String(),
    "lifecycle": pl.String(),  # the log's own word; NULL is an instant
    "activity_id": pl.String(),
    "performer_kind": pl.String(),
    "performer": pl.String(),
    "role": pl.String(),
    "team": pl.String(),
    "outcome": pl.String(),
    "attempt": pl.Int32(),
    "release": pl.String(),
    "failure_id": pl.String(),
    "failure_stage": pl.String(),
    "corrects": pl.String(),  # id of an earlier event of the same source that this one replaces
    "is_retracted": pl.Boolean(),  # the event it corrects never happened
    "attributes": pl.String(),  # JSON object, keys sorted; NULL when there is nothing else
    "stream": pl.String(),  # value stream the row names; NULL when not told
    "environment": pl.String(),  # deployment.environment.name; NULL when not told
    "received_at": pl.Datetime("us"),  # when our receiver took it, UTC; NULL for files
    "is_ordered": pl.Boolean(),  # the format itself orders the rows of a case (XES traces): it settles equal times
    "place": pl.String(),  # where in the file, for a person: "line 12"
    "problem": pl.String(),  # why this row cannot become an event; NULL when it can
}


def to_batch(columns: dict[str, list[object]]) -> pl.DataFrame:
    """A batch from column lists; columns not given are NULL."""
    height = len(next(iter(columns.values()), []))
    return pl.DataFrame({name: columns.get(name, [None] * height) for name in SCHEMA}, schema=SCHEMA, strict=True)
