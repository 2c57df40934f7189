"""What a message says of a published review: the sentence, the five results, how new the data are, and where it lies.

Made of the manifest alone, so it says no number that the page does not show. In the language of the bundle.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import asdict, dataclass

from dashboards.language import ENGLISH, LANGUAGES, say, speaking
from dashboards.manifest import Manifest, Result
from dashboards.rendering import render

_JOINERS = "\u200c\u200d"
"""Not printable by themselves, and part of how words and emoji are written."""


@dataclass(frozen=True, slots=True)
class Notice:
    """A message: its subject, and the same content as plain text and as HTML."""

    subject: str
    text: str
    html: str


def notice_of(bundle: Manifest, link: str, *, is_update: bool = False) -> Notice:
    """The message of a bundle; an update says that it was told with other numbers before."""
    with speaking(bundle.language if bundle.language in LANGUAGES else ENGLISH):
        subject = _subject(bundle, is_update=is_update)
        change = say("Numbers of this review have changed since you were told of it.") if is_update else ""
        rows = [_row(result) for result in bundle.results]
        sentence, freshness = one_line(bundle.sentence), one_line(bundle.freshness)
        html = render(
            "notice.html.j2", subject=subject, change=change, sentence=sentence, rows=rows, freshness=freshness,
            link=link,
        )  # fmt: skip
        lines = [f"{label}: {value}{f' ({verdict})' if verdict else ''}" for label, value, verdict in rows]
        text = [subject, change, sentence, "\n".join(lines), freshness, f"{say('Open the review')}: {link}"]
    return Notice(subject, "\n\n".join(part for part in text if part) + "\n", html)


def told_digest(bundle: Manifest) -> str:
    """sha256 of the numbers a message tells: equal for a review that was published again and says the same."""
    said = [bundle.sentence, bundle.is_reliable, [asdict(result) for result in bundle.results]]
    return hashlib.sha256(json.dumps(said, sort_keys=True).encode()).hexdigest()


def one_line(text: str) -> str:
    """Text from outside as one line of printable letters: no line break can begin a header or hide what follows."""
    return " ".join("".join(letter if letter.isprintable() or letter in _JOINERS else " " for letter in text).split())


def _subject(bundle: Manifest, *, is_update: bool) -> str:
    stream, period = one_line(bundle.name), one_line(bundle.period_words)
    if is_update:
        return say("Updated review: {stream}, {period}", stream=stream, period=period)
    return say("Operating review: {stream}, {period}", stream=stream, period=period)


def _row(result: Result) -> tuple[str, str, str]:
    """What it is called, its value, and its verdict with its sign."""
    verdict = one_line(f"{result.sign} {result.word}")
    return one_line(result.label), one_line(result.value) or say("no data"), verdict
