"""How an outcome will be measured: by which rule, and how many cases and weeks it takes until it would show.

The rule is that of `metrics.verdicts`, the plan that of `metrics.watching`; both are read from there, not told again.
"""

from __future__ import annotations

import datetime as dt
import math

from dashboards.language import say, say_of
from dashboards.memo.as_it_is import label_in_memo, short_label
from dashboards.memo.reading import MemoData, Standing
from dashboards.numbers import change, count, day, number
from dashboards.wording import Sentence
from metrics.catalog import metric_by_key
from metrics.effects.windows import WINDOW
from metrics.judging import meaningful_change
from metrics.metric import Statistic, Summary
from metrics.reports.objectives import ALERTS, FEWEST, LONG_DAYS, SHORT_DAYS
from metrics.verdicts import FEWEST as FEWEST_TO_SAY
from metrics.verdicts import FIRM
from metrics.watching import Spread, observations_needed, smallest_change

WEEKS = WINDOW.days // 7
_MOST_WEEKS = 104
"""Beyond so many weeks a plan is no plan."""


def plan_of(memo: MemoData, told: Standing, target: float, *, is_met: bool) -> tuple[Sentence, ...]:
    """What it is measured by; how many cases and weeks it takes, from when on, and what eight weeks could show."""
    by = Sentence(say("Measured by: {measure}.", measure=label_in_memo(memo, told.metric, told.statistic)))
    return (by, *_plan(memo, told, target, is_met=is_met))


def _plan(memo: MemoData, told: Standing, target: float, *, is_met: bool) -> tuple[Sentence, ...]:
    if told.value is None or told.low is None or told.high is None:
        return (Sentence(say("No range is known of today, so nobody can tell how long it must be watched.")),)
    before = Spread(told.value, told.low, told.high, told.n)
    weekly = weekly_rate(memo, told)
    if not weekly:
        return (Sentence(say("Nothing was counted in the newest quarter, so the time it takes is not known.")),)
    least = _least(memo, told, before, weekly, falls=target < told.value)
    if is_met:
        return (Sentence(say("Met as it is; what is bought is that it stays so.")), *least)
    return (_needed(memo, told, before, target - told.value, weekly), *least)


def rule(memo: MemoData) -> tuple[Sentence, ...]:
    """By which rule a change gets a word, and what counts as one that matters."""
    few, firm, weeks = (
        count(FEWEST_TO_SAY, "rules/verdicts/FEWEST"), count(FIRM, "rules/verdicts/FIRM"),
        count(WEEKS, "rules/effects/windows/WINDOW"),
    )  # fmt: skip
    called = say(
        "A change is called better or worse only where its range, 95 times of 100, leaves out no change at all, and it "
        "is large enough to matter. On fewer than {few} nothing is said (9 in 10: {firm}), on fewer than {firm} it is "
        "an early reading.", few=few, firm=firm,
    )  # fmt: skip
    cut = say(
        "A release is compared over up to {weeks} weeks on either side of it; a quarter is compared with the frozen "
        "baseline.", weeks=weeks,
    )  # fmt: skip
    return Sentence(called, (few, firm)), Sentence(cut, (weeks,)), _matters(memo)


def budget_rule(memo: MemoData) -> Sentence:
    """How a promise is judged: its misses are counted, and two burns together ring."""
    fast, steady = ALERTS[memo.bundle.stream.tier]
    told = [
        count(SHORT_DAYS, "rules/objectives/SHORT_DAYS"), number(fast, "count", "rules/objectives/ALERTS"),
        count(LONG_DAYS, "rules/objectives/LONG_DAYS"), number(steady, "ratio", "rules/objectives/ALERTS"),
        count(FEWEST, "rules/objectives/FEWEST"),
    ]  # fmt: skip
    text = say(
        "Counted each quarter, not estimated. It alerts where misses come {fast} times as fast as allowed over {short} "
        "days and {steady} times over {long}; from {fewest} results on.",
        short=told[0], fast=told[1], long=told[2], steady=told[3].figure, fewest=told[4],
    )  # fmt: skip
    return Sentence(text, tuple(told))


