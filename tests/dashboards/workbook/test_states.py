"""Quarters of which less is known: the workbook opens, says what is lacking and why, and never shows a 0 for it."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from pathlib import Path

from metrics.cost import reasons
from tests.dashboards.builder import QUARTER, Published
from tests.dashboards.workbook.cells import (
    CHANGED,
    COST,
    RIGHT,
    SAME,
    STARTED,
    cached,
    costed_orders,
    formulas_in,
    row_of,
    rows_of,
    texts_of,
    workbook_of,
)
from tests.dashboards.workbook.recalculating import by_formulas

MONEY = ("rates", "bills", "costs", "cost_by_class", "cost_variance")


def _agrees(content: bytes, folder: Path) -> None:
    """Calculated anew, nothing is an error, and every formula says what the file says."""
    path = folder / "state.xlsx"
    path.write_bytes(content)
    found, told = by_formulas(path), cached(content)
    for sheet, cell in formulas_in(content):
        there = told[sheet][cell].value
        same = found[sheet, cell] == there if isinstance(there, str) else abs(found[sheet, cell] - there) < 1e-6
        assert same, (sheet, cell, there, found[sheet, cell])


def _without_costs() -> Published:
    published = costed_orders()
    for table in MONEY:
        published.rows[table] = []
    for metric in (COST, STARTED, RIGHT):
        published.drop("metric_values", metric=metric)
        published.drop("comparisons", metric=metric)
    return published


def test_a_quarter_without_costs(tmp_path: Path) -> None:
    """Each sheet says in a sentence that there is nothing; benefits are still checked."""
    content = workbook_of(_without_costs(), tmp_path)
    book = cached(content)
    assert texts_of(book, "Rates")[1] == "No rate holds on a day of this quarter, so there is nothing to change."
    assert texts_of(book, "Drivers")[1] == "No costs are recorded for this quarter."
    assert texts_of(book, "Unit cost") == ["No costs are recorded for this quarter"]
    assert texts_of(book, "Bridge")[1] == "No bridge was published for this quarter."
    assert row_of(book, "Summary", "Unit cost") == ["cannot be told"]
    assert row_of(book, "Summary", "Cost per order")[2:4] == ["No data", None]


def test_a_quarter_without_costs_and_benefits(tmp_path: Path) -> None:
    """Nothing is live, and the summary says so."""
    published = _without_costs()
    for table in ("benefits", "benefit_bridge"):
        published.rows[table] = []
    content = workbook_of(published, tmp_path)
    book = cached(content)
    assert formulas_in(content) == {}
    assert "so nothing here is live." in " ".join(texts_of(book, "Summary"))
    assert texts_of(book, "Benefits") == ["No benefit is claimed in this quarter"]
    assert "there is nothing to check." in texts_of(book, "Checks")[1]


def test_a_blocked_quarter(tmp_path: Path) -> None:
    """Work without a rate: no unit cost, the reason, how many rows; what is priced is summed all the same."""
    published = costed_orders()
    why = "1 row of work or usage has no rate or bill for the day"
    for metric in (COST, STARTED, RIGHT):
        published.value(metric, "unit_cost").update(value=None, low=None, high=None, reason=why)
    for row in published.rows["costs"]:
        if row["rate_id"] == "credit-2026":
            row.update(rate_id="no rate", amount=None)
    for row in published.rows["cost_by_class"]:
        if (row["period"], row["cost_class"]) == (QUARTER, "people"):
            row.update(amount=Decimal("49100.8"), unpriced_rows=1)
        row["unit_cost"] = None if row["period"] == QUARTER else row["unit_cost"]
    for row in published.rows["cost_variance"]:
        row.update({name: None for name in row if name.endswith("_amount")}, reason=reasons.UNPRICED)
    content = workbook_of(published, tmp_path)
    book = cached(content)
    texts = texts_of(book, "Unit cost")
    assert texts[0] == "What one order costs cannot be told this quarter"
    assert texts[1].startswith("1 row of work or use is without a rate or a bill;")
    assert (
        row_of(book, "Unit cost", "One completed order")[0] == "1 row of work or usage has no rate or bill for the day"
    )
    assert row_of(book, "Unit cost", "People") == [49100.8, 0, 0, 49100.8]
    credit = next(row for row in rows_of(book, "Drivers") if row[1:2] == ["Credit"])
    assert (credit[2], credit[6:9], credit[11]) == ("no rate", ["none", None, None], 1)
    assert texts_of(book, "Bridge")[1] == reasons.UNPRICED
    assert row_of(book, "Summary", "Unit cost") == ["cannot be told"]
    _agrees(content, tmp_path)


def test_a_quarter_with_one_case(tmp_path: Path) -> None:
    """One order bears all the cost; the sheet asks to read it with care."""
    published = costed_orders()
    for metric in (COST, STARTED, RIGHT):
        published.value(metric, "unit_cost").update(value=70839.6, n=1, low=None, high=None)
    for row in published.rows["cost_by_class"]:
        row.update(completed_cases=1)
    for row in published.rows["cost_variance"]:
        if row["measure"] == "unit_cost":
            row.update(
                {name: None for name in row if name.endswith("_amount")}, reason=reasons.NOTHING_COMPLETED_BEFORE
            )
    content = workbook_of(published, tmp_path)
    book = cached(content)
    assert texts_of(book, "Unit cost")[1] == "It is the cost of one only: read it with care."
    assert row_of(book, "Unit cost", "One completed order")[:2] == [70839.6, 70839.6]


def test_nothing_completed(tmp_path: Path) -> None:
    """There is cost and nothing to divide it by: the count is 0, and no cell divides by it."""
    published = costed_orders()
    published.value(COST, "unit_cost").update(value=None, n=0, low=None, high=None, reason="nothing to divide by")
    content = workbook_of(published, tmp_path)
    now, _, _, finding, count = row_of(cached(content), "Unit cost", "One completed order")
    assert isinstance(now, str)
    assert (finding, count) == ("no number was published", 0)
    _agrees(content, tmp_path)


def test_a_closed_quarter_keeps_its_cost(tmp_path: Path) -> None:
    """What late data added since closing stands in a column of its own; the cost is the one that was closed."""
    published = costed_orders()
    published.rows["closed_quarters"].append({
        **published.rows["closed_quarters"][0], "quarter": QUARTER, "first_on": dt.date(2026, 7, 1),
        "until_on": dt.date(2026, 10, 1), "closed_at": dt.datetime(2026, 10, 20),
    })  # fmt: skip
    late = next(row for row in published.rows["costs"] if row["rate_id"] == "ops-2026")
    published.rows["costs"].append(
        late | {"incurred_on": dt.date(2026, 9, 30), "quantity": 2.0, "amount": Decimal("104")}
    )
    content = workbook_of(published, tmp_path)
    book = cached(content)
    assert row_of(book, "Unit cost", "People")[:5] == [51456.318812, 0, 0, -104, 51352.318812]
    assert row_of(book, "Unit cost", "One completed order")[:2] == [11.4, 11.4]
    assert {row[-1] for row in rows_of(book, "Checks")[2:]} == {SAME}
    _agrees(content, tmp_path)


def test_a_quarter_that_is_not_closed_hides_no_gap(tmp_path: Path) -> None:
    """Costs that are not those published, in an open quarter, are no restatement: the checks do not tie, and say so."""
    published = costed_orders()
    late = next(row for row in published.rows["costs"] if row["rate_id"] == "ops-2026")
    published.rows["costs"].append(
        late | {"incurred_on": dt.date(2026, 9, 30), "quantity": 2.0, "amount": Decimal("104")}
    )
    content = workbook_of(published, tmp_path)
    book = cached(content)
    assert row_of(book, "Checks", "Cost of the quarter: People")[2:] == [104, CHANGED]
    assert row_of(book, "Checks", "All checks together")[-1] == CHANGED


def test_claims_of_negative_and_no_worth(tmp_path: Path) -> None:
    """A benefit that turned into a loss is shown below 0, and its net with it."""
    published = costed_orders()
    for row in published.rows["benefit_bridge"]:
        if row["benefit_class"] == "cashable":
            row.update(reversed=Decimal(-6000), closing=row["closing"] - 6000, net=row["net"] - 6000)
    content = workbook_of(published, tmp_path)
    book = cached(content)
    assert row_of(book, "Benefits", "This quarter")[:3] == [-1900, -1200, -1200]
    assert row_of(book, "Benefits", "Net of run cost")[:3] == [-2800, -2100, -2100]
