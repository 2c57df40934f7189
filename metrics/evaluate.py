"""Evaluate: a metric over periods: observe once, summarise each period, compare it with the one before.

What the command line prints and what the pipeline stores come from here, so they cannot differ.
"""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace

import duckdb
import numpy as np

from metrics.bounds import with_bounds
from metrics.cost.incurred import FIRST_INCURRED_ON
from metrics.facts.local_day import local_day
from metrics.judging import verdict_between
from metrics.maturity import Maturity, maturity_of
from metrics.metric import Metric, Observations, Reading, Statistic, Summary, Verdict
from metrics.observe import ObservedGroup, observe
from metrics.periods import Grain, Period, previous, spine
from metrics.query import one_row
from metrics.stream import Stream
from metrics.summarise import summarise_all
from metrics.survival import summarise_survivals
from metrics.working.disclosure import calendar_names


@dataclass(frozen=True, slots=True)
class Value:
    """One published value: a statistic of a metric in a period for some dimension values, with its verdict.

    `clock` names the calendars by which working time was measured. `closed` is its row of `metric_values` as it was
    when its quarter was closed; None while it is open.
    """

    stream: str
    metric: Metric
    period: Period
    dimensions: Mapping[str, str | None]
    summary: Summary
    verdict: Verdict
    unit: str
    maturity: Maturity | None = None
    clock: str | None = None
    closed: Mapping[str, object] | None = None

    @property
    def matures_on(self) -> dt.date | None:
        """The local day from which the value is final; None where nothing moves it any more."""
        if self.closed is not None:
            told = self.closed["matures_on"]
            return told if isinstance(told, dt.date) else None
        return None if self.maturity is None else self.maturity.matures_on(self.period)

    @property
    def may_still(self) -> str | None:
        """'fall' or 'rise' while its cases are too young for the value to be final; a closed one stays as it is."""
        return None if self.maturity is None or self.closed else self.maturity.may_still(self.period)

    def as_row(self) -> dict[str, object]:
        """A row of the published table `metric_values`."""
        if self.closed is not None:
            return dict(self.closed)
        summary = self.summary
        return {
            "stream": self.stream, "metric": self.metric.key, "statistic": summary.statistic.value,
            "grain": self.period.grain, "period": self.period.key, "first_on": self.period.first_on,
            "until_on": self.period.until_on, "dimensions": json.dumps(dict(self.dimensions), sort_keys=True),
            "value": summary.value, "low": summary.low, "high": summary.high,
            "least": summary.least and summary.least.value, "most": summary.most and summary.most.value,
            "n": summary.n, "unit": self.unit,
            "verdict": self.verdict.value, "reason": summary.reason,
            "method": summary.method if self.clock is None else f"{summary.method}; {self.clock}",
            "definition_version": self.metric.version, "matures_on": self.matures_on,
        }  # fmt: skip

    def as_fact(self) -> dict[str, object]:
        """The object `streamgauge metrics --json` prints; a missing value is null and its verdict says why.

        `least` and `most` stand in it only where something is unknown, `clock` only where it is a calendar's, and
        `is_closed` only where it is.
        """
        row = self.as_row()
        verdict = self.verdict.value if self.summary.reason is None else f"No data: {self.summary.reason}"
        kept = ("stream", "metric", "statistic", "period", "grain")
        bounds = [] if row["least"] is None and row["most"] is None else ["least", "most"]
        measured = {name: row[name] for name in ("value", "low", "high", *bounds, "n", "unit")}
        measured |= {} if self.clock is None else {"clock": self.clock}
        measured |= {} if self.closed is None else {"is_closed": True}
        return {
            **{name: row[name] for name in kept}, "dimensions": dict(self.dimensions), **measured,
            "verdict": verdict, "definition_version": row["definition_version"],
            "matures_on": self.matures_on, "may_still": self.may_still,
        }  # fmt: skip


def evaluate(
    connection: duckdb.DuckDBPyConnection,
    metric: Metric,
    stream: Stream,
    grains: Iterable[Grain],
    by: tuple[str, ...] = (),
    as_of: dt.datetime | None = None,
) -> Iterator[Value]:
    """Values of a metric for every period of the grains, gaps included, oldest first.

    Open work is aged to `as_of`, or to the newest event.
    """
    first_on, last_on = known_days(connection, stream, metric)
    if first_on is None or last_on is None:
        return
    groups = observe(connection, metric, stream, by, as_of)
    maturity = maturity_of(connection, metric, stream)
    for grain in grains:
        periods = spine(first_on, last_on, grain, stream.fiscal_year_starts)
        for group in groups:
            yield from _evaluate_group(metric, stream, group, periods, maturity)


