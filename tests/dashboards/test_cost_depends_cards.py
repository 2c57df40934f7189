"""Poor quality, assumptions and the three unit costs on the page: equal to their rows; what is not told is not 0."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal

from dashboards.bundle import BundleData
from dashboards.pages.sheet import Sheet
from dashboards.pages.unit_cost import pages
from metrics.cost import reasons
from tests.dashboards.builder import BEFORE, QUARTER, Published, orders
from tests.dashboards.sheet_text import bars_of, card_of, cells_of, sheet_of

Read = Callable[..., BundleData]


def _page(read: Read, published: Published) -> Sheet:
    return sheet_of(pages, read(published))


def _with_three(published: Published) -> Published:
    """Values of the other two unit costs, this quarter and before."""
    for metric, now, before, n in (
        ("cost_per_started_case", 11.05, 12.02, 6410), ("cost_per_first_time_right_case", 13.06, 14.15, 5425),
    ):  # fmt: skip
        for period, value in ((QUARTER, now), (BEFORE, before)):
            row = dict(published.value("cost_per_transaction", "unit_cost", period))
            row.update(metric=metric, value=value, low=value - 1, high=value + 1, n=n)
            published.rows["metric_values"].append(row)
    return published


def test_poor_quality_is_its_rows(read: Read) -> None:
    """Each line with amount, share and size; waiting without a cost of delay has a reason, never 0."""
    page = _page(read, orders())
    assert card_of(page, "poor-quality").title == "€5,012 went into what had gone wrong"
    assert cells_of(page, "poor-quality") == {
        "Rework": ["€4,122", "6%", "598 visits, 82 hours of work"],
        "Failures": ["€890", "1.3%", "96 visits, 18 hours of work"],
        "Open orders waiting": ["no data", "no data", reasons.NO_COST_OF_DELAY],
    }
    assert [said.text for said in card_of(page, "poor-quality").remarks] == [
        "€19,487 of bills and unused capacity are left out: nothing tells which work caused them.",
        "€1,210 more of rework was within failures; it is counted once, as rework.",
        "3 more visits have no known work, and no cost here.",
    ]


def test_waiting_is_never_part_of_the_cost(read: Read) -> None:
    """With a cost of delay it has an amount, no share, and stays out of the sum in the title."""
    published = orders()
    published.rows["cost_of_poor_quality"][2].update(amount=Decimal("34682.4"), reason=None)
    page = _page(read, published)
    assert cells_of(page, "poor-quality")["Open orders waiting"] == [
        "€34,682", "not part of it", "6,390 orders were open, 17,341 days together",
    ]  # fmt: skip
    assert card_of(page, "poor-quality").title == "€5,012 went into what had gone wrong"


def test_poor_quality_that_cannot_be_told(read: Read) -> None:
    """Without amounts the card says so; with nothing wrong it says that."""
    published = orders()
    for row in published.rows["cost_of_poor_quality"]:
        row.update(amount=None, reason=reasons.UNPRICED_WORK, counted_before_amount=None)
    assert card_of(_page(read, published), "poor-quality").title == "What poor quality costs cannot be told"
    for row in published.rows["cost_of_poor_quality"][:2]:
        row.update(amount=Decimal(0), reason=None)
    assert card_of(_page(read, published), "poor-quality").title == "No work went into what had gone wrong"


def test_the_three_that_matter_most(read: Read) -> None:
    """The first three by rank, each at its ends, with where its range is from; the others are counted."""
    page = _page(read, orders())
    card = card_of(page, "assumptions")
    assert card.title == "It depends most on: Rate: Operations"
    assert cells_of(page, "assumptions") == {
        "Rate: Operations": ["€10.88", "€12.23", "€47.00–€60.00", "told with the rates, bills or steps"],
        "Minutes: check": ["€10.91", "€12.14", "30–45 minutes", "told with the rates, bills or steps"],
        "Bills: order suite": ["€11.25", "€11.55", "€8,232–€10,062", "10% less and more, assumed for this table"],
    }
    assert card.table is not None
    assert card.table.omitted == 1
    bars = bars_of(page, "assumptions")
    assert (bars["Rate: Operations"].start, bars["Rate: Operations"].width) == (0.0, 100.0)
    assert [said.text for said in card.remarks] == [
        "Where nobody told a range, 10% is assumed to rank them; it says nothing of how sure it is.",
    ]


def test_ranges_that_were_all_told_need_no_remark(read: Read) -> None:
    """The remark on assumed ranges stands only where one is assumed; one told in part says so."""
    published = orders()
    published.rows["cost_sensitivity"][2].update(basis="told")
    assert card_of(_page(read, published), "assumptions").remarks == ()
    published.rows["cost_sensitivity"][2].update(basis="partly told")
    page = _page(read, published)
    assert cells_of(page, "assumptions")["Bills: order suite"][-1] == "told in part, else 10% less or more"
    assert len(card_of(page, "assumptions").remarks) == 1


def test_no_assumption_no_card(read: Read) -> None:
    """A quarter without ranked assumptions, poor quality or a bridge shows no card of them."""
    published = orders()
    for table in ("cost_sensitivity", "cost_of_poor_quality", "cost_variance"):
        published.rows[table] = []
    assert [card.key for card in _page(read, published).cards] == ["number", "classes", "scope"]


def test_three_unit_costs(read: Read) -> None:
    """The same cost by three counts: each with its range, the quarter before, and how many it is divided by."""
    page = _page(read, _with_three(orders()))
    assert [card.key for card in page.cards] == [
        "number", "bridge", "classes", "unit-costs", "poor-quality", "assumptions", "scope",
    ]  # fmt: skip
    assert card_of(page, "unit-costs").title == "One order that is right first time costs €13.06"
    told = cells_of(page, "unit-costs")
    assert told["Orders completed"][:4] == ["€11.40", "€10.30–€12.50", "€12.30", "6,214"]
    assert told["Orders started"][:4] == ["€11.05", "€10.05–€12.05", "€12.02", "6,410"]
    assert told["Orders right first time"][:4] == ["€13.06", "€12.06–€14.06", "€14.15", "5,425"]


def test_a_unit_cost_without_a_value_has_no_row(read: Read) -> None:
    """Where nothing came out right the other two stand alone."""
    published = _with_three(orders())
    published.drop("metric_values", metric="cost_per_first_time_right_case")
    page = _page(read, published)
    assert card_of(page, "unit-costs").title == "What it costs by another count"
    assert list(cells_of(page, "unit-costs")) == ["Orders completed", "Orders started"]
