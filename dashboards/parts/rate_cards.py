"""Which approved rate card the cost of the quarter was reckoned by: its lines, their versions and days."""

from __future__ import annotations

from dashboards.bundle import BundleData
from dashboards.language import say
from dashboards.numbers import Scale, day, number
from dashboards.parts.card import Card, Cell, Column, Table
from dashboards.parts.cost_classes import class_name
from dashboards.rows.rate_card import ROWS, RateLine
from dashboards.wording import listed


def rate_card(data: BundleData) -> Card:
    """The lines in force on a day of the quarter."""
    told, currency = data.rows(ROWS), data.stream.costs.currency
    columns = (
        Column(say("What")), Column(say("Class")), Column(say("Rate"), True), Column(say("For each")),
        Column(say("From")), Column(say("Until")), Column(say("Version"), True), Column(say("Approved")),
    )  # fmt: skip
    versions = listed([f"{version}" for version in sorted({line.version for line in told})]) if told else ""
    return Card(
        "rate-card", say("Rate card, version {version}", version=versions) if told else say("No rate card is in force"),
        say("The rates by which work and use of this quarter were priced."), "rates",
        table=Table.of(columns, [_row(line, currency) for line in told]) if told else None,
        empty=say("No line of a rate card covers a day of this quarter."),
    )  # fmt: skip


def _row(line: RateLine, currency: str) -> tuple[Cell, ...]:
    return (
        line.driver, class_name(line.cost_class),
        number(float(line.amount), currency, f"rates/{line.rate_id}/amount", Scale(currency, 1, 2)),
        say("hour") if line.unit == "hour" else line.unit,
        day(line.valid_from, year=True), say("without end") if line.valid_to is None else day(line.valid_to, year=True),
        f"{line.version}", say("not said") if line.approved_on is None else day(line.approved_on, year=True),
    )  # fmt: skip
