"""The scorecard: every measure with last quarter, this quarter, target and change, whether it went well or not."""

from __future__ import annotations

from dataclasses import dataclass

from dashboards.bundle import BundleData
from dashboards.language import say
from dashboards.numbers import Number, change
from dashboards.parts.measure import Measure, measure, metrics_of
from dashboards.targets import target_words
from dashboards.wording import Chip, Voice, is_sure, is_worse
from metrics.metric import DURATIONS

TIERS = ("Customer", "Flow", "Money", "Other")
"""The tiers in readers' order: messages."""
_TIER = {
    "flow_time": "Customer", "flow_time_started": "Customer", "working_time": "Customer",
    "failure_containment_time": "Customer",
    "first_time_right": "Customer", "handoff_ratio": "Flow", "cost_per_transaction": "Money",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class ScoreRow:
    """One measure; `tier` is empty where it repeats the row above."""

    tier: str
    is_first: bool
    label: str
    before: Number | None
    now: Number | None
    moved: Number | None
    target: Number | None
    target_state: str
    chip: Chip


@dataclass(frozen=True, slots=True)
class Scorecard:
    """The card."""

    title: str
    subtitle: str
    rows: tuple[ScoreRow, ...]


def scorecard(data: BundleData) -> Scorecard:
    """Every metric but counts: its tile statistic, and the median beside a 9-in-10 where there is one."""
    measures = [m for m in (measure(data, metric) for metric in metrics_of(data)) if m.unit != "count"]
    for found in [m for m in measures if m.metric == "flow_time" and m.statistic == "p90"]:
        if data.value(found.metric, "p50") is not None:
            measures.insert(measures.index(found) + 1, measure(data, found.metric, "p50"))
    ordered = sorted(measures, key=lambda m: TIERS.index(_tier(m)))
    firsts = [i == 0 or _tier(m) != _tier(ordered[i - 1]) for i, m in enumerate(ordered)]
    rows = tuple(_row(m, first) for m, first in zip(ordered, firsts, strict=True))
    return Scorecard(_title(measures), _subtitle(measures, Voice.of(data)), rows)


def _tier(found: Measure) -> str:
    money = found.unit not in (*DURATIONS, "share", "ratio", "count")
    return _TIER.get(found.metric, "Money" if money else "Other")


def _row(found: Measure, first: bool) -> ScoreRow:
    moved, delta = None, found.change
    if delta is not None and delta.difference is not None and found.shown is not None:
        moved = change(delta.difference, delta.unit, found.shown.value, f"{delta.origin}/difference", signed=True)
    state = (
        target_words(found.target, found.shown, lower_is_better=found.lower_is_better)[0] if found.target else "none"
    )
    return ScoreRow(
        tier=say(_tier(found)), is_first=first, label=found.full_label, before=found.before, now=found.shown,
        moved=moved, target=found.target, target_state=state, chip=found.chip,
    )  # fmt: skip


def _title(measures: list[Measure]) -> str:
    sure = [m.verdict for m in measures if is_sure(m.verdict)]
    worse = sum(is_worse(verdict) for verdict in sure)
    measured = sum(m.shown is not None for m in measures)
    if not measured:
        return say("Nothing could be measured this quarter")
    if not sure:
        return say("No measure changed clearly")
    better = len(sure) - worse
    if not better:
        return say("None of {measured} measures got better, {worse} got worse", measured=measured, worse=worse)
    if not worse:
        return say("{better} of {measured} measures got better, none got worse", better=better, measured=measured)
    message = "{better} of {measured} measures got better, {worse} got worse"
    return say(message, better=better, measured=measured, worse=worse)


def _subtitle(measures: list[Measure], voice: Voice) -> str:
    worse = [m.full_label for m in measures if is_worse(m.verdict) and is_sure(m.verdict)]
    likely = [m.full_label for m in measures if is_worse(m.verdict) and not is_sure(m.verdict)]
    said = [say("Everything we promised to report, whether it went well or not.")]
    if worse:
        said.append(say("Worse than {since}: {measures}.", since=voice.since, measures=", ".join(worse)))
    if likely:
        said.append(say("Likely worse than {since}: {measures}.", since=voice.since, measures=", ".join(likely)))
    return " ".join(said)
