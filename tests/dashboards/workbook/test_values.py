"""Every number that stands in the workbook is the published one; its sums are the sums of what it shows."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from pathlib import Path
from typing import Any

import duckdb
import pytest
from openpyxl.workbook import Workbook

from tests.dashboards.builder import QUARTER, STREAM
from tests.dashboards.workbook.cells import (
    COST,
    RIGHT,
    SAME,
    SHEETS,
    STARTED,
    cached,
    costed_orders,
    row_of,
    rows_of,
    workbook_of,
)

DIGITS = 1e-15
"""A cell holds sixteen digits of a number, a float up to seventeen."""
CLASSES = {"People": "people", "Computing": "compute", "Licences": "licence", "Shared platform": "shared"}


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the published file and the workbook made of it; read only."""
    found = tmp_path_factory.mktemp("values")
    (found / "review.xlsx").write_bytes(workbook_of(costed_orders(), found))
    return found


@pytest.fixture(scope="module")
def book(folder: Path) -> Workbook:
    """The values that stand in the workbook."""
    return cached(folder / "review.xlsx")


@pytest.fixture(scope="module")
def table(folder: Path) -> Any:
    """Rows of the published file by a query; $stream and $period are given."""

    def rows(sql: str) -> list[tuple[Any, ...]]:
        with duckdb.connect(str(folder / "workbook.duckdb"), read_only=True) as connection:
            told = {"stream": STREAM, "period": QUARTER}
            return connection.execute(sql, {n: v for n, v in told.items() if f"${n}" in sql}).fetchall()

    return rows


def test_it_has_its_eight_sheets(book: Workbook) -> None:
    """In the order in which a reviewer reads: what is found, what may be changed, what follows, and what it means."""
    assert book.sheetnames == SHEETS


def test_the_five_results_are_those_of_the_table(book: Workbook, table: Any) -> None:
    """Value, range, number of cases and evidence id of each result, raw."""
    told = table("SELECT metric, statistic, value, low, high, n, evidence_id FROM metric_values "
                 "WHERE stream = $stream AND period = $period AND dimensions = '{}'")  # fmt: skip
    by_name = {(metric, statistic): rest for metric, statistic, *rest in told}
    wanted = {
        "Order time": ("flow_time", "p90"), "Back to normal after a failure": ("failure_containment_time", "p50"),
        "Automated handoffs": ("handoff_ratio", "ratio"), "Right first time": ("first_time_right", "share"),
        "Cost per order": (COST, "unit_cost"),
    }  # fmt: skip
    for label, key in wanted.items():
        _, _, _, value, low, high, _, n, evidence = row_of(book, "Summary", label)
        assert [value, low, high] == pytest.approx(by_name[key][:3], rel=DIGITS), label
        assert [n, evidence] == by_name[key][3:]
    assert row_of(book, "Summary", "Order time")[:3] == ["4.0 days", "4.3 days", "Faster"]


def test_the_sentence_is_that_of_the_page(book: Workbook) -> None:
    """The workbook opens with what the page says first."""
    assert rows_of(book, "Summary")[1] == ["9 in 10 orders are delivered within 4.0 days — 0.3 days faster than last "
                                           "quarter."]  # fmt: skip


def test_rates_are_those_of_the_card(book: Workbook, table: Any) -> None:
    """Rate, what it could be, and from when to when; the last day is one on which it holds."""
    for rate, amount, low, high, first, until in table(
        "SELECT rate_id, amount, low, high, valid_from, valid_to FROM rates WHERE stream = $stream"
    ):
        _, _, _, now, published, least, most, from_on, last_on, *_ = row_of(book, "Rates", rate)
        assert [now, published] == [float(amount)] * 2
        assert [least, most] == [None if end is None else float(end) for end in (low, high)]
        assert (from_on, last_on) == (first, None if until is None else until - dt.timedelta(days=1))


def test_use_and_bills_are_those_of_the_costs(book: Workbook, table: Any) -> None:
    """Quantity and cost of each line of the card; of each bill what was used and what nobody used."""
    told = table("SELECT rate_id, sum(quantity), sum(amount) FILTER (basis <> 'idle'), "
                 "coalesce(sum(amount) FILTER (basis = 'idle'), 0) FROM costs WHERE stream = $stream "
                 "GROUP BY ALL")  # fmt: skip
    found = {row[2]: row for row in rows_of(book, "Drivers") if len(row) >= 10}
    billed = dict(table("SELECT bill_id, amount FROM bills WHERE stream = $stream"))
    for rate, quantity, used, idle in told:
        row = found[rate]
        if rate in billed:
            assert row[6:10] == pytest.approx([float(x) for x in (billed[rate], used, idle, used + idle)], abs=1e-9)
        else:
            assert (row[4], row[7], row[8]) == (pytest.approx(quantity), float(used), float(used))


