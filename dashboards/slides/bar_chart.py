"""Bars lying in pairs, each with the text of the page at its end."""

from __future__ import annotations

from pptx.enum.chart import XL_CHART_TYPE, XL_LABEL_POSITION, XL_TICK_LABEL_POSITION
from pptx.slide import Slide as Drawn

from dashboards.figures import nice_ticks
from dashboards.slides.charts import Figures, label, put_chart, scale_axis
from dashboards.slides.look import WAIT, WORK, paint
from dashboards.slides.place import Place
from dashboards.slides.plotted import plotted_in
from dashboards.slides.slide import BarChart

_ROOM = 1.08
_COLOURS = {"wait": WAIT, "work": WORK}


def put_bar_chart(drawn: Drawn, told: BarChart, place: Place, spoken: str) -> None:
    """Draw it in a place, the first category on top."""
    figures = Figures(told.names)
    levels = [0.0]
    for series in told.series:
        values = [None if point is None else plotted_in(point, told.brief) for point in series.points]
        levels += [value for value in values if value is not None]
        figures.put(series.name, values)
    chart = put_chart(drawn, XL_CHART_TYPE.BAR_CLUSTERED, figures, place, spoken)
    scale_axis(chart.value_axis, nice_ticks(0.0, max(levels) * _ROOM or 1.0), "")
    chart.value_axis.tick_label_position = XL_TICK_LABEL_POSITION.NONE  # each bar says what it is
    chart.value_axis.has_major_gridlines = False
    chart.category_axis.reverse_order = True
    plot = chart.plots[0]
    plot.gap_width, plot.overlap = 45, 0
    for bars, series in zip(plot.series, told.series, strict=True):
        paint(bars.format.fill, _COLOURS[series.tone])
        for number, point in enumerate(series.points):
            if point is not None:
                label(bars.points[number], point.short, XL_LABEL_POSITION.OUTSIDE_END, bold=False)
