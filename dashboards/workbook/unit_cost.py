"""The sheet of the unit cost: live, from use × rate and bills, by class, divided three ways."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal

from dashboards.bundle import BundleData
from dashboards.language import capital, say, say_of
from dashboards.numbers import count
from dashboards.parts.cost_classes import class_name
from dashboards.parts.unit_cost import COST
from dashboards.reasons import reason_words
from dashboards.workbook.book import Book, Formula, Sheet, Styled
from dashboards.workbook.cost import ClassCost, Divided, QuarterCost
from dashboards.workbook.drivers import DriverPlaces
from dashboards.workbook.states import colour, compared

_WIDTHS = (34, 17, 17, 17, 24, 17, 17, 17, 17)


@dataclass(slots=True)
class UnitPlaces:
    """Where other sheets find what is live: unit costs by metric, amounts by class, and all classes together."""

    units: dict[str, Formula] = field(default_factory=dict)
    classes: dict[str, Formula] = field(default_factory=dict)
    together: Formula | None = None


def write_unit_cost(book: Book, data: BundleData, cost: QuarterCost, drivers: DriverPlaces) -> UnitPlaces:
    """Unit costs above, the classes they are made of below; a class is divided by each count, too."""
    sheet, places = book.sheet(say("Unit cost"), _WIDTHS), UnitPlaces()
    sheet.say(_title(data, cost), "title")
    for text in _remarks(cost):
        sheet.say(text)
    if not cost.classes:
        return places
    heads = (say("Unit cost"), say("Now"), say("As published"), say("Difference"), say("Finding"), say("Divided by"))
    sheet.head(heads, (1, 2, 3, 5))
    first = sheet.row
    sheet.row += len(cost.divided)
    _write_classes(sheet, cost, drivers, places)
    last, sheet.row = sheet.row, first
    for each in cost.divided:
        _unit_line(sheet, each, drivers, places)
    if cost.divided:
        colour(sheet, first, first + len(cost.divided) - 1, 4)
    sheet.row = last
    sheet.made.freeze_panes(first, 1)
    return places


def _title(data: BundleData, cost: QuarterCost) -> str:
    case = data.stream.words.case
    if not cost.classes:
        return say("No costs are recorded for this quarter")
    shown = next((each.found.shown for each in cost.divided if each.found.metric == COST), None)
    if shown is None:
        return say("What one {case} costs cannot be told this quarter", case=case)
    return say("One completed {case} costs {cost}, as published", case=case, cost=shown)


def _remarks(cost: QuarterCost) -> Iterator[str]:
    if cost.unpriced:
        yield say_of(
            cost.unpriced, "{n} row of work or use is without a rate or a bill; a cost without it would be too low.",
            "{n} rows of work or use are without a rate or a bill; a cost without them would be too low.",
            n=count(cost.unpriced, ""),
        )  # fmt: skip
    if cost.restated:
        yield say("The quarter is closed: what late data say otherwise since then stands in a column of its own, so "
                  "that the cost is the one that was closed.")  # fmt: skip
    if cost.divided and cost.divided[0].n == 1:
        yield say("It is the cost of one only: read it with care.")


def _unit_line(sheet: Sheet, each: Divided, drivers: DriverPlaces, places: UnitPlaces) -> None:
    money, metric = sheet.book.money(4), each.found.metric
    divisor = Formula(f"={drivers.counts[metric]}", float(each.n))
    if each.value is None or places.together is None:
        reason = each.found.now.reason if each.found.now is not None else None
        why = capital(reason_words(reason)) if reason else say("No data")
        sheet.line([
            (each.label, "text", ""), (why, "text", ""), (None, "text", ""), (None, "text", ""),
            (say("no number was published"), "text", ""), (divisor, "number", "#,##0"),
        ])  # fmt: skip
        return
    exact = float(places.together.value) / each.n
    live = Formula(f"={places.together.text[1:]}/{drivers.counts[metric]}", _near(exact, each.value))
    cells = compared(sheet, each.label, live, each.value, money)
    row = sheet.line([*cells, (divisor, "number", "#,##0")], strong=False)
    places.units[metric] = Formula(f"={sheet.at(row, 1)}", live.value)


def _near(now: float, published: float) -> float:
    """The published number where the formula gives it but for the last digit of a float."""
    return published if abs(now - published) <= abs(published) * 1e-12 else now


def _write_classes(sheet: Sheet, cost: QuarterCost, drivers: DriverPlaces, places: UnitPlaces) -> None:
    divided, parts = [each for each in cost.divided if each.value is not None and each.n], _parts(cost)
    heads = (say("Class"), *parts.values(), say("In all"), *(each.label for each in divided))
    sheet.head(heads, range(1, len(heads)), block=say("The cost of the quarter by class, and for each"))
    first, in_all = sheet.row, len(parts) + 1
    for each in cost.classes:
        row = sheet.line(
            [*_class_line(sheet, each, parts, drivers), *_per_count(sheet, each.amount, in_all, divided, drivers)]
        )
        places.classes[each.cost_class] = Formula(f"={sheet.at(row, in_all)}", each.amount)
    last = sheet.row - 1
    cells: list[Styled] = [(say("Together"), "text", "")]
    for column, name in enumerate((*parts, "amount"), 1):
        value = sum((getattr(each, name) for each in cost.classes), Decimal(0))
        cells.append((Formula(f"=SUM({sheet.over(first, last, column)})", value), "number", sheet.book.money(2)))
    row = sheet.line([*cells, *_per_count(sheet, cost.amount, in_all, divided, drivers)], strong=True)
    places.together = Formula(f"={sheet.at(row, in_all)}", cost.amount)


def _parts(cost: QuarterCost) -> dict[str, str]:
    """What a class is the sum of, and how it is called."""
    parts = {"used": say("Use at rates"), "billed": say("Bills, used"), "idle": say("Bills, not used")}
    return parts | ({"restated": say("Restated since closing")} if cost.restated else {})


def _class_line(
    sheet: Sheet, each: ClassCost, parts: Mapping[str, str], drivers: DriverPlaces
) -> Iterator[Styled]:  # fmt: skip
    money, row = sheet.book.money(2), sheet.row
    yield class_name(each.cost_class), "text", ""
    for name in parts:
        over = {"used": drivers.used, "billed": drivers.billed, "idle": drivers.idle}.get(name, {}).get(each.cost_class)
        value: Decimal = getattr(each, name)
        yield Formula(f"=SUM({over})", value) if over else value, "number", money
    yield Formula(f"=SUM({sheet.across(row, 1, len(parts))})", each.amount), "number", money


def _per_count(
    sheet: Sheet, amount: Decimal, column: int, divided: Sequence[Divided], drivers: DriverPlaces
) -> Iterator[Styled]:  # fmt: skip
    """An amount that stands in this column of the row to be written, divided by each count."""
    for each in divided:
        text = f"={sheet.at(sheet.row, column)}/{drivers.counts[each.found.metric]}"
        yield Formula(text, float(amount) / each.n), "number", sheet.book.money(4)
