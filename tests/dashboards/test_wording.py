"""What may be said of a change: one sentence per verdict, at every boundary."""

from __future__ import annotations

import datetime as dt

import pytest

from dashboards.bundle import Change
from dashboards.errors import PublishedFileError
from dashboards.language import ENGLISH, LANGUAGES, say, speaking
from dashboards.numbers import number
from dashboards.targets import target_words
from dashboards.wording import (
    Voice,
    change_sentence,
    chip,
    is_better,
    is_sure,
    is_worse,
    listed,
    lowered,
    predicate,
    read_verdict,
    uncapital,
)
from metrics.metric import Verdict

VOICE = Voice("order", "orders", "are delivered")


def _change(**given: object) -> Change:
    row: dict[str, object] = {
        "kind": "period", "label": "2026-Q3", "title": None, "at_on": dt.date(2026, 7, 1), "metric": "flow_time",
        "statistic": "p90", "unit": "days", "before_value": 4.3, "after_value": 4.0, "before_n": 5987, "after_n": 6214,
        "difference": -0.3, "low": -0.5, "high": -0.1, "low80": -0.43, "high80": -0.17, "meaningful": 0.1,
        "verdict": "Faster", "method": None,
    }  # fmt: skip
    return Change(**(row | given))  # type: ignore[arg-type]  # a table of hand-set rows


MONEY = {"unit": "EUR", "metric": "cost_per_transaction", "after_value": 11.4, "difference": -0.9}
SHARE = {"unit": "share", "metric": "first_time_right", "after_value": 0.93, "difference": 0.02}


