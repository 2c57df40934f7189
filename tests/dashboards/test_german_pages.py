"""Rules of pages in German: no English left, no word of statistics, the numbers of the English pages."""

from __future__ import annotations

import csv
import re
from collections.abc import Callable
from html.parser import HTMLParser
from pathlib import Path

import pytest

from dashboards.errors import LanguageError
from dashboards.manifest import read_manifest
from dashboards.publish import ReviewBundle, publish_review
from metrics.metric import Verdict
from tests.dashboards.builder import QUARTER, STREAM, Published, orders
from tests.dashboards.page_text import read_page
from tests.dashboards.test_states import Read

ENGLISH_WORDS = (
    "the", "and", "of", "than", "from", "with", "this", "that", "each", "every", "by", "not", "are", "is", "no", "to",
    "day", "days", "hour", "hours", "week", "weeks", "quarter", "last", "since", "target", "review", "data", "failure",
    "failures", "handoff", "handoffs", "rework", "faster", "slower", "higher", "lower", "cost", "open",
)  # fmt: skip
BANNED = (
    "signifikant", "Signifikanz", "p-Wert", "Perzentil", "Quantil", "Durchsatz", "Ampel", "P90", "p90", "Konfidenz",
    "verursacht durch", "Hochrechnung",
)  # fmt: skip
GERMAN = {
    "case: order\n": "case: Vorgang\n", "cases: orders\n": "cases: Vorgänge\n",
    "finished: delivered": "finished: ausgeliefert", "Order time": "Bestelldauer",
    "Cost per order": "Kosten je Vorgang", "Address check": "Adressprüfung", "Pre-filled decision": "Vorbelegung",
    "Straight-through approval": "Freigabe ohne Halt", "Batch notices (pilot)": "Bescheide im Stapel",
}  # fmt: skip
_VOID = {"meta", "link", "br", "img", "input", "rect", "line", "circle", "polyline", "polygon"}


def german(published: Published) -> Published:
    """The stream in German words, with the language in its stream file."""
    for old, new in GERMAN.items():
        published.replace_in_stream_file(old, new)
        for row in published.rows["comparisons"]:
            row["title"] = new if row["title"] == old else row["title"]
    published.replace_in_stream_file("words:\n", "words:\n  language: de\n")
    published.stream["name"] = "Bestellungen"
    steps = ("Annehmen", "Prüfen", "Entscheiden", "Erfüllen", "Liefern", "Etikett")
    for row, name in zip(published.rows["value_stream"], steps, strict=True):
        row.update(label=name, role="Team")
    for row in published.rows["decisions"]:
        row.update(ask="Prüfung abschaffen", why="Sie dauert", owner_role="Leitung", state_why="beschlossen")
    for row in published.rows["risks"]:
        row.update(sentence="Streik", means="Stillstand", answer="Angebote", owner_role="Leitung")
    return published


