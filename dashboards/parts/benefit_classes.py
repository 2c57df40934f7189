"""A block for each class: the way from the quarter before to this one, as claimed, validated and booked.

Classes stand apart, each in its own card and unit; nothing here takes the rows of two.
"""

from __future__ import annotations

from collections.abc import Iterable

from dashboards.bundle import BundleData
from dashboards.language import say
from dashboards.numbers import Number
from dashboards.parts.benefit_words import MONEY, amount, class_title, level_title, signed, tied, unit_scale
from dashboards.parts.card import Card, Cell, Column, Table
from dashboards.rows.benefit_bridge import ROWS, BridgeLevel
from dashboards.wording import Sentence

_MOVES = ("began", "ended", "decayed", "reversed", "disputed")
_LEVELS = ("claimed", "validated", "booked")


def bridges_of(data: BundleData) -> dict[tuple[str, str], dict[str, BridgeLevel]]:
    """The bridges of this quarter by class and unit, then by level."""
    found: dict[tuple[str, str], dict[str, BridgeLevel]] = {}
    for row in data.rows(ROWS):
        found.setdefault((row.benefit_class, row.unit), {})[row.level] = row
    return found


def furthest(bridges: dict[str, BridgeLevel]) -> BridgeLevel | None:
    """The furthest level at which anything stands."""
    return next((bridges[level] for level in reversed(_LEVELS) if level in bridges and bridges[level].benefits), None)


def class_cards(data: BundleData) -> list[Card]:
    """One card for each class and unit."""
    return [_card(benefit_class, unit, found) for (benefit_class, unit), found in bridges_of(data).items()]


def _card(benefit_class: str, unit: str, found: dict[str, BridgeLevel]) -> Card:
    levels = [level for level in _LEVELS if level in found]
    columns = (Column(class_title(benefit_class)), *(Column(level_title(level), True) for level in levels))
    told = [_column(found[level]) for level in levels]
    shown = {name: label for name, label in _labels(benefit_class).items() if _is_told(found.values(), name)}
    rows: list[tuple[Cell, ...]] = [(label, *(column.get(name) for column in told)) for name, label in shown.items()]
    return Card(
        f"class-{benefit_class}-{_slug(unit)}", _title(benefit_class, furthest(found)), _subtitle(benefit_class),
        "benefit_bridge", table=Table.of(columns, rows), remarks=_remarks(found),
    )  # fmt: skip


def _labels(benefit_class: str) -> dict[str, str]:
    labels = {
        "opening": say("Last quarter"), "began": say("New, or for more months"), "ended": say("Ended"),
        "decayed": say("Worn off"), "reversed": say("Taken back"), "disputed": say("Disputed or not measured"),
        "closing": say("This quarter"),
    }  # fmt: skip
    if benefit_class in MONEY:
        labels |= {"run_cost": say("New run cost"), "net": say("Net of run cost")}
    return labels


def _column(row: BridgeLevel) -> dict[str, Number]:
    """Numbers of a level, rounded so that opening and moves sum to the closing."""
    scale = unit_scale(max(abs(row.opening), abs(row.closing)), row.unit)
    names = ("opening", *_MOVES)
    parts = tied([(getattr(row, name), f"{row.origin}/{name}") for name in names], scale)
    shown = {name: signed(part) if name != "opening" else part for name, part in zip(names, parts, strict=True)}
    shown["closing"] = amount(row.closing, row.unit, f"{row.origin}/closing", scale)
    if row.run_cost is not None and row.net is not None:
        told = [(row.run_cost, f"{row.origin}/run_cost"), (row.net, f"{row.origin}/net")]
        shown["run_cost"], shown["net"] = tied(told, scale)  # together they are the closing
    return shown


def _is_told(rows: Iterable[BridgeLevel], name: str) -> bool:
    """A move that was none at every level needs no line."""
    return name not in _MOVES or any(getattr(row, name) for row in rows)


def _title(benefit_class: str, found: BridgeLevel | None) -> str:
    name = class_title(benefit_class)
    if found is None:
        return say("{name}: nothing stands any more", name=name)
    if found.net is not None:
        name = say("{name}, net", name=name)
    net = found.net if found.net is not None else found.closing
    shown = amount(net, found.unit, f"{found.origin}/{'closing' if found.net is None else 'net'}")
    said = {
        "booked": say("{name}: {amount} booked", name=name, amount=shown),
        "validated": say("{name}: {amount} validated, none booked", name=name, amount=shown),
        "claimed": say("{name}: {amount} claimed, none validated", name=name, amount=shown),
    }
    return said[found.level]


def _subtitle(benefit_class: str) -> str:
    said = {
        "cashable": say("Money that leaves a budget, net of what it costs to run. Nothing else on this page is cash."),
        "capacity": say("Hours of people that are needed no longer. They are time, not cash."),
        "avoidance": say("Money that would have been spent. No budget falls by it."),
        "quality": say("What got better, in the unit of its measure. It has no price."),
    }
    return said[benefit_class]


def _remarks(found: dict[str, BridgeLevel]) -> tuple[Sentence, ...]:
    last = furthest(found)
    if last is None or last.benefit_class not in MONEY or last.run_cost is not None:
        return ()
    return (Sentence(say("New run cost is not told of every claim, so there is no net.")),)


def _slug(unit: str) -> str:
    return "".join(c if c.isalnum() else "-" for c in unit.lower())
