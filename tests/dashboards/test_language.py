"""Rules of languages: what is said, counted and dated follows the language spoken; every message has a translation."""

from __future__ import annotations

import ast
import datetime as dt
import json
import re
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path
from typing import get_args

import jinja2
import pytest
from babel.messages.pofile import read_po
from jinja2 import nodes

from dashboards.errors import LanguageError
from dashboards.language import ENGLISH, LANGUAGES, locale, preferred, say, say_of, speaking
from dashboards.numbers import change, count, day, month, number, short_day
from metrics.stream.words import Language
from tests.dashboards.messages import (
    LISTS,
    ROOM,
    every_message,
    module_level_calls,
    names_in,
    python_calls,
    template_calls,
)

TRANSLATED = [language for language in LANGUAGES if language != ENGLISH]
SHAPES = {"Sentence", "Chip", "Column", "Card", "MapCard", "RunCard", "EffectCard", "Scorecard", "Page", "sheet"}
ENGLISH_TEXT = re.compile(r"[A-Z]|[a-z] [a-z]")
NO_TEXT = {
    "tied", "none", "hit", "miss", "ok", "stale", "hot", "many", "open", "kind", "wait", "work", "en",
    "static/style.css",
}  # fmt: skip
SPOKEN_ATTRIBUTES = {"aria-label", "alt", "title", "placeholder", "data-head", "content"}
NOT_SPOKEN = {"width=device-width,initial-scale=1", "light dark", "no-referrer"}


def catalogue(language: str) -> dict[str, str]:
    """The messages of a catalogue."""
    with (ROOM / "languages" / f"{language}.po").open("rb") as file:
        return {str(message.id): str(message.string) for message in read_po(file) if message.id}


def test_numbers_and_days_follow_the_language() -> None:
    """German writes a comma and its own months; afterwards all is as before."""
    with speaking("de"):
        assert number(2.25, "ratio", "x").figure == "2,3"
        assert "März" in day(dt.date(2026, 3, 1))
    assert locale() == "en"
    assert number(2.25, "ratio", "x").figure == "2.3"


@pytest.mark.parametrize(
    ("value", "unit", "text"),
    [
        (4.02, "days", "4,0 Tage"),
        (0.3, "days", "7,2 Stunden"),
        (1 / 1440, "days", "1 Minute"),
        (0.0002, "days", "unter 1 Minute"),
        (1234.5, "days", "1.235 Tage"),
        (4.0, "working_days", "4,0 Arbeitstage"),
        (0.93, "share", "93\u00a0%"),
        (0.9999, "share", "über 99,9\u00a0%"),
        (2.38, "ratio", "2,4 : 1"),
        (11.4, "EUR", "11,40\u00a0€"),
        (1234.5, "EUR", "1.235\u00a0€"),
        (-9.5, "EUR", "\u22129,50\u00a0€"),
        (250.0, "JPY", "250\u00a0¥"),
        (25900.0, "count", "25.900"),
    ],
)
def test_values_read_in_german(value: float, unit: str, text: str) -> None:
    """Comma and point change places, the unit has its German plural, and no line breaks before % and €."""
    with speaking("de"):
        assert number(value, unit, "").text == text


def test_changes_days_and_short_forms_read_in_german() -> None:
    """Shares differ in Prozentpunkte, days carry a full stop, and a number keeps its language where it is shown."""
    with speaking("de"):
        one, two = change(0.01, "share", 0.87, ""), change(0.02, "share", 0.87, "")
        half = number(0.5, "days", "")
        on = dt.date(2026, 8, 3)
        assert (day(on), day(on, year=True), short_day(on)) == ("3. August", "3. August 2026", "3. Aug.")
        assert (day(dt.date(2026, 3, 1)), month(on)) == ("1. März", "August")
        assert count(6214, "").text == "6.214"
    assert (one.text, two.text) == ("1 Prozentpunkt", "2 Prozentpunkte")
    assert (half.text, half.short) == ("12 Stunden", "12 h")


def test_a_language_without_a_catalogue_is_refused() -> None:
    """The error names those there are."""
    with pytest.raises(LanguageError, match="'fr'"), speaking("fr"):
        pass
    assert LANGUAGES == ("en", "de")


def test_the_stream_file_may_name_every_language() -> None:
    """The stream file takes the languages there are catalogues of, and no other."""
    assert get_args(Language) == LANGUAGES


def test_a_message_takes_its_parts_and_its_number() -> None:
    """Names in braces are filled; customers' braces are left alone."""
    assert say("Target {target}", target="{x}") == "Target {x}"
    assert say_of(1, "{n} week", "{n} weeks", n=1) == "1 week"
    assert say_of(0, "{n} week", "{n} weeks", n=0) == "0 weeks"