def test_unit_costs_and_classes_are_those_published(book: Workbook, table: Any) -> None:
    """The three unit costs to the last digit; each class in all and for a completed case, and all of them together."""
    told = dict(table("SELECT metric, value FROM metric_values WHERE period = $period AND statistic = 'unit_cost'"))
    names = {"One completed order": COST, "One started order": STARTED, "One order right first time": RIGHT}
    for label, metric in names.items():
        now, published, difference, finding, _ = row_of(book, "Unit cost", label)
        assert [now, published] == pytest.approx([told[metric]] * 2, rel=DIGITS)
        assert (difference, finding) == (pytest.approx(0, abs=1e-9), SAME)
    classes = {name: (amount, unit) for name, amount, unit in table(
        "SELECT cost_class, amount, unit_cost FROM cost_by_class WHERE stream = $stream AND period = $period"
    )}  # fmt: skip
    for label, name in CLASSES.items():
        _, _, _, in_all, unit, *_ = row_of(book, "Unit cost", label)
        assert (in_all, unit) == (float(classes[name][0]), pytest.approx(classes[name][1], rel=1e-12))
    assert row_of(book, "Unit cost", "Together")[3:] == pytest.approx([70839.6, *(told[m] for m in names.values())])


def test_the_bridge_is_the_published_one(book: Workbook, table: Any) -> None:
    """Each step of each class, for a case and in all; the last row is all classes together."""
    terms = ("before", "volume", "efficiency", "mix", "rate", "idle", "spending", "after", "after")
    columns = ", ".join(f"{term}_amount" for term in terms)
    told = {(measure, name): amounts for measure, name, *amounts in table(
        f"SELECT measure, cost_class, {columns} FROM cost_variance WHERE stream = $stream AND period = $period"
    )}  # fmt: skip
    for place, measure in enumerate(("unit_cost", "cost")):
        for label, name in {**CLASSES, "Together": "all"}.items():
            *shown, finding = row_of(book, "Bridge", label, place)
            assert shown == pytest.approx([float(amount) for amount in told[measure, name]], abs=1e-9)
            assert finding == SAME


def test_benefits_stand_class_by_class_as_published(book: Workbook, table: Any) -> None:
    """A block for each class with its moves; no cell holds the sum of two classes."""
    told = table("SELECT benefit_class, level, opening, began, ended, decayed, reversed, disputed, closing, run_cost, "
                 "net FROM benefit_bridge WHERE stream = $stream AND period = $period")  # fmt: skip
    names = {"cashable": "Cash, in EUR", "capacity": "Freed time, in hours", "avoidance": "Cost avoided, in EUR",
             "quality": "Quality, in points, Right first time"}  # fmt: skip
    rows, closings = rows_of(book, "Benefits"), {}
    for kind, level, *amounts in told:
        first = next(place for place, row in enumerate(rows) if row == [names[kind]])
        column = rows[first + 1].index(level.capitalize())
        shown = [row[column] for row in rows[first + 2 : first + 2 + (9 if amounts[-1] is not None else 7)]]
        assert shown == [float(amount) for amount in amounts if amount is not None], (kind, level)
        closings[kind, level] = amounts[6]
    numbers = {cell for row in rows for cell in row if isinstance(cell, int | float)}
    together = sum((closings[kind, "claimed"] for kind in names), Decimal(0))
    assert float(together) not in numbers
    assert float(closings["cashable", "claimed"] + closings["avoidance", "claimed"]) not in numbers


def test_every_check_says_as_published(book: Workbook) -> None:
    """A workbook as it is made ties everywhere, and says so in every row."""
    rows = rows_of(book, "Checks")[2:]
    assert len(rows) > 15
    assert {row[-1] for row in rows} == {SAME}


def test_definitions_have_version_sql_and_evidence(book: Workbook, table: Any) -> None:
    """The SQL stands as a text, as it was run, beside the ids of this quarter's numbers."""
    told = {metric: rest for metric, *rest in table("SELECT metric, version, sql FROM definitions")}
    ids = [i for (i,) in table("SELECT evidence_id FROM metric_values WHERE period = $period AND metric = 'flow_time'")]
    found = {row[1]: row for row in rows_of(book, "Definitions")[3:]}
    assert set(found) == set(told)
    for metric, (version, sql) in told.items():
        assert (found[metric][2], found[metric][4]) == (version, sql.strip())
    assert all(i in found["flow_time"][5] for i in ids)
