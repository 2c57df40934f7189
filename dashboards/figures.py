"""Figure specifications: one Plotly figure per chart, the single source of every drawing of it.

Colours are the style sheet's variables, so light, dark and print differ in that only. Knows no page and no file.
"""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Sequence
from dataclasses import dataclass

import plotly.graph_objects as go

from dashboards.numbers import Scale, axis_text, month, percent_sign

HALF_WEEK = dt.timedelta(days=3.5)
_LABEL_CHARACTERS = 30


@dataclass(frozen=True, slots=True)
class Band:
    """The usual range over the weeks `first` ≤ index < `until`, in raw units."""

    first: int
    until: int
    centre: float
    low: float
    high: float
    label: str


@dataclass(frozen=True, slots=True)
class Mark:
    """A release on the time axis. `tone` is good, bad or flat."""

    on: dt.date
    version: str
    name: str
    tone: str


@dataclass(frozen=True, slots=True)
class RunSeries:
    """A weekly series: first day and raw value of each week (None is no data), its tone and its hover text."""

    weeks: Sequence[dt.date]
    values: Sequence[float | None]
    hover: Sequence[str]
    tones: Sequence[str]
    bands: Sequence[Band]
    marks: Sequence[Mark]
    target: float | None
    target_label: str
    scale: Scale


def run_chart(series: RunSeries) -> go.Figure:
    """Weekly values with their usual range, releases and the target line."""
    figure = go.Figure(layout={"template": None, "showlegend": False})
    for band in series.bands:
        _add_band(figure, series, band)
    _add_points(figure, series)
    for mark in series.marks:
        _add_mark(figure, mark)
    if series.target is not None:
        _add_target(figure, series)
    _set_axes(figure, series)
    return figure


def sparkline(values: Sequence[float | None], target: float | None, tone: str) -> go.Figure:
    """The shape of the last weeks, with the target as a dashed line; no axes."""
    figure = go.Figure(layout={"template": None, "showlegend": False})
    known = [v for v in values if v is not None] + ([target] if target is not None else [])
    if target is not None:
        figure.add_shape(
            type="line", xref="paper", x0=0, x1=1, y0=target, y1=target,
            line={"color": "var(--target)", "width": 1.3, "dash": "dash"},
        )  # fmt: skip
    colour = {"good": "var(--good)", "bad": "var(--bad)"}.get(tone, "var(--muted)")
    figure.add_scatter(x=list(range(len(values))), y=list(values), mode="lines", line={"color": colour, "width": 1.8})
    low, high = (min(known), max(known)) if known else (0.0, 1.0)
    figure.update_yaxes(range=[low, high if high > low else low + 1], visible=False)
    figure.update_xaxes(range=[0, max(len(values) - 1, 1)], visible=False)
    return figure


def effect(low: float | None, high: float | None, value: float | None, extent: float, tone: str) -> go.Figure:
    """One change with its 95 % range around a dashed zero; every row of a table shares `extent`."""
    figure = go.Figure(layout={"template": None, "showlegend": False})
    colour = {"good": "var(--good)", "bad": "var(--bad)"}.get(tone, "var(--muted)")
    figure.add_shape(type="line", yref="paper", x0=0, x1=0, y0=0, y1=1,
                     line={"color": "var(--muted)", "width": 1, "dash": "dot"})  # fmt: skip
    if low is not None and high is not None:
        figure.add_scatter(x=[low, high], y=[0, 0], mode="lines", line={"color": colour, "width": 3})
    if value is not None:
        figure.add_scatter(x=[value], y=[0], mode="markers", marker={"color": [colour], "size": [10]})
    figure.update_xaxes(range=[-extent, extent], visible=False)
    figure.update_yaxes(range=[-1, 1], visible=False)
    return figure


def nice_ticks(low: float, high: float, wanted: int = 5) -> list[float]:
    """Round tick values that cover low … high; about `wanted` of them, two at least: a course may be flat."""
    span = high - low or abs(high) or 1.0
    raw = span / wanted
    power = 10.0 ** math.floor(math.log10(raw))
    step = next(power * m for m in (1, 2, 2.5, 5, 10) if power * m >= raw * 0.999)
    first, last = math.floor(low / step + 1e-9), math.ceil(high / step - 1e-9)
    return [round(i * step, 10) for i in range(first, max(last, first + 1) + 1)]


