"""Figure specification of a bridge: from one level to the next by steps, upright for wide screens, lying for narrow.

Like `figures`: one Plotly figure each, colours by variable, no page and no file known. The scale is cut where the
levels are far from 0, so both ends are strokes at their level and not bars; steps are bars to scale, and one too small
to see is drawn as the least that can be seen.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import plotly.graph_objects as go

from dashboards.figures import nice_ticks
from dashboards.numbers import Scale, axis_text

_COLOURS = {"good": "var(--good)", "bad": "var(--bad)", "freed": "var(--muted)", "level": "var(--ink)"}
_LEAST = 0.008  # of the scale: what is there can be seen
_BAR = {True: 14, False: 64}


@dataclass(frozen=True, slots=True)
class Step:
    """One step of a bridge: its name, the levels it goes between (equal: an end), its text and its tone.

    `tone` is level, good, bad or freed.
    """

    name: str
    start: float
    end: float
    text: str
    tone: str


def waterfall(steps: Sequence[Step], scale: Scale, *, lies: bool) -> go.Figure:
    """The bridge; `lies`: one step a line, with names at the left."""
    figure = go.Figure(layout={"template": None, "showlegend": False})
    levels = [level for step in steps for level in (step.start, step.end)]
    span = (max(levels) - min(levels)) or abs(max(levels)) or 1.0
    for place, step in enumerate(steps):
        at = float(len(steps) - 1 - place if lies else place)
        _add_bar(figure, step, at, span, lies=lies)
        _add_text(figure, step, at, lies=lies)
        if place + 1 < len(steps):
            _add_line(figure, at, at + (-1 if lies else 1), step.end, lies=lies)
    _set_axes(figure, steps, (min(levels), max(levels), span), scale, lies=lies)
    return figure


def _add_bar(figure: go.Figure, step: Step, at: float, span: float, *, lies: bool) -> None:
    colour = _COLOURS[step.tone]
    if step.tone == "level":
        _add_shape(figure, (at - 0.3, at + 0.3), (step.end, step.end), {"color": colour, "width": 4}, lies=lies)
        return
    low, high = sorted((step.start, step.end))
    short = max(0.0, _LEAST * span - (high - low)) / 2
    _add_shape(figure, (at, at), (low - short, high + short), {"color": colour, "width": _BAR[lies]}, lies=lies)


def _add_line(figure: go.Figure, at: float, until: float, level: float, *, lies: bool) -> None:
    line = {"color": "var(--rule)", "width": 1, "dash": "dot"}
    _add_shape(figure, (at, until), (level, level), line, lies=lies)


def _add_shape(
    figure: go.Figure, along: tuple[float, float], across: tuple[float, float], line: dict[str, object], *, lies: bool
) -> None:
    x, y = (across, along) if lies else (along, across)
    figure.add_shape(type="line", x0=x[0], x1=x[1], y0=y[0], y1=y[1], line=line)


def _add_text(figure: go.Figure, step: Step, at: float, *, lies: bool) -> None:
    far = max(step.start, step.end)
    x, y = (far, at) if lies else (at, far)
    figure.add_annotation(
        name="edge", x=x, y=y, text=step.text, showarrow=False, xanchor="left" if lies else "center", yanchor="bottom",
        xshift=8 if lies else 0, yshift=-4 if lies else 7, font={"size": 12, "color": "var(--ink)"},
    )  # fmt: skip


def _set_axes(
    figure: go.Figure, steps: Sequence[Step], reach: tuple[float, float, float], scale: Scale, *, lies: bool
) -> None:
    low, high, span = reach
    last = len(steps) - 1
    if lies:
        names = [step.name for step in reversed(steps)]
        figure.update_yaxes(range=[-0.5, last + 0.5], tickvals=list(range(last + 1)), ticktext=names)
        figure.update_xaxes(range=[low - 0.08 * span, high + 0.45 * span], tickvals=[], ticktext=[])
        return
    ticks = nice_ticks(low - 0.1 * span, high + 0.1 * span, 4)
    step = ticks[1] - ticks[0]
    plain = Scale(scale.unit, 1, max(scale.decimals, -math.floor(math.log10(step) + 1e-9)) if step < 1 else 0)
    figure.update_yaxes(range=[ticks[0], ticks[-1]], tickvals=ticks, ticktext=[axis_text(t, plain) for t in ticks])
    figure.update_xaxes(
        range=[-0.5, last + 0.5], tickvals=[place - 0.42 for place in range(last + 1)],
        ticktext=[step.name for step in steps],
    )  # fmt: skip
