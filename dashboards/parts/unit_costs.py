"""The three unit costs: the same cost divided by what was completed, by what came in, by what was right."""

from __future__ import annotations

from dashboards.bundle import BundleData
from dashboards.language import capital, say
from dashboards.numbers import Number, count
from dashboards.parts.card import Card, Cell, Column, Table
from dashboards.parts.measure import Measure, measure
from dashboards.parts.unit_cost import COST, cost_range

STARTED, RIGHT = "cost_per_started_case", "cost_per_first_time_right_case"


def unit_costs_card(data: BundleData) -> Card | None:
    """The card; None where only one of the three is told."""
    found = [measure(data, metric) for metric in (COST, STARTED, RIGHT)]
    told = [each for each in found if each.shown is not None]
    if len(told) < 2:
        return None
    columns = (
        Column(say("Divided by")), Column(say("Cost"), True), Column(say("Range"), True),
        Column(say("Last quarter"), True), Column(say("How many"), True), Column(say("Finding")),
    )  # fmt: skip
    return Card(
        "unit-costs", _title(data, found[-1]), say("The same cost of the quarter, divided by three counts."),
        told[-1].metric, Table.of(columns, [_row(data, each) for each in told]),
    )  # fmt: skip


def _row(data: BundleData, found: Measure) -> tuple[Cell, ...]:
    words = data.stream.words
    names = {
        COST: say("{cases} completed", cases=words.cases), STARTED: say("{cases} started", cases=words.cases),
        RIGHT: say("{cases} right first time", cases=words.cases),
    }  # fmt: skip
    return capital(names[found.metric]), found.shown, cost_range(found), found.before, _many(found), found.chip


def _many(found: Measure) -> Number | None:
    return None if found.now is None else count(found.now.n, f"{found.now.origin}/n")


def _title(data: BundleData, right: Measure) -> str:
    if right.shown is None:
        return say("What it costs by another count")
    return say("One {case} that is right first time costs {cost}", case=data.stream.words.case, cost=right.shown)
