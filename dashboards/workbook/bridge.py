"""The sheet of the bridge: why the cost is another one than last quarter's; sums are live."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from dashboards.bundle import BundleData
from dashboards.language import capital, say
from dashboards.parts.cost_bridge import TERMS, term_words
from dashboards.parts.cost_classes import class_name
from dashboards.reasons import reason_words
from dashboards.rows.bridge_amounts import ROWS, BridgeAmounts
from dashboards.workbook.book import Book, Formula, Sheet, Styled
from dashboards.workbook.cost import NOTHING
from dashboards.workbook.states import colour, is_same, state

_WIDTHS = (24, 16, 16, 16, 16, 16, 16, 16, 17, 17, 24)
_END, _PUBLISHED, _FINDING = 8, 9, 10
_COLUMNS = ("before", *TERMS)


@dataclass(frozen=True, slots=True)
class BridgePlace:
    """The live end of one bridge, all classes together, and the published one."""

    measure: str
    end: Formula
    published: Decimal


def write_bridge(book: Book, data: BundleData) -> list[BridgePlace]:
    """Two bridges: of the cost for a completed case, and of all of it."""
    sheet, told = book.sheet(say("Bridge"), _WIDTHS), data.rows(ROWS)
    whole = [row for row in told if row.cost_class == "all"]
    reason = next((row.reason for row in whole if row.reason), None)
    if not whole or reason is not None:
        sheet.say(say("No bridge from last quarter can be told"), "title")
        sheet.say(reason_words(reason) if reason else say("No bridge was published for this quarter."))
        return []
    sheet.say(say("Why the cost is another one than last quarter's, step by step"), "title")
    sheet.say(say("Steps are as published, to the millionth; their sums are live. A changed rate moves the unit cost, "
                  "not the bridge: that tells what was."))  # fmt: skip
    return [_write_one(sheet, data, row, told) for row in whole]


def _write_one(sheet: Sheet, data: BundleData, whole: BridgeAmounts, told: Sequence[BridgeAmounts]) -> BridgePlace:
    each = say("For each {case}", case=data.stream.words.case)
    block = each if whole.measure == "unit_cost" else say("In all")
    words = term_words(data)
    heads = (
        say("Class"), say("Last quarter"), *(words[term] for term in TERMS), say("This quarter"), say("As published"),
        say("Finding"),
    )  # fmt: skip
    sheet.head(heads, range(1, _FINDING), block=capital(block))
    classes = [row for row in told if row.measure == whole.measure and row.cost_class != "all"] or [whole]
    first = sheet.row
    for row in classes:
        _class_line(sheet, row, _shape(sheet, whole.measure))
    place = _together(sheet, whole, classes, first)
    colour(sheet, first, sheet.row - 1, _FINDING)
    return place


def _shape(sheet: Sheet, measure: str) -> str:
    return sheet.book.money(4) if measure == "unit_cost" else sheet.book.money(2)


def _class_line(sheet: Sheet, told: BridgeAmounts, shape: str) -> None:
    amounts = [_amount(told, name) for name in _COLUMNS]
    name = say("Together") if told.cost_class == "all" else class_name(told.cost_class)
    cells: list[Styled] = [(name, "text", ""), *((amount, "number", shape) for amount in amounts)]
    sheet.line([*cells, *_end(sheet, sum(amounts, NOTHING), _amount(told, "after"), shape)])


def _together(sheet: Sheet, whole: BridgeAmounts, classes: Sequence[BridgeAmounts], first: int) -> BridgePlace:
    shape, last = _shape(sheet, whole.measure), sheet.row - 1
    sums = [sum((_amount(row, name) for row in classes), NOTHING) for name in _COLUMNS]
    cells: list[Styled] = [(say("Together"), "text", "")]
    for place, value in enumerate(sums, 1):
        cells.append((Formula(f"=SUM({sheet.over(first, last, place)})", value), "number", shape))
    published = _amount(whole, "after")
    row = sheet.line([*cells, *_end(sheet, sum(sums, NOTHING), published, shape)], strong=True)
    for place, name in enumerate((*_COLUMNS, "after"), 1):
        sheet.tell(f"{whole.origin}/{name}_amount", row, place)
    return BridgePlace(whole.measure, Formula(f"={sheet.at(row, _END)}", sum(sums, NOTHING)), published)


def _end(sheet: Sheet, end: Decimal, published: Decimal, shape: str) -> list[Styled]:
    """The live sum of a row, what was published, and whether they are the same."""
    row = sheet.row
    total = Formula(f"=SUM({sheet.across(row, 1, _END - 1)})", end)
    moved = f"{sheet.at(row, _END)}-{sheet.at(row, _PUBLISHED)}"
    finding = state(moved, sheet.at(row, _PUBLISHED), is_as_published=is_same(end, published))
    return [(total, "number", shape), (published, "number", shape), (finding, "state", "")]


def _amount(row: BridgeAmounts, name: str) -> Decimal:
    found: Decimal | None = getattr(row, f"{name}_amount")
    return found if found is not None else NOTHING  # only of bridges without a reason, which have every amount
