"""The change of every period against the one before."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from metrics.closing.closed import OPEN, Closed, closed_effect
from metrics.effects.effect import Effect, Place, effect_between
from metrics.evaluate import Value
from metrics.metric import Metric
from metrics.stream.model import Stream


def period_effects(stream: Stream, metric: Metric, values: Iterable[Value], closed: Closed = OPEN) -> Iterator[Effect]:
    """The change of every period against the one before; values of one grain and no dimensions, oldest first.

    The values of closed periods are those that were closed.
    """
    before: dict[str, Value] = {}
    for value in values:
        key = value.summary.statistic.value
        if key in before:
            place = Place("period", value.period.key, value.period.first_on)
            effect = effect_between(stream, place, metric, before[key].summary, value.summary)
            yield closed_effect(effect, stream, closed, before[key].period)
        before[key] = value
