"""The memo as one page: a sentence, the process as it is, its data, the outcomes, their measuring, the decision."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, replace

from dashboards.language import capital, say
from dashboards.memo.as_it_is import RIGHT, ROWS, Line, lines, short_label, wrong_share
from dashboards.memo.contracts import Fact, facts, warnings
from dashboards.memo.measuring import rule
from dashboards.memo.outcomes import Outcome, others, outcomes
from dashboards.memo.reading import MemoData
from dashboards.numbers import count, day, month, number
from dashboards.parts.measure import FEW, FLOW_TIME, TAIL_NEEDS, is_withheld
from dashboards.parts.notes import lineage
from dashboards.wording import Sentence, Voice, brief

_LONGEST_DEFINITION = 120
_MOST_IDS = 3
_ROOMY = 2700
"""Letters up to which a memo is printed in the larger letters; what is longer is printed closer."""


@dataclass(frozen=True, slots=True)
class Footnote:
    """What a number means and rests on: its definition, version and evidence ids."""

    index: int
    label: str
    definition: str
    version: str
    evidence: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Memo:
    """Everything the template needs, in the order of the page."""

    stream: str
    name: str
    period: str
    headline: Sentence
    since: Sentence
    lines: tuple[Line, ...]
    facts: tuple[Fact, ...]
    warnings: tuple[Sentence, ...]
    warnings_left: int
    outcomes: tuple[Outcome, ...]
    others: Sentence
    rule: tuple[Sentence, ...]
    footnotes: tuple[Footnote, ...]
    lineage: str

    @property
    def letters(self) -> int:
        """How many stand in its texts."""
        said = [
            self.headline, *(fact.said for fact in self.facts), *self.warnings, self.others, *self.rule,
            *(text for one in self.outcomes for text in (one.wanted, one.today, *one.plan)),
        ]  # fmt: skip
        notes = [len(one.label + one.definition) + sum(map(len, one.evidence)) for one in self.footnotes]
        return len(self.name) + sum(len(sentence.text) for sentence in said) + sum(notes)

    @property
    def is_dense(self) -> bool:
        """Is it so long that it is printed closer, so that it stays one page?"""
        return self.letters > _ROOMY


def build_memo(memo: MemoData) -> Memo:
    """The page of one stream, in the language spoken."""
    shown, bought = lines(memo), outcomes(memo)
    used = [*(line.metric for line in shown), *(outcome.metric for outcome in bought if outcome.metric)]
    notes = {metric: _footnote(memo, metric, index) for index, metric in enumerate(dict.fromkeys(used), 1)}
    said, left = warnings(memo, shown)
    return Memo(
        stream=memo.bundle.state.stream, name=memo.bundle.state.name, period=window_words(memo),
        headline=headline(memo), since=_since(memo),
        lines=tuple(replace(line, note=notes[line.metric].index) for line in shown), facts=facts(memo), warnings=said,
        warnings_left=left,
        outcomes=tuple(replace(one, note=notes[one.metric].index if one.metric else 0) for one in bought),
        others=others(memo), rule=tuple(one for one in rule(memo) if one.text), footnotes=tuple(notes.values()),
        lineage=lineage(memo.bundle),
    )  # fmt: skip


def headline(memo: MemoData) -> Sentence:
    """What the process does: how long it takes, and how many need rework."""
    time = _time(memo)
    wrong = wrong_share(memo.standing(RIGHT, "share"))
    if wrong is None:
        return Sentence(f"{time.text}.", time.numbers)
    text = say("{time}; {wrong} need rework.", time=time.text, wrong=wrong)
    return Sentence(text, (*time.numbers, wrong))


def window_words(memo: MemoData) -> str:
    """The window in words: 'July to September 2026', or its first and last day where it is not made of whole months."""
    first, last = memo.window.first_on, memo.window.until_on - dt.timedelta(days=1)
    if first.day != 1 or memo.window.until_on.day != 1:
        return say("{first} to {last}", first=day(first, year=True), last=day(last, year=True))
    if (first.year, first.month) == (last.year, last.month):
        return f"{month(last)} {last.year}"
    start = month(first) if first.year == last.year else f"{month(first)} {first.year}"
    return capital(say("{first} to {last}", first=start, last=f"{month(last)} {last.year}"))


def _time(memo: MemoData) -> Sentence:
    """How long it takes, without a full stop; that nothing reliable is known where that is so."""
    if is_withheld(memo.bundle, FLOW_TIME):
        return Sentence(say("Not measured reliably"))
    voice = Voice.of(memo.bundle)
    said = {"cases": voice.cases, "finished": voice.finished}
    for statistic, fewest in (("p90", TAIL_NEEDS), ("p50", FEW)):
        told = memo.standing(FLOW_TIME, statistic)
        if told is not None and told.value is not None and told.n >= fewest:
            shown = number(told.value, told.unit, f"{told.origin}/value")
            text = (say("9 in 10 {cases} {finished} within {shown}", shown=shown, **said) if statistic == "p90"
                    else say("Half of the {cases} {finished} within {shown}", shown=shown, **said))  # fmt: skip
            return Sentence(text, (shown,))
    told = memo.standing(FLOW_TIME, "p50") or memo.standing(FLOW_TIME, "p90")
    if told is None or not told.n:
        return Sentence(say("No {cases} finished in this period", cases=said["cases"]))
    n = count(told.n, f"{told.origin}/n")
    case = voice.case if told.n == 1 else said["cases"]
    return Sentence(say("Only {n} {cases} finished: too few to say how long one takes", n=n, cases=case), (n,))


def _since(memo: MemoData) -> Sentence:
    """Which days the numbers are of, and since when anything is measured."""
    frozen_at = memo.window.frozen_at
    of = (say("As it was in {window}, frozen on {day}", window=window_words(memo),
              day=day(frozen_at.date(), year=True)) if frozen_at
          else say("As it was in {window}, not frozen", window=window_words(memo)))  # fmt: skip
    if memo.since_on is None:
        return Sentence(of + ".")
    return Sentence(say("{of}; measured since {month}.", of=of, month=f"{month(memo.since_on)} {memo.since_on.year}"))


def _footnote(memo: MemoData, metric: str, index: int) -> Footnote:
    known = memo.bundle.definitions.get(metric)
    rows = [one for one in memo.standings.values() if one.metric == metric]
    versions = [one.definition_version for one in rows if one.definition_version]
    version = versions[0] if versions else known.version if known else ""
    said = {*ROWS, *memo.bundle.targets}
    ids = [one.evidence_id for one in rows if one.evidence_id and (metric, one.statistic) in said]
    definition = brief(say(known.sentence), _LONGEST_DEFINITION) if known else ""
    label = short_label(memo, metric)
    return Footnote(index, label, definition, version, tuple(dict.fromkeys(ids))[:_MOST_IDS])
