"""The full review: its chapters in the order they are spoken of, decisions, risks, gaps, and what it says without."""

from __future__ import annotations

from collections.abc import Callable

from dashboards.bundle import BundleData
from dashboards.language import speaking
from dashboards.pages.full_review import FullReview, build_full_review
from dashboards.pages.review import build_review
from dashboards.parts.card import Card
from tests.dashboards.builder import QUARTER, Published, orders
from tests.dashboards.sheet_text import text_of

Read = Callable[..., BundleData]
ORDER = [
    "scorecard", "course", "releases", "time", "quality", "cost", "benefits", "promises", "risks", "decisions",
    "appendix",
]  # fmt: skip


def _full(read: Read, published: Published, period: str = QUARTER) -> FullReview:
    data = read(published, period)
    with speaking(data.language):
        return build_full_review(data)


def _card(page: FullReview, key: str) -> Card:
    return next(card for chapter in page.chapters for card in chapter.cards if card.key == key)


def _rows(page: FullReview, key: str) -> list[list[str]]:
    table = _card(page, key).table
    return [] if table is None else [[text_of(cell) for cell in row] for row in table.rows]


def test_chapters_stand_in_their_order(read: Read) -> None:
    """With and without anything to tell: a chapter that is missing would hide that nothing is known."""
    empty = orders()
    for table in empty.rows:
        if table not in ("streams", "definitions"):
            empty.rows[table] = []
    for published in (orders(), empty):
        assert [chapter.key for chapter in _full(read, published).chapters] == ORDER


def test_three_facts_and_what_is_asked_stand_first(read: Read) -> None:
    """What got worse is among the three; the lead ends with what is asked for."""
    page = _full(read, orders())
    assert len(page.tiles) == 3
    assert "Back to normal after a failure" in [tile.label for tile in page.tiles]
    assert page.lead[-1].text == (
        "2 decisions are asked for: Automate the check for known customers; Agree how freed time becomes cash."
    )


def test_a_decision_has_what_it_brings_and_what_it_costs(read: Read) -> None:
    """The expected range in the unit of the measure, cost, who decides by when; what nobody said is said to be so."""
    assert _rows(_full(read, orders()), "asked") == [
        [
            "Automate the check for known customers: Half of all orders wait for it",
            "Order time: 0.4 days to 0.9 days less", "€46,000", "Operations, by 31 October 2026", "Not decided yet",
        ],
        [
            "Agree how freed time becomes cash", "not said", "not said", "Finance, by 15 November 2026",
            "Not decided yet",
        ],
    ]  # fmt: skip


def test_an_earlier_decision_stands_beside_what_was_measured(read: Read) -> None:
    """Expected and measured by the release that carries it out; a person's name stays in the file."""
    page = _full(read, orders())
    done, deferred = _rows(page, "earlier")
    assert done[1:] == [
        "Done", "asked in 2026-Q2; 3 August 2026: released with 2.4", "Order time: 0.2 days to 0.8 days less",
        "Release 2.4 came with order time: 0.4 days faster than the weeks before.",
    ]  # fmt: skip
    assert deferred[1:3] == ["Deferred", "asked in 2026-Q2; 10 July 2026: offers are late"]
    assert deferred[-1] == "no release is named that carries it out"
    assert _card(page, "earlier").title == "1 earlier decision is still open"


def test_old_decisions_stay_until_they_are_settled(read: Read) -> None:
    """Of the quarters before the last one only those are told that were open when this one began."""
    published = orders()
    for row in published.rows["decisions"]:
        row["review"] = "2025-Q4"
    told = [row[0] for row in _rows(_full(read, published), "earlier")]
    assert "Approve small orders without a person" in told  # done within this quarter
    for row in published.rows["decisions"]:
        row |= {"state": "done", "state_on": row["due_on"].replace(year=2025)}
    assert _rows(_full(read, published), "earlier") == []


def test_risks_hold_in_their_days(read: Read) -> None:
    """A risk is shown while it is one; that nobody answers it is said."""
    published = orders()
    assert [row[2:] for row in _rows(_full(read, published), "risks")] == [
        ["Offers of a second carrier are asked for", "Logistics, since 20 May 2026"],
        ["nothing yet", "a person, named in the file, since 1 September 2026"],
    ]
    published.rows["risks"][0]["until_on"] = published.rows["risks"][0]["first_on"].replace(month=7, day=1)
    assert len(_rows(_full(read, published), "risks")) == 1


def test_gaps_are_found_and_none_is_hidden(read: Read) -> None:
    """Failing checks, rows kept aside, disputed claims, broken budgets; and that there is none."""
    page = _full(read, orders())
    assert [row[0] for row in _rows(page, "gaps")] == ["Check", "Left out", "Benefits", "Promises"]
    published = orders()
    published.rows["check_results"] = [row | {"passed": True} for row in published.rows["check_results"]]
    published.stream["quarantined"] = 0
    published.rows["benefit_conflicts"], published.rows["objectives"] = [], []
    assert _card(_full(read, published), "gaps").title == "No gap was found in the data"


def test_another_definition_is_told(read: Read) -> None:
    """Where the two quarters were measured by two versions, both stand there."""
    published = orders()
    assert _rows(_full(read, published), "definition-changes") == []
    published.value("flow_time", "p90", QUARTER)["definition_version"] = "9.0.0"
    for statistic in ("p50", "p85", "mean"):
        published.value("flow_time", statistic, QUARTER)["definition_version"] = "9.0.0"
    (row,) = _rows(_full(read, published), "definition-changes")
    assert (row[0], row[2]) == ("Order time", "9.0.0")


def test_the_first_page_shows_decisions_only_where_there_are_any(read: Read) -> None:
    """No empty table on the page of executives; the full review says that none is asked for."""
    published = orders()
    data = read(published)
    with speaking(data.language):
        assert [card.key for card in build_review(data).decisions] == ["asked", "earlier"]
    published.rows["decisions"] = []
    data = read(published)
    with speaking(data.language):
        assert build_review(data).decisions == ()
    page = _full(read, published)
    assert _card(page, "asked").empty.startswith("To ask for one, name a file")
    assert page.lead[-1].text == "No decision is asked for."
