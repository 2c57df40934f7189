"""What the page of unit cost says in each state: told, blocked, nothing finished, none recorded; parts add up."""

from __future__ import annotations

import math
from collections.abc import Callable
from decimal import ROUND_HALF_UP, Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dashboards.bundle import BundleData
from dashboards.pages.sheet import Sheet
from dashboards.pages.unit_cost import pages
from dashboards.parts.cost_classes import rounded_parts
from dashboards.publish import ReviewBundle
from metrics.cost import reasons
from tests.dashboards.builder import BEFORE, QUARTER, Published, orders
from tests.dashboards.page_text import read_page
from tests.dashboards.sheet_text import bars_of, card_of, cells_of, sheet_of

Read = Callable[..., BundleData]
COST = "cost_per_transaction"


def _page(read: Read, published: Published) -> Sheet:
    return sheet_of(pages, read(published))


def _without_cost(published: Published) -> Published:
    published.drop("metric_values", metric=COST)
    published.drop("comparisons", metric=COST)
    for row in published.rows["cost_variance"]:
        row.update({name: None for name in row if name.endswith("_amount")}, reason=reasons.UNPRICED)
    for row in published.rows["cost_sensitivity"]:
        row.update(rank=None, unit_cost=None, unit_low=None, unit_high=None, swing=None, reason=reasons.UNPRICED)
    return published


def _money(text: str) -> Decimal:
    return Decimal(text.replace("\u2212", "-").replace("€", "").replace(",", "").replace("+", "").replace("%", ""))


def test_the_number_with_all_that_belongs_to_it(read: Read) -> None:
    """The number, its range, the quarter before, the change with its range, the target, and how many it is of."""
    page = _page(read, orders())
    assert page.heading.text == "One completed order costs €11.40"
    assert [said.text for said in page.lead] == [
        "Likely €0.90 cheaper than last quarter.", "The target of €11.00 has not been reached.",
    ]  # fmt: skip
    assert cells_of(page, "number") == {
        "This quarter": ["€11.40", "Likely cheaper"],
        "Range it lies in, 95 times of 100": ["€10.30–€12.50", ""],
        "Last quarter": ["€12.30", ""],
        "Change": ["\u2212€0.90", "between \u2212€2.00 and +€0.20, 95 times of 100"],
        "Target": ["€11.00", "Target €11.00 · Not met"],
        "Completed orders": ["6,214", ""],
    }


def test_classes_add_up_to_the_number(read: Read) -> None:
    """Every column of the split sums to its last row, as shown; bars are to scale."""
    page = _page(read, orders())
    told = cells_of(page, "classes")
    together = told.pop("Together")
    assert (together[0], together[4]) == ("€11.40", "€70,840")
    for place in range(5):
        assert sum(_money(cells[place]) for cells in told.values()) == _money(together[place])
    assert told["People"] == ["€8.26", "€9.17", "\u2212€0.90", "72%", "€51,353"]
    assert bars_of(page, "classes")["Computing"].width == pytest.approx(5340 / 51352 * 100, abs=0.1)
    assert card_of(page, "classes").title == "People: 72% of it"
    assert card_of(page, "classes").remarks[0].text == "€813 of it was paid for and used by nobody."


@given(values=st.lists(st.floats(-1e6, 1e6), min_size=1, max_size=8), decimals=st.integers(0, 2))
def test_rounded_parts_sum_to_the_rounded_total(values: list[float], decimals: int) -> None:
    """The parts sum to the total rounded half up, and none is moved by a whole unit or more."""
    parts = rounded_parts(values, decimals)
    unit = Decimal(1).scaleb(-decimals)
    whole = Decimal(math.fsum(values) * 10**decimals + 1e-9).quantize(Decimal(1), ROUND_HALF_UP) * unit
    assert abs(sum(Decimal(part).quantize(unit) for part in parts) - whole) <= (unit if whole < 0 else 0)
    assert all(abs(part - value) < 10**-decimals + 1e-6 for part, value in zip(parts, values, strict=True))


def test_standard_minutes_and_idle_capacity_are_named(read: Read) -> None:
    """What is no measured work, and what nobody used, stands below the split."""
    published = orders()
    published.rows["cost_by_class"][0]["standard_amount"] = Decimal("1200")
    remarks = [remark.text for remark in card_of(_page(read, published), "classes").remarks]
    assert remarks[1] == "€1,200 of it is from standard minutes, not from measured work."


