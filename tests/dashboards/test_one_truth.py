"""Page, PDF, slides, workbook and published file hold the same: every number of the manifest, in all five.

Each format is read as its own program would read it, and each number is looked up where that format holds it. Any one
of them, changed by hand in any one format, is found.
"""

from __future__ import annotations

import io
import re
import shutil
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import duckdb
import openpyxl
import pytest

from dashboards.language import speaking
from dashboards.manifest import ToldNumber, read_manifest
from dashboards.pages.full_review import build_full_review
from dashboards.pages.view import pages_of
from dashboards.publish import find_printer, publish_review
from dashboards.reading import read_bundle
from dashboards.slides.deck import deck_of
from dashboards.slides.writing import write_deck
from tests.dashboards.builder import QUARTER, STREAM, orders
from tests.dashboards.printing.pdf_file import POPPLER, WHY, text_of

DIGITS = 1e-15
"""A cell holds sixteen digits of a number."""


@dataclass(frozen=True)
class Formats:
    """A review as its readers have it: texts of the page by raw value, of PDF and slides (also anew), cells, tables."""

    numbers: tuple[ToldNumber, ...]
    page: tuple[tuple[float, str], ...]
    pdf: str
    slides: str
    anew: tuple[str, str]
    cells: dict[str, Any]
    table: Callable[[str], float | None]


class _Page(HTMLParser):
    """`<data value>` elements and all text of a page."""

    def __init__(self) -> None:
        super().__init__()
        self.data: list[tuple[float, str]] = []
        self.texts: list[str] = []
        self._value: float | None = None

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag == "data":
            self._value = float(dict(attrs)["value"] or "nan")
            self.data.append((self._value, ""))

    def handle_endtag(self, tag: str) -> None:
        if tag == "data":
            self._value = None

    def handle_data(self, data: str) -> None:
        self.texts.append(data)
        if self._value is not None:
            value, text = self.data[-1]
            self.data[-1] = (value, text + data)


def plain(text: str) -> str:
    """Text with one kind of blank, and none at its ends."""
    return re.sub(r"[\s\u00a0\u202f]+", " ", text).strip()


def read_formats(bundle: Path, published: Path) -> Formats:
    """The review of a bundle, each file read for itself."""
    page = _Page()
    page.feed((bundle / "full-review.html").read_text("utf-8"))
    connection = duckdb.connect(str(published), read_only=True)

    def table(origin: str) -> float | None:
        return stored(connection, origin)

    return Formats(
        tuple(read_manifest(bundle).numbers), tuple((value, plain(text)) for value, text in page.data),
        plain(text_of((bundle / "review.pdf").read_bytes(), published.parent)),
        slides_text((bundle / "review.pptx").read_bytes()), made_anew(published),
        cells_of((bundle / "review.xlsx").read_bytes()), table,
    )  # fmt: skip


def made_anew(published: Path) -> tuple[str, str]:
    """What PDF and slides say of the published file, made anew."""
    data = read_bundle(published, STREAM, QUARTER)
    with speaking(data.language):
        pages = pages_of(data)
        printed = find_printer()(build_full_review(data), data.state.ran_at)
        slides = write_deck(deck_of(data, pages))
    return plain(text_of(printed, published.parent)), slides_text(slides)


def slides_text(content: bytes) -> str:
    """Every text of slides and charts, as it stands in the XML, a line each."""
    return "\n".join(slide_texts(content))


def slide_texts(content: bytes) -> Iterator[str]:
    """Every text of slides and charts, and every value that a chart holds, as they stand in the XML."""
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        for name in sorted(archive.namelist()):
            if re.fullmatch(r"ppt/(slides/slide|charts/chart)\d+\.xml", name):
                xml = archive.read(name).decode()
                for paragraph in re.findall(r"<a:p>.*?</a:p>", xml, flags=re.S):
                    yield plain("".join(re.findall(r"<a:t>(.*?)</a:t>", paragraph, flags=re.S)))


