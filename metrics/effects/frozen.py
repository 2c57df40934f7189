"""Every quarter after the baseline against its frozen values, as the record holds them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

import duckdb

from metrics.baseline import Baseline, FrozenMetric, population_of, sql_hash_of, summaries_in
from metrics.catalog import CATALOG
from metrics.effects.effect import Effect, Place, effect_between
from metrics.evaluate import Value, evaluate, unit_of
from metrics.metric import Metric, Summary, Verdict
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


def why_not_comparable(frozen: FrozenMetric, metric: Metric | None, stream: Stream) -> str | None:
    """Why nothing may be held against what was frozen of a metric; None: it may."""
    if metric is None:
        return f"{frozen.metric} is no longer in the catalogue"
    if frozen.definition_version != metric.version:
        return f"frozen by definition {frozen.definition_version}, which is {metric.version} now"
    if frozen.sql_hash != sql_hash_of(metric):
        return f"the SQL of definition {metric.version} is not the one that was frozen"
    if frozen.unit != unit_of(metric, stream):
        return f"frozen in {frozen.unit}, measured in {unit_of(metric, stream)} now"
    return None


def baseline_effects(connection: duckdb.DuckDBPyConnection, stream: Stream, baseline: Baseline) -> Iterator[Effect]:
    """Every quarter that begins after the window, metric by metric, against the frozen values."""
    for metric in CATALOG:
        frozen = baseline.of(metric)
        if frozen is None:
            continue
        reason = why_not_comparable(frozen, metric, stream)
        befores = {summary.statistic: summary for summary in frozen.summaries}
        for value in evaluate(connection, metric, stream, ("quarter",)):
            before = befores.get(value.summary.statistic)
            if before is not None and value.period.first_on >= baseline.window.until_on:
                yield _effect(stream, baseline, metric, before, value, reason)


def _effect(
    stream: Stream, baseline: Baseline, metric: Metric, before: Summary, value: Value, reason: str | None
) -> Effect:
    place = Place("baseline", value.period.key, value.period.first_on, f"baseline {baseline.window.key}")
    effect = effect_between(stream, place, metric, before, value.summary, note="against the frozen value")
    if reason is None:
        return effect
    nothing = replace(
        effect.difference, value=None, low=None, high=None, low80=None, high80=None, verdict=Verdict.NOT_JUDGED
    )
    return replace(effect, difference=nothing, reason=reason)
