"""Comparisons of any two periods, or any two releases, from the published copy."""

from __future__ import annotations

from typing import Any

import duckdb

from metrics.effects.effect import Effect
from metrics.effects.pairs import period_pair, release_pair
from metrics.errors import ContractError, PeriodError
from metrics.periods import Period, parse_period
from metrics.stream import Stream
from metrics.stream.releases import Release
from pipelines.closings import load_closed
from pipelines.registry import load, load_measurable
from pipelines.settings import Settings
from pipelines.warehouse.publication import open_published


def read_pairs(settings: Settings, before: str, after: str, stream: str | None = None) -> list[dict[str, Any]]:
    """The comparisons of the chosen streams, as `--json` prints them.

    Raises:
        ContractError: a release that is not there, that reached only some, or set against a period.
        PeriodError: a period that cannot be read, or two that share days.
        StorageError: nothing was published yet.
    """
    streams = [load(settings, stream)] if stream else load_measurable(settings)
    connection = open_published(settings)
    try:
        return [
            _fact(effect, before, after)
            for registered in streams for effect in _pair(connection, settings, registered.stream, before, after)
        ]  # fmt: skip
    finally:
        connection.close()


def _pair(
    connection: duckdb.DuckDBPyConnection, settings: Settings, stream: Stream, before: str, after: str
) -> list[Effect]:
    old, new = _side(stream, before), _side(stream, after)
    if isinstance(old, Period) and isinstance(new, Period):
        return list(period_pair(connection, stream, old, new, load_closed(connection, settings, stream.stream)))
    if isinstance(old, Release) and isinstance(new, Release):
        return list(release_pair(connection, stream, old, new))
    raise ContractError(f"A release and a period cannot be compared: {before!r} and {after!r}. Name two of a kind.")


def _side(stream: Stream, text: str) -> Period | Release:
    """A release of the stream by its version, else a period."""
    released = {release.version: release for release in stream.releases}
    if text not in released:
        try:
            return parse_period(text, year_starts=stream.fiscal_year_starts)
        except PeriodError as error:
            known = ", ".join(released) or "none"
            raise PeriodError(f"{error} Nor is it a release of {stream.stream!r}; there: {known}.") from error
    if released[text].reached is not None:
        raise ContractError(
            f"Release {text!r} reached only some, so the weeks after it are not all its own. "
            "See streamgauge report comparisons, kind rollout."
        )
    return released[text]


def _fact(effect: Effect, before: str, after: str) -> dict[str, Any]:
    """A comparison as an object; what is not there is null, and the verdict says why."""
    row = effect.as_row()
    kept = ("before_value", "after_value", "difference", "low", "high", "before_n", "after_n", "unit", "verdict")
    return {
        "stream": row["stream"], "metric": row["metric"], "statistic": row["statistic"], "before": before,
        "after": after, **{name: row[name] for name in kept}, "meaningful": row["meaningful"],
        "reason": row["reason"], "method": row["method"],
    }  # fmt: skip
