"""The outcomes being bought: a lead-time target, an error-rate ceiling, a compliance objective; never one made up here.

Each with its distance from the process as it is. Where the stream file sets none, the line to add stands instead.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from dashboards.language import say, say_of
from dashboards.memo.as_it_is import RIGHT, label_in_memo, short_label, wrong_share
from dashboards.memo.measuring import budget_rule, plan_of
from dashboards.memo.reading import MemoData, Standing
from dashboards.numbers import Number, change, count, number
from dashboards.parts.measure import FLOW_TIME, is_withheld
from dashboards.rows.promises import ROWS, Promise
from dashboards.targets import target_number
from dashboards.wording import Sentence, listed
from metrics.catalog import CATALOG
from metrics.metric import DURATIONS, Better

_TIMES = (FLOW_TIME, "flow_time_started", "working_time")
_ERRORS = (RIGHT, "rework_rate")
_STATISTICS = ("p90", "p85", "p50", "mean", "share")
_LOWER = {metric.key: metric.better is Better.LOWER for metric in CATALOG}
_MOST_OTHERS = 3


@dataclass(frozen=True, slots=True)
class Outcome:
    """One outcome. `add` is the line to write into the stream file where it sets none; else it is empty.

    `state` is hit, miss or none. `metric` is that of its footnote, empty without one.
    """

    kind: str
    wanted: Sentence
    today: Sentence
    plan: tuple[Sentence, ...]
    state: str
    metric: str = ""
    add: str = ""
    note: int = 0


def outcomes(memo: MemoData) -> tuple[Outcome, ...]:
    """The three outcomes, in order; each is there, if only to say that it is not set."""
    return _lead_time(memo), _ceiling(memo), _compliance(memo)


def others(memo: MemoData) -> Sentence:
    """Targets beside the three, the first by name, and how many more; empty where there is none."""
    chosen = {_chosen(memo, _TIMES), _chosen(memo, _ERRORS)}
    rest = sorted(key for key in memo.bundle.targets if key not in chosen and key[0] in _LOWER)
    said, numbers = [], []
    for metric, statistic in rest[:_MOST_OTHERS]:
        target = _target(memo, metric, statistic)
        said.append(f"{label_in_memo(memo, metric, statistic)} {target}")
        numbers.append(target)
    if len(rest) > _MOST_OTHERS:
        said.append(say("{n} more", n=len(rest) - _MOST_OTHERS))
    return Sentence(say("Also targets: {targets}.", targets=listed(said)) if said else "", tuple(numbers))


def _lead_time(memo: MemoData) -> Outcome:
    kind, key = say("Lead-time target"), _chosen(memo, _TIMES)
    if key is None:
        return _not_set(kind, "targets: {flow_time: {p90: … days}}")
    target = _target(memo, *key)
    words = memo.bundle.stream.words
    who = {"p90": say("9 in 10 {cases}", cases=words.cases),
           "p85": say("85 in 100 {cases}", cases=words.cases),
           "p50": say("half of the {cases}", cases=words.cases),
           "mean": say("{cases} on average", cases=words.cases)}.get(key[1], key[1])  # fmt: skip
    said = say("{who} within {target}", who=who, target=target)
    return _outcome(memo, kind, key, Sentence(said, (target,)), memo.bundle.targets[key])


def _ceiling(memo: MemoData) -> Outcome:
    kind, key = say("Error-rate ceiling"), _chosen(memo, _ERRORS)
    if key is None:
        return _not_set(kind, "targets: {first_time_right: {share: … %}}")
    target, cases = memo.bundle.targets[key], memo.bundle.stream.words.cases
    if key[0] == RIGHT:
        most = number(1 - target, "share", f"1 − targets/{'/'.join(key)}/target")
    else:
        most = _target(memo, *key)
    said = say("at most {most} of the {cases} need rework", most=most, cases=cases)
    return _outcome(memo, kind, key, Sentence(said, (most,)), target)


def _compliance(memo: MemoData) -> Outcome:
    """The promise of the lead-time target, else the first that there is: how many customers it was kept for."""
    kind = say("Compliance objective")
    told = sorted(memo.bundle.rows(ROWS), key=lambda row: row.metric not in _TIMES)
    if not told:
        return _not_set(kind, "targets: {flow_time: {p90: … days}}")
    row = told[0]
    wanted = number(row.wanted_share, "share", f"{row.origin}/wanted_share")
    said = say("kept for at least {wanted}: {promise}", wanted=wanted, promise=_promise(memo, row))
    more = len(told) - 1
    text = said + (" " + say_of(more, "(and {n} more promise)", "(and {n} more promises)", n=more) if more else "")
    target = number(row.target, row.unit, f"{row.origin}/target")
    state = "none" if not row.subjects else "hit" if row.budget_left >= 0 else "miss"
    return Outcome(kind, Sentence(text, (wanted, target)), _kept(memo, row), (budget_rule(memo),), state, row.metric)


def _promise(memo: MemoData, row: Promise) -> str:
    label = short_label(memo, row.metric)
    target = number(row.target, row.unit, f"{row.origin}/target")
    return label if row.unit not in DURATIONS else say("{label} within {target}", label=label, target=target)


def _kept(memo: MemoData, row: Promise) -> Sentence:
    """How many it was kept for in the quarter, and how many misses that is more or less than allowed."""
    if not row.subjects:
        return Sentence(say("No result is known yet."))
    kept = number(1 - row.misses / row.subjects, "share", f"1 − {row.origin}/misses ÷ subjects")
    subjects, misses = count(row.subjects, f"{row.origin}/subjects"), count(row.misses, f"{row.origin}/misses")
    budget = number(row.budget, "count", f"{row.origin}/budget")
    text = say(
        "{period}: kept for {kept}; {misses} of {subjects} missed it, {budget} may.", period=memo.bundle.period.key,
        kept=kept, misses=misses, subjects=subjects, budget=budget,
    )  # fmt: skip
    return Sentence(text, (kept, misses, subjects, budget))


def _outcome(memo: MemoData, kind: str, key: tuple[str, str], wanted: Sentence, target: float) -> Outcome:
    told = memo.standing(*key)
    if is_withheld(memo.bundle, key[0]):
        return Outcome(kind, wanted, Sentence(say("Not measured reliably today.")), (), "none", key[0])
    if told is None or told.value is None:
        return Outcome(kind, wanted, Sentence(say("Today: no data.")), (), "none", key[0])
    is_met = told.value <= target if _LOWER[key[0]] else told.value >= target
    return Outcome(
        kind, wanted, _distance(told, target, is_met=is_met), plan_of(memo, told, target, is_met=is_met),
        "hit" if is_met else "miss", key[0],
    )  # fmt: skip


def _distance(told: Standing, target: float, *, is_met: bool) -> Sentence:
    """Today's value and how far it is from the target; an error rate is told as one."""
    as_errors = wrong_share(told) if told.metric == RIGHT else None
    assert told.value is not None  # asked before
    shown = as_errors or number(told.value, told.unit, f"{told.origin}/value")
    away = change(target - told.value, told.unit, shown.value, f"targets − {told.origin}")
    said = {"shown": shown, "away": away}
    text = say("As it is: {shown}; {away} inside it.", **said) if is_met else say(
        "As it is: {shown}; {away} to go.", **said)  # fmt: skip
    return Sentence(text, (shown, away))


def _chosen(memo: MemoData, metrics: Iterable[str]) -> tuple[str, str] | None:
    """The target that stands for its kind: by metric, then by statistic in readers' order."""
    wanted = ((metric, statistic) for metric in metrics for statistic in _STATISTICS)
    return next((key for key in wanted if key in memo.bundle.targets), None)


def _target(memo: MemoData, metric: str, statistic: str) -> Number:
    known = memo.bundle.definitions.get(metric)
    unit = known.unit if known else next((m.unit for m in CATALOG if m.key == metric), "count")
    currency = memo.bundle.stream.costs.currency
    return target_number(metric, statistic, memo.bundle.targets[metric, statistic],
                         currency if unit == "currency" else unit)  # fmt: skip


def _not_set(kind: str, line: str) -> Outcome:
    return Outcome(kind, Sentence(say("Not set")), Sentence(say("Add to the stream file, with your number:")), (),
                   "none", add=line)  # fmt: skip
