"""What the unit cost holds and what it does not, so that nobody has to guess."""

from __future__ import annotations

from dashboards.bundle import BundleData
from dashboards.language import say
from dashboards.numbers import number
from dashboards.parts.card import Card, Cell, Column, Table
from dashboards.parts.cost_classes import class_name, classes_of, missing_classes
from dashboards.wording import Chip, Sentence, listed


def scope_card(data: BundleData) -> Card:
    """A row for each thing a reader may take to be in it, with what is true of this quarter."""
    is_in, is_out = Chip(say("In it"), "✓", "flat"), Chip(say("Not in it"), "–", "flat")
    told = classes_of(data)
    rows: list[tuple[Cell, ...]] = [
        (class_name(row.cost_class), is_in, _basis(row.cost_class)) for row in told
    ]  # fmt: skip
    if missing := missing_classes(told):
        names = listed([class_name(name) for name in missing])
        rows.append((names, Chip(say("Not told"), "?", "flat"), say("No rate and no bill of it covers this quarter.")))
    cases = data.stream.words.cases
    rows += [
        (say("Idle capacity"), is_in, _idle(data)),
        (
            say("Cancelled, rejected and open {cases}", cases=cases), is_in,
            say("What they cost is borne by those that were completed."),
        ),
        (
            say("What repeats and failures cost"), is_in,
            say("It is within the classes; the part that visits tell stands in a table of its own."),
        ),
        (
            say("What one more {case} would cost", case=data.stream.words.case), is_out,
            say("Fixed bills do not grow with it, so it would be less. When volume falls, the number rises."),
        ),
        (
            say("Freed time as cash"), is_out,
            say("Hours that are no longer needed become cash only when hours or hiring fall."),
        ),
    ]  # fmt: skip
    return Card(
        "scope", say("What is in it, and what is not"),
        say("The same every quarter, so that quarters can be compared; changes of the definition are in the notes."),
        "cost_by_class", table=Table.of((Column(say("What")), Column(say("In it?")), Column(say("How"))), rows),
    )  # fmt: skip


def _basis(cost_class: str) -> str:
    words = {
        "people": say("Hours of work by people, at the rate of their role on that day."),
        "compute": say("The bills, by what each used."),
        "licence": say("The bills, by what they are spread over."),
        "shared": say("The bills of what several streams share, by their part of it."),
    }
    return words.get(cost_class, say("As the rates and bills tell."))


def _idle(data: BundleData) -> Sentence:
    told = classes_of(data)
    idle = sum(row.idle_amount for row in told)
    if not told or not idle:
        return Sentence(say("None is told this quarter."))
    shown = number(idle, told[0].currency, "cost_by_class/Σ idle_amount")
    return Sentence(say("{amount} this quarter, paid for and used by nobody.", amount=shown), (shown,))
