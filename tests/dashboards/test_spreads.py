"""Drawings of spreads: heights are shares, gaps stay gaps, ranges are one path."""

from __future__ import annotations

import re

from dashboards.drawing import draw_bare, draw_chart
from dashboards.numbers import Scale
from dashboards.spreads import Histogram, Line, Quarter, histogram, quarters

DAYS = Scale("days", 1, 0, "day")


def _spread(now: list[float], before: list[float]) -> Histogram:
    edges = [float(edge) for edge in range(len(now) + 1)]
    return Histogram(edges, now, before, [Line(1.5, "half within", "1.5 days")], DAYS, "days", "3 days or longer")


def test_a_span_is_as_high_as_its_share() -> None:
    """By hand: shares 0.2, 0.6, 0.2 of a plot whose top is 60 %: the middle span reaches it, the others a third."""
    figure = histogram(_spread([0.2, 0.6, 0.2], [])).to_dict()
    assert figure["data"][0]["y"] == [0, 20, 20, 60, 60, 20, 20, 0]
    assert figure["data"][0]["x"] == [0, 0, 1, 1, 2, 2, 3, 3]
    assert list(figure["layout"]["yaxis"]["range"]) == [0, 60]


def test_last_quarter_is_a_line_and_absent_when_unknown() -> None:
    """Two outlines with a quarter before, one without; the marked value and the open span are named."""
    both = draw_chart(histogram(_spread([0.5, 0.5], [0.9, 0.1])), 400, 200, css="chart", label="x")
    alone = draw_chart(histogram(_spread([0.5, 0.5], [])), 400, 200, css="chart", label="x")
    assert (both.count("<polyline"), alone.count("<polyline")) == (2, 1)
    assert "half within" in alone
    assert "3 days or longer" in alone
    assert ">1.0 days<" in alone


def test_a_quarter_without_a_value_is_a_gap() -> None:
    """Value, nothing, value: no line between them, two ranges, the newest in the tone of its verdict."""
    told = [Quarter(3.0, 2.5, 3.5), Quarter(None, None, None), Quarter(2.0, 1.5, 2.5)]
    svg = draw_bare(quarters(told, 2.2, (1.0, 4.0), "good"), 200, 60, css="small-chart")
    assert svg.count("<polyline") == 0
    assert svg.count("<path") == 2
    assert svg.count('stroke="var(--good)"') == 1
    assert svg.count("<line") == 1  # everything together


def test_many_ranges_are_one_path() -> None:
    """Seven earlier ranges cost one element."""
    told = [Quarter(3.0, 2.5, 3.5)] * 8
    svg = draw_bare(quarters(told, None, (1.0, 4.0), "flat"), 200, 60, css="small-chart")
    assert svg.count("<path") == 2
    assert [path.count("M") for path in re.findall(r'<path d="([^"]+)"', svg)] == [7, 1]


def test_one_quarter_alone_is_drawn() -> None:
    """A first quarter has no past: one point, one range, no error."""
    svg = draw_bare(quarters([Quarter(3.0, 2.5, 3.5)], None, (3.0, 3.0), "flat"), 200, 60, css="small-chart")
    assert svg.count("<path") == 1
    assert "nan" not in svg


def test_shares_below_one_percent_are_told_apart() -> None:
    """Where all shares are small, the axis has decimals."""
    svg = draw_chart(histogram(_spread([0.004, 0.002], [])), 400, 200, css="chart", label="x")
    assert "0.2%" in svg
