"""Rules of languages: what is said, counted and dated follows the language spoken, and no other."""

from __future__ import annotations

import datetime as dt

import pytest

from dashboards.errors import LanguageError
from dashboards.language import LANGUAGES, locale, say, say_of, speaking
from dashboards.numbers import day, number


def test_numbers_and_days_follow_the_language() -> None:
    """German writes a comma and its own months; afterwards all is as before."""
    with speaking("de"):
        assert number(2.25, "ratio", "x").figure == "2,3"
        assert "März" in day(dt.date(2026, 3, 1))
    assert locale() == "en"
    assert number(2.25, "ratio", "x").figure == "2.3"


def test_a_language_without_a_catalogue_is_refused() -> None:
    """The error names those there are."""
    with pytest.raises(LanguageError, match="'fr'"), speaking("fr"):
        pass
    assert LANGUAGES == ("en", "de")


def test_a_message_takes_its_parts_and_its_number() -> None:
    """Names in braces are filled; customers' braces are left alone."""
    assert say("Target {target}", target="{x}") == "Target {x}"
    assert say_of(1, "{n} week", "{n} weeks", n=1) == "1 week"
    assert say_of(0, "{n} week", "{n} weeks", n=0) == "0 weeks"
