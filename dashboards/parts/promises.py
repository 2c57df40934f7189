"""The error budget in customers: how many may miss a promise, how many did, and how fast the rest goes."""

from __future__ import annotations

from dashboards.bundle import BundleData
from dashboards.language import say, say_of
from dashboards.numbers import Number, Scale, count, number
from dashboards.parts.card import Bar, Card, Cell, Column, Table
from dashboards.parts.measure import label_of
from dashboards.rows.promises import ROWS, Promise
from dashboards.wording import Chip, quantile_words

_ONE_DECIMAL = Scale("count", 1, 1)


def promises_card(data: BundleData) -> Card:
    """Every promise of the quarter with its budget."""
    told = data.rows(ROWS)
    columns = (
        Column(say("Promise")), Column(say("Results known"), True), Column(say("May miss it"), True),
        Column(say("Missed it"), True), Column(say("Budget spent"), is_drawn=True), Column(say("Left"), True),
        Column(say("Burn, 7 days"), True), Column(say("Burn, 28 days"), True), Column(say("State")),
    )  # fmt: skip
    most = max([1.0, *(row.misses / row.budget for row in told if row.budget > 0)])
    rows = [_row(data, row, most) for row in told]
    return Card(
        "promises", _title(told),
        say(
            "Counted in {cases}, or in failures: how many may miss the target, and how many did. A burn of 1 spends "
            "the budget exactly; it is told for the newest quarter only, from 30 results on.",
            cases=data.stream.words.cases,
        ),
        "objectives", table=Table.of(columns, rows) if rows else None,
        empty=say("The stream file sets no target that promises something to each one."),
    )  # fmt: skip


def is_overspent(row: Promise) -> bool:
    """Did more miss it than may?"""
    return row.budget_left < 0


def _row(data: BundleData, row: Promise, most: float) -> tuple[Cell, ...]:
    spent = row.misses / row.budget if row.budget > 0 else 0.0
    return (
        _promise(data, row), count(row.subjects, f"{row.origin}/subjects"),
        number(row.budget, "count", f"{row.origin}/budget"), count(row.misses, f"{row.origin}/misses"),
        Bar.of(spent, most, "bad" if is_overspent(row) else "work"),
        number(row.budget_left, "count", f"{row.origin}/budget_left"),
        _burn(row, "short_burn"), _burn(row, "long_burn"), _state(row),
    )  # fmt: skip


def _promise(data: BundleData, row: Promise) -> str:
    label = label_of(data, row.metric)
    if row.unit == "share":
        return say(
            "{measure}: {share} of all", measure=label, share=number(row.target, "share", f"{row.origin}/target")
        )
    target = number(row.target, row.unit, f"{row.origin}/target")
    return say("{measure}: {who} within {target}", measure=label, who=quantile_words(row.statistic), target=target)


def _burn(row: Promise, column: str) -> Number | str:
    value: float | None = getattr(row, column)
    return say("not told") if value is None else number(value, "count", f"{row.origin}/{column}", _ONE_DECIMAL)


def _state(row: Promise) -> Chip:
    if not row.subjects:
        return Chip(say("No result yet"), "–", "flat")
    if row.is_alert:
        return Chip(say("Burns too fast"), "!", "bad")
    if is_overspent(row):
        return Chip(say("Overspent"), "!", "bad")
    return Chip(say("Within budget"), "✓", "flat")


def _title(told: tuple[Promise, ...]) -> str:
    known = [row for row in told if row.subjects]
    if not told:
        return say("Nothing is promised to each customer")
    if not known:
        return say("No result of this quarter is known yet")
    over, fast = sum(map(is_overspent, known)), sum(bool(row.is_alert) for row in known)
    if over:
        shown, all_of = count(over, "objectives/overspent"), count(len(known), "objectives/known")
        return say_of(over, "{n} of {all} promises is broken more often than allowed",
                      "{n} of {all} promises are broken more often than allowed", n=shown, all=all_of)  # fmt: skip
    if fast:
        return say("An error budget burns too fast")
    return say("Every promise is within its error budget")
