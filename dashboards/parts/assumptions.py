"""What the unit cost depends on most: the three assumptions that move it most between their low and their high end."""

from __future__ import annotations

from dashboards.bundle import BundleData
from dashboards.language import say
from dashboards.numbers import EN_DASH, Scale, number, range_text, scale_of
from dashboards.parts.card import Bar, Card, Cell, Column, Table
from dashboards.rows.assumptions import ROWS, Assumption
from dashboards.wording import Sentence


def assumptions_card(data: BundleData) -> Card | None:
    """The card; None where the unit cost rests on no assumption that is told."""
    told = data.rows(ROWS)
    if not told:
        return None
    case = data.stream.words.case
    columns = (
        Column(say("Assumption")), Column(say("To scale"), is_drawn=True),
        Column(say("For each {case}, at the low end", case=case), True), Column(say("At the high end"), True),
        Column(say("It could be")), Column(say("Where the range is from")),
    )  # fmt: skip
    rows = [_row(data, row, told) for row in told]
    return Card(
        "assumptions", say("It depends most on: {name}", name=_name(data, told[0])),
        say("One assumption at its low and its high end, all else as it is. They do not add up."), "cost_sensitivity",
        Table(columns, tuple(rows), told[0].all_of_them - len(told)), remarks=_remarks(told),
    )  # fmt: skip


def _row(data: BundleData, row: Assumption, told: tuple[Assumption, ...]) -> tuple[Cell, ...]:
    scale = scale_of(row.unit_cost, row.currency)
    low, high = (
        number(end, row.currency, f"{row.origin}/{name}", scale)
        for name, end in (("unit_low", row.unit_low), ("unit_high", row.unit_high))
    )
    return _name(data, row), _bar(row, told), low, high, _range(row), _basis(row.basis)


def _bar(row: Assumption, told: tuple[Assumption, ...]) -> Bar:
    """From the low to the high end, on the scale of the widest."""
    ends = [end for each in told for end in (each.unit_low, each.unit_high)]
    least, span = min(ends), (max(ends) - min(ends)) or 1.0
    low, high = sorted((row.unit_low, row.unit_high))
    return Bar("other", round((low - least) / span * 100, 1), round(max((high - low) / span * 100, 0.6), 1))


def _name(data: BundleData, row: Assumption) -> str:
    if row.kind == "rate":
        return say("Rate: {driver}", driver=row.driver or row.name)
    if row.kind == "bill":
        return say("Bills: {driver}", driver=row.name)
    return say("Minutes: {step}", step=data.stream.label_of(row.name))


def _range(row: Assumption) -> Sentence:
    if row.kind != "standard_minutes":
        scale = scale_of(row.assumed, row.currency)
        low, high = (
            number(end, row.currency, f"{row.origin}/{name}", scale)
            for name, end in (("low", row.low), ("high", row.high))
        )
        return Sentence(f"{low}{EN_DASH}{high}", (low, high))
    days = [end / 1440 for end in (row.low, row.high)]
    scale = Scale("days", 1440, 1 if row.low < 10 else 0, "minute")
    low, high = (
        number(end, "days", f"{row.origin}/{name}", scale) for name, end in zip(("low", "high"), days, strict=True)
    )
    return Sentence(range_text(days[0], days[1], scale), (low, high))


def _basis(basis: str) -> str:
    words = {
        "told": say("told with the rates, bills or steps"), "partly told": say("told in part, else 10% less or more"),
    }  # fmt: skip
    return words.get(basis, say("10% less and more, assumed for this table"))


def _remarks(told: tuple[Assumption, ...]) -> tuple[Sentence, ...]:
    if all(row.basis == "told" for row in told):
        return ()
    return (
        Sentence(say("Where nobody told a range, 10% is assumed to rank them; it says nothing of how sure it is.")),
    )
