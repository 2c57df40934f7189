"""What the page of benefits says: each class for itself, cash net, what is disputed, and how to begin."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal

import pytest

from dashboards.bundle import BundleData
from dashboards.pages.benefits import pages
from dashboards.pages.sheet import Sheet
from metrics.finance.freed import NO_CASES, NO_WINDOW, OVERLAPS, UNTOLD
from metrics.finance.payback import NEVER, NO_INVESTMENT, NOT_WITHIN
from tests.dashboards.builder import Published, orders
from tests.dashboards.sheet_text import card_of, cells_of, sheet_of

Read = Callable[..., BundleData]
TABLES = ("benefits", "benefit_bridge", "benefit_conflicts", "freed_capacity", "cost_of_ownership")


def _page(read: Read, published: Published) -> Sheet:
    return sheet_of(pages, read(published))


def _changed(table: str, key: str, value: str, **changes: object) -> Published:
    published = orders()
    for row in published.rows[table]:
        if row[key] == value:
            row.update(changes)
    return published


def test_the_page_opens_with_cash_net_and_tells_time_apart(read: Read) -> None:
    """The heading is cash at its furthest level, net of run cost; hours are beside it, and what is disputed."""
    page = _page(read, orders())
    assert page.heading.text == "€3,900 of cash is booked this quarter, net of what it costs to run"
    assert [said.text for said in page.lead] == [
        "310 hours of freed time are validated beside it; they are time, not cash.",
        "2 claims are disputed: others claim the same, or it was not measured.",
    ]
    keys = [card.key for card in page.cards]
    assert keys[:4] == [
        "class-cashable-eur",
        "class-capacity-hours",
        "class-avoidance-eur",
        "class-quality-points-of-first-time-right",
    ]
    assert keys[4:] == ["cash", "freed", "conflicts", "owners", "ownership"]


def test_each_level_has_its_bridge(read: Read) -> None:
    """Opening and moves sum to the quarter as shown; moves that were none at every level are left out."""
    page = _page(read, orders())
    told = cells_of(page, "class-cashable-eur")
    assert told == {
        "Last quarter": ["€4,100", "€4,100", "€0"],
        "New, or for more months": ["+€1,400", "+€900", "+€4,800"],
        "Worn off": ["€0", "\u2212€200", "€0"],
        "Disputed or not measured": ["\u2212€1,400", "€0", "€0"],
        "This quarter": ["€4,100", "€4,800", "€4,800"],
        "New run cost": ["€900", "€900", "€900"],
        "Net of run cost": ["€3,200", "€3,900", "€3,900"],
    }
    parts = ("Last quarter", "New, or for more months", "Worn off", "Disputed or not measured")
    for place in range(3):
        assert sum(_money(told[part][place]) for part in parts) == _money(told["This quarter"][place])
        net = _money(told["Net of run cost"][place]) + _money(told["New run cost"][place])
        assert net == _money(told["This quarter"][place])


def test_titles_state_the_finding_of_one_class(read: Read) -> None:
    """Money is told net, hours as hours, and a class of which nothing stands says so."""
    titles = {card.key: card.title for card in _page(read, orders()).cards}
    assert titles["class-cashable-eur"] == "Cash, net: €3,900 booked"
    assert titles["class-capacity-hours"] == "Freed time: 310 hours validated, none booked"
    assert titles["class-avoidance-eur"] == "Cost avoided, net: €2,600 validated, none booked"
    assert titles["class-quality-points-of-first-time-right"] == "Quality: nothing stands any more"


def test_cash_stands_gross_and_net(read: Read) -> None:
    """Each cash claim: gross, disputed, run cost, net, and when it has paid for itself."""
    assert cells_of(_page(read, orders()), "cash") == {
        "Postage saved": ["€4,800", "€0", "€900", "€3,900", "4 months after the investment"],
        "Postage contract": ["€700", "€700", "€0", "€0", "no investment is told"],
    }


@pytest.mark.parametrize("reason", [NEVER, NOT_WITHIN, NO_INVESTMENT])
def test_no_payback_is_said(read: Read, reason: str) -> None:
    """Every reason that metrics gives has words of its own on the page."""
    published = _changed("benefits", "benefit", "postage", payback_months=None, payback_reason=reason)
    said = cells_of(_page(read, published), "cash")["Postage saved"][-1]
    assert said != "not known"


@pytest.mark.parametrize("reason", [NO_WINDOW, OVERLAPS, NO_CASES, UNTOLD])
def test_hours_that_were_not_measured_are_said(read: Read, reason: str) -> None:
    """There is no number in their place, and the reason stands there."""
    published = _changed("freed_capacity", "step", "check", freed_hours=None, low=None, high=None, covered_share=None,
                         reason=reason, freed_people=None)  # fmt: skip
    told = cells_of(_page(read, published), "freed")["check"]
    assert told[0] == "310 hours" and told[2:4] == ["none can be given", "no data"]
    assert told[1] and not any(letter.isdigit() for letter in told[1])


def test_measured_hours_stand_beside_the_claim(read: Read) -> None:
    """Claimed, measured, the range with its sign, the part that is covered, before and now."""
    page = _page(read, orders())
    assert cells_of(page, "freed")["check"] == [
        "310 hours",
        "280 hours",
        "\u221212 to 402 hours",
        "90%",
        "13 minutes",
        "10 minutes",
    ]
    assert card_of(page, "freed").title == "280 hours freed as measured, 310 hours claimed"
    changed = _changed("freed_capacity", "step", "check", is_as_frozen=False)
    assert "Later data changed" in card_of(_page(read, changed), "freed").remarks[0].text


def test_owners_are_roles(read: Read) -> None:
    """A role is shown; a person is not named anywhere on the page."""
    told = cells_of(_page(read, orders()), "owners")
    assert told["Postage saved"] == ["Cash", "Booked", "Orders lead", "6800 Postage", "ev-postage"]
    assert told["Right orders"][2] == "a person, named in the ledger"
    assert told["Postage contract"][-1] == "none yet"


def test_what_is_claimed_twice(read: Read) -> None:
    """Both sides are shown; hours beyond measure stand against what was measured; none is said, too."""
    told = cells_of(_page(read, orders()), "conflicts")
    assert told["Postage saved"] == ["New contract", "6800 Postage", "Claimed", "€700", "July 2026"]
    beyond = _changed(
        "benefit_conflicts", "benefit", "postage", rival=None, rival_initiative=None, kind="beyond measure"
    )
    assert cells_of(_page(read, beyond), "conflicts")["Postage saved"][0] == "what was measured"
    none = orders()
    none.rows["benefit_conflicts"] = []
    page = _page(read, none)
    assert card_of(page, "conflicts").title == "Nothing is claimed twice"
    assert card_of(page, "conflicts").table is None and card_of(page, "conflicts").empty


def test_without_run_cost_there_is_no_net(read: Read) -> None:
    """Cost avoided whose run cost nobody told has no net, and the card says why."""
    published = _changed("benefit_bridge", "benefit_class", "avoidance", run_cost=None, net=None)
    page = _page(read, published)
    card = card_of(page, "class-avoidance-eur")
    assert card.title == "Cost avoided: €2,600 validated, none booked"
    assert "no net" in card.remarks[0].text
    assert cells_of(page, "class-avoidance-eur")["Net of run cost"] == ["no data", "no data"]


@pytest.mark.parametrize(
    ("level", "words"),
    [("validated", "validated this quarter, and none is booked"), ("claimed", "claimed this quarter")],
)
def test_cash_that_is_not_booked(read: Read, level: str, words: str) -> None:
    """The heading says how far finance went, and no further."""
    published = orders()
    levels = ["claimed", "validated", "booked"]
    later = levels[levels.index(level) + 1 :]
    published.rows["benefit_bridge"] = [
        row for row in published.rows["benefit_bridge"]
        if row["benefit_class"] != "cashable" or row["level"] not in later
    ]  # fmt: skip
    assert words in _page(read, published).heading.text


def test_nothing_claimed_says_how_to_begin(read: Read) -> None:
    """Without a claim there is one card, which says what to write where; integrations stand there all the same."""
    published = orders()
    for table in TABLES:
        published.rows[table] = []
    page = _page(read, published)
    assert page.heading.text == "No benefit is claimed in this quarter"
    assert [card.key for card in page.cards] == ["claims"]
    assert "finance: benefits" in page.cards[0].empty and "docs/benefits.md" in page.cards[0].empty
    published.rows["cost_of_ownership"] = orders().rows["cost_of_ownership"]
    assert [card.key for card in _page(read, published).cards] == ["claims", "ownership"]


def test_integrations(read: Read) -> None:
    """Kinds stand side by side with their sum, to date and for each transaction; a kind nobody told is no 0."""
    told = cells_of(_page(read, orders()), "ownership")["Address check"]
    assert told == ["€5,200", "€900", "none told", "€84.50", "€6,185", "€6,185", "6,214", "€1.00"]
    blocked = _changed("cost_of_ownership", "cost_kind", "failure hours", amount=None)
    assert cells_of(_page(read, blocked), "ownership")["Address check"][3] == "no data"


def _money(text: str) -> Decimal:
    return Decimal(text.replace("\u2212", "-").replace("€", "").replace(",", "").replace("+", ""))