def weekly_rate(memo: MemoData, told: Standing) -> float | None:
    """Observations a week in the newest whole quarter, the rate of today; None where there is none."""
    now = memo.bundle.value(told.metric, told.statistic)
    return now.n / memo.known_days * 7 if now is not None and now.n and memo.known_days else None


def _matters(memo: MemoData) -> Sentence:
    """The smallest change that matters, of each measure that has a target in the memo."""
    said, numbers = [], []
    for metric, statistic in (("flow_time", "p90"), ("first_time_right", "share")):
        told = memo.standing(metric, statistic)
        if told is None or told.value is None:
            continue
        least = change(_meaningful(memo, told), told.unit, told.value, f"rules/meaningful/{metric}")
        said.append(f"{short_label(memo, metric)} {least}")
        numbers.append(least)
    if not said:
        return Sentence("")
    return Sentence(say("Large enough: {changes}.", changes=", ".join(said)), tuple(numbers))


def _meaningful(memo: MemoData, told: Standing) -> float:
    summary = Summary(Statistic(told.statistic), told.value, told.low, told.high, told.n, "")
    return meaningful_change(metric_by_key(told.metric), memo.bundle.stream, summary)


def _needed(memo: MemoData, told: Standing, before: Spread, wanted: float, weekly: float) -> Sentence:
    origin = f"metrics/watching/{told.metric}/{told.statistic}"
    if abs(wanted) < _meaningful(memo, told):
        return Sentence(say("The way to go is smaller than a change that matters; no verdict will be spoken of it."))
    needed = observations_needed(before, wanted)
    weeks = None if needed is None else max(1, math.ceil(needed / weekly))
    if needed is None or weeks is None or weeks > _MOST_WEEKS:
        text = say(
            "What is known of today is too uncertain: a change of this size could not be told from chance. "
            "Measure longer."
        )
        return Sentence(text)
    n, shown = count(needed, f"{origin}/needed"), count(weeks, f"{origin}/weeks")
    newest = memo.bundle.newest_on or memo.window.until_on
    starts_on = newest + dt.timedelta(days=1)
    judged_on = starts_on + dt.timedelta(weeks=weeks)
    text = say_of(
        weeks, "Shows in {n}, {weeks} week at today's rate: not before {day} if it starts on {start}.",
        "Shows in {n}, {weeks} weeks at today's rate: not before {day} if it starts on {start}.",
        n=f"{n} {_noun(memo, told)}", weeks=shown, day=day(judged_on, year=True),
        start=day(starts_on, year=True),
    )  # fmt: skip
    return Sentence(text, (n, shown))


def _least(memo: MemoData, told: Standing, before: Spread, weekly: float, *, falls: bool) -> tuple[Sentence, ...]:
    origin = f"metrics/watching/{told.metric}/{told.statistic}"
    least = smallest_change(before, weekly * WEEKS, falls=falls)
    weeks = count(WEEKS, "rules/effects/windows/WINDOW")
    if least is None:
        return (Sentence(say("{weeks} weeks are too few to say anything.", weeks=weeks), (weeks,)),)
    if least >= before.value if falls else told.unit == "share" and before.value + least >= 1:
        return (Sentence(say("{weeks} weeks would show no change, however large.", weeks=weeks), (weeks,)),)
    shown = change(least, told.unit, before.value, f"{origin}/smallest_change")
    message = "{weeks} weeks would show a change of {least} or more, 4 times of 5."
    return (Sentence(say(message, weeks=weeks, least=shown), (weeks, shown)),)


def _noun(memo: MemoData, told: Standing) -> str:
    if "failure" in told.metric:
        return say("failures")
    return memo.bundle.stream.words.cases
