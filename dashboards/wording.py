"""Sentences about changes and states. Every verdict word that reaches a reader is turned into a sentence here.

Knows verdicts, directions and customer words; knows no page. Each sentence carries the numbers it names.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from dashboards.bundle import BundleData, Change
from dashboards.directions import direction_of, ways_of
from dashboards.errors import PublishedFileError
from dashboards.language import ENGLISH, capital, locale, say, say_of
from dashboards.numbers import Number, change, count
from metrics.metric import Verdict

_GOOD = {Verdict.FASTER, Verdict.CHEAPER, Verdict.BETTER}
_BAD = {Verdict.SLOWER, Verdict.DEARER, Verdict.WORSE}
_LIKELY = {
    Verdict.LIKELY_FASTER: Verdict.FASTER, Verdict.LIKELY_SLOWER: Verdict.SLOWER,
    Verdict.LIKELY_CHEAPER: Verdict.CHEAPER, Verdict.LIKELY_DEARER: Verdict.DEARER,
    Verdict.LIKELY_BETTER: Verdict.BETTER, Verdict.LIKELY_WORSE: Verdict.WORSE,
}  # fmt: skip
_SIGNS = {
    Verdict.NO_DATA: "–", Verdict.NO_BASELINE: "–", Verdict.NOT_JUDGED: "–", Verdict.TOO_FEW: "…",
    Verdict.EARLY: "…",
    Verdict.SAME: "=", Verdict.UNCLEAR: "∼",
}  # fmt: skip
_COMPARE_FROM = 100
_PARTICIPLES = {"paid", "sent", "done", "met", "sold", "built", "made", "won", "cut", "shut", "held", "brought"}


@dataclass(frozen=True, slots=True)
class Sentence:
    """A sentence and the numbers in it, in the order they stand."""

    text: str
    numbers: tuple[Number, ...] = ()

    def __str__(self) -> str:
        return self.text


@dataclass(frozen=True, slots=True)
class Chip:
    """A verdict as a chip: a sign and a word, so that colour is never alone. `tone` is good, bad or flat."""

    word: str
    sign: str
    tone: str


@dataclass(frozen=True, slots=True)
class Voice:
    """Customer words, and what a change is measured against, as it is said: 'last quarter', 'the weeks before'."""

    case: str
    cases: str
    finished: str
    since: str = "last quarter"

    @classmethod
    def of(cls, data: BundleData, since: str | None = None) -> Voice:
        """The words of this stream."""
        words = data.stream.words
        return cls(words.case, words.cases, predicate(words.finished), since or say("last quarter"))


def predicate(finished: str) -> str:
    """'delivered' → 'are delivered', so that it completes a sentence; 'arrive' and 'are delivered' stay as they are.

    Only English has a list of participles; in other languages one word is one, and several are what they are.
    """
    is_english = locale() == ENGLISH
    is_participle = " " not in finished and (not is_english or finished.endswith("ed") or finished in _PARTICIPLES)
    return say("are {finished}", finished=finished) if is_participle else finished


def read_verdict(text: str | None) -> Verdict:
    """A verdict as published. A missing one is 'No earlier period'; a word outside the closed list is a broken file."""
    if text is not None and text not in set(Verdict):
        raise PublishedFileError.from_unknown_verdict(text, set(Verdict))
    return Verdict.NO_BASELINE if text is None else Verdict(text)


def is_better(verdict: Verdict) -> bool:
    """Is it a change for the better, sure or likely?"""
    return _LIKELY.get(verdict, verdict) in _GOOD


def is_worse(verdict: Verdict) -> bool:
    """Is it a change for the worse, sure or likely?"""
    return _LIKELY.get(verdict, verdict) in _BAD


def is_sure(verdict: Verdict) -> bool:
    """Is it a change for better or worse beyond the 95 % range?"""
    return verdict in _GOOD or verdict in _BAD


def chip(verdict: Verdict, difference: float | None) -> Chip:
    """The chip of a verdict. The arrow shows where the number went, the tone whether that is good."""
    if verdict in _SIGNS:
        return Chip(say(verdict.value), _SIGNS[verdict], "flat")
    tone = "good" if is_better(verdict) else "bad"
    lower = difference < 0 if difference is not None else verdict in (Verdict.FASTER, Verdict.CHEAPER)
    return Chip(say(verdict.value), "↓" if lower else "↑", tone)


def change_clause(found: Change | None, verdict: Verdict, voice: Voice) -> Sentence:
    """What may be said of a change, without capital and full stop: '0.3 days faster than last quarter'."""
    if verdict is Verdict.NO_DATA:
        return Sentence(say("no data to compare"))
    if verdict is Verdict.NO_BASELINE or found is None:
        return Sentence(say("nothing earlier to compare with"))
    if verdict is Verdict.NOT_JUDGED:
        return Sentence(say("not compared, as the newest may still change"))
    if verdict is Verdict.TOO_FEW:
        return _too_few(found, voice)
    if verdict is Verdict.EARLY:
        return _early(found, voice)
    if verdict is Verdict.SAME:
        return _same(found, voice)
    if verdict is Verdict.UNCLEAR or found.difference is None:
        return _unclear(found, voice)
    moved, way = _amount(found, found.difference, "difference"), direction_of(found.unit, found.difference)
    message = way.likely if verdict in _LIKELY else way.moved
    return Sentence(say(message, moved=moved, since=voice.since), (moved,))


def change_sentence(found: Change | None, verdict: Verdict, voice: Voice) -> Sentence:
    """The clause as a sentence of its own: 'About the same as last quarter (within 0.1 days).'"""
    return as_sentence(change_clause(found, verdict, voice))


def as_sentence(clause: Sentence) -> Sentence:
    """Capital first, full stop last."""
    return Sentence(capital(clause.text) + ".", clause.numbers)


def lowered(text: str) -> str:
    """First letter lower, the rest as it is: a verdict within a sentence."""
    return text[:1].lower() + text[1:]


def uncapital(label: str) -> str:
    """A label as it stands within a sentence: English lowers its first letter, German leaves its nouns."""
    return lowered(label) if locale() == ENGLISH else label


def brief(text: str, most: int = 80) -> str:
    """Customer words cut to a length that a line can bear; whole where they are shorter."""
    return text if len(text) <= most else text[: most - 1].rstrip() + "…"


def listed(names: Sequence[str]) -> str:
    """'A', 'A and B', 'A, B and C'."""
    *most, last = names
    return say("{most} and {last}", most=", ".join(most), last=last) if most else last


def tenth_of(share: Number) -> int | None:
    """How many in ten a share is, where it is within half a point of that; else None."""
    tenth = round(share.value * 10)
    exact = 0 < tenth < 10 and abs(share.value - tenth / 10) <= 0.005 + 1e-12
    return tenth if exact else None


def tenths(share: Number) -> str:
    """A share as '9 in 10' where it is within half a point of it, else as a percentage."""
    tenth = tenth_of(share)
    return share.text if tenth is None else say("{tenth} in 10", tenth=tenth)


def quantile_words(statistic: str) -> str:
    """How a statistic of durations reads: '9 in 10'."""
    words = {"p90": say("9 in 10"), "p85": say("85 in 100"), "p50": say("half"), "mean": say("average")}
    return words.get(statistic, statistic)


def _amount(found: Change, raw: float, column: str) -> Number:
    """An unsigned size in the scale of the later value. `value` stays signed and raw."""
    parent = found.after_value if found.after_value is not None else raw
    return change(raw, found.unit, parent, f"{found.origin}/{column}")


def _early(found: Change, voice: Voice) -> Sentence:
    n = count(min(found.before_n or 0, found.after_n or 0), found.origin + "/n")
    message = "an early reading from {n} {cases}; we compare from {fewest}"
    return Sentence(say(message, n=n, cases=_noun(found, voice), fewest=_COMPARE_FROM), (n,))


def _same(found: Change, voice: Voice) -> Sentence:
    within = _amount(found, found.meaningful, "meaningful") if found.meaningful else None
    if within is None or within.is_under:  # smaller than the decimals shown: nothing to tell
        return Sentence(say("about the same as {since}", since=voice.since))
    return Sentence(say("about the same as {since} (within {within})", since=voice.since, within=within), (within,))


def _unclear(found: Change, voice: Voice) -> Sentence:
    if found.low is None or found.high is None:
        return Sentence(say("no clear change on {since}", since=voice.since))
    low, high = _amount(found, found.low, "low"), _amount(found, found.high, "high")
    down, up = direction_of(found.unit, found.low), direction_of(found.unit, found.high)
    if down != up:
        either = ways_of(found.unit).either
        return Sentence(say(either, since=voice.since, low=low, high=high), (low, high))
    if low.text == high.text:
        return Sentence(say(down.about, since=voice.since, moved=low), (low,))
    near, far = sorted((low, high), key=lambda end: abs(end.value))
    return Sentence(say(down.range, since=voice.since, near=near, far=far), (near, far))


def _too_few(found: Change, voice: Voice) -> Sentence:
    before, after = found.before_n or 0, found.after_n or 0
    fewest, is_now = min(before, after), after <= before
    cases = _noun(found, voice, fewest)
    if fewest == 0:
        return Sentence(say("no {cases} in {since} to compare with", cases=cases, since=voice.since))
    if fewest >= _COMPARE_FROM:
        return Sentence(say("too few days of data to say whether it changed"))
    n = count(fewest, f"{found.origin}/{'after_n' if is_now else 'before_n'}")
    if is_now:
        return Sentence(say("only {n} {cases}, too few to say whether it changed", n=n, cases=cases), (n,))
    message = "only {n} {cases} in {since}, too few to say whether it changed"
    return Sentence(say(message, n=n, cases=cases, since=voice.since), (n,))


def _noun(found: Change, voice: Voice, n: int = 0) -> str:
    if "failure" in found.metric:
        return say_of(n, "failure", "failures")
    return voice.case if n == 1 else voice.cases
