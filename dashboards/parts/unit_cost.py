"""What one completed case costs: the number, its range, the quarter before, the target."""

from __future__ import annotations

from dashboards.bundle import BundleData
from dashboards.language import capital, say
from dashboards.numbers import EN_DASH, Number, change, count, number, scale_of
from dashboards.parts.card import Card, Cell, Column, Table
from dashboards.parts.measure import Measure, measure
from dashboards.targets import TARGET_SIGNS, target_words
from dashboards.wording import Chip, Sentence, Voice, change_clause

COST = "cost_per_transaction"


def unit_cost(data: BundleData) -> Measure:
    """The measure as every page shows it."""
    return measure(data, COST)


def number_card(data: BundleData, found: Measure) -> Card:
    """The number with all that belongs to it, a row each."""
    case = data.stream.words.case
    rows: list[tuple[Cell, ...]] = [
        (say("This quarter"), found.shown, found.chip),
        (say("Range it lies in, 95 times of 100"), cost_range(found), ""),
        (say("Last quarter"), found.before, ""),
        (say("Change"), _moved(found), _change_range(found)),
        (say("Target"), found.target if found.target is not None else say("none set"), _target(found)),
        (say("Completed {cases}", cases=data.stream.words.cases), _completed(found), ""),
    ]
    return Card(
        "number", capital(change_clause(found.change, found.verdict, Voice.of(data)).text),
        say("All cost of the quarter, idle capacity included, for each completed {case}.", case=case),
        COST if found.now is not None or COST in data.definitions else "",
        table=Table.of((Column(say("What")), Column(say("Cost"), True), Column(say("Finding"))), rows),
    )  # fmt: skip


def cost_range(found: Measure) -> Cell:
    """The range a unit cost lies in; a sentence where none can be defended."""
    now = found.now
    if now is None or now.value is None or now.low is None or now.high is None:
        return say("no range can be defended")
    scale = scale_of(now.value, now.unit)
    low = number(now.low, now.unit, f"{now.origin}/low", scale)
    high = number(now.high, now.unit, f"{now.origin}/high", scale)
    return Sentence(f"{low}{EN_DASH}{high}", (low, high))


def _moved(found: Measure) -> Number | str:
    delta = found.change
    if delta is None or delta.difference is None or found.shown is None:
        return say("nothing to compare with")
    return change(delta.difference, delta.unit, found.shown.value, f"{delta.origin}/difference", signed=True)


def _change_range(found: Measure) -> Cell:
    delta = found.change
    if delta is None or delta.low is None or delta.high is None or found.shown is None:
        return ""
    low, high = (
        change(end, delta.unit, found.shown.value, f"{delta.origin}/{name}", signed=True)
        for name, end in (("low", delta.low), ("high", delta.high))
    )
    return Sentence(say("between {low} and {high}, 95 times of 100", low=low, high=high), (low, high))


def _target(found: Measure) -> Cell:
    if found.target is None:
        return ""
    state, words = target_words(found.target, found.shown, lower_is_better=found.lower_is_better)
    return Chip(words, TARGET_SIGNS[state], "flat")


def _completed(found: Measure) -> Number | None:
    return None if found.now is None else count(found.now.n, f"{found.now.origin}/n")
