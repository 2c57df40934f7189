"""What the page of the value stream draws and says: branches, loops, caps, hostile names, too few, nothing."""

from __future__ import annotations

import re
from collections.abc import Callable
from itertools import pairwise
from typing import Any

import pytest

from dashboards.bundle import BundleData
from dashboards.pages.sheet import Sheet
from dashboards.pages.value_stream import pages
from dashboards.parts.process_graph import MOST_STEPS, drawn
from dashboards.publish import ReviewBundle
from tests.dashboards.builder import QUARTER, Published, orders
from tests.dashboards.page_text import read_page
from tests.dashboards.sheet_text import card_of, cells_of, sheet_of
from tests.dashboards.test_publish import FIRST_VIEW_BYTES

Read = Callable[..., BundleData]
HOSTILE = (
    "<script>alert(1)</script>",
    "</text></svg><img src=x onerror=alert(1)>",
    "abc\u202egnp",
    "Ü" * 300,
    "בדיקת הזמנה",
)


def _page(read: Read, published: Published) -> Sheet:
    return sheet_of(pages, read(published))


def _drawing(page: Sheet) -> str:
    chart = card_of(page, "graph").chart
    assert chart is not None
    return str(chart.wide)


def _move(published: Published, source: str | None, target: str | None) -> dict[str, Any]:
    return next(row for row in published.rows["transitions"] if (row["from_step"], row["to_step"]) == (source, target))


