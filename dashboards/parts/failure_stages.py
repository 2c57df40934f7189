"""The stages of failures to scale: noticed, owned, spreading no more, repaired, back to normal; never one bare mean."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from dashboards.bundle import BundleData, Value
from dashboards.language import say
from dashboards.numbers import EN_DASH, Number, count, number, scale_of
from dashboards.parts.card import Bar, Card, Cell, Column, Table
from dashboards.parts.measure import MEDIAN_NEEDS
from dashboards.rows.failure_stages import ROWS, FailureStage
from dashboards.wording import Sentence

ALL = "all"
CONTAINMENT = "containment"
_NEARLY_ALL = 0.8
_BEFORE_NOTICED = ("detection", "restoration")


def stages_card(data: BundleData) -> Card:
    """Half of the failures reach each stage within the time shown, counted from when they were noticed."""
    told = [stage for stage in data.rows(ROWS) if (stage.level, stage.severity) == (ALL, ALL)]
    rows = [_row(data, stage, told) for stage in told]
    columns = (
        Column(say("Stage")), Column(say("To scale"), is_drawn=True), Column(say("Half within"), True),
        Column(say("Range"), True), Column(say("Failures"), True),
    )  # fmt: skip
    return Card(
        "stages", _title(told),
        say(
            "Half of the failures take less than this. Bars are to scale and begin when a failure was noticed, or when "
            "it began; the line on a bar is the range its end lies in, 95 times of 100."
        ),
        "failure_stages", table=Table.of(columns, rows) if any(stage.n for stage in told) else None,
        empty=say("No failure reached a stage in this quarter."),
    )  # fmt: skip


def half_within(stage: FailureStage | None) -> Number | None:
    """The median of a stage, where enough failures stand behind it."""
    if stage is None or stage.median_days is None or stage.n < MEDIAN_NEEDS:
        return None
    return number(stage.median_days, "days", f"{stage.origin}/median_days")


def stage_of(data: BundleData, stage: str, level: str = ALL, severity: str = ALL) -> FailureStage | None:
    """One stage of the failures of a level and severity."""
    wanted = (stage, level, severity)
    return next((row for row in data.rows(ROWS) if (row.stage, row.level, row.severity) == wanted), None)


def too_few(n: int, origin: str) -> Sentence:
    """Instead of a median of a handful."""
    if n == 0:
        return Sentence(say("not told"))
    shown = count(n, origin)
    return Sentence(say("only {n}: too few", n=shown), (shown,))


def _title(told: Iterable[FailureStage]) -> str:
    by_stage = {stage.stage: stage for stage in told}
    ended = half_within(by_stage.get(CONTAINMENT))
    if ended is None:
        return say("Too few failures ended this quarter to say how long they take")
    longest = _longest_stretch(by_stage)
    titles = {
        "triage": say("The longest stretch lies before somebody owns a failure"),
        "spread": say("The longest stretch lies before a failure spreads no further"),
        "remediation": say("The longest stretch lies before the cause is repaired"),
        CONTAINMENT: say("The longest stretch lies between repair and normal work"),
    }
    if longest in titles:
        return titles[longest]
    return say("Half of the failures that ended were back to normal within {time} of being noticed", time=ended)


def _longest_stretch(by_stage: Mapping[str, FailureStage]) -> str | None:
    """The stage that ends the longest stretch between two; None where not all are told of nearly all failures."""
    told = [by_stage.get(name) for name in ("triage", "spread", "remediation", CONTAINMENT)]
    least = _NEARLY_ALL * by_stage[CONTAINMENT].n
    ends = [(s.median_days, s.stage) for s in told if s is not None and s.n >= least and s.median_days is not None]
    if len(ends) < len(told):
        return None
    before = [0.0, *(days for days, _ in ends[:-1])]
    return max(zip(ends, before, strict=True), key=lambda pair: pair[0][0] - pair[1])[0][1]


def _row(data: BundleData, stage: FailureStage, told: list[FailureStage]) -> tuple[Cell, ...]:
    shown = half_within(stage)
    value = _same_value(data, stage)
    return (
        _name(stage.stage, data.stream.words.case), _bar(data, stage, told),
        shown if shown is not None else too_few(stage.n, f"{stage.origin}/n"),
        _range(value) if value is not None and shown is not None else say("no range"),
        count(stage.n, f"{stage.origin}/n"),
    )  # fmt: skip


def _name(stage: str, case: str) -> str:
    names = {
        "detection": say("Began → noticed"),
        "triage": say("Noticed → somebody owns it"),
        "spread": say("Noticed → no further {case} is affected", case=case),
        "remediation": say("Noticed → the cause is repaired"),
        CONTAINMENT: say("Noticed → back to normal"),
        "restoration": say("Began → back to normal"),
    }
    return names.get(stage, stage)


def _same_value(data: BundleData, stage: FailureStage) -> Value | None:
    """The metric's value of the same failures, whose range may stand beside it; None where it is not the same."""
    value = data.value(f"failure_{stage.stage}_time", "p50")
    if value is None or value.value is None or stage.median_days is None or value.n != stage.n:
        return None
    return value if abs(value.value - stage.median_days) <= 1e-6 * max(1.0, stage.median_days) else None


def _range(value: Value) -> Cell:
    if value.value is None or value.low is None or value.high is None:
        return say("no range")
    scale = scale_of(value.value, value.unit)
    low = number(max(value.low, 0.0), value.unit, f"{value.origin}/low", scale)
    high = number(value.high, value.unit, f"{value.origin}/high", scale)
    return Sentence(f"{low.figure}{EN_DASH}{high}", (low, high))


def _bar(data: BundleData, stage: FailureStage, told: list[FailureStage]) -> Bar | None:
    """A bar on the scale that all stages share; it has room for the longest range."""
    if half_within(stage) is None or stage.median_days is None:
        return Bar("other", 0.0, 0.0)
    began = next((s.median_days for s in told if s.stage == "detection" and half_within(s)), None) or 0.0
    ends = [_start(s, began) + (_reach(data, s) or s.median_days or 0.0) for s in told if half_within(s)]
    whole = began + max(ends)
    start = _start(stage, began) + began
    value = _same_value(data, stage)
    low, high = (
        (None, None) if value is None or value.low is None or value.high is None
        else tuple(round((start + max(end, 0.0)) / whole * 100, 1) for end in (value.low, value.high))
    )  # fmt: skip
    width = max(stage.median_days / whole * 100, 0.6) if whole else 0.0
    kind = "wait" if stage.stage == "detection" else "work"
    return Bar(kind, round(start / whole * 100, 1) if whole else 0.0, round(width, 1), low, high)


def _start(stage: FailureStage, began: float) -> float:
    """Where its bar begins, in days after failures were noticed."""
    return -began if stage.stage in _BEFORE_NOTICED else 0.0


def _reach(data: BundleData, stage: FailureStage) -> float | None:
    """The far end of its range."""
    value = _same_value(data, stage)
    return None if value is None else value.high
