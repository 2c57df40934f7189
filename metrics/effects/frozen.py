"""Every quarter after the baseline against its frozen values, as the record holds them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import duckdb

from metrics.baseline import Baseline, population_of, summaries_in
from metrics.catalog import CATALOG
from metrics.closing.closed import OPEN, Closed, published
from metrics.effects.comparable import why_not_comparable
from metrics.effects.effect import Effect, Place, effect_between, not_compared
from metrics.evaluate import Value, evaluate
from metrics.metric import Metric, Summary
from metrics.stream.model import Stream


@dataclass(frozen=True, slots=True)
class Kept:
    """How a frozen value stands today: what today's data give for its window, and why nothing may be held against it.

    `reason` None: the definition is still the one that was frozen. `now` None: the observations are as they were.
    """

    metric: str
    frozen: Summary
    reason: str | None
    now: Summary | None

    @property
    def restated_by(self) -> float | None:
        """Today's value less the frozen one; 0 where nothing moved, None where the two cannot be compared."""
        if self.reason is not None or self.frozen.value is None:
            return None
        if self.now is None:
            return 0.0
        return None if self.now.value is None else self.now.value - self.frozen.value


def kept_values(connection: duckdb.DuckDBPyConnection, stream: Stream, baseline: Baseline) -> Iterator[Kept]:
    """How each frozen value stands today; the values of a window are made again only where its observations moved."""
    metrics = {metric.key: metric for metric in CATALOG}
    for frozen in baseline.metrics:
        metric = metrics.get(frozen.metric)
        reason = why_not_comparable(frozen, metric, stream)
        now: dict[str, Summary] = {}
        if metric is not None and reason is None:
            today = population_of(connection, stream, metric, baseline.window, baseline.as_of)
            if today != frozen.population:
                found = summaries_in(connection, stream, metric, baseline.window, baseline.as_of)
                now = {summary.statistic: summary for summary in found}
        for summary in frozen.summaries:
            yield Kept(frozen.metric, summary, reason, now.get(summary.statistic))


def baseline_effects(
    connection: duckdb.DuckDBPyConnection, stream: Stream, baseline: Baseline, closed: Closed = OPEN
) -> Iterator[Effect]:
    """Every quarter after the window, metric by metric, against the frozen values; closed quarters as closed."""
    for metric in CATALOG:
        frozen = baseline.of(metric)
        if frozen is None:
            continue
        reason = why_not_comparable(frozen, metric, stream)
        befores = {summary.statistic: summary for summary in frozen.summaries}
        for value in published(evaluate(connection, metric, stream, ("quarter",)), stream, closed):
            before = befores.get(value.summary.statistic)
            if before is not None and value.period.first_on >= baseline.window.until_on:
                yield _effect(stream, baseline, metric, before, value, reason)


def _effect(
    stream: Stream, baseline: Baseline, metric: Metric, before: Summary, value: Value, reason: str | None
) -> Effect:
    place = Place("baseline", value.period.key, value.period.first_on, f"baseline {baseline.window.key}")
    effect = effect_between(stream, place, metric, before, value.summary, note="against the frozen value")
    return effect if reason is None else not_compared(effect, reason)
