"""Unit cost: what one completed case costs, why that changed, what it is made of and depends on."""

from __future__ import annotations

from collections.abc import Iterator

from dashboards.bundle import BundleData
from dashboards.language import say, say_of
from dashboards.numbers import count
from dashboards.pages.sheet import sheet
from dashboards.pages.view import Page, View
from dashboards.parts.assumptions import assumptions_card
from dashboards.parts.card import Card
from dashboards.parts.cost_bridge import bridge_card
from dashboards.parts.cost_classes import classes_card, classes_of, unpriced
from dashboards.parts.cost_scope import scope_card
from dashboards.parts.measure import FEW, Measure
from dashboards.parts.poor_quality import poor_quality_card
from dashboards.parts.unit_cost import number_card, unit_cost
from dashboards.parts.unit_costs import unit_costs_card
from dashboards.wording import Sentence, Voice, as_sentence, change_clause


def pages(data: BundleData) -> Iterator[Page]:
    """One page, always: where no cost is told it says what would tell it."""
    found = unit_cost(data)
    yield sheet(data, "unit-cost", say("Unit cost"), _heading(data, found), _cards(data, found), _lead(data, found))


def told_cards(data: BundleData) -> list[Card]:
    """The number, why it changed and what it is divided by: what a review needs of it."""
    found = unit_cost(data)
    if found.shown is None:
        return [_none(data)] if not classes_of(data) else [classes_card(data)]
    cards = (number_card(data, found), bridge_card(data), unit_costs_card(data))
    return [card for card in cards if card is not None]


def _cards(data: BundleData, found: Measure) -> list[Card]:
    has_classes = bool(classes_of(data))
    if found.shown is None and not has_classes:
        return [_none(data)]
    cards = (
        number_card(data, found) if found.shown is not None else None, bridge_card(data),
        classes_card(data) if has_classes else None, unit_costs_card(data), poor_quality_card(data),
        assumptions_card(data), scope_card(data) if has_classes else None,
    )  # fmt: skip
    return [card for card in cards if card is not None]


def _heading(data: BundleData, found: Measure) -> Sentence:
    words = data.stream.words
    if found.shown is not None:
        return Sentence(say("One completed {case} costs {cost}", case=words.case, cost=found.shown), (found.shown,))
    if unpriced(data):
        return Sentence(say("What one {case} costs cannot be told this quarter", case=words.case))
    if classes_of(data):
        return Sentence(say("No {cases} finished, so there is nothing to divide the cost by", cases=words.cases))
    return Sentence(say("No costs are recorded for this quarter"))


def _lead(data: BundleData, found: Measure) -> list[Sentence]:
    blocked = unpriced(data)
    if found.shown is None and blocked:
        shown = count(blocked, "cost_by_class/Σ unpriced_rows")
        text = say_of(
            blocked, "{n} row of work or use is without a rate or a bill; a cost without it would be too low.",
            "{n} rows of work or use are without a rate or a bill; a cost without them would be too low.", n=shown,
        )  # fmt: skip
        return [Sentence(text, (shown,))]
    if found.shown is None:
        return []
    said = [as_sentence(change_clause(found.change, found.verdict, Voice.of(data)))]
    if found.target is not None:
        is_hit = found.shown.value <= found.target.value
        text = (
            say("The target of {target} is met.", target=found.target) if is_hit
            else say("The target of {target} has not been reached.", target=found.target)
        )  # fmt: skip
        said.append(Sentence(text, (found.target,)))
    return [*said, *_few(data, found)]


def _few(data: BundleData, found: Measure) -> list[Sentence]:
    if found.now is None or found.now.n >= FEW:
        return []
    shown, words = count(found.now.n, f"{found.now.origin}/n"), data.stream.words
    text = say_of(found.now.n, "It is the cost of {n} {case} only: read it with care.",
                  "It is the cost of {n} {cases} only: read it with care.", n=shown, case=words.case,
                  cases=words.cases)  # fmt: skip
    return [Sentence(text, (shown,))]


def _none(data: BundleData) -> Card:
    costs = data.stream.costs
    why = (
        say("The rates and bills of the stream file cover no day of this quarter.") if costs.rates or costs.bills
        else say("The stream file names no rates and no bills (costs: rates, bills).")
    )  # fmt: skip
    return Card("classes", say("No cost to show"), say("Cost of the quarter by class."), "cost_by_class", empty=why)


VIEW = View("unit_cost", 60, pages)
