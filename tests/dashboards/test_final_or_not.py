"""What a reader is told of a value that may still move, and of what the allow-list did to it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

import pytest

from dashboards.bundle import BundleData
from dashboards.pages.review import build_review, headline_sentences
from dashboards.parts.notes import Note, notes
from dashboards.parts.tiles import tiles
from tests.dashboards.builder import QUARTER, STREAM, Published, orders

Read = Callable[[Published], BundleData]
RIGHT = 3  # its place among the five


def _maturing(on: dt.date | None) -> Published:
    published = orders()
    published.value("first_time_right", "share")["matures_on"] = on
    return published


def _note(data: BundleData) -> Note:
    return next(note for note in notes(data) if note.index == RIGHT + 1)


def test_a_value_that_may_still_fall_says_until_when(read: Read) -> None:
    """While its cases are young the tile and the command line say that the share may still fall, and until when."""
    data = read(_maturing(dt.date(2026, 10, 14)))
    said = "It may still fall until 14 October."
    assert tiles(data)[RIGHT].sentence.text.endswith(said)
    assert any(sentence.endswith(said) for sentence in headline_sentences(data))


def test_what_is_worse_when_it_rises_may_still_rise(read: Read) -> None:
    """A measure of which less is better moves the other way."""
    published = orders()
    published.value("flow_time", "p90")["matures_on"] = dt.date(2026, 10, 14)
    assert tiles(read(published))[0].sentence.text.endswith("It may still rise until 14 October.")


@pytest.mark.parametrize("on", [None, dt.date(2026, 10, 1), dt.date(2026, 10, 3)])
def test_a_final_value_says_nothing(read: Read, on: dt.date | None) -> None:
    """Nothing moves it, nothing ever did after the quarter, or its day has come: the tile is silent."""
    published = _maturing(on)
    published.stream["last_event_at"] = dt.datetime.fromisoformat("2026-10-02T22:30")  # the 3rd in Berlin
    if on == dt.date(2026, 10, 1):
        published.stream["last_event_at"] = dt.datetime.fromisoformat("2026-09-30T20:11")
    assert "may still" not in tiles(read(published))[RIGHT].sentence.text


def test_the_note_says_from_when_a_value_is_final(read: Read) -> None:
    """The technical note names the day, whether it has come or not."""
    assert _note(read(_maturing(dt.date(2026, 10, 14)))).reading.endswith("; final from 14 October 2026")
    assert "final" not in _note(read(orders())).reading


def test_the_note_says_what_the_allow_list_did(read: Read) -> None:
    """Repeats taken out, in how many orders, and the share without them, each a number of the page."""
    published = orders()
    row = {
        "stream": STREAM, "period": QUARTER, "step": "(all)", "completed_cases": 6214, "removed_repeats": 1082,
        "touched_cases": 82, "turned_cases": 71, "right_share_without": 0.853, "moved_share": 0.027,
    }  # fmt: skip
    published.rows["rework_allowance"] = [row, row | {"step": "Deliver", "removed_repeats": 7}]
    data = read(published)
    said = _note(data).allowed
    assert said is not None
    assert said.text == ("allowed repeats taken out of rework: 1,082, in 82 orders; without them 85.3%, 3 points less")
    assert [found.value for found in said.numbers] == [1082, 82, 0.853, 0.027]
    assert sum(note.allowed is not None for note in build_review(data).notes) == 1
    assert _note(read(orders())).allowed is None
