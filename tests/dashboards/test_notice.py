"""What a message says of a review: the words of its page, in its language, and nothing that could mislead."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from html import unescape
from pathlib import Path

import pytest

from dashboards.manifest import Manifest, Result, read_manifest
from dashboards.notice import Notice, notice_of, told_digest
from dashboards.publish import publish_review
from tests.dashboards.builder import QUARTER, STREAM, orders
from tests.dashboards.hostile_rows import TEXTS

LINK = "https://gauge.example/orders/2026-Q3/"
_TAG, _FIGURE = re.compile(r"<[^>]+>"), re.compile(r"\d[\d.,:]*")


def plain(html: str) -> str:
    """The text of a page, as a reader sees it."""
    return " ".join(unescape(_TAG.sub(" ", html)).replace("\u00a0", " ").split())


@pytest.fixture(scope="module", params=["en", "de"])
def told(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> tuple[Notice, Manifest, str]:
    """The message of the plausible stream, its manifest and the text of its page, in each language."""
    folder = tmp_path_factory.mktemp("notice")
    made = publish_review(orders().write(folder / "o.duckdb"), folder / "pages", STREAM, QUARTER, request.param)
    manifest = read_manifest(made.directory)
    return notice_of(manifest, LINK), manifest, plain(made.page.read_text("utf-8"))


def test_it_says_the_sentence_and_the_five_results(told: tuple[Notice, Manifest, str]) -> None:
    """Both parts hold the sentence, each result with its value and verdict, how new the data are, and the link."""
    notice, manifest, _ = told
    assert len(manifest.results) == 5
    for part in (notice.text, plain(notice.html)):
        for said in (manifest.sentence, manifest.freshness, manifest.period_words):
            assert plain(said) in plain(part)
        for result in manifest.results:
            assert all(plain(word) in plain(part) for word in (result.label, result.value, result.word, result.sign))
    assert LINK in notice.text
    assert f'href="{LINK}"' in notice.html


def test_it_says_no_number_that_the_page_does_not_show(told: tuple[Notice, Manifest, str]) -> None:
    """Every figure of subject, text and HTML stands on the page as well."""
    notice, _, page = told
    shown = set(_FIGURE.findall(page))
    said = f"{notice.subject} {notice.text} {plain(notice.html)}".replace(LINK, "")
    figures = set(_FIGURE.findall(said.replace("\u00a0", " ")))
    assert len(figures) >= 5
    assert figures <= shown


def test_it_speaks_the_language_of_its_review(told: tuple[Notice, Manifest, str]) -> None:
    """Words of ours are German in a German review, and English in an English one."""
    notice, manifest, _ = told
    kind, go = {"en": ("Operating review: ", "Open the review"), "de": ("Quartalsbericht: ", "Bericht öffnen")}[
        manifest.language
    ]
    assert notice.subject.startswith(kind)
    assert go in notice.text
    assert f'<html lang="{manifest.language}">' in notice.html


def test_an_update_says_so(told: tuple[Notice, Manifest, str]) -> None:
    """Subject and text of an update say that other numbers were told before; all else is the same."""
    first, manifest, _ = told
    update = notice_of(manifest, LINK, is_update=True)
    change = {"en": "have changed", "de": "haben sich geändert"}[manifest.language]
    assert update.subject != first.subject
    assert change in update.text and change in update.html
    assert change not in first.text and change not in first.html


def test_a_result_without_a_value_says_so(told: tuple[Notice, Manifest, str]) -> None:
    """No data is told as no data, and never as an empty place."""
    manifest = replace(told[1], results=[Result("Cost per order", "", "", "", "flat")])
    said = {"en": "Cost per order: no data", "de": "Cost per order: keine Daten"}[manifest.language]
    assert said in notice_of(manifest, LINK).text


@pytest.mark.parametrize(
    "word", [*filter(None, TEXTS), "a\r\nBcc: all@x.example\r\n\r\nBody", "x\u2028y\x00z\u202egnp"]
)
def test_words_of_others_stay_words(word: str) -> None:
    """A name that looks like a header, a tag or a new line is shown as one line of text."""
    result = Result(word, word, word, "↓", "good")
    manifest = Manifest("orders", word, QUARTER, word, word, "r", "f", "v", results=[result], freshness=word)
    notice = notice_of(manifest, LINK)
    assert notice.subject.replace("\u200d", "").isprintable()
    blocks = notice.text.rstrip("\n").split("\n\n")
    assert len(blocks) == 5
    assert all(block.replace("\n", "").replace("\u200d", "").isprintable() for block in blocks)
    tags = set(re.findall(r"<(\w+)", notice.html))
    assert tags <= {"html", "head", "meta", "title", "body", "p", "h1", "table", "tr", "th", "td", "b", "a"}


@pytest.mark.parametrize(
    ("change", "is_other"),
    [
        (lambda m: replace(m, run_id="x", ledger_fingerprint="y", code_version="2", files={"a": "b"}), False),
        (lambda m: replace(m, freshness="Data complete to 1 October"), False),
        (lambda m: replace(m, sentence="Another."), True),
        (lambda m: replace(m, is_reliable=False), True),
        (lambda m: replace(m, results=[*m.results[:4], replace(m.results[4], value="€11.41")]), True),
        (lambda m: replace(m, results=[*m.results[:4], replace(m.results[4], word="Dearer")]), True),
    ],
    ids=["run", "freshness", "sentence", "gate", "value", "verdict"],
)  # fmt: skip
def test_what_are_other_numbers(change: Callable[[Manifest], Manifest], is_other: bool, pages: Path) -> None:
    """A review that was published again is another one where it says another sentence or result, and only there."""
    manifest = read_manifest(pages / STREAM / QUARTER)
    assert (told_digest(change(manifest)) != told_digest(manifest)) is is_other