def cells_of(content: bytes) -> dict[str, Any]:
    """Every cell by `Sheet!A1`, with the value that stands in the file."""
    book = openpyxl.load_workbook(io.BytesIO(content), data_only=True)
    return {
        f"{sheet.title}!{cell.coordinate}": cell.value
        for sheet in book for row in sheet.iter_rows() for cell in row if cell.value is not None
    }  # fmt: skip


def stored(connection: duckdb.DuckDBPyConnection, origin: str) -> float | None:
    """What the published file holds under the name of a number: table, key, column."""
    table, *key, column = origin.split("/")
    keys = {
        "metric_values": ("metric", "statistic", "period"), "cost_variance": ("period", "measure", "cost_class"),
        "benefit_bridge": ("benefit_class", "unit", "level"),
    }[table]  # fmt: skip
    where = " AND ".join(f"{name} = ?" for name in keys)
    where += " AND dimensions = '{}'" if table == "metric_values" else ""
    where += f" AND period = '{QUARTER}'" if "period" not in keys else ""
    rows = connection.execute(f"SELECT {column}::DOUBLE FROM {table} WHERE {where}", key).fetchall()
    (value,) = (row[0] for row in rows)
    return None if value is None else float(value)


def faults_of(found: Formats) -> list[str]:
    """Each number and format in which it is not what the manifest says; empty where all five agree."""
    return [fault for number in found.numbers for fault in _faults(found, number)]


def _faults(found: Formats, number: ToldNumber) -> Iterator[str]:
    text = plain(number.shown)
    shown = [told for value, told in found.page if value == number.value]
    if text not in shown:
        yield f"page: {number.origin} is {shown}, not {text}"
    for name, told, anew in zip(("PDF", "slides"), (found.pdf, found.slides), found.anew, strict=True):
        wanted, stands = times(text, anew), times(text, told)
        if not wanted or stands != wanted:
            yield f"{name}: {text} of {number.origin} stands {stands} times in it, not {wanted} times"
    cell = found.cells.get(number.workbook)
    if cell != text if isinstance(cell, str) else cell is None or cell != pytest.approx(number.value, rel=DIGITS):
        yield f"workbook: {number.workbook} is {cell}, not {number.value}"
    if found.table(number.origin) != number.value:
        yield f"published file: {number.origin} is {found.table(number.origin)}, not {number.value}"


