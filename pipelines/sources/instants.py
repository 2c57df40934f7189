"""Written times become UTC instants: the same rules for every source that holds times as text.

Knows ISO 8601 and zones; knows no file format. The common spellings are read as whole columns, every other one text
by text with the standard library, so both give the same answer.
"""

from __future__ import annotations

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import polars as pl

_CLOCK = r"[12][0-9]{3}-[01][0-9]-[0-3][0-9][T ](?:[01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9](?:\.[0-9]{1,6})?"
_ZONED = rf"^{_CLOCK}(?:Z|[+-](?:[01][0-9]|2[0-3]):[0-5][0-9])$"
_NAIVE = rf"^{_CLOCK}$"
_FORMAT = "%Y-%m-%dT%H:%M:%S%.f"
_SHOWN = 40


def read_instants(texts: pl.Series, time_zone: str | None) -> tuple[pl.Series, pl.Series]:
    """For each text its UTC instant (microseconds, without zone), and why there is none.

    An offset in the text always wins; `time_zone` (IANA) is for texts without one. A local time that a clock change
    repeats is the earlier of the two; one that a clock change skips is refused.
    """
    at, problem = _read_common(texts, time_zone), None
    left = texts.filter(at.is_null()).unique()
    if left.len():
        zone = ZoneInfo(time_zone) if time_zone else None
        read = [read_instant(text, zone) for text in left]
        table = pl.DataFrame(
            {"text": left, "at": [pair[0] for pair in read], "problem": [pair[1] for pair in read]},
            schema={"text": pl.String, "at": pl.Datetime("us"), "problem": pl.String},
        )
        joined = pl.DataFrame({"text": texts, "common": at}).join(
            table, on="text", how="left", nulls_equal=True, maintain_order="left"
        )
        at, problem = joined.select(pl.coalesce("common", "at"))["common"], joined["problem"]
    return at, pl.Series([None] * texts.len(), dtype=pl.String) if problem is None else problem


def read_instant(text: str | None, zone: ZoneInfo | None) -> tuple[datetime | None, str | None]:
    """One text: its UTC instant without zone, or why there is none."""
    if not text:
        return None, "no timestamp"
    try:
        at = datetime.fromisoformat(text)
        if at.tzinfo is None:
            if zone is None:
                return None, f"a time without offset ({text[:_SHOWN]!r}); name source.time_zone in the stream file"
            utc = at.replace(tzinfo=zone).astimezone(UTC)
            if utc.astimezone(zone).replace(tzinfo=None) != at:
                return None, f"a time that the clocks of {zone.key} skipped: {text[:_SHOWN]!r}"
            return utc.replace(tzinfo=None), None
        return at.astimezone(UTC).replace(tzinfo=None), None
    except (ValueError, OverflowError):
        return None, f"not a timestamp: {text[:_SHOWN]!r}"


def _read_common(texts: pl.Series, time_zone: str | None) -> pl.Series:
    """Instants of texts in the common spellings; NULL for every other text."""
    text = pl.col("text").str.replace(" ", "T", literal=True)
    zoned = pl.when(pl.col("text").str.contains(_ZONED)).then(text.str.replace("Z", "+00:00", literal=True))
    at = zoned.str.to_datetime(f"{_FORMAT}%:z", time_unit="us", strict=False).dt.replace_time_zone(None)
    if time_zone is not None:
        naive = pl.when(pl.col("text").str.contains(_NAIVE)).then(text)
        local = naive.str.to_datetime(_FORMAT, time_unit="us", strict=False).dt.replace_time_zone(
            time_zone, ambiguous="earliest", non_existent="null"
        )
        at = pl.coalesce(at, local.dt.convert_time_zone("UTC").dt.replace_time_zone(None))
    return pl.DataFrame({"text": texts}).select(at=at)["at"]
