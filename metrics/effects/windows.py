"""The weeks before and after a cut, and the nearest instants at which something else changed."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from metrics.periods import Period
from metrics.stream.model import Stream

WINDOW = dt.timedelta(weeks=8)


@dataclass(frozen=True, slots=True)
class Cut:
    """An instant, the local day that holds it, and the days before and after it that are compared.

    `seen_until` is when the later side stops being watched; None: with the newest event.
    """

    at: dt.datetime
    at_on: dt.date
    before: Period
    after: Period
    seen_until: dt.datetime | None = None


def changes_of(stream: Stream) -> list[dt.datetime]:
    """Every instant at which the stream changed for somebody: releases and the later stages of roll-outs, in order."""
    return sorted(at for release in stream.releases for at, _ in release.waves)


def cut_at(
    stream: Stream,
    at: dt.datetime,
    *,
    seen_until: dt.datetime | None = None,
    others: Iterable[dt.datetime] | None = None,
    maturing_days: int = 0,
) -> Cut:
    """Up to eight weeks on either side of a cut, never past the change before or after it.

    With `maturing_days`, work is started early enough to have had as many days before the cut, before the next change
    and before `seen_until`: both windows are moved back, so that either side had the same time to show what it becomes.
    """
    zone = ZoneInfo(stream.time_zone)
    neighbours = changes_of(stream) if others is None else list(others)
    ripe = dt.timedelta(days=maturing_days)
    first = max([at - WINDOW - ripe, *(other for other in neighbours if other < at)])
    ends = [at + WINDOW + ripe, *(other for other in neighbours if other > at), *([seen_until] if seen_until else [])]
    at_on = at.astimezone(zone).date()
    before = _window(first.astimezone(zone).date(), at_on - ripe, "before")
    after = _window(at_on, min(ends).astimezone(zone).date() - ripe, "after")
    return Cut(at, at_on, before, after, seen_until)


def placebo_of(
    stream: Stream, at: dt.datetime, *, others: Iterable[dt.datetime] | None = None, maturing_days: int = 0
) -> Cut | None:
    """The same cut eight weeks earlier; None where something else changed in its windows, as it would not be empty."""
    placebo_at = at - WINDOW
    neighbours = changes_of(stream) if others is None else list(others)
    if any(placebo_at - WINDOW < other < at for other in neighbours):
        return None
    return cut_at(stream, placebo_at, seen_until=at, others=neighbours, maturing_days=maturing_days)


def utc(at: dt.datetime) -> dt.datetime:
    """An instant as the contract tables hold it: UTC without zone."""
    return at.astimezone(dt.UTC).replace(tzinfo=None)


def _window(first_on: dt.date, until_on: dt.date, name: str) -> Period:
    return Period(first_on, max(first_on, until_on), name, "all")
