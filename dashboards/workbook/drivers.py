"""The sheet of drivers: what the quarter used, what was billed, and what the cost is divided by."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal

from dashboards.language import say
from dashboards.parts.cost_classes import class_name
from dashboards.rows.billed_cost import BilledCost
from dashboards.rows.priced_use import PricedUse
from dashboards.rows.rate_card import RateLine
from dashboards.workbook.book import Book, Formula, Sheet, Styled
from dashboards.workbook.cost import NOTHING, QuarterCost
from dashboards.workbook.rates import RatePlaces

_WIDTHS = (17, 26, 26, 20, 15, 11, 14, 16, 16, 15, 10, 10)
_QUANTITY, _RATE, _COST, _ROUNDING, _ROWS = 4, 6, 7, 9, 10
_USED, _IDLE = 7, 8
_NUMBERS = (4, *range(6, 12))
_MONTH = "yyyy-mm"


@dataclass(slots=True)
class DriverPlaces:
    """Where other sheets find, by class, the cost of use, what of bills was used and not; counts by metric.

    `rounding` and `rows` are of all use with a price; None without any.
    """

    used: dict[str, str] = field(default_factory=dict)
    billed: dict[str, str] = field(default_factory=dict)
    idle: dict[str, str] = field(default_factory=dict)
    counts: dict[str, str] = field(default_factory=dict)
    rounding: str | None = None
    entries: str | None = None


def write_drivers(book: Book, cost: QuarterCost, rates: RatePlaces) -> DriverPlaces:
    """Quantities by driver and rate, bills, and counts."""
    sheet, places = book.sheet(say("Drivers"), _WIDTHS), DriverPlaces()
    sheet.say(say("What was used, what was billed, and what it is divided by"), "title")
    if not cost.classes:
        sheet.say(say("No costs are recorded for this quarter."))
    lines = {rate.rate_id: rate for rate in cost.rates}
    if any(each.use for each in cost.classes):
        _write_use(sheet, cost, lines, rates, places)
    if any(each.bills for each in cost.classes):
        _write_bills(sheet, cost, places)
    if cost.divided:
        _write_counts(sheet, cost, places)
    return places


def _write_use(
    sheet: Sheet, cost: QuarterCost, lines: Mapping[str, RateLine], rates: RatePlaces, places: DriverPlaces
) -> None:
    heads = (
        say("Class"), say("Driver"), say("Line"), say("Known from"), say("Quantity"), say("Unit"), say("Rate"),
        say("Cost"), say("As published"), say("Rounding of rows"), say("Rows"), say("Rows without a price"),
    )  # fmt: skip
    sheet.head(
        heads, _NUMBERS, block=say("Use at the rates of the card: cost = quantity × rate, and the rounding of its rows")
    )
    begin = sheet.row
    for each in cost.classes:
        first = sheet.row
        for use in each.use:
            _use_line(sheet, use, lines.get(use.rate_id), rates)
        if each.use:
            places.used[each.cost_class] = sheet.over(first, sheet.row - 1, _COST)
    places.rounding = sheet.over(begin, sheet.row - 1, _ROUNDING)
    places.entries = sheet.over(begin, sheet.row - 1, _ROWS)


def _use_line(sheet: Sheet, use: PricedUse, rate: RateLine | None, rates: RatePlaces) -> None:
    book, row = sheet.book, sheet.row
    money, exact = book.money(2), book.money(2, most=6)
    cost: Styled = (use.amount, "number", money)
    rounding: Decimal | None = None
    shown: Styled = (say("none"), "number", "")
    if rate is not None and use.amount is not None:
        rounding = use.amount - use.quantity * rate.amount
        quantity, price, rest = (sheet.at(row, column) for column in (_QUANTITY, _RATE, _ROUNDING))
        cost = (Formula(f"=ROUND({quantity}*{price}+{rest},6)", use.amount), "number", money)
        shown = (Formula(f"={rates.rates[rate.rate_id]}", rate.amount), "number", exact)
    sheet.line([
        (class_name(use.cost_class), "text", ""), (use.driver, "text", ""), (_line_name(use), "text", ""),
        (basis_words(use.basis), "text", ""), (use.quantity, "number", "#,##0.00"),
        (rate.unit if rate else "", "text", ""), shown, cost, (use.amount, "number", money),
        (rounding, "number", "0.000000"), (use.entries, "number", "#,##0"), (use.unpriced, "number", "#,##0"),
    ])  # fmt: skip


def _line_name(use: PricedUse) -> str:
    return {"no rate": say("no rate"), "no bill": say("no bill")}.get(use.rate_id, use.rate_id)


def basis_words(basis: str) -> str:
    """How a quantity is known, or a bill handed out, in readers' words."""
    words = {
        "measured": say("measured work"), "standard minutes": say("standard minutes"),
        "measured quantity": say("metered use"), "no bill": say("use without a bill"),
        "not allocated": say("a bill not handed out"), "usage": say("by use"),
        "started_cases": say("over what started"), "finished_cases": say("over what finished"),
        "idle": say("nobody used it"),
    }  # fmt: skip
    return words.get(basis, basis)


def _write_bills(sheet: Sheet, cost: QuarterCost, places: DriverPlaces) -> None:
    heads = (
        say("Class"), say("Driver"), say("Bill"), say("Handed out"), say("Month"), "", say("As billed"),
        say("Used"), say("Not used"), say("Used and not used"),
    )  # fmt: skip
    sheet.head(heads, _NUMBERS, block=say("Bills of the quarter: what of each was used, and what nobody used"))
    for each in cost.classes:
        first = sheet.row
        for bill in each.bills:
            _bill_line(sheet, bill)
        if each.bills:
            places.billed[each.cost_class] = sheet.over(first, sheet.row - 1, _USED)
            places.idle[each.cost_class] = sheet.over(first, sheet.row - 1, _IDLE)


def _bill_line(sheet: Sheet, bill: BilledCost) -> None:
    money, row = sheet.book.money(2), sheet.row
    both = Formula(f"={sheet.at(row, _USED)}+{sheet.at(row, _IDLE)}", bill.used + bill.idle)
    sheet.line([
        (class_name(bill.cost_class), "text", ""), (bill.driver, "text", ""), (bill.bill_id, "text", ""),
        (basis_words(bill.allocation), "text", ""), (bill.month, "number", _MONTH), ("", "text", ""),
        (bill.billed, "number", money), (bill.used, "number", money), (bill.idle, "number", money),
        (both, "number", money),
    ])  # fmt: skip


def _write_counts(sheet: Sheet, cost: QuarterCost, places: DriverPlaces) -> None:
    heads = (say("Count"), "", "", "", say("How many"))
    sheet.head(heads, _NUMBERS, block=say("What the cost is divided by"))
    for each in cost.divided:
        sheet.line([(None, "text", "")] * 4 + [(each.n, "number", "#,##0")])
        sheet.made.merge_range(sheet.row - 1, 0, sheet.row - 1, 3, "", sheet.book.style("text"))
        sheet.made.write_string(sheet.row - 1, 0, each.counted, sheet.book.style("text"))
        places.counts[each.found.metric] = sheet.at(sheet.row - 1, _QUANTITY)


def billed_in_all(cost: QuarterCost) -> Decimal:
    """All bills of the quarter, as billed."""
    return sum((bill.billed for each in cost.classes for bill in each.bills), NOTHING)