def times(text: str, within: str) -> int:
    """How often a number stands in a text, not counting where it is a part of a longer one."""
    return len(re.findall(rf"(?<![\d.,\u2212+]){re.escape(text)}(?![\d]|[.,]\d)", within))


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A published file and the bundle made of it, PDF included; read only."""
    if not POPPLER:
        pytest.skip(WHY)
    found = tmp_path_factory.mktemp("truth")
    publish_review(orders().write(found / "p.duckdb"), found / "pages", STREAM, QUARTER, printer=find_printer())
    return found


@pytest.fixture(scope="module")
def formats(folder: Path) -> Formats:
    """The five, read once."""
    return read_formats(folder / "pages" / STREAM / QUARTER, folder / "p.duckdb")


def test_all_five_agree(formats: Formats) -> None:
    """Page = PDF = slides = workbook = published file, for each number that the manifest lists."""
    assert faults_of(formats) == []
    listed = {number.origin for number in formats.numbers}
    for metric, statistic in (
        ("flow_time", "p90"),
        ("first_time_right", "share"),
        ("cost_per_transaction", "unit_cost"),
    ):
        assert f"metric_values/{metric}/{statistic}/{QUARTER}/value" in listed
    assert {origin.split("/")[0] for origin in listed} == {"metric_values", "cost_variance", "benefit_bridge"}
    assert len(listed) > 50


def test_results_have_their_evidence(formats: Formats) -> None:
    """Each result of the quarter leads to its evidence."""
    told = [n for n in formats.numbers if n.origin.startswith("metric_values/") and QUARTER in n.origin]
    assert len(told) == 5
    assert all(number.evidence.startswith("sg-") for number in told)


def test_any_number_changed_in_any_format_is_found(formats: Formats) -> None:
    """Each number of the manifest, changed by hand in one format at a time, makes the test above fail."""
    for number in formats.numbers:
        text = plain(number.shown)
        for name, changed in _changed(formats, number, text):
            assert any(fault.startswith(name) for fault in faults_of(changed)), (name, number.origin)


def _changed(formats: Formats, number: ToldNumber, text: str) -> Iterator[tuple[str, Formats]]:
    other = re.sub(r"\d", lambda digit: str((int(digit[0]) + 1) % 10), text)
    page = tuple((value, other if value == number.value else told) for value, told in formats.page)
    yield "page", replace(formats, page=page)
    once = re.compile(rf"(?<![\d.,\u2212+]){re.escape(text)}(?![\d]|[.,]\d)")
    yield "PDF", replace(formats, pdf=once.sub(other, formats.pdf, count=1))
    yield "slides", replace(formats, slides=once.sub(other, formats.slides, count=1))
    cell = formats.cells[number.workbook]
    moved = other if isinstance(cell, str) else cell + 0.01
    yield "workbook", replace(formats, cells={**formats.cells, number.workbook: moved})
    yield (
        "published file",
        replace(formats, table=lambda origin: None if origin == number.origin else formats.table(origin)),
    )


def test_a_file_changed_by_hand_is_found(folder: Path, tmp_path: Path) -> None:
    """Not only what was read: a figure changed within each file itself, or in the table, is found."""
    for change in (_change_page, _change_slides, _change_workbook, _change_table, _change_pdf):
        copy = tmp_path / change.__name__
        shutil.copytree(folder, copy)
        change(copy)
        assert faults_of(read_formats(copy / "pages" / STREAM / QUARTER, copy / "p.duckdb")), change.__name__


def _change_page(folder: Path) -> None:
    path = folder / "pages" / STREAM / QUARTER / "full-review.html"
    html = path.read_text("utf-8")
    assert ">4.0 days</data>" in html
    path.write_text(html.replace(">4.0 days</data>", ">4.1 days</data>"), "utf-8")


def _change_slides(folder: Path) -> None:
    _rewrite(folder / "pages" / STREAM / QUARTER / "review.pptx", r"ppt/slides/slide\d+\.xml", "€12.30", "€12.40")


def _change_workbook(folder: Path) -> None:
    _rewrite(
        folder / "pages" / STREAM / QUARTER / "review.xlsx", r"xl/worksheets/sheet1\.xml", "<v>4.02</v>", "<v>4.03</v>"
    )


def _change_table(folder: Path) -> None:
    with duckdb.connect(str(folder / "p.duckdb")) as connection:
        connection.execute(
            "UPDATE metric_values SET value = value + 1e-9 WHERE metric = 'flow_time' AND period = '2026-Q3'"
        )


def _change_pdf(folder: Path) -> None:
    """A review that says another number, printed."""
    published = orders()
    published.value("first_time_right", "share")["value"] = 0.853
    publish_review(published.write(folder / "other.duckdb"), folder / "other", STREAM, QUARTER, printer=find_printer())
    (folder / "pages" / STREAM / QUARTER / "review.pdf").write_bytes(
        (folder / "other" / STREAM / QUARTER / "review.pdf").read_bytes()
    )


def _rewrite(path: Path, part: str, old: str, new: str) -> None:
    """The archive with one text changed wherever it stands in parts of this name."""
    with zipfile.ZipFile(path) as found:
        parts = {name: found.read(name) for name in found.namelist()}
    assert any(old.encode() in content for name, content in parts.items() if re.fullmatch(part, name))
    with zipfile.ZipFile(path, "w") as made:
        for name, content in parts.items():
            made.writestr(name, content.replace(old.encode(), new.encode()) if re.fullmatch(part, name) else content)
