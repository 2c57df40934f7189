"""Data contracts as they are: what begins and ends a case, what arrived, what was kept aside, and what that forbids."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass

from dashboards.language import say, say_of
from dashboards.memo.as_it_is import Line, short_label
from dashboards.memo.reading import LONGEST_LABEL, MemoData
from dashboards.numbers import count, day, number
from dashboards.parts.freshness import gate_reason
from dashboards.parts.measure import measured_share
from dashboards.parts.notes import quality
from dashboards.wording import Sentence, brief, listed
from metrics.verdicts import FIRM

MOST_FAILING = 3
MOST_WARNINGS = 4
_MOST_NAMES = 3


@dataclass(frozen=True, slots=True)
class Fact:
    """One line of the contract: what, and as it is."""

    what: str
    said: Sentence


def facts(memo: MemoData) -> tuple[Fact, ...]:
    """What feeds the numbers, and in what state it is."""
    return (
        Fact(say("What counts"), _edges(memo)), Fact(say("What feeds it"), _arrivals(memo)),
        Fact(say("Both ends known"), _both_ends(memo)), Fact(say("Left out"), quality(memo.bundle).left_out),
        Fact(say("On time"), _punctual(memo)), Fact(say("Checks"), _checks(memo)),
        Fact(say("Newest event"), _newest(memo)),
    )  # fmt: skip


def warnings(memo: MemoData, shown: tuple[Line, ...]) -> tuple[tuple[Sentence, ...], int]:
    """What a decision should not rest on yet, the gravest first; and how many more there are."""
    found = list(_warnings(memo, shown))
    return tuple(found[:MOST_WARNINGS]), max(0, len(found) - MOST_WARNINGS)


def _warnings(memo: MemoData, shown: tuple[Line, ...]) -> Iterator[Sentence]:
    if reason := gate_reason(memo.bundle):
        yield reason
    newest = memo.bundle.newest_on
    if newest is None or newest + dt.timedelta(days=1) < memo.window.until_on:
        yield Sentence(say("The window is not whole: its last days have no data yet."))
    failed = sum(not check.passed for check in memo.bundle.checks)
    if failed:
        n = count(failed, "check_results/failed")
        yield Sentence(say_of(failed, "{n} data check fails.", "{n} data checks fail.", n=n), (n,))
    missing = memo.bundle.state.missing_numbers
    if missing:
        n = count(missing, "streams/missing_numbers")
        yield Sentence(say_of(missing, "{n} event was told and never arrived.",
                              "{n} events were told and never arrived.", n=n), (n,))  # fmt: skip
    yield from _about_values(memo, shown)
    if not memo.is_frozen:
        yield Sentence(say("The numbers are not frozen, so later data may move them: streamgauge baseline freeze."))


def _about_values(memo: MemoData, shown: tuple[Line, ...]) -> Iterator[Sentence]:
    few = _names(memo, [line.metric for line in shown if line.n is not None and line.n.value < FIRM])
    if few:
        least = count(FIRM, "rules/verdicts/FIRM")
        yield Sentence(say("Rests on fewer than {least}: {names}.", least=least, names=few), (least,))
    without = _some([line.label for line in shown if line.shown is None])
    if without:
        yield Sentence(say("Without a number: {names}.", names=without))
    bare = _some([line.label for line in shown if line.shown is not None and not line.range.numbers])
    if bare:
        yield Sentence(say("Without a range, so nobody knows how sure: {names}.", names=bare))
    moved = _names(memo, [one.metric for one in memo.standings.values() if one.restated_by])
    if moved:
        yield Sentence(say("Later data say otherwise than what was frozen: {names}.", names=moved))
    newest = memo.bundle.newest_on
    young = [
        one.metric for one in memo.standings.values()
        if one.matures_on and newest and one.matures_on > max(newest, memo.window.until_on)
    ]  # fmt: skip
    if names := _names(memo, [metric for metric in young if metric in {line.metric for line in shown}]):
        yield Sentence(say("Not final yet, as its newest {cases} are young: {names}.",
                           cases=memo.bundle.stream.words.cases, names=names))  # fmt: skip


def _names(memo: MemoData, metrics: list[str]) -> str:
    """Their labels, the first three; empty where there is none."""
    return _some([short_label(memo, metric) for metric in dict.fromkeys(metrics)])


def _some(names: list[str]) -> str:
    """The first three, and how many more there are; empty where there is none."""
    more = len(names) - _MOST_NAMES
    kept = [*names[:_MOST_NAMES], *([say("{n} more", n=more)] if more > 0 else [])]
    return listed(kept) if kept else ""


def _edges(memo: MemoData) -> Sentence:
    stream = memo.bundle.stream
    begun = _cut([stream.label_of(step) for step in stream.trigger.steps]) or say("the first event")
    return Sentence(say("from {begun} to {ended}", begun=begun, ended=_cut([o.name for o in stream.outcomes])))


def _arrivals(memo: MemoData) -> Sentence:
    state, words = memo.bundle.state, memo.bundle.stream.words
    events, cases = count(state.events, "streams/events"), count(state.cases, "streams/cases")
    still = count(state.open_cases, "streams/open_cases")
    said = {"events": events, "n": cases, "cases": words.cases, "still": still}
    if not state.received:
        text = say("{events} events from files, of {n} {cases}; {still} still open", **said)
        return Sentence(text, (events, cases, still))
    received = count(state.received, "streams/received")
    text = say("{events} events of {n} {cases}, {received} of them as they happened; {still} still open",
               received=received, **said)  # fmt: skip
    spans = memo.bundle.stream.source.spans
    if spans is not None and spans.services:
        text += "; " + say("services {names}", names=_cut(spans.services))
    return Sentence(text, (events, cases, received, still))


def _both_ends(memo: MemoData) -> Sentence:
    share = measured_share(memo.bundle)
    if share is None:
        return Sentence(say("no {case} has ended yet", case=memo.bundle.stream.words.case))
    measured = number(share, "share", "streams/measured_cases ÷ ended_cases")
    ended = count(memo.bundle.state.ended_cases, "streams/ended_cases")
    gate = number(memo.bundle.stream.gates.completeness, "share", "stream file/gates/completeness")
    text = say("{measured} of {ended} ended {cases}; wanted: {gate}", measured=measured, ended=ended, gate=gate,
               cases=memo.bundle.stream.words.cases)  # fmt: skip
    return Sentence(text, (measured, ended, gate))


def _punctual(memo: MemoData) -> Sentence:
    state = memo.bundle.state
    if not state.received or state.late is None or state.missing_numbers is None:
        return Sentence(say("not known of files: they do not tell what is late or missing"))
    late, missing = count(state.late, "streams/late"), count(state.missing_numbers, "streams/missing_numbers")
    return Sentence(say("{late} came late, {missing} never came", late=late, missing=missing), (late, missing))


def _checks(memo: MemoData) -> Sentence:
    if not memo.bundle.checks:
        return Sentence(say("none was run"))
    told = quality(memo.bundle).checks
    failing = [say(check.check_name.replace("_", " ")) for check in memo.bundle.checks if not check.passed]
    if not failing:
        return told
    return Sentence(say("{told}; failing: {names}", told=told, names=_cut(failing, MOST_FAILING)), told.numbers)


def _newest(memo: MemoData) -> Sentence:
    newest = memo.bundle.newest_on
    return Sentence(say("none yet") if newest is None else day(newest, year=True))


def _cut(names: list[str] | tuple[str, ...], most: int = _MOST_NAMES) -> str:
    """The first names, each cut to what a line can bear, and how many more there are; empty where there is none."""
    kept = [brief(name, LONGEST_LABEL) for name in names[:most]]
    more = len(names) - len(kept)
    return ", ".join(kept) + (f" {say('and {n} more', n=more)}" if more > 0 else "")
