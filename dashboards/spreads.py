"""Figure specifications of spreads: durations counted in spans, and a value with its range quarter by quarter.

Like `figures`: one Plotly figure each, colours by variable, no page and no file known.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import plotly.graph_objects as go

from dashboards.figures import nice_ticks
from dashboards.numbers import Scale, axis_text, percent_sign

_TONES = {"good": "var(--good)", "bad": "var(--bad)"}


@dataclass(frozen=True, slots=True)
class Line:
    """A value to mark on the axis of a spread: 'half', '2.3 days'."""

    value: float
    word: str
    text: str


@dataclass(frozen=True, slots=True)
class Histogram:
    """Shares of equally wide spans, this quarter and the one before (empty: none); the last span is open.

    `edges` has one entry more than there are spans; the last is where the open span is drawn to end.
    """

    edges: Sequence[float]
    now: Sequence[float]
    before: Sequence[float]
    lines: Sequence[Line]
    scale: Scale
    axis_word: str
    open_label: str


@dataclass(frozen=True, slots=True)
class Quarter:
    """A value of one quarter with its range; None is no data."""

    value: float | None
    low: float | None
    high: float | None


def histogram(spread: Histogram) -> go.Figure:
    """How many in 100 lie in each span: filled for this quarter, a line for the one before."""
    figure = go.Figure(layout={"template": None, "showlegend": False})
    edges = [edge * spread.scale.factor for edge in spread.edges]
    x, y = _steps(edges, [100 * share for share in spread.now])
    figure.add_scatter(x=x, y=y, mode="lines", line={"color": "var(--work)", "width": 1.5})
    figure.add_scatter(x=[x[0], x[-1]], y=[0, 0], mode="lines", line={"width": 0}, fill="tonexty",
                       fillcolor="var(--spread)")  # fmt: skip
    if spread.before:
        x, y = _steps(edges, [100 * share for share in spread.before])
        figure.add_scatter(x=x, y=y, mode="lines", line={"color": "var(--ink2)", "width": 1.3, "dash": "dot"})
    for line in spread.lines:
        figure.add_annotation(
            name="release", x=line.value * spread.scale.factor, y=1, yref="paper", text=line.word, hovertext=line.text,
            showarrow=False, xanchor="left", yanchor="bottom", font={"size": 12, "color": "var(--ink)"},
        )  # fmt: skip
        at = line.value * spread.scale.factor
        figure.add_shape(type="line", x0=at, x1=at, yref="paper", y0=0, y1=1,
                         line={"color": "var(--rule)", "width": 1.2})  # fmt: skip
    _set_axes(figure, spread, edges)
    return figure


def quarters(told: Sequence[Quarter], all_of_it: float | None, extent: tuple[float, float], tone: str) -> go.Figure:
    """A value quarter by quarter, each with its range; dashed: the value of everything this quarter."""
    figure = go.Figure(layout={"template": None, "showlegend": False})
    if all_of_it is not None:
        figure.add_shape(type="line", xref="paper", x0=0, x1=1, y0=all_of_it, y1=all_of_it,
                         line={"color": "var(--rule)", "width": 1, "dash": "dot"})  # fmt: skip
    last = len(told) - 1
    colour = _TONES.get(tone, "var(--ink2)")
    _add_ranges(figure, told[:last], 0, "var(--muted)")
    _add_ranges(figure, told[last:], last, colour)
    figure.add_scatter(
        x=list(range(last + 1)), y=[quarter.value for quarter in told], mode="lines",
        line={"color": "var(--muted)", "width": 1},
    )  # fmt: skip
    figure.add_scatter(x=[last], y=[told[last].value], mode="markers", marker={"color": [colour], "size": [9]})
    low, high = extent
    figure.update_yaxes(range=[low, high if high > low else low + 1], visible=False)
    figure.update_xaxes(range=[-0.5, max(last, 1) + 0.5], visible=False)
    return figure


def _add_ranges(figure: go.Figure, told: Sequence[Quarter], first: int, colour: str) -> None:
    """Ranges as upright strokes, one trace for all."""
    known = [(first + i, q.low, q.high) for i, q in enumerate(told) if q.low is not None and q.high is not None]
    if known:
        figure.add_scatter(
            name="ranges", x=[at for at, *_ in known for _ in range(3)], mode="lines",
            y=[end for _, low, high in known for end in (low, high, None)], line={"color": colour, "width": 2.5},
        )  # fmt: skip


def _steps(edges: Sequence[float], heights: Sequence[float]) -> tuple[list[float], list[float]]:
    x, y = [edges[0]], [0.0]
    for place, height in enumerate(heights):
        x += [edges[place], edges[place + 1]]
        y += [height, height]
    return [*x, edges[-1]], [*y, 0.0]


def _set_axes(figure: go.Figure, spread: Histogram, edges: Sequence[float]) -> None:
    levels = nice_ticks(0, 100 * max([*spread.now, *spread.before]), 4)
    percent = Scale("share", 1, 0 if levels[1] >= 1 else 1)
    figure.update_yaxes(
        range=[0, levels[-1]],
        tickvals=levels,
        ticktext=[axis_text(level, percent) + percent_sign() for level in levels],
    )
    at = [tick for tick in nice_ticks(0, edges[-2], 6) if tick <= edges[-2]]
    step = at[1] - at[0] if len(at) > 1 else 1.0
    plain = Scale(spread.scale.unit, 1, 0 if step % 1 == 0 else 1 if (step * 10) % 1 == 0 else 2, spread.scale.word)
    words = [axis_text(tick, plain) for tick in at]
    figure.update_xaxes(
        range=[edges[0], edges[-1]], tickvals=at, ticktext=[*words[:-1], f"{words[-1]} {spread.axis_word}"]
    )
    figure.add_annotation(
        name="edge", x=edges[-1], y=100 * max(spread.now[-1], spread.before[-1] if spread.before else 0.0),
        text=spread.open_label, showarrow=False, xanchor="right", yanchor="bottom", yshift=6,
        font={"size": 12, "color": "var(--muted)"},
    )  # fmt: skip
