"""The page that sets this quarter beside every earlier one, and releases side by side."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

import pytest

from dashboards.bundle import BundleData
from dashboards.pages.sheet import Sheet
from dashboards.pages.view import pages_of
from dashboards.parts.card import Card
from dashboards.publish import ReviewBundle
from dashboards.rows.quarter_values import MOST
from tests.dashboards.builder import QUARTER, Published, orders
from tests.dashboards.page_text import read_page
from tests.dashboards.test_every_page import static_bytes
from tests.dashboards.test_metric_pages import column
from tests.dashboards.test_publish import FIRST_VIEW_BYTES

Read = Callable[[Published], BundleData]


def page_of(data: BundleData) -> Sheet:
    """The page."""
    ((page,),) = (pages for view, pages in pages_of(data).items() if view == "compare")
    assert isinstance(page.content, Sheet)
    return page.content


def cards_of(data: BundleData) -> dict[str, Card]:
    """Its cards by key."""
    return {card.key: card for card in page_of(data).cards}


def with_quarters(*told: tuple[str, float], n: int = 5000) -> Published:
    """The plausible stream with earlier quarters of the flow time."""
    published = orders()
    for period, value in told:
        row = published.value("flow_time", "p90") | {"period": period, "value": value, "low": value - 0.2, "n": n}
        published.rows["metric_values"].append(row | {"high": value + 0.2})
    return published


def test_every_earlier_quarter_stands_with_its_range(read: Read) -> None:
    """Newest first; a verdict against the quarter before and the frozen window, and none against any other."""
    data = read(with_quarters(("2026-Q1", 4.62), ("2025-Q4", 5.1)))
    card = cards_of(data)["quarters-flow-time"]
    assert card.title == "Order time (9 in 10): 5.1 days in 2025-Q4, 4.0 days in 2026-Q3"
    assert column(card, 0) == ["2026-Q3", "2026-Q2", "2026-Q1", "2025-Q4"]
    assert column(card, 1) == ["4.0 days", "4.3 days", "4.6 days", "5.1 days"]
    assert column(card, 2)[-1] == "4.9–5.3 days"
    assert column(card, 4) == ["", "Faster", "Faster", "no verdict"]
    page = page_of(data)
    assert page.heading.text == card.title
    assert page.lead[0].text.endswith("or ask: streamgauge compare 2025-Q4 2026-Q3.")


def test_later_quarters_are_not_on_the_page_of_an_earlier_one(read: Read) -> None:
    """What came afterwards is not known to a review of its time."""
    card = cards_of(read(with_quarters(("2026-Q4", 3.0))))["quarters-flow-time"]
    assert column(card, 0) == ["2026-Q3", "2026-Q2"]


def test_a_quarter_with_too_few_cases_has_no_value(read: Read) -> None:
    """A 9-in-10 of 60 orders is not said; the quarter stays in the table with its n, and is not where it began."""
    card = cards_of(read(with_quarters(("2025-Q4", 5.1), n=60)))["quarters-flow-time"]
    assert column(card, 1)[-1] == "None"
    assert column(card, 3)[-1] == "60"
    assert card.title == "Order time (9 in 10): 4.3 days in 2026-Q2, 4.0 days in 2026-Q3"


def test_five_results_over_their_quarters(read: Read) -> None:
    """A picture for each of the five, with its change since last quarter."""
    card = cards_of(read(orders()))["courses"]
    assert card.title == "2 quarters are on file"
    assert [panel.label for panel in card.panels] == [
        "Order time (9 in 10)", "Back to normal after a failure (half)", "Automated handoffs", "Right first time",
        "Cost per order",
    ]  # fmt: skip
    assert all(panel.drawing for panel in card.panels)


def test_releases_stand_side_by_side(read: Read) -> None:
    """A row a release, a column a metric judged at releases; a release with too few says so."""
    card = cards_of(read(orders()))["releases"]
    assert card.title == "Release 2.4 came with a clear change of 1 measure"
    assert column(card, 0)[:2] == [
        "2.5 Batch notices (pilot), 14 September 2026", "2.4 Straight-through approval, 3 August 2026",
    ]  # fmt: skip
    assert column(card, 1) == [
        "Too few to say", "−0.4 days: Faster", "under 0.1 days: No clear change",
        "under 0.1 days: About the same",
    ]  # fmt: skip
    assert column(card, 2) == ["None"] * 4


def test_below_the_gate_the_flow_time_is_withheld(read: Read) -> None:
    """Heading, picture, table and releases of the flow time are withheld; the others stay."""
    published = orders()
    published.stream["measured_cases"] = 24000
    data = read(published)
    cards = cards_of(data)
    assert page_of(data).heading.text == "Not measured reliably this quarter."
    assert cards["quarters-flow-time"].table is None
    assert cards["courses"].panels[0].shown is None
    assert cards["courses"].panels[0].drawing is None
    assert cards["releases"].table is None
    assert cards["quarters-handoff-ratio"].table is not None


@pytest.mark.parametrize("n", [0, 1])
def test_nothing_and_one_case_compare_with_nothing(read: Read, n: int) -> None:
    """No number is made of nothing, or of one case."""
    published = orders()
    for row in published.rows["metric_values"]:
        row.update(value=None, low=None, high=None, n=n, reason="too few", verdict="No data")
    published.rows["comparisons"] = []
    data = read(published)
    assert page_of(data).heading.text == "There is nothing to compare this quarter with"
    assert cards_of(data)["quarters-flow-time"].title == "Order time (9 in 10): no value this quarter"
    assert all(panel.drawing is None for panel in cards_of(data)["courses"].panels)


def test_a_file_without_values_still_has_the_page(read: Read) -> None:
    """Empty tables give a page that says so."""
    data = read(Published({"streams": [orders().stream]}))
    assert cards_of(data)["courses"].title == "0 quarters are on file"
    assert cards_of(data)["releases"].title == "No release to compare in this quarter"


def test_hundred_quarters_and_releases_stay_small(publish: Callable[[Published], ReviewBundle]) -> None:
    """Five years are shown and the others counted; of 200 hostile releases 24 are; the page keeps its size."""
    published = with_quarters(*((f"{2000 + place // 4}-Q{place % 4 + 1}", 4.0) for place in range(100)))
    release = published.change("flow_time", "p90", "2.4", "release")
    for place in range(200):
        on = dt.date(2020, 1, 1) + dt.timedelta(days=place)
        published.rows["comparisons"].append(release | {"label": f"x{place}", "title": "<b>" * 100, "at_on": on})
    directory = publish(published).directory
    html = (directory / "compare.html").read_text("utf-8")
    static = static_bytes(directory)
    text = " ".join(read_page(html).executive)
    assert f"{102 - MOST} more are not shown here" in text
    assert "180 more are not shown here" in text
    assert "<b>" * 100 in text
    assert len(html.encode()) + static <= FIRST_VIEW_BYTES
    assert QUARTER in text