class _Spoken(HTMLParser):
    """Text and labels of a page but for what stays as it was published: English by mark, SQL, methods."""

    def __init__(self) -> None:
        super().__init__()
        self.texts: list[str] = []
        self._open: list[bool] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        named = dict(attrs)
        is_left_out = tag in ("pre", "style", "script") or named.get("lang") == "en"
        if not self._is_out():
            self.texts += [named[name] or "" for name in ("aria-label", "data-head", "title") if name in named]
        if tag not in _VOID:
            self._open.append(is_left_out)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Shapes of a drawing hold no text."""

    def handle_endtag(self, tag: str) -> None:
        if tag not in _VOID:
            self._open.pop()

    def handle_data(self, data: str) -> None:
        if not self._is_out():
            self.texts.append(data)

    def _is_out(self) -> bool:
        return any(self._open)


def spoken(html: str) -> str:
    """What a German page itself says."""
    reader = _Spoken()
    reader.feed(html)
    return " ".join(" ".join(reader.texts).split())


def english_in(text: str) -> list[str]:
    """English words in a German text."""
    return [word for word in ENGLISH_WORDS if re.search(rf"(?<![\w/.-]){word}(?![\w/.-])", text)]


def _empty(published: Published) -> None:
    for table in ("metric_values", "comparisons", "value_stream", "targets", "check_results"):
        published.rows[table] = []


def _gated(published: Published) -> None:
    published.stream["measured_cases"] = 24000
    published.stream.update(received=91000, late=12, ahead=1, missing_numbers=3)


def _unsure(published: Published) -> None:
    for row, verdict in zip(published.rows["comparisons"], [*Verdict, *Verdict], strict=False):
        row["verdict"] = verdict.value
    for row in published.rows["metric_values"]:
        row["reason"] = "nothing to divide by in this period"
    published.value("handoff_ratio", "ratio").update(value=None, low=None, high=None, least=None)
    published.value("first_time_right", "share").update(least=0.8, most=0.9)


STATES: dict[str, Callable[[Published], None]] = {
    "plausible": lambda published: None, "empty": _empty, "below the gate": _gated, "unsure": _unsure,
}  # fmt: skip


@pytest.fixture(scope="module")
def bundle(tmp_path_factory: pytest.TempPathFactory) -> ReviewBundle:
    """The plausible stream, published in the language of its stream file."""
    folder = tmp_path_factory.mktemp("german")
    return publish_review(german(orders()).write(folder / "p.duckdb"), folder / "pages", STREAM, QUARTER)


def test_pages_say_their_language(bundle: ReviewBundle) -> None:
    """Every page, the list of reviews, and the manifest."""
    pages = [*bundle.directory.glob("*.html"), bundle.listing]
    assert len(pages) > 3
    assert all('<html lang="de">' in page.read_text("utf-8") for page in pages)
    assert read_manifest(bundle.directory).language == "de"


@pytest.mark.parametrize("state", STATES)
def test_no_english_is_left(state: str, publish: Callable[[Published], ReviewBundle]) -> None:
    """In any state no English word stands on any page outside definitions, methods, SQL and what customers wrote."""
    published = german(orders())
    STATES[state](published)
    for path in sorted(publish(published).directory.glob("*.html")):
        text = spoken(path.read_text("utf-8"))
        assert english_in(text) == [], (path.name, text)


def test_english_would_be_found() -> None:
    """The list of words finds English where there is some, and leaves names of tables and marked texts alone."""
    assert english_in("4,0 Tage faster than im Vorquartal") == ["than", "faster"]
    assert english_in("cases → metric_values, Daten, values.csv") == []
    assert spoken('<p>Zeit <b lang="en">of the day</b><br> je Woche</p><pre>of</pre>') == "Zeit je Woche"


def test_the_executive_part_speaks_plainly(bundle: ReviewBundle) -> None:
    """No word of statistics, no traffic light, on any page above its technical notes."""
    for path in bundle.directory.glob("*.html"):
        text = " ".join(read_page(path.read_text("utf-8")).executive)
        assert not [word for word in BANNED if re.search(rf"\b{word}", text, re.IGNORECASE)], path.name


def test_numbers_are_those_of_the_english_pages(bundle: ReviewBundle, tmp_path: Path) -> None:
    """Every list of values holds the same parts, origins, units and raw values, in the same order."""
    db = german(orders()).write(tmp_path / "p.duckdb")
    english = publish_review(db, tmp_path / "pages", STREAM, QUARTER, "en")
    names = sorted(path.name for path in bundle.directory.glob("*.csv") if not path.name.startswith("api-"))
    assert len(names) > 2
    for name in names:
        german_rows, english_rows = (_raw(folder / name) for folder in (bundle.directory, english.directory))
        assert german_rows == english_rows, name


def test_axes_are_german(bundle: ReviewBundle) -> None:
    """Every percentage, on axes too, has a no-break space before its sign."""
    texts = [spoken(path.read_text("utf-8")) for path in sorted(bundle.directory.glob("*.html"))]
    assert [text for text in texts if re.search(r"\d%", text)] == []
    assert any(re.search(r"\d\u00a0%|\d %", text) for text in texts)


def test_programs_read_the_same_in_every_language(bundle: ReviewBundle, tmp_path: Path) -> None:
    """What programs read is byte for byte the same."""
    db = german(orders()).write(tmp_path / "p.duckdb")
    english = publish_review(db, tmp_path / "pages", STREAM, QUARTER, "en")
    for path in bundle.directory.glob("api-*"):
        assert path.read_bytes() == (english.directory / path.name).read_bytes()


def test_the_language_asked_for_goes_before_that_of_the_stream_file(tmp_path: Path) -> None:
    """Asked for wins; one that nobody speaks is refused, and nothing is published."""
    db = orders().write(tmp_path / "p.duckdb")
    bundle = publish_review(db, tmp_path / "pages", STREAM, QUARTER, "de")
    assert bundle.sentences[0].endswith("0,3 Tage schneller als im Vorquartal.")
    with pytest.raises(LanguageError, match="'fr'"):
        publish_review(db, tmp_path / "other", STREAM, QUARTER, "fr")
    assert not (tmp_path / "other").exists()


def test_words_not_given_are_ours_in_german(read: Read) -> None:
    """A stream file without words has German ones; one with words keeps them."""
    published = orders()
    start, end = (published.stream["stream_file"].index(mark) for mark in ("words:", "trigger:"))
    told = published.stream["stream_file"]
    published.stream["stream_file"] = told[:start] + "words: {language: de, cases: Anträge}\n" + told[end:]
    words = read(published).stream.words
    assert (words.case, words.cases, words.finished, words.started) == (
        "Vorgang", "Anträge", "abgeschlossen", "eingegangen",
    )  # fmt: skip


def test_reviews_of_two_languages_stand_in_one_list(tmp_path: Path) -> None:
    """The list speaks English then, and marks the entries that do not."""
    db = german(orders()).write(tmp_path / "p.duckdb")
    publish_review(db, tmp_path / "pages", STREAM, "2026-Q2", "en")
    listing = publish_review(db, tmp_path / "pages", STREAM, QUARTER).listing.read_text("utf-8")
    assert '<html lang="en">' in listing
    assert '<ul class="results" lang="de">' in listing
    assert '<ul class="older"><li><a href="orders/2026-Q2' in listing
    assert "Earlier quarters" in listing


def _raw(path: Path) -> list[tuple[str, ...]]:
    rows = csv.DictReader(path.read_text("utf-8-sig").splitlines())
    return [tuple(row[name] for name in ("part", "origin", "unit", "value")) for row in rows]
