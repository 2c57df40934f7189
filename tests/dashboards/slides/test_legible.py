"""Slides can be read in every state: nothing outside or under 10 points, alternative texts, notes, none empty."""

from __future__ import annotations

import datetime as dt
import io
import re
import shutil
import subprocess
import zipfile
from collections.abc import Callable
from functools import cache
from itertools import pairwise
from pathlib import Path

import pytest
from lxml import etree
from pptx import Presentation

from dashboards.language import speaking
from dashboards.slides.writing import write_deck
from tests.dashboards.builder import Published, orders
from tests.dashboards.hostile_rows import TEXTS, hostile_orders
from tests.dashboards.slides.conftest import Made, Make, make_deck
from tests.dashboards.slides.office_file import DrawnSlide, read_deck, workbook_texts
from tests.dashboards.slides.truth import faults_of

OFFICE = shutil.which("soffice")


def few(cases: int) -> Published:
    """A quarter of no case or one."""
    published = orders()
    for row in published.rows["metric_values"]:
        row.update(low=None, high=None, n=cases, verdict="No data" if cases == 0 else "Too few to say")
        row.update(value=None if cases == 0 else row["value"], reason="nothing finished" if cases == 0 else None)
    for row in published.rows["comparisons"]:
        row.update(before_n=cases, after_n=cases, difference=None, low=None, high=None, low80=None, high80=None)
        row["verdict"] = "No data" if cases == 0 else "Too few to say"
    published.stream.update(cases=cases, ended_cases=cases, measured_cases=cases, open_cases=0)
    return published


def nothing() -> Published:
    """A stream of which nothing is known."""
    return Published({"streams": [orders().stream | {"cases": 0, "ended_cases": 0, "measured_cases": 0}]})


def only_open() -> Published:
    """Cases began and none finished."""
    published = few(0)
    published.stream.update(cases=310, open_cases=310)
    published.rows["value_stream"] = []
    return published


def below_gate() -> Published:
    """Too few of what ended can be measured."""
    published = orders()
    published.stream["measured_cases"] = 24000
    return published


def negative() -> Published:
    """Benefits that cost more than they bring."""
    published = orders()
    for row in (*published.rows["benefit_bridge"], *published.rows["benefits"]):
        for name in {"opening", "began", "closing", "net", "gross"} & row.keys():
            row[name] = None if row[name] is None else -abs(row[name])
    return published


def forty_releases() -> Published:
    """A release every six days."""
    published = orders()
    like = published.change("flow_time", "p90", "2.4", "release")
    published.rows["comparisons"] += [
        like | {
            "label": f"2026.{i:02d}.1-rc", "title": f"Change number {i} of many",
            "at_on": dt.date(2026, 1, 5) + dt.timedelta(days=6 * i),
        }
        for i in range(40)
    ]  # fmt: skip
    return published


STATES: dict[str, Callable[[], Published]] = {
    "plain": orders, "none": lambda: few(0), "one": lambda: few(1), "nothing": nothing, "only open": only_open,
    "below the gate": below_gate, "negative": negative, "forty releases": forty_releases, "hostile": hostile_orders,
}  # fmt: skip


@pytest.fixture(scope="module")
def decks(tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], Made]:
    """The deck of each state, made once; read only."""
    return cache(lambda state: make_deck(tmp_path_factory.mktemp("state"), STATES[state]()))


@pytest.fixture(scope="module", params=list(STATES))
def made(request: pytest.FixtureRequest, decks: Callable[[str], Made]) -> Made:
    """The deck of one state."""
    return decks(request.param)


@pytest.fixture(scope="module")
def slides(made: Made) -> list[DrawnSlide]:
    """Its slides."""
    return read_deck(made.content)


def test_every_chart_and_table_is_told_to_those_who_do_not_see_it(slides: list[DrawnSlide]) -> None:
    """No chart or table is without an alternative text."""
    assert all(text.strip() for slide in slides for text in slide.alternatives)


def test_every_slide_has_a_title_and_notes(made: Made, slides: list[DrawnSlide]) -> None:
    """A finding on top; under it what it rests on: definition and, of what has one, SQL."""
    assert all(slide.title.strip() for slide in slides)
    assert all("Definition: " in slide.notes for slide in slides if slide.charts), made.data.state.stream
    without = [slide.title for slide in slides if "Definition: " not in slide.notes]
    assert len(without) <= len(slides) / 2


def test_no_slide_is_empty(slides: list[DrawnSlide]) -> None:
    """A part without content says so."""
    for slide in slides:
        said = [text for text in slide.texts[3:] if text.strip()]
        assert said or slide.charts or len(slide.cells) > 1, slide.title


def test_nothing_stands_outside(made: Made, slides: list[DrawnSlide]) -> None:
    """Every shape lies on the slide, as high as it is estimated to become."""
    office = Presentation(io.BytesIO(made.content))
    for slide in slides:
        for left, top, right, bottom in slide.boxes:
            assert left >= 0, slide.title
            assert top >= 0, slide.title
            assert right <= office.slide_width, slide.title
            assert bottom <= office.slide_height, slide.title


def test_nothing_reaches_into_the_foot(made: Made) -> None:
    """What is drawn ends above the line that says where the slide is from, as high as it is estimated to become."""
    _ends_above_the_foot(made.content)


