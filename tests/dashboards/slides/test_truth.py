"""Every number of the slides is a number of the pages, with the same text; what charts hold is what pages show."""

from __future__ import annotations

import io
import re
import zipfile

import pytest

from dashboards.language import speaking
from dashboards.numbers import count, number
from dashboards.slides.plotted import decimals_of, plotted, plotted_in
from dashboards.slides.slide import BridgeChart
from tests.dashboards.slides.conftest import Made
from tests.dashboards.slides.office_file import read_deck, series_of
from tests.dashboards.slides.truth import faults_of


def changed(content: bytes, part: str, old: str, new: str) -> bytes:
    """The file with one text changed in the first part of this name that has it."""
    out, done = io.BytesIO(), False
    with zipfile.ZipFile(io.BytesIO(content)) as found, zipfile.ZipFile(out, "w") as made:
        for name in found.namelist():
            text = found.read(name)
            if re.fullmatch(part, name) and not done and old.encode() in text:
                text, done = text.replace(old.encode(), new.encode(), 1), True
            made.writestr(name, text)
    assert done
    return out.getvalue()


def test_every_number_is_one_of_the_pages(spoken: Made) -> None:
    """Tables, texts, labels, charts and the workbooks behind them hold nothing that no page shows, in any language."""
    assert faults_of(spoken, spoken.content) == []


@pytest.mark.parametrize(
    ("part", "old", "new"),
    [
        (r"ppt/slides/slide\d+\.xml", "€12.30", "€12.40"),  # a cell of the scorecard
        (r"ppt/slides/slide\d+\.xml", "2,104", "2,105"),  # how many a release rests on
        (r"ppt/slides/slide\d+\.xml", "0.3 days faster", "0.8 days faster"),  # a title
        (r"ppt/charts/chart\d+\.xml", "<c:v>5.2</c:v>", "<c:v>5.1</c:v>"),  # a week
        (r"ppt/charts/chart\d+\.xml", "<c:v>0.91</c:v>", "<c:v>0.92</c:v>"),  # a step of the bridge
        (r"ppt/charts/chart\d+\.xml", "12 min", "13 min"),  # the label of a bar
    ],
)
def test_one_number_changed_by_hand_is_found(plain: Made, part: str, old: str, new: str) -> None:
    """The test above fails for a file in which one value is another one."""
    assert faults_of(plain, changed(plain.content, part, old, new))


def test_a_bridge_adds_up_as_it_is_drawn(plain: Made) -> None:
    """From the first level by the columns drawn to the last, to the cent; freed time is a series of its own."""
    (chart,) = [c for s in read_deck(plain.content) for c in s.charts if "Costs more" in series_of(c)]
    held = series_of(chart)
    more, less = (sum(v or 0 for v in held[name]) for name in ("Costs more", "Costs less"))
    freed = sum(v or 0 for v in held["Costs less: freed time, not cash"])
    ends = [v for v in held["Cost of one order"] if v]
    assert ends[0] + more - less - freed == pytest.approx(ends[1], abs=1e-9)
    assert freed > less > 0
    assert chart.value_axis.minimum_scale > 0  # cut, and said so
    (slide,) = [s for s in read_deck(plain.content) if s.charts and "Costs more" in series_of(s.charts[0])]
    assert "Steps are to scale; the scale does not begin at 0." in slide.texts


def test_small_steps_can_be_seen(plain: Made) -> None:
    """The least step of the bridge is at least a hundredth of the height drawn."""
    (part,) = [p for s in plain.deck.slides for p in s.parts if isinstance(p, BridgeChart)]
    (chart,) = [c for s in read_deck(plain.content) for c in s.charts if "Costs more" in series_of(c)]
    axis = chart.value_axis
    least = min(abs(plotted(step.shown)) for step in part.steps)
    assert least / (axis.maximum_scale - axis.minimum_scale) > 0.01


def test_a_chart_holds_the_figure_shown() -> None:
    """No digit more than a page shows, in any locale; minutes on a scale of hours come from the minutes shown."""
    assert plotted(number(11.404, "EUR", "x")) == 11.4
    assert plotted(number(-0.62, "EUR", "x")) == -0.62
    assert plotted(count(91234, "x")) == 91234
    assert plotted(number(0.9333, "share", "x")) == 93
    assert plotted(number(1e-9, "EUR", "x")) == 0
    assert plotted_in(number(12.2 / 1440, "days", "x"), "h") == 0.2
    assert decimals_of(number(2.26, "days", "x")) == 1
    with speaking("de"):
        assert plotted(number(1234.5, "EUR", "x")) == 1235
        assert plotted(number(-2.26, "days", "x")) == -2.3
        assert plotted(count(91234, "x")) == 91234


def test_no_class_of_benefit_is_added_to_another(plain: Made) -> None:
    """Each class is a block of its own unit, and no table of the slides has two of them."""
    for slide in read_deck(plain.content):
        heads = [row[0] for row in slide.cells if row[0] in ("Cash", "Freed time", "Cost avoided", "Quality")]
        assert len(heads) == len(set(heads)) <= 2
