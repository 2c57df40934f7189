"""Drawing a figure specification as SVG: lines, bands, markers, rules and labels, nothing else.

No browser, no script, no style attribute: the strictest policy lets it show. The same specification is drawn once per
width; labels that would collide move up a row. Knows no data.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Any

import plotly.graph_objects as go
from markupsafe import Markup, escape

_DASH = {"dash": "6 5", "dot": "2 4"}
_ANCHOR = {"left": "start", "center": "middle", "right": "end"}
_FONT, _CHARACTER, _ROW, _SMALL = 12.0, 0.56, 17.0, 5
_PLAIN = "var(--muted)"  # what texts are painted in unless they say otherwise


@dataclass(frozen=True, slots=True)
class Frame:
    """The plot area in pixels, and the axis ranges it shows."""

    left: float
    top: float
    right: float
    bottom: float
    x: tuple[float, float]
    y: tuple[float, float]

    def at_x(self, value: Any, ref: str | None = None) -> float:
        """Pixel of an x value, or of a share of the width when `ref` is 'paper'."""
        low, high = (0.0, 1.0) if ref == "paper" else self.x
        return self.left + (_plain(value) - low) / (high - low) * (self.right - self.left)

    def at_y(self, value: Any, ref: str | None = None) -> float:
        """Pixel of a y value, kept inside the frame."""
        low, high = (0.0, 1.0) if ref == "paper" else self.y
        share = min(max((_plain(value) - low) / (high - low), 0.0), 1.0)
        return self.bottom - share * (self.bottom - self.top)


def draw_chart(figure: go.Figure, width: int, height: int, *, css: str, label: str, narrow: bool = False) -> Markup:
    """A chart with axes. `label` is what a screen reader says; narrow drawings name releases by version only."""
    spec = figure.to_dict()
    layout = spec["layout"]
    tops = _place_tops(layout, width, _FONT, narrow)
    rows = 1 + max((row for *_, row in tops), default=-1)
    widest = max((len(text) + text.count("%") for text in layout["yaxis"]["ticktext"]), default=1)
    left = widest * _FONT * _CHARACTER + 12
    frame = _frame(layout, left, 8 + rows * _ROW, width - 6, height - 26)
    tops = _place_tops(layout, frame, _FONT, narrow)
    parts = [*_grid(layout, frame), *_traces(spec["data"], frame, narrow=narrow), *_shapes(layout, frame)]
    parts += [_top(top, frame) for top in tops] + _labels(layout, frame, narrow)
    given = (css, width, height, _PLAIN, label)
    attributes = Markup('class="{}" viewBox="0 0 {} {}" fill="{}" role="img" aria-label="{}"').format(*given)
    return Markup("<svg {}>{}</svg>").format(attributes, Markup("").join(parts))


def draw_bare(figure: go.Figure, width: int, height: int, *, css: str, stretch: bool = False) -> Markup:
    """A drawing without axes, hidden from screen readers: the text beside it says the same. `stretch` fills its box."""
    spec = figure.to_dict()
    frame = _frame(spec["layout"], 3, 4, width - 3, height - 4)
    parts = [*_shapes(spec["layout"], frame), *_traces(spec["data"], frame)]
    fit = Markup(' preserveAspectRatio="none"') if stretch else ""
    return Markup('<svg class="{}" viewBox="0 0 {} {}"{} aria-hidden="true">{}</svg>').format(
        css, width, height, fit, Markup("").join(parts)
    )


def _frame(layout: dict[str, Any], left: float, top: float, right: float, bottom: float) -> Frame:
    x, y = ([_plain(v) for v in layout[axis]["range"]] for axis in ("xaxis", "yaxis"))
    return Frame(left, top, right, bottom, (x[0], x[1]), (y[0], y[1]))


def _grid(layout: dict[str, Any], frame: Frame) -> list[Markup]:
    parts = []
    for value, text in zip(layout["yaxis"]["tickvals"], layout["yaxis"]["ticktext"], strict=True):
        y = frame.at_y(value)
        parts.append(_line(frame.left, y, frame.right, y, {"color": "var(--grid)", "width": 1}))
        parts.append(_text(frame.left - 8, y + 4, text, "end", "var(--muted)"))
    end = -1e9
    for value, text in zip(layout["xaxis"]["tickvals"], layout["xaxis"]["ticktext"], strict=True):
        x = frame.at_x(value)
        if x > end + 6 and x + len(text) * 7 < frame.right + 6:
            parts.append(_text(x, frame.bottom + 20, text, "start", "var(--muted)"))
            end = x + len(text) * 7
    return parts


def _traces(traces: Sequence[dict[str, Any]], frame: Frame, *, narrow: bool = False) -> list[Markup]:
    parts: list[Markup] = []
    for index, trace in enumerate(traces):
        points = [
            None if y is None else (frame.at_x(x), frame.at_y(y)) for x, y in zip(trace["x"], trace["y"], strict=True)
        ]
        if trace.get("fill") == "tonexty":
            parts.append(_area(traces[index - 1], points, frame, trace["fillcolor"]))
        if "lines" in trace["mode"] and trace["line"].get("width"):
            runs, line = _runs(points), trace["line"]
            parts += [_strokes(runs, line)] if trace.get("name") == "ranges" else [_polyline(r, line) for r in runs]
        if "markers" in trace["mode"]:
            parts += _markers(trace, points, narrow=narrow)
    return parts


def _area(upper: dict[str, Any], lower: Sequence[tuple[float, float] | None], frame: Frame, colour: str) -> Markup:
    above = [(frame.at_x(x), frame.at_y(y)) for x, y in zip(upper["x"], upper["y"], strict=True)]
    corners = [*above, *[p for p in reversed(lower) if p]]
    return Markup('<polygon points="{}" fill="{}"/>').format(_path(corners), colour)


def _polyline(points: Sequence[tuple[float, float]], line: dict[str, Any]) -> Markup:
    if len(points) == 1:
        x, y = points[0]
        return Markup('<circle cx="{}" cy="{}" r="{}" fill="{}"/>').format(_px(x), _px(y), line["width"], line["color"])
    return Markup('<polyline points="{}" fill="none" {}/>').format(_path(points), _stroke(line))


def _strokes(runs: Sequence[Sequence[tuple[float, float]]], line: dict[str, Any]) -> Markup:
    """Many short lines of one look as one path: pages of many small pictures stay small."""
    path = "".join("M" + "L".join(f"{_px(x)} {_px(y)}" for x, y in run) for run in runs)
    return Markup('<path d="{}" fill="none" {}/>').format(path, _stroke(line))


def _markers(trace: dict[str, Any], points: Sequence[tuple[float, float] | None], *, narrow: bool) -> list[Markup]:
    """The points of a trace. Narrow drawings keep those that stand out: small ones would touch, and nothing hovers."""
    marker, hover = trace["marker"], trace.get("hovertext") or [""] * len(points)
    told = list(zip(points, marker["size"], marker["color"], hover, strict=True))
    seen = [(*at, size, colour, text) for at, size, colour, text in told if at and not (narrow and size <= _SMALL)]
    return [
        Markup('<g fill="{}">{}</g>').format(
            colour, Markup("").join(_marker(x, y, size, "" if narrow else text) for x, y, size, _, text in group)
        )
        for colour, group in groupby(seen, key=lambda each: each[3])
    ]


def _marker(x: float, y: float, size: float, text: str) -> Markup:
    title = Markup("<title>{}</title>").format(text) if text else ""
    return Markup('<circle cx="{}" cy="{}" r="{}">{}</circle>').format(_px(x), _px(y), _px(size / 2), title)


def _shapes(layout: dict[str, Any], frame: Frame) -> list[Markup]:
    parts = []
    for shape in layout.get("shapes", ()):
        x0, x1 = (frame.at_x(shape[k], shape.get("xref")) for k in ("x0", "x1"))
        y0, y1 = (frame.at_y(shape[k], shape.get("yref")) for k in ("y0", "y1"))
        parts.append(_line(x0, y0, x1, y1, shape["line"]))
    return parts


def _place_tops(
    layout: dict[str, Any], room: Frame | float, font: float, narrow: bool
) -> list[tuple[dict[str, Any], float, str, int]]:
    """Release labels as (annotation, x, name, row): the lowest row where they touch no other; row 0 is at the plot."""
    frame = room if isinstance(room, Frame) else _frame(layout, 40, 0, room - 6, 1)
    ends: list[float] = []
    placed = []
    for note in sorted(_named(layout, "release"), key=lambda n: _plain(n["x"])):
        x = frame.at_x(note["x"])
        if not frame.left - 1 <= x <= frame.right + 1:
            continue
        wide = _length(note["text"] + ("" if narrow else " " + note.get("hovertext", "")), font)
        start = max(frame.left, x - 2) if x + wide <= frame.right else max(frame.left, frame.right - wide)
        row = next((i for i, end in enumerate(ends) if start > end + 10), len(ends))
        ends[row : row + 1] = [start + wide]
        placed.append((note, start, "" if narrow else note.get("hovertext", ""), row))
    return placed


def _top(top: tuple[dict[str, Any], float, str, int], frame: Frame) -> Markup:
    note, start, name, row = top
    y = frame.top - 6 - row * _ROW
    x = frame.at_x(note["x"])
    stem = _line(x, frame.top, x, y + 3, {"color": "var(--rule)", "width": 1.2})
    text = Markup('<tspan font-weight="650">{}</tspan> {}').format(note["text"], name)
    return stem + _text(start, y, text, "start", note["font"]["color"], halo=True)


def _labels(layout: dict[str, Any], frame: Frame, narrow: bool) -> list[Markup]:
    parts = []
    for name in ("range", "target", "edge"):
        for note in _named(layout, name):
            x = frame.at_x(note["x"], note.get("xref")) + note.get("xshift", 0)
            y = max(frame.at_y(note["y"]) - note.get("yshift", 0), frame.top + _ROW)  # above are names of releases
            anchor = _ANCHOR[note["xanchor"]]
            if anchor == "start" and x + _length(note["text"], 12) > frame.right:
                x, anchor = frame.right, "end"
            if not (narrow and name == "range"):
                parts.append(_text(x, y, note["text"], anchor, note["font"]["color"], halo=True))
    return parts


def _named(layout: dict[str, Any], name: str) -> list[dict[str, Any]]:
    return [note for note in layout.get("annotations", ()) if note.get("name") == name]


def _runs(points: Sequence[tuple[float, float] | None]) -> list[list[tuple[float, float]]]:
    runs: list[list[tuple[float, float]]] = [[]]
    for point in points:
        if point is not None:
            runs[-1].append(point)
        elif runs[-1]:
            runs.append([])
    return [run for run in runs if run]


def _line(x0: float, y0: float, x1: float, y1: float, line: dict[str, Any]) -> Markup:
    return Markup('<line x1="{}" y1="{}" x2="{}" y2="{}" {}/>').format(
        _px(x0), _px(y0), _px(x1), _px(y1), _stroke(line)
    )


def _stroke(line: dict[str, Any]) -> Markup:
    dash = Markup(' stroke-dasharray="{}"').format(_DASH[line["dash"]]) if line.get("dash") in _DASH else ""
    return Markup('stroke="{}" stroke-width="{}"{}').format(line["color"], line["width"], dash)


def _text(x: float, y: float, text: str, anchor: str, colour: str, *, halo: bool = False) -> Markup:
    """A text; what the whole drawing says is not said again: pages hold hundreds of these."""
    css = Markup(' class="halo"') if halo else ""
    place = Markup("") if anchor == "start" else Markup(' text-anchor="{}"').format(anchor)
    paint = Markup("") if colour == _PLAIN else Markup(' fill="{}"').format(colour)
    return Markup('<text x="{}" y="{}"{}{}{}>{}</text>').format(_px(x), _px(y), place, paint, css, escape(text))


def _path(points: Sequence[tuple[float, float]]) -> str:
    return " ".join(f"{_px(x)},{_px(y)}" for x, y in points)


def _px(value: float) -> str:
    return f"{value:.1f}".removesuffix(".0")


def _length(text: str, font: float) -> float:
    return len(text) * font * _CHARACTER


def _plain(value: Any) -> float:
    """An axis value as a float: ISO days and instants become days since the epoch."""
    if isinstance(value, str):
        return dt.datetime.fromisoformat(value).replace(tzinfo=dt.UTC).timestamp() / 86400
    return float(value)
