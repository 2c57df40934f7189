"""The record of a comparison: a row of the published table `comparisons`, and how one is made from two summaries."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from metrics.bounds import judge_within
from metrics.compare import compare
from metrics.discovery import Standing, p_value
from metrics.evaluate import unit_of
from metrics.judging import meaningful_change
from metrics.metric import Difference, Metric, Summary, Verdict
from metrics.stream.model import Stream


@dataclass(frozen=True, slots=True)
class Place:
    """Where a comparison stands: its kind, what it is called, and the local day of the cut."""

    kind: str
    label: str
    at_on: dt.date
    title: str | None = None
    dimensions: Mapping[str, object] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Effect:
    """One change of one metric. `standing`: what it is worth among the others of its family, once they are known."""

    stream: Stream
    place: Place
    metric: Metric
    difference: Difference
    meaningful: float
    method: str
    reason: str | None = None
    standing: Standing | None = None

    @property
    def p(self) -> float | None:
        """How often chance alone moves this far; None where no interval can be defended."""
        return p_value(self.difference)

    def as_row(self) -> dict[str, object]:
        """A row of the published table `comparisons`."""
        found, place, standing = self.difference, self.place, self.standing
        return {
            "stream": self.stream.stream, "kind": place.kind, "label": place.label, "title": place.title,
            "at_on": place.at_on, "dimensions": json.dumps(dict(place.dimensions), sort_keys=True),
            "metric": self.metric.key, "statistic": found.after.statistic.value,
            "unit": unit_of(self.metric, self.stream), "before_value": found.before.value,
            "after_value": found.after.value, "before_n": found.before.n, "after_n": found.after.n,
            "difference": found.value, "low": found.low, "high": found.high, "low80": found.low80,
            "high80": found.high80, "meaningful": self.meaningful, "verdict": found.verdict.value,
            "p": self.p, "family": standing and standing.family, "family_size": standing and standing.size,
            "adjusted_p": standing and standing.adjusted_p, "is_discovery": standing and standing.is_discovery,
            "reason": self.reason, "method": self.method,
        }  # fmt: skip


def not_compared(effect: Effect, reason: str) -> Effect:
    """The same two values with nothing said of their difference, and why."""
    nothing = replace(
        effect.difference, value=None, low=None, high=None, low80=None, high80=None, verdict=Verdict.NOT_JUDGED
    )
    return replace(effect, difference=nothing, reason=reason)


def effect_between(
    stream: Stream,
    place: Place,
    metric: Metric,
    before: Summary,
    after: Summary,
    *,
    note: str = "",
    meaningful: float | None = None,
) -> Effect:
    """The change from `before` to `after`; `note` says how the two were cut, for the technical notes.

    A metric that is not judged gets its difference and no praise. What is unknown may take the word away, except for
    times cut to the day: they are cut alike on both sides.
    """
    least = meaningful_change(metric, stream, before) if meaningful is None else meaningful

    def change(old: Summary, new: Summary) -> Difference:
        return compare(old, new, better=metric.better, unit=metric.unit, meaningful=least)

    found = change(before, after)
    if not metric.is_judged and found.value is not None:
        found = replace(found, verdict=Verdict.NOT_JUDGED)
    elif metric.unit != "days":
        found = replace(found, verdict=judge_within(before, after, lambda old, new: change(old, new).verdict))
    return Effect(
        stream, place, metric, found, least, f"{found.method}{note and '; '}{note}", after.reason or before.reason
    )
