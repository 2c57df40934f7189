"""Hostile texts in customer words, steps and releases: inert on the page, in the drawing and in the CSV."""

from __future__ import annotations

import csv
from collections.abc import Callable

import pytest

from dashboards.publish import ReviewBundle
from dashboards.reading import clean_text
from tests.dashboards.builder import Published, orders
from tests.dashboards.page_text import read_page

SCRIPT = "<script>alert(1)</script>"
CLOSER = "</text></svg></title><img src=x onerror=alert(1)>"
FORMULA = "=cmd|' /C calc'!A0"
TURNED = "abc\u202egnp.exe"
LONG = "Überlanger" * 30
EMOJI = "📦 Pack 👩\u200d💻"


@pytest.fixture
def hostile(publish: Callable[[Published], ReviewBundle]) -> ReviewBundle:
    """A review whose every free text is hostile."""
    published = orders()
    published.stream["name"] = SCRIPT
    published.stream["run_id"] = CLOSER
    published.replace_in_stream_file("case: order\n", f'case: "{FORMULA}"\n')
    published.replace_in_stream_file("cases: orders\n", f'cases: "{SCRIPT}"\n')
    published.replace_in_stream_file("flow_time: Order time", f'flow_time: "{CLOSER}"')
    for row, text in zip(published.rows["value_stream"], (SCRIPT, CLOSER, FORMULA, TURNED, LONG, EMOJI), strict=True):
        row.update(step=text, label=text, role=text)
    for row, text in zip(
        (r for r in published.rows["comparisons"] if r["kind"] == "release"), (SCRIPT, CLOSER, LONG, EMOJI), strict=True
    ):
        row["title"] = text
    for row in published.rows["definitions"]:
        row.update(definition=SCRIPT, sql=f"SELECT 1 -- {CLOSER}")
    published.rows["check_results"][2].update(detail=CLOSER)
    return publish(published)


def test_no_text_becomes_markup(hostile: ReviewBundle) -> None:
    """No script, image or handler appears; the texts stand on the page as they were written."""
    page = read_page(hostile.page.read_text("utf-8"))
    assert not [tag for tag, _ in page.tags if tag in ("script", "img")]
    assert not [name for _, attributes in page.tags for name in attributes if name.startswith("on")]
    assert any(SCRIPT in text for text in page.executive)


def test_the_list_of_reviews_is_inert_too(hostile: ReviewBundle) -> None:
    """The list shows a stream's name as text."""
    assert not [tag for tag, _ in read_page(hostile.listing.read_text("utf-8")).tags if tag in ("script", "img")]


def test_no_cell_starts_a_formula(hostile: ReviewBundle) -> None:
    """In values.csv text cells never begin like a formula, and values are numbers."""
    for line in csv.DictReader(hostile.values.read_text("utf-8-sig").splitlines()):
        assert not [c for key, c in line.items() if key != "value" and c.startswith(("=", "+", "-", "@", "\t"))]
        float(line["value"])


def test_direction_overrides_are_dropped() -> None:
    """Characters that turn or hide text go; letters, joiners and emoji of any script stay."""
    assert clean_text(TURNED) == "abcgnp.exe"
    assert clean_text("טקסט") == "טקסט"
    assert clean_text(EMOJI) == EMOJI
    assert clean_text("a\x00b\u200bc\ufeff") == "abc"