@pytest.mark.parametrize(
    ("header", "language"),
    [("de-DE,de;q=0.9,en;q=0.8", "de"), ("fr, de;q=0.5", "de"), ("EN-gb,de", "en"), ("", "en"), ("*;q=, ;,\x00", "en")],
)
def test_a_browser_tells_its_language(header: str, language: str) -> None:
    """The first language that pages are written in, English where there is none."""
    assert preferred(header) == language


def test_every_message_can_be_found() -> None:
    """What is said is a literal, or comes from a closed list that is named, and every list named is used."""
    unknown = [s for s in (*python_calls(), *template_calls()) if s.message is None]
    assert [s for s in unknown if (s.module, s.expression) not in LISTS] == []
    assert set(LISTS) == {(s.module, s.expression) for s in unknown}
    assert module_level_calls() == []


@pytest.mark.parametrize("language", TRANSLATED)
def test_every_message_has_a_translation(language: str) -> None:
    """Each message is in the catalogue, and the catalogue holds none that nobody says."""
    told, said = catalogue(language), every_message()
    lacking = [f"#: {said[m]}\nmsgid {json.dumps(m, ensure_ascii=False)}\n" for m in said if not told.get(m)]
    assert not lacking, "\n".join(lacking)
    assert sorted(set(told) - set(said)) == []


@pytest.mark.parametrize("language", TRANSLATED)
def test_a_translation_has_the_parts_of_its_message(language: str) -> None:
    """The same {names}, and the same blanks at both ends."""
    for message, words in catalogue(language).items():
        assert names_in(words) == names_in(message), message
        assert words == words.strip(), message


def test_every_message_gets_its_parts() -> None:
    """A literal is said with all the parts it names."""
    for said in python_calls():
        if said.message is not None and said.given is not None and said.expression.startswith(("'", '"')):
            assert names_in(said.message) <= said.given, said


def _texts_outside_say(node: nodes.Node) -> Iterator[str]:
    if isinstance(node, nodes.Call) and isinstance(node.node, nodes.Name) and node.node.name == "say":
        return
    if isinstance(node, nodes.Const) and isinstance(node.value, str):
        yield node.value
    for child in node.iter_child_nodes():
        yield from _texts_outside_say(child)


class _Bare(HTMLParser):
    """Letters in text and in attributes that are read aloud."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found += [text or "" for name, text in attrs if name in SPOKEN_ATTRIBUTES and text not in NOT_SPOKEN]

    def handle_data(self, data: str) -> None:
        self.found.append(data)


def bare_words(template: str) -> list[str]:
    """Words of a template that stand outside `say`: in its HTML, or as text within an expression."""
    tree = jinja2.Environment(autoescape=True).parse(template)
    shown = [
        out for found in tree.find_all(nodes.Output) for out in found.nodes if not isinstance(out, nodes.TemplateData)
    ]
    inner = [text for out in shown for text in _texts_outside_say(out)]
    reader = _Bare()
    reader.feed(re.sub(r"\{%.*?%\}|\{\{.*?\}\}", "", template, flags=re.S))
    return [t.strip() for t in (*inner, *reader.found) if re.search("[A-Za-z]", t) and t.strip() not in NO_TEXT]


@pytest.mark.parametrize("path", sorted((ROOM / "templates").rglob("*.j2")), ids=lambda path: path.name)
def test_templates_say_what_they_say(path: Path) -> None:
    """No bare English stands in a template."""
    assert bare_words(path.read_text("utf-8")) == []


def test_bare_words_are_found() -> None:
    """The check sees text, attributes and texts in expressions, and lets messages pass."""
    assert bare_words('<p title="{{ x }}">Not {{ "said" if x else say("Said") }}</p>') == ["said", "Not"]
    assert bare_words('<p aria-label="Here">{{ say("Said", n=n) }} · {{ x }}</p>') == ["Here"]


def test_parts_and_pages_say_what_they_say() -> None:
    """No card, sentence, chip, column or page is made of a bare English text."""
    found = []
    for path in sorted(ROOM.rglob("*.py")):
        for call in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(call, ast.Call) and isinstance(call.func, ast.Name) and call.func.id in SHAPES:
                given = [*call.args, *(keyword.value for keyword in call.keywords)]
                texts = [part for value in given for part in _texts_of(value)]
                found += [f"{path.name}:{call.lineno} {text!r}" for text in texts if ENGLISH_TEXT.search(text)]
    assert found == []


def _texts_of(value: ast.AST) -> Iterator[str]:
    if isinstance(value, ast.Call) and isinstance(value.func, ast.Name) and value.func.id in ("say", "say_of"):
        return
    if isinstance(value, ast.Constant) and isinstance(value.value, str):
        yield value.value
    for child in ast.iter_child_nodes(value):
        yield from _texts_of(child)