def _many(published: Published, steps: int, name: str = "Step {} of a long way through the house") -> Published:
    """A stream of so many steps in a row, with a way back from every third one, each rarer than the one before."""
    step, move = published.rows["value_stream"][1], published.rows["transitions"][1]
    names = [name.format(index) for index in range(steps)]
    published.rows["value_stream"] = [
        step | {"position": i, "step": n, "label": n, "visits": 6214 - i // 10, "cases": 6000}
        for i, n in enumerate(names)
    ]
    ends = [(None, names[0]), *pairwise(names), (names[-1], None)]
    back = [(names[i], names[i - 2]) for i in range(3, steps, 3)]
    published.rows["transitions"] = [
        move | {"from_step": a, "to_step": b, "moves": 6214 - i // 10} for i, (a, b) in enumerate(ends)
    ] + [move | {"from_step": a, "to_step": b, "moves": 200, "rework_moves": 200} for a, b in back]
    return published


def test_heading_and_lead_say_how_much_is_rework_and_where_work_waits(read: Read) -> None:
    """Rework as a share of the moves into steps; the move that holds most of the waiting, with its median."""
    page = _page(read, orders())
    assert page.heading.text == "1.0% of all moves between steps are rework"
    assert page.lead[0].text == (
        "38% of the waiting lies between “Receive” and “Check”; half of these wait less than 14 hours."
    )
    assert card_of(page, "graph").title == "68% of the orders took the most frequent way"


def test_every_drawn_step_and_move_is_there(read: Read) -> None:
    """A box for each step with its visits, a line with an arrow for each move, rework set apart by more than colour."""
    page = _page(read, orders())
    drawing = _drawing(page)
    assert len(re.findall('<g class="node">', drawing)) == 6
    moves = drawn(read(orders())).moves
    assert len(re.findall('<g class="(?:way|apart)"><path', drawing)) == len(moves) == 11
    assert len(re.findall("<polygon", drawing)) == 11
    assert len(re.findall('<g class="apart">', drawing)) == 2
    for text in ("Start", "Outcome", "Check", "6,400 visits", "work 36 min · 91% usable", "6,214 · 14 h", "86 · 3.4 h"):
        assert f">{text}</text>" in drawing
    assert "style=" not in drawing


def test_the_table_holds_what_is_drawn(read: Read) -> None:
    """Equal to the drawing: every move with its count, its cases, its wait and its rework; unknown waits in words."""
    page = _page(read, orders())
    table = card_of(page, "graph").table
    assert table is not None
    rows = [[str(cell) for cell in row] for row in table.rows]
    assert ["Start", "Receive", "6,214", "6,214", "not told", "0"] in rows
    assert ["Decide", "Check", "186", "180", "1.0 days", "186"] in rows
    assert len(rows) == 11


def test_what_is_not_drawn_is_counted(read: Read) -> None:
    """Rare moves are left out and counted with their share; where all is drawn that is said."""
    assert card_of(_page(read, orders()), "graph").remarks[0].text == (
        "3 rarer transitions, 0.1% of all moves, are not drawn."
    )
    published = orders()
    published.rows["transitions"] = [row for row in published.rows["transitions"] if row["moves"] > 60]
    assert card_of(_page(read, published), "graph").remarks[0].text == "Every step and every move is drawn."


def test_a_step_keeps_its_only_way_in(read: Read) -> None:
    """However rare, the most frequent move into and out of a drawn step is drawn."""
    published = orders()
    for ends in (("fulfil", "reprint"), ("reprint", "deliver")):
        _move(published, *ends)["moves"] = 2
    ends_drawn = {(move.from_step, move.to_step) for move in drawn(read(published)).moves}
    assert {("fulfil", "reprint"), ("reprint", "deliver")} <= ends_drawn
    assert ("receive", "deliver") not in ends_drawn


def test_rework_is_ranked_from_where_to_where(read: Read) -> None:
    """Most frequent first, with its share of all moves there."""
    page = _page(read, orders())
    assert card_of(page, "rework").title == "Most rework goes from “Decide” to “Check”"
    assert cells_of(page, "rework")["Decide → Check"] == ["186", "100%", "180", "1.0 days"]
    assert list(cells_of(page, "rework")) == ["Decide → Check", "Fulfil → Fulfil", "Deliver → Receive"]


def test_no_rework(read: Read) -> None:
    """A stream that only goes forward says so, and draws nothing apart."""
    published = orders()
    for row in published.rows["transitions"]:
        row["rework_moves"] = 0
    page = _page(read, published)
    assert page.heading.text == "No move between steps was rework this quarter"
    assert card_of(page, "rework").empty == "No move was rework in this quarter."
    assert 'class="apart"' not in _drawing(page)


@pytest.mark.parametrize(
    ("cases", "said"),
    [
        (1, "Only 1 order finished: too few to draw their ways"),
        (29, "Only 29 orders finished: too few to draw their ways"),
    ],
)
def test_a_few_cases_make_no_graph(read: Read, cases: int, said: str) -> None:
    """Below 30 cases the graph would show single ones: it is not drawn, and no wait is told."""
    published = orders()
    _move(published, None, "receive").update(moves=cases, cases=cases)
    page = _page(read, published)
    assert page.heading.text == said
    assert [card.chart for card in page.cards] == [None]
    assert page.lead == ()


def test_nothing_finished(read: Read) -> None:
    """An empty quarter is a sentence."""
    published = orders()
    published.rows["transitions"] = []
    page = _page(read, published)
    assert page.heading.text == "No orders finished in this period"
    assert card_of(page, "graph").empty == "No orders finished in this period."


def test_unknown_work_and_waits_are_not_zero(read: Read) -> None:
    """Where the log tells instants only, boxes and lines hold counts alone."""
    published = orders()
    for row in published.rows["value_stream"]:
        row.update(touch_hours=None, accurate_share=None, wait_hours=None)
    for row in published.rows["transitions"]:
        row.update(waits=0, wait_hours_p50=None, wait_hours_mean=None)
    page = _page(read, published)
    assert page.lead == ()
    assert ">6,214</text>" in _drawing(page)
    assert ">work " not in _drawing(page)
    assert cells_of(page, "steps")["Check"][2:] == ["not told"] * 3


def test_below_the_gate_the_page_says_so_first(read: Read) -> None:
    """Under the gate the lead begins with why the times of the quarter are not shown elsewhere."""
    published = orders()
    published.stream["measured_cases"] = 24000
    assert _page(read, published).lead[0].text.startswith("Only 93% of the orders that ended can be measured")


def test_ten_thousand_steps_are_capped_and_the_page_stays_small(
    publish: Callable[[Published], ReviewBundle], read: Read
) -> None:
    """The most visited are drawn and all others counted; first view stays under its limit, without a script."""
    published = _many(orders(), 10_000, "Überlanger Name eines Schritts " * 9 + "{}")
    page = _page(read, published)
    assert len(re.findall('<g class="node">', _drawing(page))) == MOST_STEPS
    assert "9,986 rarer steps and" in card_of(page, "graph").remarks[0].text
    directory = publish(published).directory
    static = sum(path.stat().st_size for path in (directory / "static").iterdir())
    html = (directory / "value-stream.html").read_text("utf-8")
    assert len(html.encode()) + static <= FIRST_VIEW_BYTES
    assert "<script" not in html


def test_hostile_names_are_inert(publish: Callable[[Published], ReviewBundle]) -> None:
    """Markup in names is text, turned text is straight, long names are cut, right-to-left names stay whole."""
    published = orders()
    for row, text in zip(published.rows["value_stream"], HOSTILE, strict=False):
        row["label"] = text
    html = (publish(published).directory / "value-stream.html").read_text("utf-8")
    page = read_page(html)
    assert not [tag for tag, _ in page.tags if tag in ("script", "img")]
    assert {"בדיקת הזמנה", "abcgnp"} <= set(page.executive)
    assert "Ü" * 121 not in html


def test_rows_are_of_this_stream_and_quarter(read: Read) -> None:
    """Moves of another stream or quarter are not drawn."""
    published = orders()
    row = published.rows["transitions"][1]
    published.rows["transitions"] += [row | {"stream": "another"}, row | {"period": "2025-Q1"}]
    assert QUARTER == "2026-Q3"
    assert _drawing(_page(read, published)) == _drawing(_page(read, orders()))
