"""The sheet of rates: the one place where the workbook takes numbers of its reader."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass

from dashboards.language import say
from dashboards.parts.cost_classes import class_name
from dashboards.rows.rate_card import RateLine
from dashboards.workbook.book import Book, Formula, Sheet, Styled, quoted
from dashboards.workbook.cost import QuarterCost
from dashboards.workbook.states import as_published, changed, colour

DAY = "yyyy-mm-dd"
_WIDTHS = (22, 17, 24, 11, 14, 14, 13, 13, 13, 13, 8, 15, 23)
_RATE, _PUBLISHED, _FINDING = 4, 5, 12


@dataclass(frozen=True, slots=True)
class RatePlaces:
    """Where other sheets find the rate of a line, and the findings of all lines; None without a line."""

    rates: Mapping[str, str]
    findings: str | None


def write_rates(book: Book, cost: QuarterCost) -> RatePlaces:
    """The rate card of the quarter; its yellow cells may be changed."""
    sheet = book.sheet(say("Rates"), _WIDTHS)
    sheet.say(say("Rates of the quarter: change a yellow cell, and the unit cost moves"), "title")
    if not cost.rates:
        sheet.say(say("No rate holds on a day of this quarter, so there is nothing to change."))
        return RatePlaces({}, None)
    sheet.say(
        say("Nothing here is sent anywhere: the published numbers stay as they are, and the sheet of checks says what "
            "was changed. Bills are what was billed, and are not changed here.")
    )  # fmt: skip
    sheet.head(_heads(), range(4, _FINDING))
    first = sheet.row
    for rate in cost.rates:
        _line(sheet, rate)
    last = sheet.row - 1
    _validate(sheet, first, last)
    colour(sheet, first, last, _FINDING)
    sheet.made.freeze_panes(first, 1)
    sheet.made.repeat_rows(first - 1)
    places = {rate.rate_id: sheet.at(first + place, _RATE) for place, rate in enumerate(cost.rates)}
    return RatePlaces(places, sheet.over(first, last, _FINDING))


def _heads() -> tuple[str, ...]:
    return (
        say("Line"), say("Class"), say("Driver"), say("Unit"), say("Rate"), say("As published"), say("At least"),
        say("At most"), say("From"), say("Until"), say("Card"), say("Approved on"), say("Finding"),
    )  # fmt: skip


def _line(sheet: Sheet, rate: RateLine) -> None:
    money = sheet.book.money(2, most=6)
    now, then = sheet.at(sheet.row, _RATE), sheet.at(sheet.row, _PUBLISHED)
    until = None if rate.valid_to is None else rate.valid_to - dt.timedelta(days=1)
    finding = Formula(f"=IF({now}={then},{quoted(as_published())},{quoted(changed())})", as_published())
    cells: list[Styled] = [
        (rate.rate_id, "text", ""), (class_name(rate.cost_class), "text", ""), (rate.driver, "text", ""),
        (rate.unit, "text", ""), (rate.amount, "input", money), (rate.amount, "number", money),
        (rate.low, "number", money), (rate.high, "number", money), (rate.valid_from, "number", DAY),
        (until, "number", DAY), (rate.version, "number", "0"), (rate.approved_on, "number", DAY),
        (finding, "state", ""),
    ]  # fmt: skip
    sheet.line(cells)


def _validate(sheet: Sheet, first: int, last: int) -> None:
    told = {
        "validate": "decimal", "criteria": ">=", "value": 0, "ignore_blank": False,
        "input_title": say("Rate"), "input_message": say("Money for one unit, 0 or more."),
        "error_title": say("No rate"), "error_message": say("Write a number of 0 or more."),
    }  # fmt: skip
    sheet.made.data_validation(first, _RATE, last, _RATE, told)


def count_changed(findings: str) -> Formula:
    """How many lines differ from what was published."""
    return Formula(f"=COUNTIF({findings},{quoted(changed())})", 0.0)
