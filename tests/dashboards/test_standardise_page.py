"""What the page of what to standardise says in each state: ranked, nothing, too few, below the gate, very many."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from dashboards.bundle import BundleData
from dashboards.pages.sheet import Sheet
from dashboards.pages.standardise import pages
from dashboards.publish import ReviewBundle
from dashboards.rows import exception_classes, waits, ways
from tests.dashboards.builder import QUARTER, STREAM, Published, orders
from tests.dashboards.page_text import read_page
from tests.dashboards.sheet_text import bars_of, card_of, cells_of, sheet_of
from tests.dashboards.test_every_page import static_bytes
from tests.dashboards.test_publish import FIRST_VIEW_BYTES

Read = Callable[..., BundleData]
HOSTILE = ("<script>alert(1)</script>", "abc\u202egnp.exe", "Überlanger" * 30, "בדיקה")


def _page(read: Read, published: Published) -> Sheet:
    return sheet_of(pages, read(published))


def _exception(published: Published, kind: str) -> dict[str, Any]:
    return next(row for row in published.rows["exceptions"] if row["class"] == kind)


def test_the_heading_is_what_came_with_most_time(read: Read) -> None:
    """The first rework or detour by time beyond others, never a plain wait; and no cause is claimed."""
    page = _page(read, orders())
    assert page.heading.text == (
        "“Check” done again later came with most time: 980 days more than as many other orders took"
    )
    assert page.lead[1].text == "Came with, not caused: try a change to know."
    assert card_of(page, "ranking").title == "“Check” done again later: 8% of the orders"


def test_the_list_is_ranked_with_time_in_all_and_for_each(read: Read) -> None:
    """Most time first; less time than others stays below with its minus; waits and gaps stand elsewhere."""
    told = cells_of(_page(read, orders()), "ranking")
    assert list(told) == [
        "“Check” done again later", "“Decide”, a rejection", "“Reprint” added to the usual way",
        "“Fulfil” repeated at once", "“Decide” skipped", "Another order from “Receive” on",
    ]  # fmt: skip
    assert told["“Check” done again later"] == ["980 days", "6%", "512", "1.9 days", "3.4 days", "2.2 days"]
    assert told["“Decide” skipped"][0] == "\u22124.1 days"
    bars = bars_of(_page(read, orders()), "ranking")
    assert bars["“Check” done again later"].width == 100
    assert bars["“Decide”, a rejection"].width == pytest.approx(702 / 980.4 * 100, abs=0.1)
    assert bars["“Decide” skipped"].width == 0


def test_what_cannot_be_compared_has_no_time(read: Read) -> None:
    """Fewer than 30 cases without it: no time, no 0, and a sentence that counts such rows."""
    page = _page(read, orders())
    assert cells_of(page, "ranking")["Another order from “Receive” on"] == [
        "too few without it", "–", "6,200", "–", "3.4 days", "–",
    ]  # fmt: skip
    assert [r.text for r in card_of(page, "ranking").remarks] == [
        "Of 1 of them no time is told: fewer than 30 orders are without it."
    ]


@pytest.mark.parametrize(
    ("kind", "said"),
    [
        ("correction", "“Check”, a correction"), ("backward", "Back to “Check”"),
        ("reopen", "“Check” after the outcome"),
        ("reversal", "“Check”, which turned the outcome round"), ("skipped_step", "“Check” skipped"),
        ("something_new", "something_new: Check"),
    ],
)  # fmt: skip
def test_every_kind_has_words(read: Read, kind: str, said: str) -> None:
    """Each kind of the report reads as words; one this room never heard of keeps its name."""
    published = orders()
    _exception(published, "loop")["class"] = kind
    assert next(iter(cells_of(_page(read, published), "ranking"))) == said


def test_no_rework_and_no_detour(read: Read) -> None:
    """Where every case took the same way, that is said; where none cost time, too."""
    published = orders()
    published.rows["exceptions"] = [row for row in published.rows["exceptions"] if row["family"] == "wait"]
    page = _page(read, published)
    assert page.heading.text == "No rework and no detour came with more time than the usual way"
    assert card_of(page, "ranking").empty == "Every one of the orders took the same way, without rework."
    published = orders()
    for row in published.rows["exceptions"]:
        row["extra_days"] = -1.0
    assert card_of(_page(read, published), "ranking").title == "No rework and no detour came with more time"


@pytest.mark.parametrize(
    ("cases", "said"),
    [
        (1, "Only 1 order finished: too few to say what to standardise"),
        (29, "Only 29 orders finished: too few to say what to standardise"),
    ],
)
def test_too_few_to_rank(read: Read, cases: int, said: str) -> None:
    """Below 30 cases nothing is ranked and no time is shown."""
    published = orders()
    published.rows["variant_concentration"][0].update(cases=cases)
    page = _page(read, published)
    assert page.heading.text == said
    assert [card.key for card in page.cards] == ["ways"]
    assert len(next(iter(cells_of(page, "ways").values()))) == 3


def test_nothing_finished(read: Read) -> None:
    """No completed case is a sentence."""
    published = orders()
    for table in ("variants", "variant_concentration", "exceptions", "accuracy", "value_stream"):
        published.rows[table] = []
    page = _page(read, published)
    assert page.heading.text == "No orders finished in this period"
    assert card_of(page, "ways").empty == "No orders finished in this period."


def test_below_the_gate_no_time_is_shown(read: Read) -> None:
    """Under the gate the page says so and why; ways and refused outputs stay, without any time."""
    published = orders()
    published.stream["measured_cases"] = 24000
    page = _page(read, published)
    assert page.heading.text == "Not measured reliably this quarter"
    assert page.lead[0].text.startswith("Only 93% of the orders that ended can be measured")
    assert [card.key for card in page.cards] == ["ways", "accuracy", "gaps"]
    assert "days" not in str([card_of(page, key).table for key in ("ways", "accuracy", "gaps")])


def test_waits_are_put_down_to_causes_and_the_rest_is_unexplained(read: Read) -> None:
    """By step with what cannot be judged in words; the unexplained share and the untold starts are said."""
    page = _page(read, orders())
    assert card_of(page, "waits").title == "57% of the waiting is for “Check”"
    told = cells_of(page, "waits")
    assert told["Check"] == ["3,600 days", "14 hours", "52%", "0%", "21%", "cannot say", "27%"]
    assert told["Decide"][2:] == ["cannot say"] * 4 + ["100%"]
    assert [remark.text for remark in card_of(page, "waits").remarks] == [
        "41% of the waiting is explained by nothing the log tells.",
        "6,226 visits tell no start, so their wait is unknown.",
    ]
    published = orders()
    published.rows["wait_causes"] = []
    assert card_of(_page(read, published), "waits").empty == "No wait is told: the log has no starts."


def test_ways_sum_to_all_cases(read: Read) -> None:
    """The most frequent by name, all others in one row: the rows add up to the quarter."""
    page = _page(read, orders())
    told = cells_of(page, "ways")
    assert sum(int(cells[0].replace(",", "")) for cells in told.values()) == 6214
    assert list(told)[-1] == "98 rarer ways together"
    assert told["98 rarer ways together"][3] == "–"
    assert card_of(page, "ways").title == "2 of 106 ways cover 8 in 10 orders"
    assert card_of(page, "ways").remarks[0].text == "41 ways were taken by one order only."


def test_one_way(read: Read) -> None:
    """One way for all, and one case on it, are told in the singular."""
    published = orders()
    published.rows["variant_concentration"][0].update(variants=1, variants_for_80=1, single_variants=1)
    page = _page(read, published)
    assert card_of(page, "ways").title == "All orders took one way"
    assert card_of(page, "ways").remarks[0].text == "1 way was taken by one order only."


def test_refused_outputs_by_step_and_whether_they_come_together(read: Read) -> None:
    """Visits not usable as received, most first; observed beside independent steps, three ways round."""
    page = _page(read, orders())
    assert cells_of(page, "accuracy")["Check"] == ["563", "9%", "6,400"]
    assert card_of(page, "accuracy").title == "The output of “Check” is refused most often"
    said = "87.3% (85.5–89.1%) of the orders were right first time"
    assert card_of(page, "accuracy").remarks[0].text.startswith(f"{said}; it would be 82.0% if")
    assert card_of(page, "accuracy").remarks[0].text.endswith("Failures come together in the same orders.")
    for gap, end in ((0.004, "independently (82.0%)."), (-0.03, "Failures spread over more orders than that.")):
        published = orders()
        published.rows["accuracy"][0].update(correlated_failure=gap, low=None, refused_nowhere=1)
        remarks = card_of(_page(read, published), "accuracy").remarks
        assert remarks[0].text.startswith("87.3% of the orders")
        assert remarks[0].text.endswith(end)
        assert remarks[1].text == "1 order was not right, and no step of it was refused."


def test_ten_thousand_of_each_are_capped_and_counted(publish: Callable[[Published], ReviewBundle], read: Read) -> None:
    """However many classes, ways and steps there are, the page stays small and says how many it leaves out."""
    published = orders()
    row, wait = _exception(published, "loop"), published.rows["wait_causes"][0]
    many = range(10_000)
    published.rows["exceptions"] = [row | {"rank": i + 1, "step": f"s{i}", "label": f"s{i} " * 75} for i in many]
    published.rows["wait_causes"] = [wait | {"step": f"s{i}", "label": f"s{i} " * 75} for i in many]
    published.rows["value_stream"] = [
        published.rows["value_stream"][1] | {"step": f"s{i}", "label": "s" * 300} for i in many
    ]
    published.rows["variants"][0]["path"] = "Schritt → " * 4000
    page = _page(read, published)
    omitted = {card.key: card.table.omitted for card in page.cards if card.table}
    assert omitted["ranking"] == 10_000 - exception_classes.MOST
    assert omitted["waits"] == 10_000 - waits.MOST
    assert omitted["accuracy"] == 10_000 - 8
    table = card_of(page, "ways").table
    assert table is not None
    assert len(table.rows) == ways.MOST + 1
    bundle = publish(published)
    static = static_bytes(bundle.directory)
    assert len((bundle.directory / "standardise.html").read_bytes()) + static <= FIRST_VIEW_BYTES


def test_hostile_names_are_inert(publish: Callable[[Published], ReviewBundle]) -> None:
    """Scripts and turned text stand as text, long names are cut, right-to-left names stay whole."""
    published = orders()
    told = [row for row in published.rows["exceptions"] if row["family"] != "wait"]
    for row, text in zip(told, HOSTILE, strict=False):
        row.update(step=text, label=text)
    page = read_page((publish(published).directory / "standardise.html").read_text("utf-8"))
    assert not [tag for tag, _ in page.tags if tag in ("script", "img")]
    text = " ".join(page.executive)
    assert "“<script>alert(1)</script>” done again later" in text
    assert "“abcgnp.exe”, a rejection" in text
    assert "“בדיקה” repeated at once" in text
    assert HOSTILE[2] not in text


def test_rows_are_of_this_stream_and_quarter(read: Read) -> None:
    """Rows of another stream or quarter are on no card."""
    published = orders()
    for table in ("exceptions", "variants", "wait_causes", "accuracy", "variant_concentration"):
        row = published.rows[table][0]
        published.rows[table] += [row | {"stream": "another"}, row | {"period": "2025-Q1"}]
    assert (STREAM, QUARTER) == ("orders", "2026-Q3")
    assert [card.table for card in _page(read, published).cards] == [card.table for card in _page(read, orders()).cards]
