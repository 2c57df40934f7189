"""The language a page is written in: messages by their English words, days and numbers by its locale.

Knows catalogues of messages; knows no sentence, no number and no page.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from functools import lru_cache
from pathlib import Path

from babel.messages.pofile import read_po

from dashboards.errors import LanguageError

ENGLISH = "en"
LANGUAGES = (ENGLISH, "de")
"""What pages can be written in. English is the language of the messages themselves, and has no catalogue."""
_CATALOGUES = Path(__file__).parent / "languages"
_spoken: ContextVar[str] = ContextVar("spoken", default=ENGLISH)


@contextmanager
def speaking(language: str) -> Iterator[None]:
    """Whatever is said, counted and dated inside is in this language.

    Raises:
        LanguageError: there is no catalogue for it.
    """
    if language not in LANGUAGES:
        raise LanguageError.from_unknown(language, LANGUAGES)
    token = _spoken.set(language)
    try:
        yield
    finally:
        _spoken.reset(token)


def locale() -> str:
    """The locale of numbers and days."""
    return _spoken.get()


def preferred(wanted: str) -> str:
    """The first language of an Accept-Language header that pages can be written in; English where there is none."""
    codes = (part.partition(";")[0].strip().lower().partition("-")[0] for part in wanted.split(","))
    return next((code for code in codes if code in LANGUAGES), ENGLISH)


def say(message: str, /, **parts: object) -> str:
    """A message in the language spoken, with its {names} filled: `say("Target {target}", target=target)`.

    The message is a literal, or comes from the closed lists that tests/dashboards/test_language.py names, so that the
    tests find every message that lacks a translation. What customers write (names, labels) is a part, never a message.
    """
    words = message if locale() == ENGLISH else _catalogue(locale()).get(message, message)
    return words.format(**parts) if parts else words


def say_of(n: float, one: str, many: str, /, **parts: object) -> str:
    """The message for one, or the one for any other number: English and German tell no more apart."""
    return say(one if n == 1 else many, **parts)


def capital(text: str) -> str:
    """First letter upper, the rest as it is."""
    return text[:1].upper() + text[1:]


@lru_cache(maxsize=len(LANGUAGES))
def _catalogue(language: str) -> Mapping[str, str]:
    with (_CATALOGUES / f"{language}.po").open("rb") as file:
        return {str(message.id): str(message.string) for message in read_po(file) if message.id and message.string}
