"""The closed quarters of a stream together: what is published of a period, and what later ones are compared with."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property

from metrics.closing.record import ClosedQuarter, dimensions_text, periods_in, table_row
from metrics.effects.comparable import why_not_comparable
from metrics.effects.effect import Effect, not_compared
from metrics.evaluate import Value
from metrics.judging import verdict_between
from metrics.metric import Metric, Statistic, Summary, Verdict
from metrics.periods import Period, previous
from metrics.published import METRIC_VALUES
from metrics.stream.model import Stream

Place = tuple[str, str]  # grain, period


@dataclass(frozen=True)
class Closed:
    """Every closed quarter of a stream, oldest first. A period is known by grain and key.

    `otherwise` names the values (metric, statistic, grain, period) that would be other ones now because something but
    the data has changed, and what: nothing measured now is held against those.
    """

    quarters: tuple[ClosedQuarter, ...] = ()
    otherwise: Mapping[tuple[str, str, str, str], str] = field(default_factory=dict)

    def quarter_of(self, period: Period) -> ClosedQuarter | None:
        """The closed quarter that holds the period; None while it is open."""
        return self._quarters.get((period.grain, period.key))

    def row_of(self, metric: str, statistic: Statistic, period: Period, dimensions: str) -> dict[str, object] | None:
        """The row of `metric_values` as it was closed."""
        return self._rows.get((metric, statistic.value, period.grain, period.key, dimensions))

    def summary_of(
        self, metric: str, statistic: Statistic, period: Period | None, dimensions: str = "{}"
    ) -> Summary | None:
        """The value of a closed period with its intervals; None where it is open, or had no such value."""
        found = None if period is None else (metric, statistic, period.grain, period.key, dimensions)
        return None if found is None else self._summaries.get(found)

    def why_not(self, metric: Metric, statistic: Statistic, stream: Stream, period: Period) -> str | None:
        """Why nothing may be held against what was closed of a metric; None: it may, or the period is open."""
        quarter = self.quarter_of(period)
        definition = None if quarter is None else quarter.definition_of(metric.key)
        if definition is not None and (reason := why_not_comparable(definition, metric, stream)):
            return reason
        changed = self.otherwise.get((metric.key, statistic.value, period.grain, period.key))
        return changed and f"closed before this changed: {changed}"

    @cached_property
    def _quarters(self) -> Mapping[Place, ClosedQuarter]:
        return {(p.grain, p.key): closed for closed in self.quarters for p in periods_in(closed.quarter)}

    @cached_property
    def _rows(self) -> Mapping[tuple[str, str, str, str, str], dict[str, object]]:
        told = [
            table_row(METRIC_VALUES, row)
            for closed in self.quarters for row in closed.rows.get(METRIC_VALUES.name, ())
        ]  # fmt: skip
        names = ("metric", "statistic", "grain", "period", "dimensions")
        return {tuple(str(row[name]) for name in names): row for row in told}  # type: ignore[misc]  # five of them

    @cached_property
    def _summaries(self) -> Mapping[tuple[str, Statistic, str, str, str], Summary]:
        return {
            (told.metric, told.summary.statistic, told.grain, told.period, told.dimensions): told.summary
            for closed in self.quarters for told in closed.summaries
        }  # fmt: skip


OPEN = Closed()
"""No quarter is closed."""


def published(values: Iterable[Value], stream: Stream, closed: Closed) -> Iterator[Value]:
    """Values as they are published: those of closed periods as closed, and what follows judged against them.

    A closed period gets no value that it had not: where nothing was known then, nothing is published.
    """
    if not closed.quarters:
        return iter(values)
    return (_published(value, stream, closed) for value in values if not _is_new(value, closed))


def closed_effect(
    effect: Effect, stream: Stream, closed: Closed, before: Period, dimensions: Mapping[str, object] | None = None
) -> Effect:
    """A change since `before`, without a verdict where that was closed by another definition."""
    text, statistic = dimensions_text(dimensions or {}), effect.difference.before.statistic
    if closed.summary_of(effect.metric.key, statistic, before, text) is None:
        return effect
    reason = closed.why_not(effect.metric, statistic, stream, before)
    return effect if reason is None else not_compared(effect, reason)


def as_closed(
    closed: Closed, metric: Metric, period: Period, summary: Summary, dimensions: Mapping[str, object] | None = None
) -> Summary:
    """The summary as it was closed; itself where the period is open."""
    text = dimensions_text(dimensions or {})
    return closed.summary_of(metric.key, summary.statistic, period, text) or summary


def _is_new(value: Value, closed: Closed) -> bool:
    """Is it of a closed period, of a metric known then, and had no row? Values split by a dimension never have one."""
    quarter, key = closed.quarter_of(value.period), value.metric.key
    if quarter is None or value.dimensions or quarter.definition_of(key) is None:
        return False
    return closed.row_of(key, value.summary.statistic, value.period, "{}") is None


def _published(value: Value, stream: Stream, closed: Closed) -> Value:
    metric, statistic, dimensions = value.metric, value.summary.statistic, dimensions_text(value.dimensions)
    row = closed.row_of(metric.key, statistic, value.period, dimensions)
    summary = closed.summary_of(metric.key, statistic, value.period, dimensions)
    if row is not None and summary is not None:
        verdict, unit = Verdict(str(row["verdict"])), str(row["unit"])
        return replace(value, summary=summary, verdict=verdict, unit=unit, closed=row)
    period = previous(value.period, stream.fiscal_year_starts)
    before = closed.summary_of(metric.key, statistic, period, dimensions)
    if before is None or period is None:
        return value
    if value.summary.value is not None and closed.why_not(metric, statistic, stream, period):
        return replace(value, verdict=Verdict.NOT_JUDGED)
    return replace(value, verdict=verdict_between(metric, stream, before, value.summary))
