"""A .pptx as a test reads it: texts, tables, charts and the workbooks behind them, alternative texts, notes."""

from __future__ import annotations

import io
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import openpyxl
from pptx import Presentation
from pptx.chart.chart import Chart


@dataclass
class DrawnSlide:
    """What one slide shows and says."""

    texts: list[str] = field(default_factory=list)
    cells: list[list[str]] = field(default_factory=list)
    charts: list[Chart] = field(default_factory=list)
    alternatives: list[str] = field(default_factory=list)
    notes: str = ""
    boxes: list[tuple[int, int, int, int]] = field(default_factory=list)

    @property
    def title(self) -> str:
        """The first placeholder."""
        return self.texts[0]

    def words(self) -> Iterator[str]:
        """Every text that shows, labels of charts too."""
        yield from self.texts
        for row in self.cells:
            yield from row
        for chart in self.charts:
            yield from (text for text in chart._chartSpace.xpath(".//a:t/text()"))


def read_deck(content: bytes) -> list[DrawnSlide]:
    """Every slide in order."""
    return [_slide(slide) for slide in Presentation(io.BytesIO(content)).slides]


def series_of(chart: Chart) -> dict[str, tuple[float | None, ...]]:
    """The series of a chart by name, as its XML holds them."""
    return {series.name: tuple(series.values) for series in chart.plots[0].series}


def workbook_of(chart: Chart) -> dict[str, tuple[Any, ...]]:
    """The columns of the workbook behind a chart by their head; formulas as they stand."""
    sheet = openpyxl.load_workbook(io.BytesIO(chart.part.chart_workbook.xlsx_part.blob)).active
    return {str(column[0]): tuple(column[1:]) for column in sheet.iter_cols(min_col=2, values_only=True)}


def workbook_texts(chart: Chart) -> list[Any]:
    """Every cell of the workbook with its kind: 's' text, 'n' number, 'f' formula."""
    sheet = openpyxl.load_workbook(io.BytesIO(chart.part.chart_workbook.xlsx_part.blob)).active
    return [cell for row in sheet.iter_rows() for cell in row if cell.value is not None]


def _slide(slide: Any) -> DrawnSlide:
    found = DrawnSlide(notes=slide.notes_slide.notes_text_frame.text)
    for shape in slide.shapes:
        found.boxes.append((shape.left, shape.top, shape.left + shape.width, shape.top + shape.height))
        if shape.has_text_frame:
            found.texts += [paragraph.text for paragraph in shape.text_frame.paragraphs]
        if shape.has_table:
            found.cells += [[cell.text_frame.text for cell in row.cells] for row in shape.table.rows]
        if shape.has_chart:
            found.charts.append(shape.chart)
        if shape.has_table or shape.has_chart:
            found.alternatives.append(shape._element.xpath(".//p:cNvPr")[0].get("descr") or "")
    return found
