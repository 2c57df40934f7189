"""The bridge of the unit cost on its page: equal to the table's rows, whole in every rounding, honest about time."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from decimal import ROUND_HALF_UP, Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dashboards.bundle import BundleData
from dashboards.numbers import Scale
from dashboards.pages.sheet import Sheet
from dashboards.pages.unit_cost import pages
from dashboards.parts.cost_bridge import TERMS, tied_terms
from dashboards.publish import ReviewBundle
from dashboards.rows.cost_variance import CostVariance
from dashboards.waterfall import Step, waterfall
from metrics.cost import reasons
from tests.dashboards.builder import Published, orders
from tests.dashboards.sheet_text import card_of, cells_of, sheet_of

Read = Callable[..., BundleData]
CENT = Decimal("0.01")
ROW = CostVariance("2026-Q3", "unit_cost", "all", *[0.0] * 8, currency="EUR", reason=None)


def _page(read: Read, published: Published) -> Sheet:
    return sheet_of(pages, read(published))


def _money(text: str) -> Decimal:
    return Decimal(re.sub(r"[€,+]", "", text.replace("\u2212", "-")))


def _row(published: Published, measure: str = "unit_cost", cost_class: str = "all") -> dict[str, object]:
    rows = published.rows["cost_variance"]
    return next(row for row in rows if (row["measure"], row["cost_class"]) == (measure, cost_class))


def test_the_table_is_the_published_rows(read: Read) -> None:
    """Each step of the table is the row's amount to the cent or the euro, and its raw value is the row's."""
    published = orders()
    page = _page(read, published)
    told = list(cells_of(page, "bridge").values())
    each, whole = _row(published), _row(published, "cost")
    names = ("before", *TERMS, "after")
    for place, name in enumerate(names):
        assert abs(_money(told[place][0]) - Decimal(str(each[f"{name}_amount"]))) < CENT
        assert abs(_money(told[place][1]) - Decimal(str(whole[f"{name}_amount"]))) < 1
    for column in (0, 1):
        shown = [_money(cells[column]) for cells in told]
        assert sum(shown[:-1]) == shown[-1]
    table = card_of(page, "bridge").table
    assert table is not None
    assert [getattr(row[1], "value", None) for row in table.rows] == [float(str(each[f"{n}_amount"])) for n in names]


def test_the_title_is_the_finding(read: Read) -> None:
    """It says how much less or more and the largest part that way; the subtitle says of what."""
    published = orders()
    card = card_of(_page(read, published), "bridge")
    assert card.title == "€0.90 less for each order; the largest part: Work per order"
    row = _row(published)
    row.update(after_amount=Decimal("12.8"), rate_amount=Decimal("1.6053"))
    assert card_of(_page(read, published), "bridge").title == (
        "€0.50 more for each order; the largest part: Rates, prices"
    )
    row.update(after_amount=Decimal("12.3"), rate_amount=Decimal("1.1053"))
    assert card_of(_page(read, published), "bridge").title == "One order costs what it cost last quarter"


def test_freed_time_is_never_cash(read: Read) -> None:
    """What people need less is told as freed time, with its amount; a saving of machines is not."""
    published = orders()
    remarks = [said.text for said in card_of(_page(read, published), "bridge").remarks]
    assert remarks == [
        "Steps are to scale; the scale does not begin at 0.",
        "€1.11 of the savings, grey, is freed time: it becomes cash only when hours or hiring fall.",
    ]
    _row(published, cost_class="people").update(efficiency_amount=Decimal(0), mix_amount=Decimal(0))
    assert len(card_of(_page(read, published), "bridge").remarks) == 1


@pytest.mark.parametrize("reason", reasons.REASONS)
def test_without_a_bridge_the_reason_stands(read: Read, reason: str) -> None:
    """A blocked, empty or first quarter shows why, and no number."""
    published = orders()
    for row in published.rows["cost_variance"]:
        row.update({name: None for name in row if name.endswith("_amount")}, reason=reason)
    card = card_of(_page(read, published), "bridge")
    assert (card.title, card.empty) == ("No bridge from last quarter can be told", reason)
    assert card.table is None and card.chart is None


amounts = st.decimals(-500, 500, places=6)


@given(
    before=amounts, terms=st.lists(amounts | st.just(Decimal(0)), min_size=6, max_size=6), decimals=st.integers(0, 2)
)
def test_rounded_steps_lead_from_start_to_end(before: Decimal, terms: list[Decimal], decimals: int) -> None:
    """As shown, start and steps sum to the end; no step is off by a whole unit, and what is 0 stays 0."""
    after = before + sum(terms)
    told = {f"{name}_amount": float(term) for name, term in zip(TERMS, terms, strict=True)}
    row = replace(ROW, before_amount=float(before), after_amount=float(after), **told)
    unit = Decimal(1).scaleb(-decimals)
    shown = tied_terms(row, Scale("EUR", 1, decimals))
    ends = [end.quantize(unit, ROUND_HALF_UP) for end in (before, after)]
    steps = [Decimal(0) if n.is_under else _money(n.text) for n in shown.values()]
    assert ends[0] + sum(steps) == ends[1]
    for step, term in zip(steps, terms, strict=True):
        assert abs(step - term) < unit + Decimal("1e-6")
        assert term or not step


def test_a_small_step_can_be_seen() -> None:
    """A step of a thousandth of the scale is drawn as the least that can be seen, both ways round."""
    steps = [
        Step("a", 12.0, 12.0, "12", "level"), Step("b", 12.0, 11.999, "-0", "good"),
        Step("c", 11.999, 10.0, "-2", "bad"),
        Step("d", 10.0, 10.0, "10", "level"),
    ]  # fmt: skip
    for lies in (False, True):
        bars = [s for s in waterfall(steps, Scale("EUR", 1, 2), lies=lies).layout.shapes if s.line.width > 5]
        ends = ("x0", "x1") if lies else ("y0", "y1")
        assert [round(abs(bar[ends[1]] - bar[ends[0]]), 3) for bar in bars] == [0.016, 1.999]


def test_every_level_is_on_the_chart() -> None:
    """The axis holds all levels, falling below 0 too."""
    steps = [
        Step("a", 1.0, 1.0, "1", "level"),
        Step("b", 1.0, -3.0, "-4", "good"),
        Step("c", -3.0, -3.0, "-3", "level"),
    ]
    low, high = waterfall(steps, Scale("EUR", 1, 2), lies=False).layout.yaxis.range
    assert low < -3.0 and high > 1.0


def test_the_page_is_small_and_has_no_script(publish: Callable[[Published], ReviewBundle]) -> None:
    """With all its cards the page stays under 120 KB and needs no script; the chart is drawn for both widths."""
    html = (publish(orders()).directory / "unit-cost.html").read_text("utf-8")
    assert len(html.encode()) < 120_000
    assert "<script" not in html
    assert html.count('class="chart wide"') == html.count('class="chart narrow"') == 1
