"""Which attribute of an XES log fills which column, and how told text becomes a typed batch.

Knows the standard extensions' keys and the stream file's mapping; knows no XML. Both readers of this package end here.
"""

from __future__ import annotations

from dataclasses import dataclass

import polars as pl

from metrics.stream.source import Source
from pipelines.sources.batch import SCHEMA
from pipelines.sources.instants import read_instants
from pipelines.sources.whole_numbers import read_whole_number

CASE = "case:"
"""Prefix of an attribute of the trace, in a mapping and in `attributes`."""

DEFAULT = {
    "case_id": "concept:name",
    "step": "concept:name",
    "event_at": "time:timestamp",
    "lifecycle": "lifecycle:transition",
    "performer": "org:resource",
    "role": "org:role",
    "team": "org:group",
    "activity_id": "concept:instance",
}
OF_EVENT = (
    "event_id", "event_at", "sequence", "step", "lifecycle", "activity_id", "performer_kind", "performer", "role",
    "team", "outcome", "attempt", "release",
)  # fmt: skip
"""Columns an attribute of the event, or with the prefix of its trace, can fill."""
TOLD = ("case_id", *OF_EVENT, "attributes", "place", "problem")
"""Columns both readers yield, all as text."""


@dataclass(frozen=True, slots=True)
class Columns:
    """The mapping of one stream, resolved."""

    of: dict[str, str]
    case_key: str
    is_case_in_event: bool
    unlisted: frozenset[str]
    time_zone: str | None

    @classmethod
    def from_mapping(cls, settings: Source) -> Columns:
        """The defaults of the standard extensions, overridden by the stream file."""
        of: dict[str, str] = DEFAULT | {str(ours): theirs for ours, theirs in settings.columns.items()}
        told = of["case_id"]
        key = told.removeprefix(CASE)
        # concept:name of an event is its activity: a trace without a name must not become a case of that name
        in_event = told == key and key != of["step"]
        return cls(of, key, in_event, frozenset({*of.values(), CASE + key}), settings.time_zone)

    def to_batch(self, told: pl.DataFrame) -> pl.DataFrame:
        """A batch of `SCHEMA` from a frame of `TOLD`; empty text is no value."""
        texts = [name for name in TOLD if name != "attributes"]
        told = told.with_columns(pl.col(name).replace("", None) for name in texts if told[name].dtype == pl.String)
        at, unread = read_instants(told["event_at"], self.time_zone)
        problems = [told["problem"], unread]
        typed = {"event_at": at, "source": pl.Series(["log"]).new_from_index(0, told.height)}
        typed["is_ordered"] = pl.Series([True]).new_from_index(0, told.height)
        for name in ("sequence", "attempt"):
            typed[name], wrong = read_whole_number(told[name], name)
            problems.append(wrong)
        typed["problem"] = pl.select(pl.coalesce(problems)).to_series()
        empty = [pl.lit(None).alias(name) for name in SCHEMA if name not in told.columns and name not in typed]
        frame = told.with_columns(**typed).with_columns(empty)
        return frame.select(pl.col(name).cast(kind) for name, kind in SCHEMA.items())