def test_work_without_a_price_blocks_the_number(read: Read) -> None:
    """No cost is told, how many rows are without a price is, and the classes show what they hold and lack."""
    published = _without_cost(orders())
    for row in published.rows["cost_by_class"]:
        if row["period"] == QUARTER:
            row["unit_cost"] = None
    published.rows["cost_by_class"][0].update(amount=None, unpriced_rows=31)
    page = _page(read, published)
    assert page.heading.text == "What one order costs cannot be told this quarter"
    assert page.lead[0].text.startswith("31 rows of work or use are without a rate or a bill;")
    told = cells_of(page, "classes")
    assert told["People"] == ["no data", "€9.17", "no data", "no data", "no data", "31"]
    assert told["Licences"][0] == "no data"
    assert [card.key for card in page.cards] == ["bridge", "classes", "poor-quality", "scope"]
    assert card_of(page, "bridge").empty == reasons.UNPRICED
    published.rows["cost_by_class"][0].update(unpriced_rows=1)
    assert _page(read, published).lead[0].text.startswith("1 row of work or use is without")


def test_nothing_finished(read: Read) -> None:
    """Cost without a completed case stands as amounts only."""
    published = _without_cost(orders())
    for row in published.rows["cost_by_class"]:
        row.update(unit_cost=None, completed_cases=0)
    page = _page(read, published)
    assert page.heading.text == "No orders finished, so there is nothing to divide the cost by"
    assert cells_of(page, "classes")["People"][-1] == "€51,353"


def test_no_cost_recorded(read: Read) -> None:
    """Without cost the page says what would tell it, and shows no 0."""
    published = _without_cost(orders())
    published.rows["cost_by_class"] = []
    page = _page(read, published)
    assert page.heading.text == "No costs are recorded for this quarter"
    (card,) = page.cards
    assert card.empty == "The stream file names no rates and no bills (costs: rates, bills)."
    published.replace_in_stream_file("costs: {currency: EUR}", "costs: {currency: EUR, rates: rates.csv}")
    (card,) = _page(read, published).cards
    assert card.empty == "The rates and bills of the stream file cover no day of this quarter."


def test_one_completed_case(read: Read) -> None:
    """A cost of a handful says so; without a range, a quarter before or a target that is said, too."""
    published = orders()
    published.value(COST, "unit_cost").update(n=1, low=None, high=None, verdict="No earlier period")
    published.drop("comparisons", metric=COST)
    published.drop("metric_values", metric=COST, period=BEFORE)
    published.drop("targets", metric=COST)
    page = _page(read, published)
    assert page.lead[-1].text == "It is the cost of 1 order only: read it with care."
    told = cells_of(page, "number")
    assert told["Range it lies in, 95 times of 100"] == ["no range can be defended", ""]
    assert told["Last quarter"] == ["no data", ""]
    assert told["Change"] == ["nothing to compare with", ""]
    assert told["Target"] == ["none set", ""]


def test_what_is_in_it_and_what_is_not(read: Read) -> None:
    """Classes told are in it, classes nobody told are named as such; rework is in it, freed time is not."""
    published = orders()
    published.drop("cost_by_class", cost_class="licence")
    published.drop("cost_by_class", cost_class="shared")
    told = cells_of(_page(read, published), "scope")
    assert told["People"][0] == "In it"
    assert told["Licences and Shared platform"] == ["Not told", "No rate and no bill of it covers this quarter."]
    assert told["Idle capacity"] == ["In it", "€813 this quarter, paid for and used by nobody."]
    assert told["What repeats and failures cost"][0] == "In it"
    assert told["Freed time as cash"][0] == "Not in it"


def test_a_new_class_or_currency_keeps_its_name(read: Read) -> None:
    """A class this room never heard of keeps its own name; money is written in its currency."""
    published = orders()
    published.rows["cost_by_class"] = [
        row | {"cost_class": "{energy}", "currency": "JPY"}
        for row in published.rows["cost_by_class"] if row["cost_class"] == "people"
    ]  # fmt: skip
    told = cells_of(_page(read, published), "classes")
    assert told["{energy}"][0] == "¥8"
    assert "Together" not in told


def test_no_link_leads_nowhere(publish: Callable[[Published], ReviewBundle]) -> None:
    """Notes of a page without tiles lead back to none."""
    html = (publish(orders()).directory / "unit-cost.html").read_text("utf-8")
    page = read_page(html)
    ids = {attributes.get("id") for _, attributes in page.tags}
    links = {str(a["href"])[1:] for tag, a in page.tags if tag == "a" and str(a.get("href", "")).startswith("#")}
    assert links <= ids