def _add_band(figure: go.Figure, series: RunSeries, band: Band) -> None:
    edges = [_instant(series.weeks[band.first], -1), _instant(series.weeks[band.until - 1], 1)]
    low, high, centre = (v * series.scale.factor for v in (max(band.low, 0.0), band.high, band.centre))
    figure.add_scatter(x=edges, y=[high, high], mode="lines", line={"width": 0})
    figure.add_scatter(x=edges, y=[low, low], mode="lines", line={"width": 0}, fill="tonexty", fillcolor="var(--band)")
    figure.add_scatter(
        x=edges, y=[centre, centre], mode="lines", line={"color": "var(--muted)", "width": 1.4, "dash": "dot"}
    )
    figure.add_annotation(
        name="range", x=edges[0], y=high, text=band.label, showarrow=False, xanchor="left", yanchor="bottom",
        xshift=4, yshift=3, font={"size": 12, "color": "var(--muted)"},
    )  # fmt: skip


def _add_points(figure: go.Figure, series: RunSeries) -> None:
    scaled = [None if v is None else v * series.scale.factor for v in series.values]
    colours = [{"good": "var(--good)", "bad": "var(--bad)"}.get(tone, "var(--ink2)") for tone in series.tones]
    figure.add_scatter(
        x=[day.isoformat() for day in series.weeks], y=scaled, mode="lines+markers", connectgaps=False,
        line={"color": "var(--ink2)", "width": 2}, hovertext=list(series.hover),
        marker={"color": colours, "size": [5 if tone == "flat" else 10 for tone in series.tones]},
    )  # fmt: skip


def _add_mark(figure: go.Figure, mark: Mark) -> None:
    day = mark.on.isoformat()
    figure.add_shape(type="line", name="release", x0=day, x1=day, yref="paper", y0=0, y1=1,
                     line={"color": "var(--rule)", "width": 1.2})  # fmt: skip
    version, name = (
        text if len(text) <= _LABEL_CHARACTERS else text[: _LABEL_CHARACTERS - 1] + "…"
        for text in (mark.version, mark.name)
    )
    colour = {"good": "var(--good)", "bad": "var(--bad)"}.get(mark.tone, "var(--muted)")
    figure.add_annotation(
        name="release", x=day, y=1, yref="paper", text=version, hovertext=name, showarrow=False,
        xanchor="left", yanchor="bottom", font={"size": 12, "color": colour},
    )  # fmt: skip


def _add_target(figure: go.Figure, series: RunSeries) -> None:
    assert series.target is not None
    level = series.target * series.scale.factor
    figure.add_shape(type="line", name="target", xref="paper", x0=0, x1=1, y0=level, y1=level,
                     line={"color": "var(--target)", "width": 1.6, "dash": "dash"})  # fmt: skip
    figure.add_annotation(
        name="target", xref="paper", x=1, y=level, text=series.target_label, showarrow=False, xanchor="right",
        yanchor="bottom", yshift=3, font={"size": 12, "color": "var(--target)"},
    )  # fmt: skip


def _set_axes(figure: go.Figure, series: RunSeries) -> None:
    levels = [v for v in series.values if v is not None] + [e for b in series.bands for e in (max(b.low, 0), b.high)]
    levels += [series.target] if series.target is not None else []
    factor = series.scale.factor
    ticks = nice_ticks(min(levels) * factor, max(levels) * factor)
    step = ticks[1] - ticks[0]
    decimals = max(0, -math.floor(math.log10(step) + 1e-9))
    plain = Scale(series.scale.unit, 1, max(decimals, 1 if step % 1 else 0), series.scale.word)
    sign = percent_sign() if plain.unit == "share" else ""
    figure.update_yaxes(
        range=[ticks[0] - step / 4, ticks[-1]], tickvals=ticks, ticktext=[axis_text(t, plain) + sign for t in ticks]
    )
    days = series.weeks
    firsts = [d for i, d in enumerate(days) if i == 0 or d.month != days[i - 1].month]
    figure.update_xaxes(
        range=[_instant(days[0], -1), _instant(days[-1], 1)],
        tickvals=[d.isoformat() for d in firsts], ticktext=[month(d, short=True) for d in firsts],
    )  # fmt: skip


def _instant(day: dt.date, halves: int) -> str:
    return (dt.datetime.combine(day, dt.time()) + halves * HALF_WEEK).isoformat()
