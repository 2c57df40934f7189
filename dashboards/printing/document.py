"""The full review as one plain value: what the Typst template is given, in the order of the page.

Texts stay values from here to the paper. The template never reads one as markup, so no text of a customer is any.
"""

from __future__ import annotations

import datetime as dt

from dashboards.language import locale, say
from dashboards.pages.full_review import FullReview
from dashboards.parts.notes import Note
from dashboards.parts.tiles import Tile
from dashboards.printing.card_blocks import card_of, part_of
from dashboards.printing.cells import Plain, chip_of, picture_of, words
from dashboards.printing.page import origin, running
from dashboards.printing.paper import on_paper
from dashboards.printing.pictures import colours
from dashboards.rendering import NO_BREAK, tied
from dashboards.targets import TARGET_SIGNS


def document_of(review: FullReview, made_at: dt.datetime) -> Plain:
    """Everything the template sets; in the language spoken."""
    drawn = on_paper(review)
    title = f"{review.name}: {say('full review')}, {review.period}"
    return {
        "lang": locale(), "title": title, "running": running(review), "lineage": words(origin(review)),
        "review": say("Operating review {period}", period=review.key), "colours": colours(),
        "made": [made_at.year, made_at.month, made_at.day, made_at.hour, made_at.minute, made_at.second],
        "hero": _hero(review), "tone": review.hero.tone,
        "lead": words(" ".join(tied(sentence) for sentence in review.lead)),
        "fresh": " · ".join(sentence.text for sentence in review.freshness.sentences),
        "is_current": review.freshness.is_current,
        "facts": [_fact(tile) for tile in review.tiles],
        "chapters": [
            {
                "title": chapter.title,
                "cards": [
                    *([part_of(chapter.part, drawn)] if chapter.part else []),
                    *(card_of(card, review.feet) for card in chapter.cards),
                ],
            }
            for chapter in drawn.chapters
        ],
        "notes_title": say("Technical notes"), "quality": words(_quality(review)),
        "notes": [_note(note, review.lineage) for note in review.notes],
    }  # fmt: skip


def _hero(review: FullReview) -> list[str]:
    """The sentence before, at and after the number to set apart."""
    sentence = tied(review.hero.sentence)
    strong = (review.hero.strong or "").replace(" ", NO_BREAK)
    return [words(part) for part in (sentence.partition(strong) if strong else (sentence, "", ""))]


def _fact(tile: Tile) -> Plain:
    return {
        "label": words(tile.label), "foot": tile.note, "chip": chip_of(tile.chip), "say": words(tied(tile.sentence)),
        "figure": tile.shown.figure if tile.shown else "–", "suffix": tile.shown.suffix if tile.shown else "",
        "target": f"{TARGET_SIGNS[tile.target_state]} {tile.target_text}",
        "spark": picture_of(tile.spark) if tile.spark else None, "absent": say("No weekly course to draw"),
    }  # fmt: skip


def _quality(review: FullReview) -> str:
    told = f"{say('Data quality: {checks}.', checks=review.quality.checks)} {review.quality.left_out}."
    failed = "; ".join(review.quality.failing)
    return f"{told} {say('Failed: {checks}.', checks=failed)}" if failed else told


def _note(note: Note, lineage: str) -> Plain:
    intervals = [line.text for line in note.intervals]
    if not intervals and not note.method:
        intervals = [say("no values this quarter")]
    facts = [
        (say("Sample"), [note.sample.text]),
        (say("Uncertainty"), [*intervals, *([note.method] if note.method else [])]),
        *([(say("Allowed repeats"), [note.allowed.text])] if note.allowed else []),
        (say("Reading"), [note.reading or say("not published")]), (say("Lineage"), [note.lineage, lineage]),
        *([(say("Evidence"), list(note.evidence))] if note.evidence else []),
    ]  # fmt: skip
    return {
        "index": note.index, "label": words(note.label), "definition": words(note.definition), "sql": words(note.sql),
        "facts": [[name, [words(line) for line in lines]] for name, lines in facts],
    }  # fmt: skip