SENTENCES = [
    (
        Verdict.FASTER,
        {},
        "0.3 days faster than last quarter.",
        "0,3 Tage schneller als im Vorquartal.",
    ),
    (
        Verdict.SLOWER,
        {"difference": 0.3},
        "0.3 days slower than last quarter.",
        "0,3 Tage langsamer als im Vorquartal.",
    ),
    (
        Verdict.LIKELY_FASTER,
        {},
        "Likely 0.3 days faster than last quarter.",
        "Wahrscheinlich 0,3 Tage schneller als im Vorquartal.",
    ),
    (
        Verdict.LIKELY_SLOWER,
        {"difference": 0.3},
        "Likely 0.3 days slower than last quarter.",
        "Wahrscheinlich 0,3 Tage langsamer als im Vorquartal.",
    ),
    (
        Verdict.CHEAPER,
        MONEY,
        "€0.90 cheaper than last quarter.",
        "0,90 € günstiger als im Vorquartal.",
    ),
    (
        Verdict.DEARER,
        MONEY | {"difference": 0.9},
        "€0.90 dearer than last quarter.",
        "0,90 € teurer als im Vorquartal.",
    ),
    (
        Verdict.LIKELY_CHEAPER,
        MONEY,
        "Likely €0.90 cheaper than last quarter.",
        "Wahrscheinlich 0,90 € günstiger als im Vorquartal.",
    ),
    (
        Verdict.LIKELY_DEARER,
        MONEY | {"difference": 0.9},
        "Likely €0.90 dearer than last quarter.",
        "Wahrscheinlich 0,90 € teurer als im Vorquartal.",
    ),
    (
        Verdict.BETTER,
        SHARE,
        "2 points higher than last quarter.",
        "2 Prozentpunkte höher als im Vorquartal.",
    ),
    (
        Verdict.WORSE,
        SHARE | {"difference": -0.01},
        "1 point lower than last quarter.",
        "1 Prozentpunkt niedriger als im Vorquartal.",
    ),
    (
        Verdict.LIKELY_BETTER,
        SHARE,
        "Likely 2 points higher than last quarter.",
        "Wahrscheinlich 2 Prozentpunkte höher als im Vorquartal.",
    ),
    (
        Verdict.LIKELY_WORSE,
        SHARE | {"difference": -0.02},
        "Likely 2 points lower than last quarter.",
        "Wahrscheinlich 2 Prozentpunkte niedriger als im Vorquartal.",
    ),
    (
        Verdict.SAME,
        {},
        "About the same as last quarter (within 0.1 days).",
        "Etwa wie im Vorquartal (höchstens 0,1 Tage Unterschied).",
    ),
    (
        Verdict.SAME,
        {"meaningful": None},
        "About the same as last quarter.",
        "Etwa wie im Vorquartal.",
    ),
    (
        Verdict.UNCLEAR,
        {"low": -0.4, "high": 0.2},
        "No clear change on last quarter: anywhere from 0.4 days faster to 0.2 days slower.",
        "Keine eindeutige Änderung: 0,4 Tage schneller bis 0,2 Tage langsamer als im Vorquartal.",
    ),
    (
        Verdict.UNCLEAR,
        {"low": -0.4, "high": -0.1},
        "No clear change on last quarter: anywhere from 0.1 days to 0.4 days faster.",
        "Keine eindeutige Änderung: 0,1 Tage bis 0,4 Tage schneller als im Vorquartal.",
    ),
    (
        Verdict.UNCLEAR,
        {"low": None, "high": None},
        "No clear change on last quarter.",
        "Nicht eindeutig anders als im Vorquartal.",
    ),
    (
        Verdict.EARLY,
        {"after_n": 64},
        "An early reading from 64 orders; we compare from 100.",
        "Früher Stand, erst 64 Vorgänge; verglichen wird ab 100.",
    ),
    (
        Verdict.TOO_FEW,
        {"after_n": 29},
        "Only 29 orders, too few to say whether it changed.",
        "Nur 29 Vorgänge: zu wenig, um eine Änderung zu erkennen.",
    ),
    (
        Verdict.TOO_FEW,
        {"after_n": 1},
        "Only 1 order, too few to say whether it changed.",
        "Nur 1 Vorgang: zu wenig, um eine Änderung zu erkennen.",
    ),
    (
        Verdict.TOO_FEW,
        {"before_n": 12},
        "Only 12 orders in last quarter, too few to say whether it changed.",
        "Im Vorquartal nur 12 Vorgänge: zu wenig, um eine Änderung zu erkennen.",
    ),
    (
        Verdict.TOO_FEW,
        {"before_n": 0},
        "No orders in last quarter to compare with.",
        "Im Vorquartal keine Vorgänge zum Vergleich.",
    ),
    (
        Verdict.TOO_FEW,
        {},
        "Too few days of data to say whether it changed.",
        "Zu wenige Tage mit Daten, um eine Änderung zu erkennen.",
    ),
    (
        Verdict.TOO_FEW,
        {"metric": "failure_containment_time", "after_n": 9},
        "Only 9 failures, too few to say whether it changed.",
        "Nur 9 Störungen: zu wenig, um eine Änderung zu erkennen.",
    ),
    (
        Verdict.TOO_FEW,
        {"metric": "release_caused_failures", "after_n": 9},
        "Only 9 failures, too few to say whether it changed.",
        "Nur 9 Störungen: zu wenig, um eine Änderung zu erkennen.",
    ),
    (
        Verdict.NO_BASELINE,
        {},
        "Nothing earlier to compare with.",
        "Noch kein früherer Wert zum Vergleich.",
    ),
    (
        Verdict.NO_DATA,
        {},
        "No data to compare.",
        "Keine Daten zum Vergleich.",
    ),
    (
        Verdict.NOT_JUDGED,
        {},
        "Not compared, as the newest may still change.",
        "Nicht verglichen, da sich die neuesten noch ändern können.",
    ),
    (
        Verdict.TOO_FEW,
        {"metric": "failure_containment_time", "after_n": 1},
        "Only 1 failure, too few to say whether it changed.",
        "Nur 1 Störung: zu wenig, um eine Änderung zu erkennen.",
    ),
    (
        Verdict.UNCLEAR,
        {"low": 0.36, "high": 0.44},
        "No clear change on last quarter: about 0.4 days slower.",
        "Keine eindeutige Änderung: etwa 0,4 Tage langsamer als im Vorquartal.",
    ),
]


@pytest.mark.parametrize(("verdict", "given", "english", "german"), SENTENCES)
def test_every_verdict_has_its_sentence(verdict: Verdict, given: dict[str, object], english: str, german: str) -> None:
    """The sentence follows from the verdict, the unit, the numbers and the language; nothing else."""
    found = _change(verdict=verdict.value, **given)
    assert change_sentence(found, verdict, VOICE).text == english
    with speaking("de"):
        voice = Voice("Vorgang", "Vorgänge", "abgeschlossen sind", say("last quarter"))
        assert change_sentence(found, verdict, voice).text == german


