"""This quarter against every earlier one of the file: values with their ranges, a verdict only where one is published.

Verdicts exist against the quarter before and against the frozen baseline. Any other pair is shown without one: reading
a verdict off two ranges would be a test that nobody made.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from dashboards.bundle import BundleData
from dashboards.drawing import draw_bare
from dashboards.language import say, say_of
from dashboards.numbers import count, number
from dashboards.parts.card import Card, Cell, Column, Panel, Table
from dashboards.parts.measure import FEW, HEADLINES, NOT_RELIABLE, TAIL_NEEDS, Measure, measure
from dashboards.parts.metric_words import counted_sentence, counted_words, course_words
from dashboards.parts.ranges import range_sentence
from dashboards.parts.standing import frozen, since_baseline
from dashboards.rows.quarter_values import ROWS, QuarterValue
from dashboards.spreads import Quarter, quarters
from dashboards.wording import Chip, Sentence, Voice, change_sentence, chip, read_verdict


def history(data: BundleData, found: Measure) -> list[QuarterValue]:
    """The quarters of a measure, oldest first; none below the gate."""
    if found.is_gated:
        return []
    return [row for row in data.rows(ROWS) if (row.metric, row.statistic) == (found.metric, found.statistic)]


def is_shown(row: QuarterValue) -> bool:
    """May the value be spoken of?"""
    return row.value is not None and row.n >= (TAIL_NEEDS if row.statistic in ("p85", "p90") else FEW)


def courses_card(data: BundleData) -> Card:
    """The five results, each over all its quarters."""
    panels = tuple(_panel(data, measure(data, metric)) for metric in HEADLINES)
    return Card(
        "courses", _title(data), say("Each picture: the quarters of the file with their ranges, the newest last."),
        "metric_values", panels=panels,
    )  # fmt: skip


def quarter_cards(data: BundleData) -> Iterator[Card]:
    """A table for each headline metric, newest quarter first."""
    for metric in HEADLINES:
        found = measure(data, metric)
        rows = history(data, found)
        if rows or found.is_gated:
            yield _card(data, found, rows)


def _title(data: BundleData) -> str:
    known = max((row.quarters for row in data.rows(ROWS)), default=0)
    return say_of(known, "One quarter is on file: nothing to compare with yet", "{n} quarters are on file", n=known)


def _panel(data: BundleData, found: Measure) -> Panel:
    rows, voice = history(data, found), Voice.of(data)
    told = [Quarter(r.value, r.low, r.high) if is_shown(r) else Quarter(None, None, None) for r in rows]
    ends = [end for quarter in told for end in (quarter.value, quarter.low, quarter.high) if end is not None]
    shape = found.chip
    drawing = None
    if ends and len(told) > 1:
        figure = quarters(told, None, (min(ends), max(ends)), shape.tone)
        drawing = draw_bare(figure, 220, 64, css="small-chart")
    n = count(found.now.n if found.now else 0, f"metric_values/{found.metric}/{found.statistic}/{data.period.key}/n")
    said = Sentence(f"{say(NOT_RELIABLE)}.") if found.is_gated else change_sentence(found.change, found.verdict, voice)
    return Panel(
        found.full_label, found.shown, None, counted_sentence(n, found.metric, voice), shape, said, drawing
    )  # fmt: skip


def _card(data: BundleData, found: Measure, rows: Sequence[QuarterValue]) -> Card:
    voice = Voice.of(data)
    columns = (
        Column(say("Quarter")), Column(say("Value"), True), Column(say("Lies between"), True),
        Column(counted_words(found.metric, voice), True), Column(say("This quarter against it")),
    )  # fmt: skip
    told = [_row(data, found, row) for row in reversed(rows)]
    left = rows[0].quarters - len(rows) if rows else 0
    return Card(
        f"quarters-{found.metric.replace('_', '-')}", _finding(found, rows),
        say("{measured}, by quarter. A value lies in its range 95 times of 100.", measured=course_words(found, voice)),
        found.metric, table=Table(columns, tuple(told), max(left, 0)) if told else None,
        empty=say("No quarter has a value."),
    )  # fmt: skip


def _finding(found: Measure, rows: Sequence[QuarterValue]) -> str:
    """The first quarter with a value beside this one; what came between stands in the table."""
    if found.is_gated:
        return f"{found.full_label}: {say(NOT_RELIABLE)}"
    known = [row for row in rows if is_shown(row)]
    if found.shown is None or not known or known[-1].period != rows[-1].period:
        return say("{label}: no value this quarter", label=found.full_label)
    first = known[0]
    if first is known[-1] or first.value is None:
        return say("{label}: nothing earlier to compare with", label=found.full_label)
    return say(
        "{label}: {was} in {first}, {now} in {last}", label=found.full_label, was=number(first.value, first.unit, ""),
        first=first.period, now=found.shown, last=rows[-1].period,
    )  # fmt: skip


def _row(data: BundleData, found: Measure, row: QuarterValue) -> tuple[Cell, ...]:
    n = count(row.n, f"{row.origin}/n")
    if not is_shown(row) or row.value is None:
        return row.period, None, Sentence(""), n, Sentence("")
    return (
        row.period, number(row.value, row.unit, f"{row.origin}/value"),
        range_sentence(row.value, row.low, row.high, row.unit, row.origin), n, _against(data, found, row),
    )  # fmt: skip


def _against(data: BundleData, found: Measure, row: QuarterValue) -> Chip | Sentence:
    """The published verdict of this quarter against that one, or that there is none."""
    if row.period == data.period.key:
        return Sentence("")
    if row.period == data.before.key and found.change is not None:
        return found.chip
    kept, since = frozen(data, found), since_baseline(data, found)
    if kept is not None and since is not None and kept.baseline == row.period:
        return chip(read_verdict(since.verdict), since.difference)
    return Sentence(say("no verdict"))
