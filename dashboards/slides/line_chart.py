"""The run chart as the office draws it: a line, its limits, the target, and releases as points with their names."""

from __future__ import annotations

from lxml import etree
from pptx.chart.chart import Chart
from pptx.enum.chart import XL_CHART_TYPE, XL_LABEL_POSITION, XL_MARKER_STYLE
from pptx.enum.dml import MSO_LINE
from pptx.slide import Slide as Drawn

from dashboards.figures import nice_ticks
from dashboards.slides.charts import Figures, label, put_chart, scale_axis
from dashboards.slides.look import INK, MUTED, RULE, TARGET, WORK, Colour, paint, stroke
from dashboards.slides.place import Place
from dashboards.slides.plotted import decimals_of, plotted
from dashboards.slides.slide import LineChart, Mark

_STROKES: dict[str, tuple[Colour, float, MSO_LINE | None]] = {
    "value": (WORK, 2.25, None), "limit": (RULE, 1.25, None), "centre": (MUTED, 1.25, MSO_LINE.ROUND_DOT),
    "target": (TARGET, 1.5, MSO_LINE.DASH),
}  # fmt: skip
_FEW_WEEKS = 5
_ROOM = 0.06


def put_line_chart(drawn: Drawn, told: LineChart, place: Place, spoken: str) -> None:
    """Draw it in a place."""
    known = [point for series in told.series for point in series.points if point is not None]
    decimals = max(map(decimals_of, known), default=0)
    figures = Figures(told.weeks, "0" + ("." + "0" * decimals if decimals else ""))
    for series in told.series:
        figures.put(series.name, [None if point is None else plotted(point) for point in series.points])
    if told.marks:
        at = {mark.place: plotted(mark.at) for mark in told.marks}
        figures.put(told.marks_name, [at.get(place) for place in range(len(told.weeks))])
    chart = put_chart(drawn, XL_CHART_TYPE.LINE_MARKERS, figures, place, spoken)
    levels = [plotted(point) for point in known]
    room = _ROOM * (max(levels) - min(levels))
    scale_axis(chart.value_axis, nice_ticks(max(min(levels) - room, 0.0), max(levels) + room), told.unit)
    chart.value_axis.tick_labels.number_format_is_linked = False
    chart.value_axis.tick_labels.number_format = "General"
    _name_months(chart, len(told.weeks))
    _draw_series(chart, told)
    if told.marks:
        _draw_marks(chart, told)


def _draw_series(chart: Chart, told: LineChart) -> None:
    for drawn, series in zip(chart.plots[0].series, told.series, strict=False):
        colour, width, dash = _STROKES[series.tone]
        stroke(drawn.format.line, colour, width)
        drawn.smooth = False
        if dash is not None:
            drawn.format.line.dash_style = dash
        drawn.marker.style = XL_MARKER_STYLE.CIRCLE if series.tone == "value" else XL_MARKER_STYLE.NONE
        if series.tone == "value":
            drawn.marker.size = 5
            paint(drawn.marker.format.fill, colour)
            stroke(drawn.marker.format.line, colour, 0.75)
        if series.tone in ("limit", "centre"):
            for week in told.breaks:
                drawn.points[week].format.line.fill.background()  # limits begin anew: no line leads there


def _draw_marks(chart: Chart, told: LineChart) -> None:
    drawn = chart.plots[0].series[len(told.series)]
    drawn.format.line.fill.background()
    drawn.smooth = False
    drawn.marker.style, drawn.marker.size = XL_MARKER_STYLE.DIAMOND, 11
    paint(drawn.marker.format.fill, INK)
    stroke(drawn.marker.format.line, INK, 1)
    for mark in told.marks:
        if mark.label:
            position = XL_LABEL_POSITION.ABOVE if _is_peak(told, mark) else XL_LABEL_POSITION.BELOW
            label(drawn.points[mark.place], mark.label, position)


def _is_peak(told: LineChart, mark: Mark) -> bool:
    """Does the line come from below? Then the name stands above it, where it covers nothing."""
    points = told.series[0].points
    beside = [points[at] for at in (mark.place - 1, mark.place + 1) if 0 <= at < len(points)]
    known = [plotted(point) for point in beside if point is not None]
    return not known or plotted(mark.at) >= sum(known) / len(known)


def _name_months(chart: Chart, weeks: int) -> None:
    """Points stand at their day, and the axis names months."""
    axis = chart.category_axis
    axis.tick_labels.number_format, axis.tick_labels.number_format_is_linked = "mmm yy", False
    wanted = [("baseTimeUnit", "days")]
    if weeks > _FEW_WEEKS:
        wanted += [("majorUnit", "1"), ("majorTimeUnit", "months")]
    space = "http://schemas.openxmlformats.org/drawingml/2006/chart"
    for name, value in wanted:
        for there in axis._element.findall(f"{{{space}}}{name}"):
            axis._element.remove(there)
        etree.SubElement(axis._element, f"{{{space}}}{name}").set("val", value)
