"""What poor quality cost: rework and failures within the cost, waiting beside it, and what no visit can be charged."""

from __future__ import annotations

import math

from dashboards.bundle import BundleData
from dashboards.language import say, say_of
from dashboards.numbers import Scale, count, number
from dashboards.parts.card import Card, Cell, Column, Table
from dashboards.reasons import reason_words
from dashboards.rows.poor_quality import ROWS, PoorQuality
from dashboards.wording import Sentence


def poor_quality_card(data: BundleData) -> Card | None:
    """The card; None where the report has no row for this quarter."""
    told = data.rows(ROWS)
    if not told:
        return None
    columns = (
        Column(say("What")), Column(say("Cost"), True), Column(say("Share of all cost"), True),
        Column(say("How much of it"), is_wide=True),
    )  # fmt: skip
    return Card(
        "poor-quality", _title(told), say("Work by people that was done again, or done because something had failed."),
        "cost_of_poor_quality", Table.of(columns, [_row(data, row) for row in told]), remarks=_remarks(told),
    )  # fmt: skip


def _row(data: BundleData, row: PoorQuality) -> tuple[Cell, ...]:
    names = {
        "rework": say("Rework"), "failures": say("Failures"),
        "waiting_open": say("Open {cases} waiting", cases=data.stream.words.cases),
    }  # fmt: skip
    share = None if row.cost_share is None else number(row.cost_share, "share", f"{row.origin}/cost_share")
    if row.amount is None:
        return names.get(row.line, row.line), None, share, reason_words(row.reason or "")
    amount = number(row.amount, row.currency, f"{row.origin}/amount", _scale(row))
    return names.get(row.line, row.line), amount, share if row.is_in_cost else say("not part of it"), _size(data, row)


def _size(data: BundleData, row: PoorQuality) -> Sentence:
    items = count(row.items, f"{row.origin}/items")
    if row.line == "waiting_open":
        days = number(row.quantity or 0.0, "count", f"{row.origin}/quantity")
        text = say("{n} {cases} were open, {days} days together", n=items, cases=data.stream.words.cases, days=days)
        return Sentence(text, (items, days))
    hours = number(row.quantity or 0.0, "count", f"{row.origin}/quantity")
    text = say_of(
        row.items, "{n} visit, {hours} hours of work", "{n} visits, {hours} hours of work", n=items, hours=hours
    )
    return Sentence(text, (items, hours))


def _title(told: tuple[PoorQuality, ...]) -> str:
    within = [row for row in told if row.is_in_cost and row.amount is not None]
    if not within:
        return say("What poor quality costs cannot be told")
    amount = math.fsum(row.amount or 0.0 for row in within)
    shown = number(amount, within[0].currency, "cost_of_poor_quality/Σ amount", _scale(within[0]))
    return (
        say("{amount} went into what had gone wrong", amount=shown)
        if amount
        else say("No work went into what had gone wrong")
    )


def _remarks(told: tuple[PoorQuality, ...]) -> tuple[Sentence, ...]:
    said = []
    for row in told:
        if row.line == "failures" and row.counted_before_amount:
            shown = number(row.counted_before_amount, row.currency, f"{row.origin}/counted_before_amount", _scale(row))
            text = say("{amount} more of rework was within failures; it is counted once, as rework.", amount=shown)
            said.append(Sentence(text, (shown,)))
        if row.line == "rework" and row.untraced_amount:
            shown = number(row.untraced_amount, row.currency, f"{row.origin}/untraced_amount", _scale(row))
            text = say("{amount} of bills and unused capacity are left out: nothing tells which work caused them.",
                       amount=shown)  # fmt: skip
            said.append(Sentence(text, (shown,)))
    missing = sum(row.uncosted_items or 0 for row in told)
    if missing:
        n = count(missing, "cost_of_poor_quality/Σ uncosted_items")
        text = say_of(missing, "{n} more visit has no known work, and no cost here.",
                      "{n} more visits have no known work, and no cost here.", n=n)  # fmt: skip
        said.append(Sentence(text, (n,)))
    return tuple(said)


def _scale(row: PoorQuality) -> Scale:
    return Scale(row.currency, 1, 0)
