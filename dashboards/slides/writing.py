"""A deck as the bytes of a .pptx: every part in its place, long tables on further slides, always the same bytes."""

from __future__ import annotations

import datetime as dt
import io
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

from pptx.presentation import Presentation as Office
from pptx.slide import Slide as Drawn

from dashboards.language import say
from dashboards.slides.drawing import GAP, put_part, room_of
from dashboards.slides.fit import pages_of, shortened, size_for
from dashboards.slides.master import CONTENT, FOOT, SUBTITLE
from dashboards.slides.place import Place
from dashboards.slides.sealed import sealed
from dashboards.slides.slide import OPENING, Deck, Grid, Part, Slide, Words
from dashboards.slides.tables import nothing
from dashboards.slides.template import layout_named, open_template
from dashboards.slides.texts import fit_for_xml, write

_TITLES = {OPENING: (30, 26, 22, 18), "": (24, 21, 18, 16)}
_SUBTITLES = (13, 12, 11, 10)
_MOST_SLIDES = 4
"""Slides that one table may take."""
_LONGEST = 255
"""Characters of a property of the file."""
_EPOCH = dt.datetime(1980, 1, 1)  # noqa: DTZ001  # as python-pptx wants it


def write_deck(deck: Deck, template: Path | None = None) -> bytes:
    """The presentation, in the product's master or in a company's.

    Raises:
        TemplateError: the template cannot be read, or lacks what slides are written into.
    """
    office = open_template(template)
    for slide in deck.slides:
        place = _content_place(office, slide)
        for piece in _pieces(slide, place):
            _add(office, deck, piece)
    _name(office, deck)
    out = io.BytesIO()
    office.save(out)
    return sealed(out.getvalue())


def _pieces(slide: Slide, place: Place) -> Iterator[Slide]:
    """The slide, or as many as its one table needs."""
    grid = next((part for part in slide.parts if isinstance(part, Grid)), None)
    if grid is None:
        yield slide
        return
    rest = room_of([part for part in slide.parts if part is not grid], place.width)
    made = list(pages_of(grid, place.width, place.height - rest, nothing()))
    for number, (piece, _, _) in enumerate(made[:_MOST_SLIDES]):
        parts: list[Part] = [piece if part is grid else part for part in slide.parts]
        if number:
            parts = [piece]
        if number == _MOST_SLIDES - 1 and len(made) > _MOST_SLIDES:
            parts = [replace(piece, rows=piece.rows[:-1]), Words((say("The page has the other rows."),))]
        title = say("{title} (continued)", title=slide.title) if number else slide.title
        yield replace(slide, title=title, parts=tuple(parts))


def _content_place(office: Office, slide: Slide) -> Place:
    found = layout_named(office, slide.layout).placeholders
    return Place.of(next(each for each in found if each.placeholder_format.idx == CONTENT))


def _add(office: Office, deck: Deck, slide: Slide) -> None:
    drawn = office.slides.add_slide(layout_named(office, slide.layout))
    by_idx = {each.placeholder_format.idx: each for each in drawn.placeholders}
    place = Place.of(by_idx[CONTENT])
    _say(by_idx[0], slide.title, _TITLES.get(slide.layout, _TITLES[""]), 2)
    _say(by_idx[SUBTITLE], slide.subtitle, _SUBTITLES, 2)
    _say(by_idx[FOOT], deck.foot, (10,), 2)
    drawn.shapes._spTree.remove(by_idx[CONTENT]._element)
    for each in list(drawn.placeholders):
        if each.placeholder_format.idx not in (0, SUBTITLE, FOOT):
            drawn.shapes._spTree.remove(each._element)  # a company's own, of which nothing is said
    _fill(drawn, slide, place)
    notes = drawn.notes_slide.notes_text_frame
    assert notes is not None  # the notes master of python-pptx has one
    for number, line in enumerate(slide.notes):
        write(notes, str(line), first=number == 0)


def _fill(drawn: Drawn, slide: Slide, place: Place) -> None:
    """Parts under each other; what has no height of its own takes what the others leave."""
    spoken = slide.spoken or say("Table. {title}. {subtitle}", title=slide.title, subtitle=slide.subtitle)
    for number, part in enumerate(slide.parts):
        later = room_of(slide.parts[number + 1 :], place.width)
        used = put_part(drawn, part, replace(place, height=place.height - later), spoken)
        place = place.below(used + GAP)


def _say(placeholder: Any, text: str, sizes: tuple[int, ...], lines: int) -> None:
    """A text in the size of the layout, smaller where it is long, cut where it is too long for any."""
    place = Place.of(placeholder)
    size = size_for(text, place.width, sizes, lines)
    told = shortened(text, place.width, size, lines)
    write(placeholder.text_frame, told, size=None if size == sizes[0] else size)


def _name(office: Office, deck: Deck) -> None:
    """Properties of the file: nobody's name, no clock."""
    told = office.core_properties
    title = fit_for_xml(deck.name)
    told.title, told.language = title if len(title) <= _LONGEST else f"{title[: _LONGEST - 1]}…", deck.language
    told.author, told.last_modified_by, told.revision = "streamgauge", "streamgauge", 1
    told.subject = told.keywords = told.comments = told.category = ""
    told.created = told.modified = told.last_printed = _EPOCH
