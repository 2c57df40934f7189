"""Benefits: what was gained, claimed, validated, booked; each class for itself, cash net of what it costs to run."""

from __future__ import annotations

from collections.abc import Iterator

from dashboards.bundle import BundleData
from dashboards.language import say, say_of
from dashboards.numbers import count
from dashboards.pages.sheet import sheet
from dashboards.pages.view import Page, View
from dashboards.parts.benefit_claims import cash_card, claims_of, conflicts_card, conflicts_of, owners_card
from dashboards.parts.benefit_classes import bridges_of, class_cards, furthest
from dashboards.parts.benefit_words import amount
from dashboards.parts.card import Card
from dashboards.parts.freed_hours import freed_card, ownership_card
from dashboards.rows.benefit_bridge import BridgeLevel
from dashboards.wording import Sentence


def pages(data: BundleData) -> Iterator[Page]:
    """One page, always: where nothing is claimed it says how to begin."""
    cards: list[Card | None] = [*claim_cards(data)]
    if claims_of(data):
        cards = [*class_cards(data), cash_card(data), freed_card(data), conflicts_card(data), owners_card(data)]
    shown = [card for card in (*cards, ownership_card(data)) if card is not None]
    yield sheet(data, "benefits", say("Benefits"), _heading(data), shown, _lead(data))


def claim_cards(data: BundleData) -> list[Card]:
    """Each class from claimed to booked, and what is disputed; how to begin where nothing is claimed."""
    return [*class_cards(data), conflicts_card(data)] if claims_of(data) else [_none(data)]


def _heading(data: BundleData) -> Sentence:
    if not claims_of(data):
        return Sentence(say("No benefit is claimed in this quarter"))
    cash = _first(data, "cashable")
    if cash is None or cash.net is None:
        return Sentence(say("No cash is claimed; what was gained stands below, class by class"))
    net = amount(cash.net, cash.unit, f"{cash.origin}/net")
    if cash.level == "booked":
        return Sentence(say("{net} of cash is booked this quarter, net of what it costs to run", net=net), (net,))
    if cash.level == "validated":
        return Sentence(say("{net} of cash is validated this quarter, and none is booked yet", net=net), (net,))
    return Sentence(say("{net} of cash is claimed this quarter, and none is validated yet", net=net), (net,))


def _lead(data: BundleData) -> list[Sentence]:
    said = []
    hours = _first(data, "capacity")
    if hours is not None:
        shown = amount(hours.closing, hours.unit, f"{hours.origin}/closing")
        how = {
            "booked": say("{hours} of freed time are booked beside it; they are time, not cash.", hours=shown),
            "validated": say("{hours} of freed time are validated beside it; they are time, not cash.", hours=shown),
            "claimed": say("{hours} of freed time are claimed beside it; they are time, not cash.", hours=shown),
        }
        said.append(Sentence(how[hours.level], (shown,)))
    if found := len({row.benefit for row in conflicts_of(data)}):
        shown = count(found, "benefit_conflicts/claims")
        text = say_of(found, "{n} claim is disputed: another claims the same, or it was not measured.",
                      "{n} claims are disputed: others claim the same, or it was not measured.", n=shown)  # fmt: skip
        said.append(Sentence(text, (shown,)))
    return said


def _first(data: BundleData, benefit_class: str) -> BridgeLevel | None:
    """The furthest level of a class; a stream has one currency, so its money has one unit."""
    found = [levels for (name, _), levels in bridges_of(data).items() if name == benefit_class]
    return furthest(found[0]) if found else None


def _none(data: BundleData) -> Card:
    why = (
        say("The benefits file of the stream claims nothing of this quarter.") if data.stream.finance.benefits
        else say("To begin, name a file under finance: benefits in the stream file and write down the first claim: who "
                 "answers for it, what it is and from when. docs/benefits.md shows one of each class.")
    )  # fmt: skip
    return Card("claims", say("No claim to show"), say("Benefits of the quarter."), "benefits", empty=why)


VIEW = View("benefits", 62, pages)
