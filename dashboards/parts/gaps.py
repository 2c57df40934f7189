"""Gaps of the data, found by the run: what stops early, does not hold, was left out, or has no number; and why."""

from __future__ import annotations

from collections.abc import Iterator

from dashboards.bundle import BundleData, Check
from dashboards.language import capital, say, say_of
from dashboards.numbers import Number, count
from dashboards.parts.benefit_claims import conflicts_of
from dashboards.parts.card import Card, Cell, Column, Table
from dashboards.parts.cost_classes import unpriced
from dashboards.parts.freshness import freshness, gate_reason
from dashboards.parts.measure import HEADLINES, measure
from dashboards.parts.promises import is_overspent
from dashboards.parts.tiles import empty_words
from dashboards.rows.promises import ROWS as PROMISES
from dashboards.wording import Sentence, Voice

_Gap = tuple[str, Sentence, str]
"""What it is about, what was found, what it means for whoever reads the numbers."""


def gaps_card(data: BundleData) -> Card:
    """Every gap and every broken budget that the data of the run tell; that there is none is worth saying, too."""
    found = [*_of_data(data), *_of_numbers(data), *_of_promises(data)]
    columns = (Column(say("What")), Column(say("Found"), is_wide=True), Column(say("What it means"), is_wide=True))
    rows: list[tuple[Cell, ...]] = list(found)
    title = say_of(len(found), "{n} gap or risk was found in the data", "{n} gaps or risks were found in the data",
                   n=count(len(found), "check_results/found"))  # fmt: skip
    return Card(
        "gaps", title if found else say("No gap was found in the data"),
        say("What the run itself found; what people fear stands beside it."), "check_results",
        table=Table.of(columns, rows, most=len(rows)) if rows else None,
        empty=say("Every check holds, every result has a number, and no error budget is overspent."),
    )  # fmt: skip


def check_words(check: Check) -> str:
    """What a check is called."""
    return say(check.check_name.replace("_", " "))


def _of_data(data: BundleData) -> Iterator[_Gap]:
    fresh, gate = freshness(data), gate_reason(data)
    if not fresh.is_current:
        yield say("How new"), fresh.sentences[0], say("The last days of the quarter are in no number.")
    if gate is not None:
        yield say("How complete"), gate, say("Times are withheld: they would be of those that happened to be recorded.")
    for check in (check for check in data.checks if not check.passed):
        rows: list[Number] = []
        said = capital(check_words(check))
        if check.failing_rows is not None:
            rows = [count(check.failing_rows, f"check_results/{check.table_name}/{check.check_name}/failing_rows")]
            said = say("{check}: {n} rows against it", check=said, n=rows[0])
        yield say("Check"), Sentence(said, tuple(rows)), say("Numbers made from these rows may be wrong.")
    state = data.state
    if state.quarantined:
        aside = count(state.quarantined, "streams/quarantined")
        yield (
            say("Left out"), Sentence(say("{n} rows were kept aside, each with its reason", n=aside), (aside,)),
            say("They are in no number until somebody mends them."),
        )  # fmt: skip
    if state.missing_numbers:
        lost = count(state.missing_numbers, "streams/missing_numbers")
        text = say("{n} events were told by a source and never arrived", n=lost)
        yield say("Left out"), Sentence(text, (lost,)), say("What they would say is not known.")


def _of_numbers(data: BundleData) -> Iterator[_Gap]:
    for metric in HEADLINES:
        found = measure(data, metric)
        if found.shown is None and not found.is_gated:
            yield found.label, empty_words(found, Voice.of(data)), say("There is nothing to judge.")
    if blocked := unpriced(data):
        shown = count(blocked, "cost_by_class/Σ unpriced_rows")
        text = say_of(blocked, "{n} row of work or use has no rate or bill",
                      "{n} rows of work or use have no rate or bill", n=shown)  # fmt: skip
        yield say("Cost"), Sentence(text, (shown,)), say("A cost without them would be too low, so none is told.")
    if claims := len({row.benefit for row in conflicts_of(data)}):
        shown = count(claims, "benefit_conflicts/claims")
        text = say_of(claims, "{n} claim is disputed", "{n} claims are disputed", n=shown)
        yield say("Benefits"), Sentence(text, (shown,)), say("Only what nobody disputes is counted.")


def _of_promises(data: BundleData) -> Iterator[_Gap]:
    over = [row for row in data.rows(PROMISES) if row.subjects and (is_overspent(row) or row.is_alert)]
    if over:
        shown = count(len(over), "objectives/at risk")
        text = say_of(len(over), "{n} error budget is overspent or burns too fast",
                      "{n} error budgets are overspent or burn too fast", n=shown)  # fmt: skip
        yield say("Promises"), Sentence(text, (shown,)), say("More customers miss what was promised than may.")
