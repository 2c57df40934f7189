"""The review as one XLSX file: eight sheets, live from rate to unit cost, and checked against what was published."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from dashboards.bundle import BundleData
from dashboards.language import say
from dashboards.pages.review import Review
from dashboards.parts.unit_cost import COST
from dashboards.workbook import summary
from dashboards.workbook.benefits import write_benefits
from dashboards.workbook.book import Book
from dashboards.workbook.bridge import write_bridge
from dashboards.workbook.checks import Places, write_checks
from dashboards.workbook.cost import cost_of
from dashboards.workbook.definitions import write_definitions
from dashboards.workbook.drivers import write_drivers
from dashboards.workbook.rates import write_rates
from dashboards.workbook.unit_cost import write_unit_cost

NAME = "review.xlsx"
"""The file of a bundle."""


@dataclass(frozen=True, slots=True)
class Workbook:
    """The file, and where published numbers stand in it: `Summary!E9`, by origin."""

    content: bytes
    places: Mapping[str, str]


def review_workbook(data: BundleData, review: Review, password: str | None = None) -> Workbook:
    """The workbook in the language spoken; same input, same bytes.

    Rates may be changed, nothing else. The password protects from slips of the hand, not from anybody who means it:
    Excel keeps a short hash of it.
    """
    cost = cost_of(data)
    book = Book(f"{review.name}, {review.period}", data.stream.costs.currency, password)
    first = book.sheet(say("Summary"), summary.WIDTHS)
    rates = write_rates(book, cost)
    drivers = write_drivers(book, cost, rates)
    units = write_unit_cost(book, data, cost, drivers)
    bridges, benefits = write_bridge(book, data), write_benefits(book, data)
    checks = write_checks(book, cost, Places(rates, drivers, units, bridges, benefits))
    write_definitions(book, data)
    summary.write_summary(first, data, review, units.units.get(COST), checks)
    return Workbook(book.to_bytes(), book.told)