def evaluate_period(
    connection: duckdb.DuckDBPyConnection,
    metric: Metric,
    stream: Stream,
    period: Period,
    by: tuple[str, ...] = (),
    grain: Grain | None = None,
) -> Iterator[Value]:
    """Values of a metric in one period, or in each period of a finer grain that begins in it, data or not.

    Verdicts are against the period before, which is looked at but not told.
    """
    inside = [period]
    if grain is not None:
        spanned = spine(period.first_on, period.until_on - dt.timedelta(days=1), grain, stream.fiscal_year_starts)
        inside = [finer for finer in spanned if finer.first_on >= period.first_on]
    before = previous(inside[0], stream.fiscal_year_starts)
    periods = inside if before is None else [before, *inside]
    maturity = maturity_of(connection, metric, stream)
    for group in observe(connection, metric, stream, by):
        yield from (v for v in _evaluate_group(metric, stream, group, periods, maturity) if v.period != before)


def summaries_of(metric: Metric, observations: Observations) -> list[Summary]:
    """Every statistic of a metric over observations, at either end of what is unknown too."""
    found = _summaries_of(metric, observations)
    if not observations.is_uncertain:
        return found
    least, most = (_summaries_of(metric, end) for end in (observations.at_least(), observations.at_most()))
    return with_bounds(found, least, most)


def _summaries_of(metric: Metric, observations: Observations) -> list[Summary]:
    """The metric decides how censoring is read.

    Cost rows that no rate covers (incomplete, in a currency) block the value: a sum that leaves them out is too low.
    """
    if metric.unit == "currency" and not observations.complete.all():
        return [_blocked(observations, statistic) for statistic in metric.statistics]
    if metric.reading is Reading.STARTED and metric.unit == "days":
        return summarise_survivals(observations, metric.statistics)
    summaries = summarise_all(observations, metric.statistics)
    if metric.unit == "currency":
        return [replace(summary, n=int(observations.base.sum())) for summary in summaries]
    return summaries


def unit_of(metric: Metric, stream: Stream) -> str:
    """The unit a value is published in: a currency by its code."""
    return stream.costs.currency if metric.unit == "currency" else metric.unit


def known_days(
    connection: duckdb.DuckDBPyConnection, stream: Stream, metric: Metric | None = None
) -> tuple[dt.date | None, dt.date | None]:
    """First and last local day with data, first trigger to newest event; None where there is no case.

    Those of a metric of `costs` begin earlier where a bill of the first trigger's month counts: bills are by the month.
    Only a metric that needs that table reads it, so that no value depends on which table was made first.
    """
    first_cost = f"""(
        SELECT {FIRST_INCURRED_ON} FROM costs WHERE stream = $stream AND incurred_on >= date_trunc('month', first_on)
    )"""
    row = one_row(
        connection,
        f"""
        SELECT {f"least(first_on, {first_cost})" if metric and "costs" in metric.needs else "first_on"},
            greatest(last_on, {local_day(stream.time_zone)("newest_at")})
        FROM (
            SELECT min(triggered_on) AS first_on, greatest(max(triggered_on), max(finished_on)) AS last_on,
                max(last_event_at) AS newest_at
            FROM cases WHERE stream = $stream
        )
        """,
        {"stream": stream.stream},
    )
    return (row[0], row[1]) if row is not None else (None, None)


def _evaluate_group(
    metric: Metric, stream: Stream, group: ObservedGroup, periods: list[Period], maturity: Maturity | None
) -> Iterator[Value]:
    before: list[Summary] | None = None
    for period in periods:
        after = [_with_reason(metric, stream, summary) for summary in summaries_of(metric, group.within(period))]
        for place, summary in enumerate(after):
            verdict = verdict_between(metric, stream, None if before is None else before[place], summary)
            unit, clock = unit_of(metric, stream), _clock_of(metric, stream)
            yield Value(stream.stream, metric, period, group.dimensions, summary, verdict, unit, maturity, clock)
        before = after


def _clock_of(metric: Metric, stream: Stream) -> str | None:
    return calendar_names(stream) or None if metric.unit == "working_days" else None


def _with_reason(metric: Metric, stream: Stream, summary: Summary) -> Summary:
    """Without data, the section of the stream file that is lacking is the reason."""
    if metric.told_by and summary.value is None and not getattr(stream, metric.told_by[0]):
        return replace(summary, reason=metric.told_by[1])
    return summary


def _blocked(observations: Observations, statistic: Statistic) -> Summary:
    missing = int(np.count_nonzero(~observations.complete))
    rows = "1 row of cost has" if missing == 1 else f"{missing:,} rows of cost have"
    reason = f"{rows} no price: no rate or bill for the day, or a bill that was not handed out whole"
    return Summary(statistic, None, None, None, int(observations.base.sum()), "blocked", reason=reason)