@pytest.mark.parametrize("turn", range(1, len(TEXTS)))
def test_each_hostile_text_fits_each_place(tmp_path: Path, turn: int) -> None:
    """Nor does it with another hostile text in each place."""
    _ends_above_the_foot(make_deck(tmp_path, hostile_orders(turn)).content)


def _ends_above_the_foot(deck: bytes) -> None:
    for slide in Presentation(io.BytesIO(deck)).slides:
        (foot,) = (shape for shape in slide.placeholders if shape.placeholder_format.idx == 15)
        for shape in slide.shapes:
            if not shape.is_placeholder:
                assert shape.top + shape.height <= foot.top, (slide.shapes.title.text_frame.text, shape.name)


def test_no_letter_is_smaller_than_ten_points(made: Made) -> None:
    """In slides, layouts and charts."""
    office = Presentation(io.BytesIO(made.content))
    for slide in office.slides:
        parts = [slide._element, slide.slide_layout._element]
        parts += [shape.chart._chartSpace for shape in slide.shapes if shape.has_chart]
        sizes = [int(size) for part in parts for size in part.xpath(".//@sz") if str(size).isdigit()]
        assert min(sizes) >= 1000


def test_an_empty_cell_is_no_higher_than_the_others(made: Made) -> None:
    """The end of each line in a table has the size of its letters; else an empty one has 18 points and rows grow."""
    office = Presentation(io.BytesIO(made.content))
    tables = [shape.table for slide in office.slides for shape in slide.shapes if shape.has_table]
    for paragraph in (p for table in tables for cell in table.iter_cells() for p in cell.text_frame.paragraphs):
        ends = [int(told) for told in paragraph._p.xpath("a:endParaRPr/@sz")]
        assert len(ends) == 1
        assert {run.font.size.centipoints for run in paragraph.runs} <= set(ends)
        assert all(run.text for run in paragraph.runs)  # an office gives a run without letters a size of its own


def test_numbers_are_those_of_the_pages(made: Made) -> None:
    """In every state, as in the plain one: what no page shows is on no slide."""
    if made.data.stream.words.case == "order":  # hostile words have digits of their own
        assert faults_of(made, made.content) == []


def test_no_text_is_a_formula_or_unfit_for_xml(made: Made, slides: list[DrawnSlide]) -> None:
    """The workbooks behind charts hold texts and numbers only, and no part of the file is broken."""
    for slide in slides:
        for chart in slide.charts:
            assert {cell.data_type for cell in workbook_texts(chart)} <= {"s", "n", "d"}
    with zipfile.ZipFile(io.BytesIO(made.content)) as file:
        for name in file.namelist():
            if name.endswith((".xml", ".rels")):
                etree.fromstring(file.read(name))


def test_same_input_same_bytes(made: Made) -> None:
    """Written twice, the file is the same to the last byte."""
    with speaking(made.data.language):
        assert write_deck(made.deck) == made.content


@pytest.mark.skipif(OFFICE is None, reason="no LibreOffice (soffice): slides are not opened in an office")
def test_an_office_opens_them(decks: Callable[[str], Made], tmp_path: Path) -> None:
    """LibreOffice makes a PDF of each with as many pages as there are slides."""
    for number, state in enumerate(STATES):
        (tmp_path / f"{number}.pptx").write_bytes(decks(state).content)
    assert OFFICE is not None
    subprocess.run(
        [OFFICE, f"-env:UserInstallation={(tmp_path / 'profile').as_uri()}", "--headless", "--convert-to", "pdf",
         *sorted(path.name for path in tmp_path.glob("*.pptx"))],
        cwd=tmp_path, check=True, capture_output=True, timeout=300,
    )  # fmt: skip
    for number, state in enumerate(STATES):
        pages = re.findall(rb"/Type\s*/Page\b", (tmp_path / f"{number}.pdf").read_bytes())
        assert len(pages) == len(read_deck(decks(state).content)), state


def test_control_characters_do_no_harm(make: Make) -> None:
    """Characters that XML cannot hold, in SQL, too, which pages show as it was run, are left out."""
    published = orders()
    for row in published.rows["definitions"]:
        row["sql"] = "SELECT 1 -- \x00\x01\x0b\ufffe\x1f ]]> & <a>"
    for row in published.rows["value_stream"]:
        row["label"] = f"A\x07{row['step']}\ud83d".encode("utf-8", "ignore").decode()
    slides = read_deck(make(published).content)
    assert any("]]> & <a>" in slide.notes for slide in slides)
    assert not any("\x0b" in slide.notes for slide in slides)


def test_names_of_releases_do_not_cover_each_other(make: Make) -> None:
    """Of forty releases each is marked, some are named, and the slide says that not all are."""
    made = make(forty_releases())
    (course,) = [slide for slide in made.deck.slides if slide.key == "course"]
    marks = course.parts[0].marks  # type: ignore[union-attr]
    named = [mark for mark in marks if mark.label]
    assert 2 <= len(named) < len(marks)
    assert all(later.place - earlier.place >= 3 for earlier, later in pairwise(named))
    assert any("some have no name" in text for slide in read_deck(made.content) for text in slide.texts)
