"""Colours and sizes of slides. What is plain follows the theme of the template; good and bad never do.

A master may give the accents any colour: one that turns a loss green would lie.
"""

from __future__ import annotations

from typing import Any, TypeAlias

from pptx.dml.color import RGBColor
from pptx.dml.fill import FillFormat
from pptx.dml.line import LineFormat
from pptx.enum.dml import MSO_THEME_COLOR
from pptx.util import Pt

Colour: TypeAlias = Any
"""An RGBColor, or a colour of the theme."""

INK = MSO_THEME_COLOR.TEXT_1
MUTED = MSO_THEME_COLOR.TEXT_2
RULE = MSO_THEME_COLOR.ACCENT_5
WORK = MSO_THEME_COLOR.ACCENT_1
WAIT = MSO_THEME_COLOR.ACCENT_2
FREED = MSO_THEME_COLOR.ACCENT_3
TARGET = MSO_THEME_COLOR.ACCENT_4
GOOD, BAD = RGBColor(0x0B, 0x5C, 0xAD), RGBColor(0xB0, 0x47, 0x0A)
TONES: dict[str, Colour] = {"good": GOOD, "bad": BAD, "flat": MUTED}
CHART_TEXT = 12
"""Points of the words in charts."""


def paint(fill: FillFormat, colour: Colour) -> None:
    """Fill with one colour."""
    fill.solid()
    _set(fill.fore_color, colour)


def stroke(line: LineFormat, colour: Colour, points: float) -> None:
    """A line of one colour."""
    line.width = Pt(points)
    line.fill.solid()
    _set(line.fill.fore_color, colour)


def stroke_faintly(line: LineFormat) -> None:
    """A line to read levels by, and no more."""
    stroke(line, RULE, 0.5)
    line.fill.fore_color.brightness = 0.65


def tint(font_colour: Any, colour: Colour) -> None:
    """The colour of letters."""
    _set(font_colour, colour)


def _set(target: Any, colour: Colour) -> None:
    if isinstance(colour, RGBColor):
        target.rgb = colour
    else:
        target.theme_color = colour
