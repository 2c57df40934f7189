"""The sheet of checks: whether what stands in the workbook is still what was published, and whether all of it ties."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal

from dashboards.language import say
from dashboards.parts.cost_classes import class_name
from dashboards.parts.unit_cost import COST
from dashboards.workbook.benefits import BenefitPlace
from dashboards.workbook.book import Book, Formula, Sheet, quoted
from dashboards.workbook.bridge import BridgePlace
from dashboards.workbook.cost import NOTHING, QuarterCost
from dashboards.workbook.drivers import DriverPlaces, billed_in_all
from dashboards.workbook.rates import RatePlaces, count_changed
from dashboards.workbook.states import as_published, changed, colour, compared, is_same
from dashboards.workbook.unit_cost import UnitPlaces

_WIDTHS = (58, 20, 20, 20, 26)
_FINDING = 4
_ROUNDED = Decimal("0.0000005")
"""Each row of costs is rounded to a millionth: by half of one at most."""


@dataclass(frozen=True, slots=True)
class Places:
    """What the other sheets are checked by."""

    rates: RatePlaces
    drivers: DriverPlaces
    units: UnitPlaces
    bridges: Sequence[BridgePlace]
    benefits: Sequence[BenefitPlace]


@dataclass(frozen=True, slots=True)
class _Check:
    label: str
    live: Formula
    published: Decimal | float
    shape: str


def write_checks(book: Book, cost: QuarterCost, places: Places) -> Formula | None:
    """All checks; where all of them together stand, None without any."""
    sheet = book.sheet(say("Checks"), _WIDTHS)
    sheet.say(say("Is it what was published, and does it tie?"), "title")
    checks = [*_of_rates(places), *_of_cost(book, cost, places), *_of_ties(book, cost, places), *_of_benefits(places)]
    if not checks and places.drivers.rounding is None:
        sheet.say(say("No costs, bridges or benefits were published of this quarter, so there is nothing to check."))
        return None
    heads = (say("Check"), say("Now"), say("As published"), say("Difference"), say("Finding"))
    sheet.head(heads, range(1, _FINDING))
    top, sheet.row = sheet.row, sheet.row + 1
    for check in checks:
        sheet.line(compared(sheet, check.label, check.live, check.published, check.shape))
    if places.drivers.rounding is not None:
        _rounding(sheet, cost, places.drivers)
    is_all = all(is_same(_value(check.live), check.published) for check in checks)
    together = _together(sheet, top, is_all=is_all)
    colour(sheet, top, sheet.row - 1, _FINDING)
    sheet.made.freeze_panes(top, 1)
    return together


def _together(sheet: Sheet, top: int, *, is_all: bool) -> Formula:
    last, all_of_it = sheet.row - 1, sheet.over(top + 1, sheet.row - 1, _FINDING)
    text = (
        f"=IF(COUNTIF({all_of_it},{quoted(as_published())})={last - top},{quoted(as_published())},{quoted(changed())})"
    )
    found = Formula(text, as_published() if is_all else changed())
    sheet.put(top, 0, say("All checks together"), "text", strong=True)
    for column in (1, 2, 3):
        sheet.put(top, column, None, "number", strong=True)
    sheet.put(top, _FINDING, found, "state", strong=True)
    return Formula(f"={sheet.at(top, _FINDING)}", found.value)


def _of_rates(places: Places) -> Iterator[_Check]:
    if places.rates.findings is not None:
        yield _Check(say("Rates that were changed"), count_changed(places.rates.findings), 0.0, "#,##0")


def _of_cost(book: Book, cost: QuarterCost, places: Places) -> Iterator[_Check]:
    for each in cost.divided:
        live = places.units.units.get(each.found.metric)
        if live is not None and each.value is not None:
            yield _Check(each.label, live, each.value, book.money(4))
    for part in cost.classes:
        if part.published is not None:
            name = say("Cost of the quarter: {name}", name=class_name(part.cost_class))
            yield _Check(name, places.units.classes[part.cost_class], part.published, book.money(2))


def _of_ties(book: Book, cost: QuarterCost, places: Places) -> Iterator[_Check]:
    """Bills are handed out whole, and the bridges end where the cost stands."""
    handed = [*places.drivers.billed.values(), *places.drivers.idle.values()]
    if handed:
        value = sum((each.billed + each.idle for each in cost.classes), NOTHING)
        live = Formula("=" + "+".join(f"SUM({over})" for over in handed), value)
        yield _Check(say("Bills: used and not used, beside what was billed"), live, billed_in_all(cost), book.money(2))
    first = next((each for each in cost.divided if each.found.metric == COST), None)
    for bridge in places.bridges:
        if bridge.measure == "unit_cost":
            shape = book.money(4)
            yield _Check(say("Bridge of the unit cost: its end"), bridge.end, bridge.published, shape)
            if first is not None and first.value is not None:
                name = say("Bridge of the unit cost, beside the unit cost published")
                yield _Check(name, bridge.end, round(Decimal(repr(first.value)), 6), shape)
        else:
            yield _Check(say("Bridge of the cost: its end"), bridge.end, bridge.published, book.money(2))
            told = [part.published for part in cost.classes if part.published is not None]
            name = say("Bridge of the cost, beside the cost published")
            yield _Check(name, bridge.end, sum(told, NOTHING), book.money(2))


def _of_benefits(places: Places) -> Iterator[_Check]:
    for place in places.benefits:
        yield _Check(say("Benefits, {name}: moves lead to the end", name=place.name), place.end, place.published,
                     place.shape)  # fmt: skip


def _rounding(sheet: Sheet, cost: QuarterCost, drivers: DriverPlaces) -> None:
    """What quantity × rate leaves of the published cost is rounding, and no more than rounding can be."""
    rates = {rate.rate_id: rate.amount for rate in cost.rates}
    told = [use for each in cost.classes for use in each.use if use.amount is not None and use.rate_id in rates]
    left = sum(((use.amount or NOTHING) - use.quantity * rates[use.rate_id] for use in told), NOTHING)
    entries = sum(use.entries for each in cost.classes for use in each.use)
    row, limit = sheet.row, _ROUNDED * entries
    now, most = sheet.at(row, 1), sheet.at(row, 2)
    text = f"=IF(ABS({now})<={most}+0.00000001,{quoted(as_published())},{quoted(changed())})"
    is_within = abs(left) <= limit + Decimal("0.00000001")
    sheet.line([
        (say("Rounding of rows, beside the most it can be"), "text", ""),
        (Formula(f"=SUM({drivers.rounding})", left), "number", "0.000000"),
        (Formula(f"=SUM({drivers.entries})*{_ROUNDED:f}", limit), "number", "0.000000"),
        (None, "number", ""), (Formula(text, as_published() if is_within else changed()), "state", ""),
    ])  # fmt: skip


def _value(live: Formula) -> Decimal | float:
    assert not isinstance(live.value, str)
    return live.value
