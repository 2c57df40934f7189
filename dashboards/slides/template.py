"""Opening a template: ours, or a company's with its own master; what it lacks is named before anything is written."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterator
from pathlib import Path

from pptx import Presentation
from pptx.exc import PackageNotFoundError
from pptx.presentation import Presentation as Deck
from pptx.slide import SlideLayout

from dashboards.errors import TemplateError
from dashboards.slides.master import CONTENT, FOOT, SUBTITLE, default_template
from dashboards.slides.slide import FINDING, OPENING

_LARGEST = 50_000_000
_WANTED = {
    0: "a title",
    SUBTITLE: "a text for the subtitle",
    CONTENT: "a place for content",
    FOOT: "a text for the foot",
}


def open_template(path: Path | None) -> Deck:
    """A presentation without slides, with both layouts.

    Raises:
        TemplateError: it cannot be read, or lacks a layout or a placeholder.
    """
    if path is None:
        return Presentation(io.BytesIO(default_template()))
    deck = _read(path)
    by_name = {layout.name: layout for layout in deck.slide_layouts}
    lacking = [text for name in (OPENING, FINDING) for text in _lacking(name, by_name.get(name))]
    if lacking:
        raise TemplateError.from_lacking(path, lacking, by_name)
    _drop_slides(deck)
    return deck


def refuse_template(path: Path | None) -> None:
    """Nothing, for a template that slides can be written in.

    Raises:
        TemplateError: it cannot be read, or lacks a layout or a placeholder.
    """
    if path is not None:
        open_template(path)


def layout_named(deck: Deck, name: str) -> SlideLayout:
    """A layout of an opened template."""
    return next(layout for layout in deck.slide_layouts if layout.name == name)


def _read(path: Path) -> Deck:
    try:
        with zipfile.ZipFile(path) as found:
            if sum(entry.file_size for entry in found.infolist()) > _LARGEST:
                raise TemplateError.from_unreadable(path, f"unpacked it is larger than {_LARGEST // 1_000_000} MB")
        return Presentation(str(path))
    except TemplateError:
        raise
    except (OSError, zipfile.BadZipFile, PackageNotFoundError, ValueError, KeyError, SyntaxError) as error:
        raise TemplateError.from_unreadable(path, str(error) or type(error).__name__) from error


def _lacking(name: str, layout: SlideLayout | None) -> Iterator[str]:
    if layout is None:
        yield f"the layout {name!r}"
        return
    there = {placeholder.placeholder_format.idx for placeholder in layout.placeholders}
    for idx, what in _WANTED.items():
        if idx not in there:
            yield f"{what} (placeholder {idx}) in the layout {name!r}"


def _drop_slides(deck: Deck) -> None:
    """A published review may serve as template: its slides go, its master stays."""
    listed = deck.slides._sldIdLst
    for entry in list(listed):
        deck.part.drop_rel(entry.rId)
        listed.remove(entry)
