"""The cards of a portfolio: results, benefits class by class, decisions, and what is at risk, stream by stream."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from dashboards.bundle import BundleData
from dashboards.language import say
from dashboards.parts.benefit_classes import bridges_of
from dashboards.parts.benefit_words import MONEY, amount, class_title, level_title
from dashboards.parts.card import Card, Cell, Column, Table
from dashboards.parts.decisions import asked_card, risks_card
from dashboards.parts.gaps import gaps_card
from dashboards.parts.measure import HEADLINES, Measure, measure
from dashboards.parts.tiles import empty_words
from dashboards.portfolio.naming import named
from dashboards.rows.benefit_bridge import BridgeLevel
from dashboards.targets import target_words
from dashboards.wording import Sentence, Voice

_LEVELS = ("claimed", "validated", "booked")


def results_card(streams: Sequence[BundleData]) -> Card:
    """The five results of each stream, whether they went well or not; what streams call them differs."""
    columns = (
        Column(say("Stream")), Column(say("Result")), Column(say("Last quarter"), True),
        Column(say("This quarter"), True), Column(say("Verdict")), Column(say("Target")),
    )  # fmt: skip
    rows = [_result(data, measure(data, metric)) for data in streams for metric in HEADLINES]
    return Card(
        "results", say("What each stream found"),
        say("Results of different streams are not averaged: an order is no travel claim."), "metric_values",
        table=Table.of(columns, rows, most=len(rows)),
    )  # fmt: skip


def benefit_cards(streams: Sequence[BundleData]) -> Iterator[Card]:
    """A card for each class and unit that any stream claims; streams add up within it, classes never do."""
    found = list(dict.fromkeys(key for data in streams for key in bridges_of(data)))
    for benefit_class, unit in found:
        told = {data.state.name: bridges_of(data).get((benefit_class, unit), {}) for data in streams}
        yield _benefits(benefit_class, unit, {name: levels for name, levels in told.items() if levels}, streams)


def asked_cards(streams: Sequence[BundleData]) -> Card:
    """Every decision that any stream asks for."""
    return _gathered(
        "asked", say("Decisions we ask for"),
        say("What people propose, with what they expect of it; an expectation is no measurement."),
        "decisions", [(data, asked_card(data)) for data in streams], say("No stream asks for a decision."),
    )  # fmt: skip


def risk_cards(streams: Sequence[BundleData]) -> tuple[Card, Card]:
    """What people fear, and what the runs found."""
    seen = _gathered(
        "risks", say("Risks that people see"), say("Told by people, not measured."), "risks",
        [(data, risks_card(data)) for data in streams], say("Nobody has told a risk."),
    )  # fmt: skip
    found = _gathered(
        "gaps", say("Gaps that the runs found"), say("What may make a number above a wrong one, or none."),
        "check_results", [(data, gaps_card(data)) for data in streams], say("No gap was found in any stream."),
    )  # fmt: skip
    return seen, found


def _result(data: BundleData, found: Measure) -> tuple[Cell, ...]:
    shown: Cell = found.shown if found.shown is not None else empty_words(found, Voice.of(data))
    aim: Cell = say("none set")
    if found.target is not None:
        _, words = target_words(found.target, found.shown, lower_is_better=found.lower_is_better)
        aim = Sentence(words, (found.target,))
    cells: tuple[Cell, ...] = (found.full_label, found.before, shown, found.chip, aim)
    return data.state.name, *(named(cell, data.state.stream) for cell in cells)


def _gathered(
    key: str, title: str, subtitle: str, source: str, cards: Sequence[tuple[BundleData, Card]], empty: str
) -> Card:  # fmt: skip
    """The tables of one card of each stream as one, the stream in its first column."""
    tables = [(data, card.table) for data, card in cards if card.table is not None]
    if not tables:
        return Card(key, title, subtitle, source, empty=empty)
    columns = (Column(say("Stream")), *tables[0][1].columns)
    rows: list[tuple[Cell, ...]] = [
        (data.state.name, *(named(cell, data.state.stream) for cell in row)) for data, table in tables
        for row in table.rows
    ]  # fmt: skip
    return Card(key, title, subtitle, source, table=Table.of(columns, rows))


def _benefits(
    benefit_class: str, unit: str, told: dict[str, dict[str, BridgeLevel]], streams: Sequence[BundleData]
) -> Card:  # fmt: skip
    names = {data.state.name: data.state.stream for data in streams}
    levels = [level for level in _LEVELS if any(level in found for found in told.values())]
    columns = (Column(say("Stream")), *(Column(level_title(level), True) for level in levels))
    rows: list[tuple[Cell, ...]] = [
        (name, *(named(_end(found.get(level)), names[name]) for level in levels)) for name, found in told.items()
    ]
    if len(told) > 1:
        ends = {level: [found[level] for found in told.values() if level in found] for level in levels}
        rows.append((say("Together"), *(_together(ends[level], level) for level in levels)))
    slug = "".join(c if c.isalnum() else "-" for c in f"{benefit_class}-{unit}".lower())
    return Card(
        f"class-{slug}", say("{name}, of all streams", name=_title(benefit_class)),
        say("At the end of the quarter; what two streams claim is disputed, and counts for none of them."),
        "benefit_bridge", table=Table.of(columns, rows),
    )  # fmt: skip


def _title(benefit_class: str) -> str:
    name = class_title(benefit_class)
    return say("{name}, net", name=name) if benefit_class in MONEY else name


def _end(row: BridgeLevel | None) -> Cell:
    """What stands at the end: money net of what it costs to run."""
    if row is None:
        return say("none")
    end, column = _column(row)
    return say("not told") if end is None else amount(end, row.unit, f"{row.origin}/{column}")


def _together(rows: Sequence[BridgeLevel], level: str) -> Cell:
    """The sum of one class at one level; not told where it is not told of any stream."""
    ends = [_column(row)[0] for row in rows]
    known = [end for end in ends if end is not None]
    if len(known) < len(ends):
        return say("not told")
    first = rows[0]
    return amount(sum(known), first.unit, f"benefit_bridge/{first.benefit_class}/Σ {level}/{_column(first)[1]}")


def _column(row: BridgeLevel) -> tuple[float | None, str]:
    return (row.net, "net") if row.benefit_class in MONEY else (row.closing, "closing")
