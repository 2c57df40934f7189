"""A native waterfall: columns on an invisible base, the axis cut so that small steps stay visible."""

from __future__ import annotations

from pptx.chart.chart import Chart
from pptx.enum.chart import XL_CHART_TYPE, XL_LABEL_POSITION, XL_TICK_LABEL_POSITION
from pptx.slide import Slide as Drawn

from dashboards.language import say
from dashboards.slides.bridge import levels_of
from dashboards.slides.charts import Figures, drop_from_legend, label, put_chart, scale_axis
from dashboards.slides.look import BAD, FREED, GOOD, WORK, Colour, paint
from dashboards.slides.place import Place
from dashboards.slides.plotted import decimals_of, plotted
from dashboards.slides.slide import BridgeChart

_COLOURS: dict[str, Colour] = {"level": WORK, "bad": BAD, "good": GOOD, "freed": FREED}
_MARGIN = 0.35
_CUT_FROM = 0.5
"""The axis begins at 0 where a cut would hide less than this share of the lowest level."""


def put_bridge_chart(drawn: Drawn, told: BridgeChart, place: Place, spoken: str) -> None:
    """Draw it in a place. Series: the base, then one for each tone; the label of a step stands on top of it."""
    levels = levels_of(told)
    bases = _bases(told, levels)
    decimals = max(decimals_of(step.shown) for step in told.steps)
    figures = Figures([step.name for step in told.steps], "0" + ("." + "0" * decimals if decimals else ""))
    figures.put(say("Base, not shown"), bases)
    for tone, name in told.names:
        figures.put(name, [abs(plotted(step.shown)) if step.tone == tone else None for step in told.steps])
    figures.put(say("Top, not shown"), [0.0 for _ in told.steps])
    chart = put_chart(drawn, XL_CHART_TYPE.COLUMN_STACKED, figures, place, spoken)
    ticks = _ticks(levels)
    scale_axis(chart.value_axis, ticks, "")
    chart.value_axis.tick_label_position = XL_TICK_LABEL_POSITION.NONE
    chart.value_axis.has_major_gridlines = False
    chart.plots[0].gap_width, chart.plots[0].overlap = 55, 100
    _draw(chart, told)


def _bases(told: BridgeChart, levels: list[float]) -> list[float]:
    """Where each step begins to be seen: the lower of the levels it goes between; an end stands on nothing."""
    before = [0.0, *levels[:-1]]
    return [
        0.0 if step.tone == "level" else min(start, end)
        for step, start, end in zip(told.steps, before, levels, strict=True)
    ]


def _ticks(levels: list[float]) -> list[float]:
    span = max(levels) - min(levels) or max(levels) or 1.0
    low = min(levels) - _MARGIN * span
    first = low if low > _CUT_FROM * min(levels) else 0.0
    return [round(first, 6), round(max(levels) + 0.12 * span, 6)]


def _draw(chart: Chart, told: BridgeChart) -> None:
    base, *columns, top = chart.plots[0].series
    for unseen in (base, top):
        unseen.format.fill.background()
        unseen.format.line.fill.background()
    for drawn, (tone, _) in zip(columns, told.names, strict=True):
        paint(drawn.format.fill, _COLOURS[tone])
    for number, step in enumerate(told.steps):
        label(top.points[number], step.shown.text, XL_LABEL_POSITION.INSIDE_BASE)
    drop_from_legend(chart, [0, len(columns) + 1])
