"""One measure on the page: a metric with the statistic readers see, its values, its change and its target.

Chooses the statistic and applies the data gate; words live in `wording`.
"""

from __future__ import annotations

from dataclasses import dataclass

from dashboards.bundle import BundleData, Change, Value
from dashboards.language import say, say_of
from dashboards.numbers import Number, number
from dashboards.targets import target_number
from dashboards.wording import Chip, chip, listed, quantile_words, read_verdict
from metrics.metric import DURATIONS, Verdict
from metrics.stream.model import Stream

FLOW_TIME = "flow_time"
NOT_RELIABLE = "Not measured reliably this quarter"
"""A message, as it heads a card; with a full stop it is `not_reliable`."""
HEADLINES = (FLOW_TIME, "failure_containment_time", "handoff_ratio", "first_time_right", "cost_per_transaction")
STATISTICS = ("p90", "p50", "share", "ratio", "unit_cost", "mean", "count", "p85")
"""Statistics in readers' order."""
_GATED = ("flow_time", "working_time")
_TAILS = ("p85", "p90")
TAIL_NEEDS = 100
FEW = 30
MEDIAN_NEEDS = 10
"""Observations below which no half of them is spoken of."""
LABELS = {
    "flow_time": "Flow time",
    "failure_containment_time": "Back to normal after a failure",
    "handoff_ratio": "Automated handoffs",
    "first_time_right": "Right first time",
    "cost_per_transaction": "Cost per {case}",
}
"""What the five are called here where the stream file does not say: messages."""


@dataclass(frozen=True, slots=True)
class Measure:
    """`shown` is None where there is no number to show; `is_gated` where the data are too incomplete to show it."""

    metric: str
    statistic: str
    label: str
    unit: str
    lower_is_better: bool
    now: Value | None
    earlier: Value | None
    change: Change | None
    verdict: Verdict
    shown: Number | None
    before: Number | None
    target: Number | None
    is_gated: bool

    @property
    def chip(self) -> Chip:
        """The verdict as a chip; below the gate there is data, so it does not say 'No data'."""
        if self.is_gated:
            return Chip(say("Not reliable"), "–", "flat")
        return chip(self.verdict, self.change.difference if self.change else None)

    @property
    def full_label(self) -> str:
        """The label with the statistic where one is needed: 'Order time (9 in 10)'."""
        return f"{self.label} ({quantile_words(self.statistic)})" if self.unit in DURATIONS else self.label


def measure(data: BundleData, metric: str, statistic: str | None = None) -> Measure:
    """The measure of one metric; without a statistic, the one a tile shows."""
    chosen = statistic or headline_statistic(data, metric)
    now, earlier = data.value(metric, chosen), data.value(metric, chosen, earlier=True)
    unit = _unit(data, metric, now or earlier)
    gated = is_withheld(data, metric)
    target = data.targets.get((metric, chosen))
    found = data.change(metric, chosen)
    return Measure(
        metric=metric, statistic=chosen, label=label_of(data, metric), unit=unit,
        lower_is_better=_lower_is_better(data, metric, unit), now=now, earlier=earlier, change=found,
        verdict=_verdict(now, found, gated), shown=None if gated else _number(now),
        before=None if gated else _number(earlier),
        target=None if target is None else target_number(metric, chosen, target, unit), is_gated=gated,
    )  # fmt: skip


def headline_statistic(data: BundleData, metric: str) -> str:
    """The first statistic in readers' order that has a value this quarter; else the first the file holds at all."""
    held = {s: v for (m, s, _), v in data.values.items() if m == metric}
    valued = {s for s in held if (now := data.value(metric, s)) and is_firm(now)}
    order = [*STATISTICS, *sorted(set(held) - set(STATISTICS))]
    return next((s for s in order if s in held and (not valued or s in valued)), STATISTICS[0])


def is_firm(value: Value) -> bool:
    """Is there a value, and may it be spoken of? A 9-in-10 needs 100 observations to be one."""
    return value.value is not None and (value.statistic not in _TAILS or value.n >= TAIL_NEEDS)


def metrics_of(data: BundleData) -> list[str]:
    """Every metric the file knows: the five first, the others by name."""
    known = {metric for metric, _, _ in data.values} | set(data.definitions)
    return [*HEADLINES, *sorted(known - set(HEADLINES))]


def label_of(data: BundleData, metric: str) -> str:
    """What readers call a metric: the stream file's word, else ours, else the definition's, else its key in words.

    Working time is never named without its calendar.
    """
    known = data.definitions.get(metric)
    label = data.stream.word_for(metric, _our_label(data, metric))
    calendars = calendar_words(data.stream) if known is not None and known.unit == "working_days" else ""
    return f"{label}, {calendars}" if calendars else label


def _our_label(data: BundleData, metric: str) -> str:
    known = data.definitions.get(metric)
    if metric in LABELS:
        return say(LABELS[metric], case=data.stream.words.case)
    return say(known.label) if known else metric.replace("_", " ").capitalize()


def calendar_words(stream: Stream) -> str:
    """'calendar Ulm', 'calendars Ulm and York'; empty where there is none."""
    names = list(dict.fromkeys(calendar.name for calendar in stream.calendars))
    return say_of(len(names), "calendar {names}", "calendars {names}", names=listed(names)) if names else ""


def not_reliable() -> str:
    """The sentence below the data gate."""
    return say(NOT_RELIABLE) + "."


def page_stem(metric: str) -> str:
    """What the files of a headline metric's own page are called."""
    return f"metric-{metric.replace('_', '-')}"


def is_withheld(data: BundleData, metric: str) -> bool:
    """Are the data too incomplete for this metric, a time, to be shown?"""
    return metric.startswith(_GATED) and is_below_gate(data)


def is_below_gate(data: BundleData) -> bool:
    """Is the measured share of ended cases below the stream file's gate?"""
    share = measured_share(data)
    return share is not None and share < data.stream.gates.completeness


def measured_share(data: BundleData) -> float | None:
    """Measured ÷ ended cases, 0–1; None while no case has ended."""
    return data.state.measured_cases / data.state.ended_cases if data.state.ended_cases else None


def _number(value: Value | None) -> Number | None:
    if value is None or value.value is None:
        return None
    return number(value.value, value.unit, f"{value.origin}/value")


def _verdict(now: Value | None, found: Change | None, gated: bool) -> Verdict:
    if gated or now is None or now.value is None:
        return Verdict.NO_DATA
    return read_verdict(found.verdict if found else now.verdict)


def _unit(data: BundleData, metric: str, value: Value | None) -> str:
    known = data.definitions.get(metric)
    unit = value.unit if value else known.unit if known else "count"
    return data.stream.costs.currency if unit == "currency" else unit


def _lower_is_better(data: BundleData, metric: str, unit: str) -> bool:
    known = data.definitions.get(metric)
    return known.better == "lower" if known else unit not in ("share", "ratio")
