"""Native charts: what all of them share, and the workbook behind each, in which no text is a formula."""

from __future__ import annotations

import datetime as dt
import io
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from pptx.chart.chart import Chart
from pptx.chart.data import CategoryChartData
from pptx.chart.xlsx import CategoryWorkbookWriter
from pptx.enum.chart import XL_LEGEND_POSITION, XL_TICK_LABEL_POSITION, XL_TICK_MARK
from pptx.slide import Slide as Drawn
from pptx.util import Pt
from xlsxwriter import Workbook

from dashboards.slides.look import CHART_TEXT, INK, MUTED, RULE, stroke, stroke_faintly, tint
from dashboards.slides.place import Place
from dashboards.slides.sealed import sealed
from dashboards.slides.texts import describe, fit_for_xml

_INERT = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
_DAY = dt.datetime(1980, 1, 1)  # noqa: DTZ001  # XlsxWriter wants one without a zone


class _Writer(CategoryWorkbookWriter):  # type: ignore[misc]  # python-pptx leaves it untyped
    """Writes texts as texts, and no date of today."""

    @contextmanager
    def _open_worksheet(self, xlsx_file: io.BytesIO) -> Iterator[tuple[Any, Any]]:
        workbook = Workbook(xlsx_file, _INERT)
        workbook.set_properties({"created": _DAY})
        yield workbook, workbook.add_worksheet()
        workbook.close()

    @property
    def xlsx_blob(self) -> bytes:
        """The workbook, the same bytes for the same data."""
        return sealed(super().xlsx_blob)


class Figures(CategoryChartData):  # type: ignore[misc]  # likewise
    """Categories and series of a chart, with texts made fit for XML."""

    def __init__(self, names: Sequence[str] | Sequence[dt.date], number_format: str = "General") -> None:
        super().__init__(number_format=number_format)
        self.categories = [fit_for_xml(name) if isinstance(name, str) else name for name in names]

    def put(self, name: str, values: Sequence[float | None]) -> None:
        """One more series."""
        self.add_series(fit_for_xml(name), values)

    @property
    def _workbook_writer(self) -> _Writer:
        return _Writer(self)


def put_chart(drawn: Drawn, kind: Any, figures: Figures, place: Place, spoken: str) -> Chart:
    """A chart without title, with a legend below and quiet axes."""
    frame = drawn.shapes.add_chart(kind, *place.emu(), figures)
    describe(frame, "Chart", spoken)
    chart = frame.chart
    chart.has_title = False
    chart.font.size = Pt(CHART_TEXT)
    tint(chart.font.color, MUTED)
    chart.has_legend = True
    chart.legend.position, chart.legend.include_in_layout = XL_LEGEND_POSITION.BOTTOM, False
    for axis in (chart.value_axis, chart.category_axis):
        axis.major_tick_mark = axis.minor_tick_mark = XL_TICK_MARK.NONE
        axis.tick_labels.font.size = Pt(CHART_TEXT)
    stroke(chart.category_axis.format.line, RULE, 1)
    chart.category_axis.tick_label_position = XL_TICK_LABEL_POSITION.LOW
    chart.value_axis.format.line.fill.background()
    chart.value_axis.has_major_gridlines = True
    stroke_faintly(chart.value_axis.major_gridlines.format.line)
    return chart


def scale_axis(axis: Any, ticks: Sequence[float], title: str) -> None:
    """From the first tick to the last, the unit beside it."""
    axis.minimum_scale, axis.maximum_scale, axis.major_unit = ticks[0], ticks[-1], ticks[1] - ticks[0]
    if title:
        axis.has_title = True
        frame = axis.axis_title.text_frame
        frame.text = fit_for_xml(title)
        font = frame.paragraphs[0].runs[0].font
        font.size, font.bold = Pt(CHART_TEXT), False
        tint(font.color, MUTED)


def label(point: Any, text: str, position: Any = None, *, bold: bool = True) -> None:
    """A point's label in the words of the page."""
    told = point.data_label
    frame = told.text_frame
    frame.text = fit_for_xml(text)
    font = frame.paragraphs[0].runs[0].font
    font.size, font.bold = Pt(CHART_TEXT), bold
    tint(font.color, INK)
    if position is not None:
        told.position = position


def drop_from_legend(chart: Chart, places: Sequence[int]) -> None:
    """These series are in the drawing and not in the legend."""
    from lxml import etree

    legend = chart.legend._element
    space = "http://schemas.openxmlformats.org/drawingml/2006/chart"
    before = legend.find(f"{{{space}}}legendPos")
    for number in reversed(places):
        entry = etree.SubElement(legend, f"{{{space}}}legendEntry")
        etree.SubElement(entry, f"{{{space}}}idx").set("val", str(number))
        etree.SubElement(entry, f"{{{space}}}delete").set("val", "1")
        before.addnext(entry)
