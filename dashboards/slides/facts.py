"""Facts side by side: name, number, verdict, sentence, target; and lines of text."""

from __future__ import annotations

from collections.abc import Sequence

from pptx.slide import Slide as Drawn

from dashboards.slides.fit import LEAST, height_of, shortened, size_for
from dashboards.slides.look import INK, MUTED, RULE, TONES, Colour, stroke
from dashboards.slides.place import Place
from dashboards.slides.slide import Fact
from dashboards.slides.tables import nothing
from dashboards.slides.texts import bare, write
from dashboards.wording import Sentence

_GAP = 0.35
_BIG = (40, 34, 28, 22, 18)
_TEXT = 14
_LINE = 0.09
"""Inches between lines of text."""
_MOST_LINES = 5
_SMALLER = (*((size, _MOST_LINES) for size in (_TEXT, 12, 11)), *((LEAST, most) for most in range(_MOST_LINES, 0, -1)))
"""Sizes, and lines that one text may take in them, in the order of what is preferred."""
_ABOVE = 0.1


def put_facts(drawn: Drawn, facts: Sequence[Fact], place: Place) -> float:
    """Draw them in columns; how high they are."""
    used = 0.0
    for fact, column in zip(facts, place.columns(len(facts), _GAP), strict=True):
        used = max(used, _put_fact(drawn, fact, column))
    return used


def facts_height(facts: Sequence[Fact], width: float) -> float:
    """How high facts side by side are."""
    column = Place(0.0, 0.0, width, 0.0).columns(len(facts), _GAP)[0].width
    return max(_height(_told(fact, column), column) for fact in facts) + _ABOVE


def lines_height(lines: Sequence[Sentence | str], width: float, size: int = _TEXT, most: int = _MOST_LINES) -> float:
    """How high texts are, each of which takes so many lines at most."""
    return sum(height_of(shortened(str(line), width, size, most), width, size) + _LINE for line in lines)


def fitting(lines: Sequence[Sentence | str], place: Place) -> tuple[list[str], int]:
    """Texts and the largest size in which they fit a place; where none is small enough, the longest are cut."""
    for size, most in _SMALLER:
        if lines_height(lines, place.width, size, most) <= place.height:
            break
    return [shortened(str(line), place.width, size, most) for line in lines], size


def put_lines(
    drawn: Drawn, lines: Sequence[Sentence | str], place: Place, size: int = _TEXT, *, bold: bool = False
) -> float:
    """Write them at the top of a place; how high they are."""
    height = lines_height(lines, place.width, size)
    box = drawn.shapes.add_textbox(*Place(place.left, place.top, place.width, height).emu())
    frame = bare(box.text_frame)
    for number, line in enumerate(lines):
        write(
            frame, shortened(str(line), place.width, size, _MOST_LINES), size=size, colour=INK, bold=bold,
            first=number == 0, above=_LINE * 72,
        )  # fmt: skip
    return height


def _put_fact(drawn: Drawn, fact: Fact, place: Place) -> float:
    rule = drawn.shapes.add_connector(1, *Place(place.left, place.top, place.width, 0).emu()[:2],
                                      *Place(place.left + place.width, place.top, 0, 0).emu()[:2])  # fmt: skip
    rule._element.remove(rule._element.find(".//{*}style"))  # the shadow of the theme
    stroke(rule.line, RULE, 1)
    told = _told(fact, place.width)
    height = _height(told, place.width)
    box = drawn.shapes.add_textbox(*Place(place.left, place.top + _ABOVE, place.width, height).emu())
    frame = bare(box.text_frame)
    for number, (text, size, bold, colour) in enumerate(told):
        write(frame, text, size=size, bold=bold, colour=colour, first=number == 0, above=_LINE * 72)
    return height + _ABOVE


def _told(fact: Fact, width: float) -> list[tuple[str, int, bool, Colour]]:
    """Its lines with size, weight and colour."""
    shown = fact.shown.text if fact.shown is not None else nothing()
    name = shortened(fact.label, width, _TEXT, 2)
    said = shortened(str(fact.sentence), width, _TEXT, _MOST_LINES)
    big = size_for(shown, width, _BIG, 1)
    return [
        (name, _TEXT, True, MUTED), (shown, big, True, INK if fact.shown is not None else MUTED),
        (f"{fact.chip.sign} {fact.chip.word}", _TEXT, True, TONES[fact.chip.tone]), (said, _TEXT, False, INK),
        (shortened(fact.target, width, 12, 2), 12, False, MUTED),
    ]  # fmt: skip


def _height(told: Sequence[tuple[str, int, bool, Colour]], width: float) -> float:
    return sum(height_of(text, width, size) + _LINE for text, size, _, _ in told)
