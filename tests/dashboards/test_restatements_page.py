"""What the page of restatements says: nothing closed, closed and unmoved, closed and restated; and other pages."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from dashboards.bundle import BundleData
from dashboards.language import speaking
from dashboards.pages.restatements import pages
from dashboards.pages.sheet import Sheet
from dashboards.parts.closing import CAUSES
from dashboards.parts.freshness import freshness
from dashboards.parts.notes import notes_of
from dashboards.parts.tiles import tiles
from metrics.closing.restate import Cause
from tests.dashboards.builder import BEFORE, QUARTER, Published, orders
from tests.dashboards.sheet_text import card_of, cells_of, sheet_of

Read = Callable[..., BundleData]


def _page(read: Read, published: Published, period: str = BEFORE) -> Sheet:
    return sheet_of(pages, read(published, period))


def _of_this_quarter(published: Published) -> Published:
    """The same, with the quarter itself closed and restated."""
    for table in ("closed_quarters", "restatements"):
        for row in published.rows[table]:
            row["quarter"] = QUARTER
    return published


def test_a_restated_quarter(read: Read) -> None:
    """Since when and by whom, and of each number: as closed, today, the difference, why, and when it was first told."""
    page = _page(read, orders())
    assert page.heading.text == "This quarter is closed; 3 of its numbers would be others now"
    assert [said.text for said in page.lead] == [
        "Closed on 20 July 2026 by Controlling.", "All 812 numbers are published as they were closed.",
    ]  # fmt: skip
    why, told = "late events: 41 of 12 orders, arrived on 2 August 2026", "2 August 2026"
    assert cells_of(page, "restated") == {
        "Cost: People": [BEFORE, "€48,210.50", "€48,390.50", "+€180.00", why, told],
        "Order time (9 in 10)": [BEFORE, "4.75 days", "4.90 days", "+0.15 days", why, told],
    }
    assert card_of(page, "restated").title == "2 numbers of this quarter are restated"
    (remark,) = card_of(page, "restated").remarks
    assert remark.text == f"{BEFORE}: 1 number of its months and weeks is restated, too."
    assert cells_of(page, "closed") == {BEFORE: ["20 July 2026", "Controlling", "", "812", "3"]}


def test_nothing_is_closed(read: Read) -> None:
    """The page says that numbers may still change, and until when."""
    published = orders()
    published.rows["closed_quarters"], published.rows["restatements"] = [], []
    page = _page(read, published)
    assert page.heading.text == "This quarter is not closed: its numbers may still change"
    assert page.lead == ()
    assert card_of(page, "closed").title == "No quarter is closed"
    assert card_of(page, "closed").table is card_of(page, "restated").table is None
    assert card_of(page, "restated").empty == "No quarter is closed, so there is none."


def test_closed_and_unmoved(read: Read) -> None:
    """A closed quarter without restatements says that there are none."""
    published = orders()
    published.rows["restatements"] = []
    published.rows["closed_quarters"][0] |= {"restated": 0, "closed_by": None, "why": "year end", "anyway": "no time"}
    page = _page(read, published)
    assert page.heading.text == "This quarter is closed, and no number of it is restated"
    assert page.lead[0].text == "Closed on 20 July 2026."
    assert card_of(page, "restated").title == "No closed number is restated"
    assert card_of(page, "restated").empty.endswith("as it was closed.")
    assert cells_of(page, "closed") == {BEFORE: ["20 July 2026", "not said", "year end; no time", "812", "0"]}


def test_restatements_of_another_quarter(read: Read) -> None:
    """An open quarter shows what is restated of others, and says that it is of others."""
    page = _page(read, orders(), QUARTER)
    assert page.heading.text == "This quarter is not closed: its numbers may still change"
    assert card_of(page, "restated").title == "Numbers of other quarters are restated, none of this one"
    assert set(cells_of(page, "restated")) == {"Cost: People", "Order time (9 in 10)"}


@pytest.mark.parametrize("cause", Cause)
def test_every_cause_has_words(read: Read, cause: Cause) -> None:
    """Each cause is said in readers' words, and no count of events stands where none was late."""
    published = orders()
    for row in published.rows["restatements"]:
        row |= {"causes": cause.value, "late_events": 0, "first_arrived_at": None, "last_arrived_at": None}
    told = cells_of(_page(read, published), "restated")
    assert {row[4] for row in told.values()} == {CAUSES[cause]}


def test_no_data_is_no_number(read: Read) -> None:
    """Where either side has no data there is no difference, and no data is never 0."""
    published = orders()
    published.rows["restatements"][0] |= {"value_now": None, "difference": None}
    told = cells_of(_page(read, published), "restated")["Order time (9 in 10)"]
    assert told[1:4] == ["4.75 days", "no data", "no data"]


def test_pages_say_since_when(read: Read) -> None:
    """Freshness ends with the day of closing and how many numbers are restated; of an open quarter with neither."""
    said = [sentence.text for sentence in freshness(read(orders(), BEFORE)).sentences]
    assert said[-2:] == ["Closed on 20 July 2026", "3 numbers restated"]
    assert not any("losed" in sentence.text for sentence in freshness(read(orders(), QUARTER)).sentences)
    with speaking("de"):
        said = [sentence.text for sentence in freshness(read(orders(), BEFORE)).sentences]
    assert said[-2:] == ["Abgeschlossen am 20. Juli 2026", "3 Zahlen berichtigt"]


def test_notes_say_what_was_closed(read: Read) -> None:
    """A report that is closed with the quarter says so, one that is not says that it is known now."""
    sources = ["flow_time", "value_stream", "failures_by_severity", "restatements"]
    readings = [note.reading for note in notes_of(read(orders(), BEFORE), sources)]
    assert readings[0].endswith("; as it was closed")
    assert readings[1:] == [
        "as it was closed", "as it is known now: it is not closed with the quarter", "as published by the run",
    ]  # fmt: skip
    assert {note.reading for note in notes_of(read(orders(), QUARTER), sources[1:])} == {"as published by the run"}


def test_a_closed_value_does_not_still_fall(read: Read) -> None:
    """However young its cases were, a closed value says of no day until which it may move."""
    published = orders()
    for row in published.rows["metric_values"]:
        if row["metric"] == "first_time_right" and row["period"] == QUARTER:
            row["matures_on"] = row["until_on"].replace(month=12)
    young = [tile.sentence.text for tile in tiles(read(published, QUARTER))]
    assert any("may still fall" in text for text in young)
    shut = [tile.sentence.text for tile in tiles(read(_of_this_quarter(published), QUARTER))]
    assert not any("may still" in text for text in shut)
