"""Sentences about changes and states. Every verdict word that reaches a reader is turned into a sentence here.

Knows verdicts, directions and customer words; knows no page. Each sentence carries the numbers it names.
"""

from __future__ import annotations

from dataclasses import dataclass

from dashboards.bundle import BundleData, Change
from dashboards.errors import PublishedFileError
from dashboards.numbers import Number, change, count, number
from metrics.metric import DURATIONS, Verdict

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
    """Customer words, and what a change is measured against ('last quarter', 'the weeks before')."""

    case: str
    cases: str
    finished: str
    since: str = "last quarter"

    @classmethod
    def of(cls, data: BundleData, since: str = "last quarter") -> Voice:
        """The words of this stream."""
        words = data.stream.words
        return cls(words.case, words.cases, predicate(words.finished), since)


def predicate(finished: str) -> str:
    """'delivered' → 'are delivered', so that it completes a sentence; 'arrive' and 'are delivered' stay as they are."""
    is_participle = " " not in finished and (finished.endswith("ed") or finished in _PARTICIPLES)
    return f"are {finished}" if is_participle else finished


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
        return Chip(verdict.value, _SIGNS[verdict], "flat")
    tone = "good" if is_better(verdict) else "bad"
    lower = difference < 0 if difference is not None else verdict in (Verdict.FASTER, Verdict.CHEAPER)
    return Chip(verdict.value, "↓" if lower else "↑", tone)


def change_clause(found: Change | None, verdict: Verdict, voice: Voice) -> Sentence:
    """What may be said of a change, without capital and full stop: '0.3 days faster than last quarter'."""
    if verdict is Verdict.NO_DATA:
        return Sentence("no data to compare")
    if verdict is Verdict.NO_BASELINE or found is None:
        return Sentence("nothing earlier to compare with")
    if verdict is Verdict.NOT_JUDGED:
        return Sentence("not compared, as the newest may still change")
    if verdict is Verdict.TOO_FEW:
        return _too_few(found, voice)
    if verdict is Verdict.EARLY:
        fewest = count(min(found.before_n or 0, found.after_n or 0), found.origin + "/n")
        return Sentence(
            f"an early reading from {fewest} {_noun(found, voice)}; we compare from {_COMPARE_FROM}", (fewest,)
        )
    if verdict is Verdict.SAME:
        return _same(found, voice)
    if verdict is Verdict.UNCLEAR or found.difference is None:
        return _unclear(found, voice)
    moved = _amount(found, found.difference, "difference")
    likely = "likely " if verdict in _LIKELY else ""
    return Sentence(f"{likely}{moved} {_direction(found, found.difference)} than {voice.since}", (moved,))


def change_sentence(found: Change | None, verdict: Verdict, voice: Voice) -> Sentence:
    """The clause as a sentence of its own: 'About the same as last quarter (within 0.1 days).'"""
    return as_sentence(change_clause(found, verdict, voice))


def as_sentence(clause: Sentence) -> Sentence:
    """Capital first, full stop last."""
    return Sentence(capital(clause.text) + ".", clause.numbers)


def capital(text: str) -> str:
    """First letter upper, the rest as it is."""
    return text[:1].upper() + text[1:]


def tenths(share: Number) -> str:
    """A share as '9 in 10' where it is within half a point of it, else as a percentage."""
    tenth = round(share.value * 10)
    exact = 0 < tenth < 10 and abs(share.value - tenth / 10) <= 0.005 + 1e-12
    return f"{tenth} in 10" if exact else share.text


def quantile_words(statistic: str) -> str:
    """How a statistic of durations reads: '9 in 10'."""
    return {"p90": "9 in 10", "p85": "85 in 100", "p50": "half", "mean": "average"}.get(statistic, statistic)


def _amount(found: Change, raw: float, column: str) -> Number:
    """An unsigned size in the scale of the later value. `value` stays signed and raw."""
    parent = found.after_value if found.after_value is not None else raw
    return change(raw, found.unit, parent, f"{found.origin}/{column}")


def _direction(found: Change, raw: float) -> str:
    if found.unit in DURATIONS:
        return "faster" if raw < 0 else "slower"
    if found.unit in ("share", "ratio", "count"):
        return "lower" if raw < 0 else "higher"
    return "cheaper" if raw < 0 else "dearer"


def _same(found: Change, voice: Voice) -> Sentence:
    if not found.meaningful:
        return Sentence(f"about the same as {voice.since}")
    within = _amount(found, found.meaningful, "meaningful")
    if within.text.startswith("under"):  # smaller than the decimals shown: nothing to tell
        return Sentence(f"about the same as {voice.since}")
    return Sentence(f"about the same as {voice.since} (within {within})", (within,))


def _unclear(found: Change, voice: Voice) -> Sentence:
    start = f"no clear change on {voice.since}"
    if found.low is None or found.high is None:
        return Sentence(start)
    low, high = _amount(found, found.low, "low"), _amount(found, found.high, "high")
    down, up = _direction(found, found.low), _direction(found, found.high)
    if low.text == high.text and down == up:
        return Sentence(f"{start}: about {low} {down}", (low,))
    if down == up:
        near, far = sorted((low, high), key=lambda end: abs(end.value))
        return Sentence(f"{start}: anywhere from {near} to {far} {down}", (near, far))
    return Sentence(f"{start}: anywhere from {low} {down} to {high} {up}", (low, high))


def _too_few(found: Change, voice: Voice) -> Sentence:
    before, after = found.before_n or 0, found.after_n or 0
    fewest = min(before, after)
    if fewest == 0:
        return Sentence(f"no {_noun(found, voice)} in {voice.since} to compare with")
    if fewest >= _COMPARE_FROM:
        return Sentence("too few days of data to say whether it changed")
    shown = count(fewest, f"{found.origin}/{'after_n' if after <= before else 'before_n'}")
    noun = voice.case if fewest == 1 and _noun(found, voice) == voice.cases else _noun(found, voice)
    when = "" if after <= before else f" in {voice.since}"
    return Sentence(f"only {shown} {noun}{when}, too few to say whether it changed", (shown,))


def _noun(found: Change, voice: Voice) -> str:
    return "failures" if "failure" in found.metric else voice.cases


def target_words(target: Number, value: Number | None, *, lower_is_better: bool) -> tuple[str, str]:
    """State ('hit', 'miss' or 'none') and words of a target."""
    if value is None:
        return "none", f"Target {target}"
    hit = value.value <= target.value if lower_is_better else value.value >= target.value
    return ("hit", f"Target {target} · Met") if hit else ("miss", f"Target {target} · Not met")


def target_number(metric: str, statistic: str, target: float, unit: str) -> Number:
    """A target in its own scale."""
    return number(target, unit, f"targets/{metric}/{statistic}/target")
