"""The columns of spans become a batch: two rows a span, all spans of a batch at once.

Knows the shape of a batch and of the rows `spans` gathers; judges nothing. The performer is the service: it did the
work, and a stream file asks performers who is responsible unless it says otherwise. It is the role too, so that a rate
card can price its hours; the team is `service.namespace`, by which OpenTelemetry means the owner of several services.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

import polars as pl

from pipelines.sources.batch import SCHEMA, to_batch
from pipelines.sources.otlp.origin import Origin

SPAN = (
    *("part", "number", "name", "activity_id", "step", "case_id", "start_us", "end_us", "result", "rest", "ending"),
    "told",
)
"""One row is one span: which part it came in and its number there, `name` from its ids, `result` from its status;
`told` is None, or what the span says itself of TOLD."""
TOLD = ("stream", "performer_kind", "performer", "role", "team", "attempt", "outcome")


class Part(NamedTuple):
    """Where spans came from: a place for a person, and the resource that told them."""

    place: str
    origin: Origin


def to_frame(parts: list[Part], spans: list[tuple[Any, ...]]) -> pl.DataFrame:
    """A batch: the starts of all spans in the order they came, then their ends in the same order."""
    if not spans:
        return to_batch({})
    columns: dict[str, Any] = dict(zip(SPAN, zip(*spans, strict=True), strict=True))
    nothing = (None,) * (len(TOLD) if any(columns["told"]) else 0)
    columns |= zip(TOLD, zip(*(told or nothing for told in columns["told"]), strict=True), strict=False)
    made = _same_for_both(parts, columns)
    made = {name: told.clone().append(told) for name, told in made.items()} | _told_apart(columns)
    height = 2 * len(spans)
    return pl.DataFrame([made.get(name, _repeat(None, height)).cast(kind).alias(name) for name, kind in SCHEMA.items()])


def _same_for_both(parts: list[Part], columns: dict[str, Any]) -> dict[str, pl.Series]:
    """Columns in which the start and the end of a span say the same."""
    part = pl.Series(columns["part"], dtype=pl.UInt32)
    origins = [part.origin for part in parts]
    service = pl.Series([origin.service for origin in origins], dtype=pl.String)[part]
    team = pl.Series([origin.namespace for origin in origins], dtype=pl.String)[part]
    number = pl.Series(columns["number"], dtype=pl.UInt32).cast(pl.String)
    return {
        "source": pl.Series([origin.source for origin in origins])[part],
        "release": pl.Series([origin.release for origin in origins], dtype=pl.String)[part],
        "environment": pl.Series([origin.environment for origin in origins], dtype=pl.String)[part],
        "place": pl.Series([f"{place} span " for place, _ in parts])[part] + number,
        "team": _fill(columns, "team", team),
        "performer": _fill(columns, "performer", service),
        "role": _fill(columns, "role", service),
        "performer_kind": _fill(columns, "performer_kind", _repeat("system", len(part))),
        **{name: _texts(columns[name]) for name in ("case_id", "step", "activity_id")},
        **{name: pl.Series(columns[name], dtype=SCHEMA[name]) for name in ("stream", "attempt") if name in columns},
    }


def _told_apart(columns: dict[str, Any]) -> dict[str, pl.Series]:
    """Columns in which the end of a span says something else than its start."""
    names, results = _texts(columns["name"]), _texts(columns["result"])
    count = len(names)
    ends = ["abort" if result == "error" else "complete" for result in columns["result"]]
    return {
        "event_id": (names + ":start").append(names + ":end"),
        "event_at": pl.Series([*columns["start_us"], *columns["end_us"]], dtype=pl.Datetime("us")),
        "lifecycle": _repeat("start", count).append(pl.Series(ends)),
        "outcome": _repeat(None, count).append(_fill(columns, "outcome", results)),
        "attributes": _texts(columns["rest"]).append(_texts(columns["ending"])),
    }


def _texts(told: Sequence[Any]) -> pl.Series:
    return _repeat(None, len(told)) if told.count(None) == len(told) else pl.Series(told, dtype=pl.String)


def _fill(columns: dict[str, Any], name: str, instead: pl.Series) -> pl.Series:
    """What was told, and where nothing was, what stands in for it."""
    if name not in columns:
        return instead.clone()
    texts = pl.Series(columns[name], dtype=pl.String)
    return texts.zip_with(texts.is_not_null(), instead)


def _repeat(text: str | None, count: int) -> pl.Series:
    """One text many times; ten times cheaper than the ways Polars has names for."""
    return pl.Series([text], dtype=pl.String).new_from_index(0, count)
