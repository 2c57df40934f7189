"""Page, PDF, slides, workbook and published file hold the same: every number of the manifest, in all five.

Each format is read as its own program would read it, and each number is looked up where that format holds it. Any one of
them, changed by hand in any one format, is found.
"""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import duckdb
import openpyxl
import pytest

from dashboards.manifest import ToldNumber, read_manifest
from dashboards.publish import publish_review
from tests.dashboards.builder import QUARTER, STREAM, orders
from tests.dashboards.printed import CHROMIUM, printed_text

DIGITS = 1e-15
"""A cell holds sixteen digits of a number."""


@dataclass(frozen=True)
class Formats:
    """A review as its readers have it: text of the page by raw value, texts of PDF and slides, cells, and the tables."""

    numbers: tuple[ToldNumber, ...]
    page: tuple[tuple[float, str], ...]
    page_text: str
    pdf_text: str
    slides: tuple[str, ...]
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
        plain(" ".join(page.texts)), plain(printed_text((bundle / "review.pdf").read_bytes())),
        tuple(slide_texts((bundle / "review.pptx").read_bytes())), cells_of((bundle / "review.xlsx").read_bytes()),
        table,
    )  # fmt: skip


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
    if times(text, found.page_text) != times(text, found.pdf_text):
        yield f"PDF: {text} stands {times(text, found.pdf_text)} times in it, {times(text, found.page_text)} on the page"
    if not any(times(text, told) for told in found.slides):
        yield f"slides: {text} of {number.origin} is on none"
    cell = found.cells.get(number.workbook)
    if cell != text if isinstance(cell, str) else cell is None or cell != pytest.approx(number.value, rel=DIGITS):
        yield f"workbook: {number.workbook} is {cell}, not {number.value}"
    if found.table(number.origin) != number.value:
        yield f"published file: {number.origin} is {found.table(number.origin)}, not {number.value}"


def times(text: str, within: str) -> int:
    """How often a number stands in a text, not counting where it is a part of a longer one."""
    return len(re.findall(rf"(?<![\d.,\u2212+]){re.escape(text)}(?![\d]|[.,]\d)", within))
