"""Whole tables of two rich streams are what they were: a change of meaning anywhere in metrics/ shows as other rows.

The streams are told in events.py and told/, without chance. What is kept in kept/ is written anew by
`python -m tests.metrics.reference`: a change there must be meant, and its reason is told in the commit. That the
numbers are right, and not only the same, is for the specs and oracles; some are anchored in test_reference_by_hand.py.
"""

from __future__ import annotations

import pytest

from metrics.closing.record import ClosedQuarter
from tests.metrics.reference.closings import published_text, readiness_text, record_text, restated_text
from tests.metrics.reference.kept import KEPT, differences
from tests.metrics.reference.made import Made
from tests.metrics.reference.tables import OF_EFFECTS, OF_FACTS, OF_PUBLISHED, OF_REPORTS, OF_VALUES, OF_WORDS

FROM_FACTS = OF_FACTS | OF_VALUES | OF_EFFECTS | OF_REPORTS | OF_WORDS
CLOSED = ("closed_record", "closed_published", "closed_restated", "closed_readiness")
ANEW = "if this is meant: python -m tests.metrics.reference"


@pytest.mark.parametrize("name", FROM_FACTS)
def test_what_follows_from_facts_is_as_it_was(name: str, facts: Made) -> None:
    """Facts, values, effects, reports and explanations: the same rows, the same numbers to nine digits."""
    assert differences(name, FROM_FACTS[name](facts)) == [], ANEW


@pytest.mark.parametrize("name", OF_PUBLISHED)
def test_what_follows_from_what_was_published_is_as_it_was(name: str, made: Made) -> None:
    """Reports that read values or comparisons, and the ids of evidence."""
    assert differences(name, OF_PUBLISHED[name](made)) == [], ANEW


def test_a_closed_quarter_is_as_it_was(closed: ClosedQuarter) -> None:
    """Its record: rows, summaries with their intervals, sums of cost."""
    assert differences("closed_record", record_text(closed)) == [], ANEW


def test_what_is_published_beside_a_closed_quarter_is_as_it_was(made: Made, closed: ClosedQuarter) -> None:
    """Values and changes once costs are others and cases are gone: closed ones stay, others are held against them."""
    assert differences("closed_published", published_text(made, closed)) == [], ANEW


def test_restatements_are_as_they_were(made: Made, closed: ClosedQuarter) -> None:
    """What is another number by then, by how much and why."""
    assert differences("closed_restated", restated_text(made, closed)) == [], ANEW


def test_what_may_be_closed_is_as_it_was(made: Made) -> None:
    """Which quarters are whole, what still moves in them, what a change of files puts in doubt."""
    assert differences("closed_readiness", readiness_text(made)) == [], ANEW


def test_nothing_else_is_kept() -> None:
    """A table that is gone leaves the folder, too."""
    assert {path.stem for path in KEPT.glob("*.csv")} == {*FROM_FACTS, *OF_PUBLISHED, *CLOSED}
