"""The two readings of the flow time: of what finished, and of what started, with open work counted."""

from __future__ import annotations

from dashboards.bundle import BundleData
from dashboards.language import say
from dashboards.numbers import count
from dashboards.parts.card import Card, Cell, Column, Table
from dashboards.parts.freshness import open_work
from dashboards.parts.measure import FLOW_TIME, NOT_RELIABLE, Measure, measure
from dashboards.parts.metric_words import STARTED
from dashboards.parts.ranges import range_sentence
from dashboards.wording import Sentence, quantile_words


def readings_card(data: BundleData) -> Card:
    """Both readings, statistic by statistic, and whether they differ by more than chance and habit explain."""
    columns = (
        Column(say("Reading")), Column(say("Value"), True), Column(say("Lies between"), True),
        Column(data.stream.words.cases, True), Column(say("Against last quarter")),
    )  # fmt: skip
    finished = data.stream.words.finished
    told = [
        _row(measure(data, metric, statistic), label)
        for statistic in ("p50", "p90")
        for metric, label in (
            (FLOW_TIME, say("{finished} this quarter ({statistic})", finished=finished.capitalize(),
                            statistic=quantile_words(statistic))),
            (STARTED, say("{started} this quarter, open ones counted ({statistic})",
                          started=data.stream.words.started.capitalize(), statistic=quantile_words(statistic))),
        )
    ]  # fmt: skip
    rows = [row for row in told if row is not None]
    differs = open_work(data)
    return Card(
        "readings", _title(data, differs), say("What finished tells of work that got there; what started, of all."),
        STARTED, table=Table(columns, tuple(rows)) if rows else None,
        empty=say("Neither reading has a value this quarter."), remarks=(differs,) if differs else (),
    )  # fmt: skip


def _title(data: BundleData, differs: Sentence | None) -> str:
    if measure(data, FLOW_TIME).is_gated:
        return say(NOT_RELIABLE)
    finished, started = data.value(FLOW_TIME, "p90"), data.value(STARTED, "p90")
    if not finished or not started or finished.value is None or started.value is None:
        return say("Open work cannot be counted yet")
    if differs is None:
        return say("Counting open work changes little")
    if started.value > finished.value:
        return say("Counting open work, it takes longer")
    return say("Counting what has just begun, it takes less time")


def _row(found: Measure, label: str) -> tuple[Cell, ...] | None:
    now = found.now
    if found.shown is None or now is None or now.value is None:
        return None
    extent = range_sentence(now.value, now.low, now.high, now.unit, now.origin)
    return label, found.shown, extent, count(now.n, f"{now.origin}/n"), found.chip
