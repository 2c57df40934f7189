"""Figures and their drawings: same specification, no style attribute, gaps stay gaps."""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import replace

import pytest

from dashboards.drawing import draw_bare, draw_chart
from dashboards.figures import Band, Mark, RunSeries, effect, nice_ticks, run_chart, sparkline
from dashboards.numbers import Scale

WEEKS = [dt.date(2026, 7, 6) + dt.timedelta(weeks=i) for i in range(6)]


def _series(values: list[float | None], marks: list[Mark]) -> RunSeries:
    return RunSeries(
        weeks=WEEKS, values=values, hover=[f"week {i}" for i in range(6)], tones=["flat"] * 5 + ["bad"],
        bands=[Band(0, 6, 4.0, 3.5, 4.5, "usual range 3.5–4.5 days")], marks=marks, target=3.0,
        target_label="Target 3.0 days", scale=Scale("days", 1, 1, "day"),
    )  # fmt: skip


def test_a_missing_week_breaks_the_line() -> None:
    """None is a gap: two lines and no marker, never a fall to 0."""
    svg = draw_chart(run_chart(_series([4.0, 4.1, None, 4.2, 4.0, 5.0], [])), 900, 300, css="chart", label="Chart")
    assert svg.count('stroke="var(--ink2)"') == 2
    assert svg.count("<circle") == 5


def test_every_point_carries_its_hover_text() -> None:
    """Each marker names its week and value without any script."""
    svg = draw_chart(run_chart(_series([4.0] * 6, [])), 900, 300, css="chart", label="Chart")
    assert [f"week {i}" for i in range(6)] == re.findall("<title>(.*?)</title>", svg)


def test_the_label_of_a_high_range_does_not_meet_names_of_releases() -> None:
    """Where the usual range reaches the top of the plot, its label stands below that line, not among the releases."""
    series = _series([4.0, 4.2, 4.1, 4.4, 4.3, 4.2], [Mark(WEEKS[0], "2.4", "Approval", "good")])
    high = replace(series, bands=[Band(0, 6, 4.2, 3.9, 4.5, "usual range 3.9–4.5 days")], target=None)
    svg = draw_chart(run_chart(high), 900, 300, css="chart", label="Chart")
    heights = {
        text: float(y) for y, text in re.findall(r'<text x="[^"]*" y="([^"]*)"[^>]*>(?:<tspan[^>]*>)?([^<]+)', svg)
    }
    label = next(y for text, y in heights.items() if text.startswith("usual range"))
    release = next(y for text, y in heights.items() if text.startswith("2.4"))
    assert label >= release + 12


def test_release_labels_do_not_touch() -> None:
    """Two releases a week apart stand in two rows, and no label leaves the drawing."""
    marks = [Mark(WEEKS[4], "2.4", "Straight-through approval", "good"), Mark(WEEKS[5], "2.5", "Batch notices", "flat")]
    svg = draw_chart(run_chart(_series([4.0] * 6, marks)), 700, 300, css="chart", label="Chart")
    rows = re.findall(r'<text x="([\d.]+)" y="([\d.]+)"[^>]*><tspan', svg)
    assert len({y for _, y in rows}) == 2
    assert all(0 <= float(x) < 700 for x, _ in rows)


def test_drawings_use_attributes_only() -> None:
    """A strict content policy refuses style attributes; there are none."""
    figures = (
        sparkline([1.0, None, 2.0], 1.5, "good"),
        effect(-0.5, 0.1, -0.2, 0.6, "flat"),
        effect(None, None, None, 1, "flat"),
    )
    assert not [f for f in figures if "style=" in draw_bare(f, 150, 34, css="spark")]


def test_a_flat_series_still_has_an_axis() -> None:
    """Equal values, or one alone, divide by nothing."""
    assert "<polyline" in draw_bare(sparkline([2.0, 2.0, 2.0], None, "flat"), 150, 34, css="spark")
    assert "<circle" in draw_bare(sparkline([None, 2.0, None], None, "flat"), 150, 34, css="spark")


@pytest.mark.parametrize(("low", "high"), [(3.5, 5.2), (0.0, 0.013), (4.0, 4.0), (0.0, 0.0), (120.0, 900.0)])
def test_ticks_cover_the_range(low: float, high: float) -> None:
    """Ticks are round and reach from below the lowest to above the highest value."""
    ticks = nice_ticks(low, high)
    assert ticks[0] <= low
    assert ticks[-1] >= high
    assert 2 <= len(ticks) <= 9
