"""Speaker notes: definition, sample, interval, evidence ids and SQL of each source of a slide, as on the page."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from dashboards.language import say
from dashboards.parts.notes import Note
from dashboards.wording import Sentence

_MOST = 20
"""Evidence ids told for one source; the page has the others."""


def spoken_notes(notes: Iterable[Note]) -> tuple[Sentence | str, ...]:
    """The paragraphs of all notes, in order."""
    return tuple(line for note in notes for line in _lines(note))


def _lines(note: Note) -> Iterator[Sentence | str]:
    yield note.label
    yield f"{say('Definition')}: {note.definition}"
    yield Sentence(f"{say('Sample')}: {note.sample}", note.sample.numbers)
    for interval in note.intervals:
        yield Sentence(f"{say('Uncertainty')}: {interval}", interval.numbers)
    if note.method:
        yield f"{say('Method')}: {note.method}"
    if note.reading:
        yield f"{say('Reading')}: {note.reading}"
    yield f"{say('Lineage')}: {note.lineage}"
    yield from (f"{say('Evidence')}: {line}" for line in note.evidence[:_MOST])
    if len(note.evidence) > _MOST:
        yield say("The page has the other evidence ids.")
    if note.sql:
        yield f"SQL:\n{note.sql}"
