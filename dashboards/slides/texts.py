"""Writing text into shapes: characters that XML cannot hold are left out, letters have a size, a colour, a language."""

from __future__ import annotations

import re
from typing import Any

from pptx.text.text import TextFrame
from pptx.util import Emu, Pt

from dashboards.language import locale
from dashboards.slides.fit import LEAST
from dashboards.slides.look import Colour, tint

_LANGUAGES = {"en": "en-GB", "de": "de-DE"}
_UNFIT = re.compile("[^\t\n\\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def fit_for_xml(text: str) -> str:
    """The text without control characters and half characters."""
    return _UNFIT.sub("", text)


def write(
    frame: TextFrame,
    text: str,
    *,
    size: float | None = None,
    colour: Colour | None = None,
    bold: bool | None = None,
    first: bool = True,
    align: Any = None,
    above: float = 0.0,
) -> None:
    """Paragraphs of one kind, a line each: the first in the place of what is there, others `above` points under it."""
    for number, line in enumerate(fit_for_xml(text).split("\n")):
        paragraph = frame.paragraphs[0] if first and not number else frame.add_paragraph()
        if align is not None:
            paragraph.alignment = align
        if above and not first:
            paragraph.space_before = Pt(above)
        if size is not None:
            assert size >= LEAST
            # An empty line is as high as its end says, 18 points where that says nothing: rows would grow.
            paragraph._p.get_or_add_endParaRPr().set("sz", str(Pt(size).centipoints))
        if not line:
            continue
        run = paragraph.add_run()
        run.text = line.replace("\t", " ")
        font = run.font
        if size is not None:
            font.size = Pt(size)
        if bold is not None:
            font.bold = bold
        if colour is not None:
            tint(font.color, colour)
        run._r.get_or_add_rPr().set("lang", _LANGUAGES[locale()])


def bare(frame: TextFrame) -> TextFrame:
    """A frame without margins whose words wrap."""
    frame.word_wrap = True
    frame.margin_left = frame.margin_right = frame.margin_top = frame.margin_bottom = Emu(0)
    return frame


def describe(shape: Any, name: str, text: str) -> None:
    """The name and the alternative text of a shape."""
    told = shape._element.xpath(".//p:cNvPr")[0]
    told.set("name", name)
    told.set("descr", fit_for_xml(text))