def test_every_verdict_has_sentences() -> None:
    """No verdict is left out above."""
    assert {verdict for verdict, *_ in SENTENCES} == set(Verdict)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("verdict", list(Verdict))
def test_every_verdict_has_a_chip_and_is_at_most_one_of_better_and_worse(verdict: Verdict, language: str) -> None:
    """A chip has a word and a sign, and colour follows from the verdict alone, in any language."""
    with speaking(language):
        shown = chip(verdict, -0.3)
    assert (shown.word == verdict.value) is (language == ENGLISH)
    assert shown.sign
    assert not (is_better(verdict) and is_worse(verdict))
    assert shown.tone == ("good" if is_better(verdict) else "bad" if is_worse(verdict) else "flat")
    assert is_sure(verdict) == (shown.tone != "flat" and not verdict.value.startswith("Likely"))


def test_the_arrow_follows_the_number_not_the_judgement() -> None:
    """A rising share that is better points up; a falling time that is better points down."""
    assert chip(Verdict.BETTER, 0.02).sign == "↑"
    assert chip(Verdict.FASTER, -0.3).sign == "↓"
    assert chip(Verdict.WORSE, -0.02).sign == "↓"


def test_a_word_outside_the_closed_list_is_refused() -> None:
    """A verdict nobody defined is a broken file, not a neutral chip."""
    assert read_verdict(None) is Verdict.NO_BASELINE
    with pytest.raises(PublishedFileError, match="Splendid"):
        read_verdict("Splendid")


@pytest.mark.parametrize(
    ("word", "said"),
    [("ausgeliefert", "ausgeliefert sind"), ("beim Kunden eintreffen", "beim Kunden eintreffen")],
)
def test_a_german_participle_gets_its_verb(word: str, said: str) -> None:
    """One word is a participle; several are the end of a clause already."""
    with speaking("de"):
        assert predicate(word) == said


def test_names_are_listed() -> None:
    """The last of several names is joined by a word, and no comma stands before it."""
    assert [listed(names) for names in (["A"], ["A", "B"], ["A", "B", "C"])] == ["A", "A and B", "A, B and C"]
    with speaking("de"):
        assert listed(["A", "B", "C"]) == "A, B und C"


def test_labels_within_a_sentence() -> None:
    """English lowers the first letter of a label, German leaves its nouns; verdicts are no nouns."""
    assert (uncapital("Order time"), lowered("No clear change")) == ("order time", "no clear change")
    with speaking("de"):
        assert (uncapital("Bestelldauer"), lowered("Nicht eindeutig")) == ("Bestelldauer", "nicht eindeutig")


@pytest.mark.parametrize(
    ("word", "said"),
    [
        ("delivered", "are delivered"),
        ("paid", "are paid"),
        ("arrive", "arrive"),
        ("are closed", "are closed"),
        ("finished", "are finished"),
    ],
)
def test_a_bare_participle_gets_its_verb(word: str, said: str) -> None:
    """The stream file's word completes '9 in 10 orders …' whether it is a participle or a verb."""
    assert predicate(word) == said


def test_sentences_carry_their_numbers_raw() -> None:
    """Each number in a sentence keeps its raw value and its origin."""
    said = change_sentence(_change(), Verdict.FASTER, VOICE)
    assert [(n.value, n.origin) for n in said.numbers] == [
        (-0.3, "comparisons/flow_time/p90/period/2026-Q3/difference")
    ]


@pytest.mark.parametrize(
    ("value", "lower", "words"),
    [
        (3.5, True, "Target 3.5 days · Met"),
        (3.51, True, "Target 3.5 days · Not met"),
        (3.6, False, "Target 3.5 days · Met"),
    ],
)
def test_target_is_met_at_the_boundary(value: float, lower: bool, words: str) -> None:
    """Reaching the target exactly meets it; beyond depends on the direction."""
    target = number(3.5, "days", "")
    assert target_words(target, number(value, "days", ""), lower_is_better=lower)[1] == words


def test_target_without_a_value_is_neither_met_nor_missed() -> None:
    """No data never fails a target."""
    assert target_words(number(3.5, "days", ""), None, lower_is_better=True) == ("none", "Target 3.5 days")
