"""Right first time, back to normal after a failure, handoffs: the three results that speak of quality, with ranges."""

from __future__ import annotations

from dashboards.bundle import BundleData
from dashboards.language import say
from dashboards.numbers import count
from dashboards.parts.card import Card, Cell, Column, Table
from dashboards.parts.measure import Measure, measure
from dashboards.parts.ranges import range_sentence
from dashboards.parts.tiles import empty_words, headline
from dashboards.wording import Voice

QUALITY = ("first_time_right", "failure_containment_time", "handoff_ratio")


def results_card(data: BundleData) -> Card:
    """A row for each of the three, whether it went well or not."""
    columns = (
        Column(say("Measure"), is_wide=True), Column(say("Last quarter"), True), Column(say("This quarter"), True),
        Column(say("Range it lies in, 95 times of 100")), Column(say("How many"), True), Column(say("Verdict")),
    )  # fmt: skip
    found = [measure(data, metric) for metric in QUALITY]
    return Card(
        "results", headline(data, QUALITY[0]).text,
        say("What customers and colleagues can use as it comes, this quarter against the one before."), QUALITY[0],
        table=Table.of(columns, [_row(data, each) for each in found]),
    )  # fmt: skip


def _row(data: BundleData, found: Measure) -> tuple[Cell, ...]:
    now = found.now
    shown: Cell = found.shown if found.shown is not None else empty_words(found, Voice.of(data))
    lies: Cell = "" if now is None else range_sentence(now.value, now.low, now.high, now.unit, now.origin)
    return (
        found.full_label, found.before, shown, lies, None if now is None else count(now.n, f"{now.origin}/n"),
        found.chip,
    )  # fmt: skip
