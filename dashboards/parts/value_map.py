"""The value-stream map: steps in order with who, work and usable input; the waiting before each, to scale.

Hours are per average case: hours per visit × visits ÷ cases that finished, so that the bars add up to the average case.
Steps few cases pass are gathered as other paths. Unknown work is 'not recorded', never 0.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from dashboards.bundle import BundleData, MapStep
from dashboards.language import say, say_of
from dashboards.numbers import Number, Scale, count, number, scale_of
from dashboards.parts.measure import FEW
from dashboards.wording import Sentence

_MAIN_SHARE = 0.05
_WARN_BELOW = 0.93
KINDS = {"system": "automated", "agent": "AI agent", "external": "outside party", "human": "", "unknown": ""}
"""What is said of the performers of a step beside their role: messages; people need no word."""
_BAR = 44.0
_DAYS_FROM = 72.0


@dataclass(frozen=True, slots=True)
class Stop:
    """A step with the gap before it. `bar` is the height of the gap in pixels; None numbers are not recorded."""

    name: str
    who: str
    waiting: Number | None
    bar: float
    is_worst: bool
    work: Number | None
    accurate: Number | None
    is_poor: bool
    passed: Number | None
    per_visit: Number | None
    visits: Number


@dataclass(frozen=True, slots=True)
class Strip:
    """A piece of the strip: `kind` is wait, work or other; `start` and `width` in 0–1000."""

    kind: str
    start: float
    width: float


@dataclass(frozen=True, slots=True)
class MapCard:
    """The card. No stops: nothing to show."""

    title: str
    subtitle: Sentence
    stops: tuple[Stop, ...]
    strip: tuple[Strip, ...]
    others: Sentence | None


def map_card(data: BundleData) -> MapCard:
    """The map of the quarter."""
    main = [s for s in data.steps if s.case_share >= _MAIN_SHARE]
    if not main:
        return MapCard(say("No steps to show for this quarter"), Sentence(say("Nothing finished in it.")), (), (), None)
    finished = _finished(data.steps)
    if finished < FEW:
        few = count(round(finished), f"value_stream/{data.period.key}/cases ÷ case_share")
        text = say("A map of {few} would show single {cases}, not the stream.", few=few, cases=data.stream.words.cases)
        title = say("Too few finished this quarter to show where the time goes")
        return MapCard(title, Sentence(text, (few,)), (), (), None)
    rare = [s for s in data.steps if s.case_share < _MAIN_SHARE]
    worst = max(main, key=lambda s: _waiting(s, finished))
    tallest = _waiting(worst, finished)
    stops = tuple(_stop(data, s, finished, tallest, s is worst and tallest > 0) for s in main)
    return MapCard(
        title=_title(data, worst, finished), subtitle=_subtitle(data, finished), stops=stops,
        strip=_strip(main, rare, finished), others=_others(rare, finished),
    )  # fmt: skip


def _finished(steps: Sequence[MapStep]) -> float:
    """Cases finished in the quarter, from the step most cases passed: the largest base rounds least."""
    most = max(steps, key=lambda s: s.cases)
    return most.cases / most.case_share if most.case_share else float(most.cases)


def _waiting(step: MapStep, finished: float) -> float:
    return (step.wait_hours or 0.0) * step.visits / finished if finished else 0.0


def _working(step: MapStep, finished: float) -> float:
    return (step.touch_hours or 0.0) * step.visits / finished if finished else 0.0


def _hours(hours: float, origin: str, scale: Scale | None = None) -> Number:
    return number(hours / 24, "days", origin, scale)


def _scale(tallest: float) -> Scale:
    """One unit for all gaps, so that they compare at a glance: hours, or days where the worst is three or more."""
    return (
        Scale("days", 24, 0 if tallest >= 9.95 else 1, "hour")
        if tallest < _DAYS_FROM
        else scale_of(tallest / 24, "days")
    )


def _stop(data: BundleData, step: MapStep, finished: float, tallest: float, worst: bool) -> Stop:
    origin = f"value_stream/{data.period.key}/{step.step}"
    wait = _waiting(step, finished)
    known = step.wait_hours is not None
    accurate = None if step.accurate_share is None else number(step.accurate_share, "share", f"{origin}/accurate_share")
    return Stop(
        name=step.label or step.step,
        who=_who(step),
        waiting=_hours(wait, f"{origin}/wait_hours × visits ÷ finished", _scale(tallest)) if known else None,
        bar=round(max(2.0, wait / tallest * _BAR), 1) if tallest else 2.0,
        is_worst=worst,
        work=None if step.touch_hours is None
        else _hours(_working(step, finished), f"{origin}/touch_hours × visits ÷ finished"),
        accurate=accurate,
        is_poor=step.accurate_share is not None and step.accurate_share < _WARN_BELOW,
        passed=number(step.case_share, "share", f"{origin}/case_share") if step.case_share < 0.995 else None,
        per_visit=_hours(step.wait_hours, f"{origin}/wait_hours") if step.wait_hours is not None else None,
        visits=count(step.visits, f"{origin}/visits"),
    )  # fmt: skip


def _who(step: MapStep) -> str:
    kind = KINDS.get(step.performer_kind, step.performer_kind)
    said = say(kind) if kind else ""
    return " · ".join(part for part in (step.role or ("" if kind else say("performer not recorded")), said) if part)


def _title(data: BundleData, worst: MapStep, finished: float) -> str:
    waiting, working = (sum(f(s, finished) for s in data.steps) for f in (_waiting, _working))
    step, share = worst.label or worst.step, _waiting(worst, finished) / waiting if waiting else 0.0
    if not waiting:
        return say("No waiting between steps was recorded for these {cases}", cases=data.stream.words.cases)
    if all(s.touch_hours is not None for s in data.steps) and waiting > working:
        if share > 0.5:
            return say("Most of the time is waiting — and most of the waiting is before {step}", step=step)
        return say("Most of the time is waiting — and the longest wait is before {step}", step=step)
    if share > 0.5:
        return say("Most of the waiting is before {step}", step=step)
    return say("The longest wait is before {step}", step=step)


def _subtitle(data: BundleData, finished: float) -> Sentence:
    case = data.stream.words.case
    origin = f"value_stream/{data.period.key}"
    waiting = _hours(sum(_waiting(s, finished) for s in data.steps), f"{origin}/Σ wait_hours × visits ÷ finished")
    if any(s.touch_hours is None for s in data.steps):
        message = (
            "Between its steps, the average {case} waits {waiting}. The work itself is not recorded for every step."
        )
        return Sentence(say(message, case=case, waiting=waiting), (waiting,))
    working = _hours(sum(_working(s, finished) for s in data.steps), f"{origin}/Σ touch_hours × visits ÷ finished")
    message = "The average {case} waits {waiting} between its steps; the work itself takes {working}."
    return Sentence(say(message, case=case, waiting=waiting, working=working), (waiting, working))


def _strip(main: Sequence[MapStep], rare: Sequence[MapStep], finished: float) -> tuple[Strip, ...]:
    parts = [(kind, max(f(s, finished), 0.0)) for s in main for kind, f in (("wait", _waiting), ("work", _working))]
    parts.append(("other", sum(_waiting(s, finished) + _working(s, finished) for s in rare)))
    total = sum(hours for _, hours in parts)
    found, at = [], 0.0
    for kind, hours in parts:
        width = hours / total * 1000 if total else 0.0
        if width > 0:
            found.append(Strip(kind, round(at, 1), round(width, 1)))
        at += width
    return tuple(found)


def _others(rare: Sequence[MapStep], finished: float) -> Sentence | None:
    if not rare:
        return None
    hours = sum(_waiting(s, finished) + _working(s, finished) for s in rare)
    shown = _hours(hours, "value_stream/Σ of steps under 5 % of cases ÷ finished")
    steps = count(len(rare), "value_stream/steps under 5 % of cases")
    text = say_of(
        len(rare),
        "Other paths: {steps} more step that few pass, {shown} of the average together.",
        "Other paths: {steps} more steps that few pass, {shown} of the average together.",
        steps=steps, shown=shown,
    )  # fmt: skip
    return Sentence(text, (steps, shown))
