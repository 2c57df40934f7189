"""Each page of the PDF can be read: in every state, in both ways, nothing cut, no heading left alone, every number."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

from dashboards.language import say, speaking
from dashboards.pages.full_review import FullReview
from dashboards.printing.document import document_of
from dashboards.printing.page import running
from dashboards.value_list import numbers_in
from tests.dashboards.hostile_rows import TEXTS, hostile_orders
from tests.dashboards.page_text import read_page
from tests.dashboards.printing.conftest import STATES, WAYS, Print, Printed, made, read_state, skip_without
from tests.dashboards.printing.pdf_file import figures, fonts, properties, said, sheets, text_of

both = pytest.mark.parametrize("way", WAYS)
every = pytest.mark.parametrize(("state", "way"), [
    (state, way) for state in STATES for way in WAYS
    if way == "typst" or state not in ("one case", "only open", "below the gate")  # a browser takes seconds for each
])  # fmt: skip
MARGIN = 34.0  # points: 12 mm


@every
def test_every_page_says_where_it_belongs(printed: Print, state: str, way: str, tmp_path: Path) -> None:
    """Stream, period and 'page / pages' stand on every page of A4, in the margins."""
    made_ = printed(state, way)
    with speaking(made_.data.language):
        head = _plain(running(made_.review))
    pages = sheets(made_.content, tmp_path)
    for number, page in enumerate(pages, 1):
        margin = _plain(" ".join(line.text for line in page.lines if line not in page.body))
        assert (round(page.width), round(page.height)) == (595, 842)
        assert f"{number}/{len(pages)}" in margin
        assert state == "hostile" or head in margin  # a name that turns the direction of what follows stands otherwise


@every
def test_nothing_is_cut(printed: Print, state: str, way: str, tmp_path: Path) -> None:
    """Every line stands within the margins of its page."""
    _stands_within(printed(state, way).content, tmp_path)


@pytest.mark.parametrize("turn", range(1, len(TEXTS)))
def test_each_hostile_text_fits_each_place(turn: int, tmp_path: Path) -> None:
    """So it does with another hostile text in each place."""
    skip_without("typst")
    _stands_within(made(read_state(tmp_path, hostile_orders(turn)), "typst").content, tmp_path)


def _stands_within(content: bytes, folder: Path) -> None:
    for page in sheets(content, folder):
        outside = [line for line in page.lines if line.left < MARGIN or line.right > page.width - MARGIN]
        assert outside == []
        assert all(line.top > 20 and line.bottom < page.height - 12 for line in page.lines)


@every
def test_no_heading_is_left_at_the_foot(printed: Print, state: str, way: str, tmp_path: Path) -> None:
    """The last line of a page is no heading, nor the line under one."""
    made_ = printed(state, way)
    headings = {_plain(text) for text in _headings(made_.review)}
    for page in sheets(made_.content, tmp_path):
        assert page.body, "an empty page"
        last = _plain(page.body[-1].text)
        assert not [text for text in headings if text == last or (len(last) > 12 and text.endswith(last))]


@both
def test_a_heading_at_the_foot_would_be_found(printed: Print, way: str, tmp_path: Path) -> None:
    """All headings of the review are lines, or ends of lines, that the search above would know again."""
    made_ = printed("plain", way)
    lines = [_plain(line.text) for page in sheets(made_.content, tmp_path) for line in page.body]
    for text in (chapter.title for chapter in made_.review.chapters):
        assert [line for line in lines if line.endswith(_plain(text))]


@pytest.mark.parametrize("state", ["plain", "german", "nothing", "forty releases", "negative benefits"])
@both
def test_every_number_stands_in_the_text(printed: Print, state: str, way: str, tmp_path: Path) -> None:
    """Each number of the list of values is in the PDF as it is shown; each figure as often as on the page."""
    made_ = printed(state, way)
    assert faults_of(made_, text_of(made_.content, tmp_path), way) == []


@both
def test_another_number_would_be_found(printed: Print, way: str, tmp_path: Path) -> None:
    """A PDF of which one figure is another one is not that of the page."""
    made_ = printed("plain", way)
    text = text_of(made_.content, tmp_path)
    known = next(iter(_ids(text)))
    for old, new in (("€11.40", "€11.50"), ("2,104", "2,105"), (known, f"{known[:-1]}0")):
        assert old in text
        assert faults_of(made_, text.replace(old, new, 1), way)


@both
def test_fonts_are_ours(printed: Print, way: str, tmp_path: Path) -> None:
    """Every letter is of Inter, embedded, and none is a drawing (Type 3)."""
    for state in ("plain", "german"):
        found = fonts(printed(state, way).content, tmp_path)
        assert {name.partition("+")[2] for name, _, _ in found} == {"Inter-Regular", "Inter-SemiBold"}
        assert {(kind, is_embedded) for _, kind, is_embedded in found} == {("CID TrueType", "yes")}


@both
def test_it_can_be_read_aloud(printed: Print, way: str, tmp_path: Path) -> None:
    """Tagged, with title, language, headings, tables and alternative texts of its charts."""
    for state, language in (("plain", "en"), ("german", "de")):
        made_ = printed(state, way)
        told = properties(made_.content, tmp_path)
        assert told["Tagged"] == "yes"
        with speaking(language):
            assert told["Title"] == f"{made_.review.name}: {say('full review')}, {made_.review.period}"
        assert f"/Lang ({language})".encode() in made_.content or f"/Lang({language})".encode() in made_.content
        tree = said("pdfinfo", made_.content, tmp_path, "-struct")
        assert [tag for tag in ("H1", "H2", "H3", "Table", "TH", "TD", "Figure") if f"{tag}" not in tree] == []


@both
def test_nothing_in_it_leads_outside(printed: Print, way: str, tmp_path: Path) -> None:
    """No address, no script, no file inside, in any state; nor the folder it was made in."""
    for state in ("plain", "hostile"):
        content = printed(state, way).content
        assert len(said("pdfinfo", content, tmp_path, "-url").splitlines()) <= 1  # its head
        assert said("pdfinfo", content, tmp_path, "-js").strip() == ""
        assert said("pdfdetach", content, tmp_path, "-list").startswith("0 ")
        assert b"streamgauge-print-" not in content
        assert b"file:" not in content


@both
def test_the_same_review_gives_the_same_bytes(printed: Print, way: str, tmp_path: Path) -> None:
    """Made again, later, not a byte is another one; the dates in it are those of the run."""
    first = printed("plain", way)
    again = made(read_state(tmp_path, STATES["plain"]()), way)
    assert again.content == first.content
    told = properties(first.content, tmp_path)
    assert told["CreationDate"] == told["ModDate"] == f"{first.data.state.ran_at:%a %b %_d %H:%M:%S %Y} UTC"


def test_both_ways_say_the_same(printed: Print, tmp_path: Path) -> None:
    """Every figure of the content stands in either PDF; a reader of one is told what a reader of the other is."""
    by_browser, set_ = printed("plain", "chromium"), printed("plain", "typst")
    assert faults_of(set_, text_of(by_browser.content, tmp_path), "typst") == []


def faults_of(made_: Printed, text: str, way: str) -> list[str]:
    """What is not in the text of a PDF and should be: numbers of the review, figures of what was printed or set as
    often as there, evidence ids; and figures in it that were not there.
    """
    flat = _plain(text)
    forms = {number: {number.text, number.short, number.figure} for _, number in numbers_in(made_.review)}
    faults = [number.text for number, told in forms.items() if not any(_plain(form) in flat for form in told)]
    wanted, drawn = "\n".join(_told(made_, way)), " ".join(re.findall(r">([^<]+)</t", _drawings(made_)))
    known = figures(f"{wanted} {drawn} {made_.review.period} {made_.review.key} {made_.review.lineage}")
    counted = {str(page) for page in range(1, 100)}
    words = (_ids(wanted) - _ids(text)).elements()
    lacking, more = (figures(wanted) - figures(text)).elements(), figures(text).keys() - known.keys() - counted
    return [*faults, *sorted(lacking), *sorted(more), *sorted(words)]


def _ids(text: str) -> Counter[str]:
    return Counter(re.findall(r"sg-[0-9a-z]{16}", _plain(text)))


def _drawings(made_: Printed) -> str:
    return " ".join(re.findall(r"<svg.*?</svg>", made_.html, flags=re.S))


def _told(made_: Printed, way: str) -> Iterator[str]:
    if way == "chromium":
        page = read_page(re.sub(r"<svg.*?</svg>|<head>.*?</head>", "", made_.html, flags=re.S))
        labels = {value for _, named in page.tags if (value := named.get("aria-label"))}
        yield from (text for text in (*page.executive, *page.technical) if text not in labels)
        return
    with speaking(made_.data.language):
        yield from _strings(document_of(made_.review, made_.data.state.ran_at))


_NOT_SHOWN = {"svg", "alt", "title", "colour", "colours", "lang", "made", "share", "running", "lineage", "review"}


def _strings(part: object) -> Iterator[str]:
    if isinstance(part, str) and not part.startswith("#"):  # a colour
        yield part.replace("\u200b", "")
    elif isinstance(part, list):
        for item in part:
            yield from _strings(item)
    elif isinstance(part, dict):
        for name, value in part.items():
            if name not in _NOT_SHOWN:
                yield from _strings(value)


def _headings(review: FullReview) -> Iterator[str]:
    yield review.hero.sentence.text
    for chapter in review.chapters:
        yield chapter.title
        for card in chapter.cards:
            yield from (card.title, card.subtitle)
    for part in (review.run, review.map, review.effects, review.scorecard):
        yield part.title
    yield from (f"{note.index}. {note.label} — {note.definition}" for note in review.notes)


def _plain(text: str) -> str:
    return re.sub(r"[\s\u200b\u2068\u2069]", "", text)


def test_the_browser_is_asked_for() -> None:
    """Where CI installed a browser and poppler, no test of this file is skipped for want of them."""
    skip_without("chromium")
