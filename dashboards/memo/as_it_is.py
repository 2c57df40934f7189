"""The process as it is: each measure of the window with its range and how many it rests on, or why it has none."""

from __future__ import annotations

from dataclasses import dataclass

from dashboards.language import capital, say
from dashboards.memo.reading import LONGEST_LABEL, MemoData, Standing
from dashboards.numbers import Number, count, number, range_text, scale_of
from dashboards.parts.measure import (
    FLOW_TIME,
    MEDIAN_NEEDS,
    TAIL_NEEDS,
    is_withheld,
    label_of,
)
from dashboards.parts.ranges import range_sentence
from dashboards.reasons import reason_words
from dashboards.wording import Sentence, brief, quantile_words
from metrics.metric import DURATIONS

CONTAINMENT, RIGHT, HANDOFFS, COST = (
    "failure_containment_time", "first_time_right", "handoff_ratio", "cost_per_transaction",
)  # fmt: skip
ROWS = (
    (FLOW_TIME, "p50"), (FLOW_TIME, "p90"), (RIGHT, "share"), (CONTAINMENT, "p50"), (CONTAINMENT, "p90"),
    (HANDOFFS, "ratio"), (COST, "unit_cost"),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Line:
    """One measure as it is. `shown` None: `why` tells why there is none."""

    metric: str
    label: str
    shown: Number | None
    range: Sentence
    n: Number | None
    why: Sentence
    note: int = 0


def lines(memo: MemoData) -> tuple[Line, ...]:
    """The measures of the memo, in readers' order; what went wrong stands behind what went right."""
    found: list[Line] = []
    for metric, statistic in ROWS:
        line = line_of(memo, metric, statistic)
        found.append(line)
        if metric == RIGHT and (wrong := wrong_line(memo, line)):
            found.append(wrong)
    return tuple(found)


def line_of(memo: MemoData, metric: str, statistic: str) -> Line:
    """One measure; without a value, without a range or below the gate it says so."""
    told = memo.standing(metric, statistic)
    label = label_in_memo(memo, metric, statistic)
    n = None if told is None or not told.n else count(told.n, f"{told.origin}/n")
    why = _why_not(memo, metric, told)
    if why is not None or told is None or told.value is None:
        return Line(metric, label, None, Sentence(""), n, why or Sentence(say("no data")))
    shown = number(told.value, told.unit, f"{told.origin}/value")
    lies = range_sentence(told.value, told.low, told.high, told.unit, told.origin)
    return Line(metric, label, shown, lies, n, Sentence(""))


def wrong_line(memo: MemoData, right: Line) -> Line | None:
    """Those that were not right first time: what is left of the share that was."""
    told = memo.standing(RIGHT, "share")
    shown = wrong_share(told)
    if shown is None or told is None or right.shown is None:
        return None
    turned = _turned(told, shown.value)
    label = say("{cases} that needed rework", cases=memo.bundle.stream.words.cases)
    return Line(RIGHT, capital(label), shown, turned, right.n, Sentence(""))


def _turned(told: Standing, value: float) -> Sentence:
    """The range of what is left of a share: its lower end comes from the higher one of the share."""
    if told.low is None or told.high is None:
        return Sentence(say("no range"))
    scale, low, high = scale_of(value, "share"), 1 - told.high, 1 - told.low
    ends = (
        number(low, "share", f"1 − {told.origin}/high", scale), number(high, "share", f"1 − {told.origin}/low", scale),
    )  # fmt: skip
    return Sentence(range_text(low, high, scale), ends)


def wrong_share(told: Standing | None) -> Number | None:
    """The share that was not right first time; None where none is known."""
    if told is None or told.value is None:
        return None
    return number(1 - told.value, "share", f"1 − {told.origin}/value")


def label_in_memo(memo: MemoData, metric: str, statistic: str) -> str:
    """What readers call a measure, cut to a line, with its statistic where one is needed."""
    label = short_label(memo, metric)
    told, known = memo.standing(metric, statistic), memo.bundle.definitions.get(metric)
    unit = told.unit if told else known.unit if known else ""
    return f"{label} ({quantile_words(statistic)})" if unit in DURATIONS else label


def short_label(memo: MemoData, metric: str) -> str:
    """What readers call a measure, cut to a line."""
    return brief(label_of(memo.bundle, metric), LONGEST_LABEL)


def _why_not(memo: MemoData, metric: str, told: Standing | None) -> Sentence | None:
    """Why a measure has no number that may be spoken of; None: it has one."""
    if is_withheld(memo.bundle, metric):
        return Sentence(say("Not measured reliably"))
    if told is None:
        return Sentence(say("no data"))
    if told.value is None:
        return Sentence(reason_words(told.reason) if told.reason else say("no data"))
    fewest = {"p50": MEDIAN_NEEDS, "p85": TAIL_NEEDS, "p90": TAIL_NEEDS}.get(told.statistic, 1)
    if told.n < fewest:
        least = count(fewest, f"rules/fewest/{told.statistic}")
        return Sentence(say("too few for a number; it needs {least}", least=least), (least,))
    return None
