"""Freed time as measured, beside what is claimed of it; and what integrations cost to own."""

from __future__ import annotations

from dashboards.bundle import BundleData
from dashboards.language import say
from dashboards.numbers import Number, axis_text, count, number
from dashboards.parts.benefit_words import amount, unit_scale
from dashboards.parts.card import Card, Cell, Column, Table
from dashboards.rows.cost_of_ownership import ROWS as OWNERSHIP
from dashboards.rows.cost_of_ownership import OwnershipCost
from dashboards.rows.freed_capacity import ROWS, FreedHours
from dashboards.wording import Sentence

_ALL = "(all)"


def freed_card(data: BundleData) -> Card | None:
    """Claimed and measured hours for each step and role; None where no hours are claimed."""
    told = data.rows(ROWS)
    if not told:
        return None
    case = data.stream.words.case
    columns = (
        Column(say("Whose hours")), Column(say("Claimed"), True), Column(say("Measured"), True),
        Column(say("Range it lies in, 95 times of 100")), Column(say("Covered"), True),
        Column(say("Each {case} before", case=case), True), Column(say("Each {case} now", case=case), True),
    )  # fmt: skip
    return Card(
        "freed", _title(told), say("Hours of people for each completed {case}, before less now, times all of now.",
                                   case=case), "freed_capacity", table=Table.of(columns, [_row(row) for row in told]),
        remarks=_remarks(told),
    )  # fmt: skip


def ownership_card(data: BundleData) -> Card | None:
    """What each integration cost this quarter and so far, and for each transaction; None where none is declared."""
    told = data.rows(OWNERSHIP)
    if not told:
        return None
    columns = (
        Column(say("Integration")), Column(say("Build"), True), Column(say("Run and licence"), True),
        Column(say("Changes"), True), Column(say("Incidents and failures"), True), Column(say("In all"), True),
        Column(say("To date"), True), Column(say("Transactions"), True), Column(say("For each"), True),
    )  # fmt: skip
    names = list(dict.fromkeys(row.integration for row in told))
    rows = [_ownership_row([row for row in told if row.integration == name]) for name in names]
    return Card(
        "ownership", say("What integrations cost to own"),
        say("Declared cost of the quarter, and hours in failure at what an hour of the role really cost."),
        "cost_of_ownership", table=Table.of(columns, rows),
    )  # fmt: skip


def _title(told: tuple[FreedHours, ...]) -> str:
    first = told[0]
    if len(told) > 1 or first.freed_hours is None:
        return say("Freed time: claimed and measured")
    claimed = _hours(first.claimed_hours, f"{first.origin}/claimed_hours")
    measured = _hours(first.freed_hours, f"{first.origin}/freed_hours")
    return say("{measured} freed as measured, {claimed} claimed", measured=measured, claimed=claimed)


def _row(row: FreedHours) -> tuple[Cell, ...]:
    named = " · ".join(part for part in (row.step, row.role) if part != _ALL) or say("All work of people")
    measured: Cell = row.reason and _reason(row.reason)
    if row.freed_hours is not None:
        measured = _hours(row.freed_hours, f"{row.origin}/freed_hours")
    covered = row.covered_share
    return (
        named, _hours(row.claimed_hours, f"{row.origin}/claimed_hours"), measured, _range(row),
        None if covered is None else number(covered, "share", f"{row.origin}/covered_share"),
        _per_case(row.hours_per_case_then, f"{row.origin}/hours_per_case_then"),
        _per_case(row.hours_per_case_now, f"{row.origin}/hours_per_case_now"),
    )  # fmt: skip


def _range(row: FreedHours) -> Cell:
    if row.low is None or row.high is None:
        return say("none can be given")
    scale = unit_scale(max(abs(row.low), abs(row.high)), "hours")
    low, high = _hours(row.low, f"{row.origin}/low"), _hours(row.high, f"{row.origin}/high")
    begins = _signed_text(row.low, axis_text(abs(row.low), scale))
    return Sentence(say("{low} to {high}", low=begins, high=high), (low, high))


def _signed_text(value: float, text: str) -> str:
    return f"\u2212{text}" if value < 0 else text


def _hours(value: float, origin: str) -> Number:
    return amount(value, "hours", origin)


def _per_case(hours: float | None, origin: str) -> Number | None:
    return None if hours is None else number(hours / 24, "days", origin)


def _reason(reason: str) -> str:
    said = {
        "no baseline is frozen to hold it against": say("no baseline is frozen to hold it against"),
        "the quarter is not later than what it would be held against": say("not later than the baseline"),
        "nothing was completed": say("nothing was completed"),
        "too many steps told no work": say("too many steps told no work"),
    }
    return said.get(reason, reason)


def _remarks(told: tuple[FreedHours, ...]) -> tuple[Sentence, ...]:
    said = []
    if any(row.is_as_frozen is False for row in told):
        said.append(Sentence(say("Later data changed the cases of the frozen baseline; it is measured as it is now.")))
    for row in told:
        if row.freed_people is not None and row.freed_people > 0:
            people = number(row.freed_people, "count", f"{row.origin}/freed_people",
                            unit_scale(row.freed_people, "people of x"))  # fmt: skip
            text = say("That is the time of {people} full-time people in this quarter.", people=people.figure)
            said.append(Sentence(text, (people,)))
    return tuple(said)


def _ownership_row(rows: list[OwnershipCost]) -> tuple[Cell, ...]:
    by_kind = {row.cost_kind: row for row in rows}
    whole = by_kind[_ALL]

    def together(*kinds: str) -> Cell:
        found = [by_kind[kind] for kind in kinds if kind in by_kind]
        known = [row.amount for row in found if row.amount is not None]
        if not found:
            return say("none told")
        if len(known) < len(found):
            return None
        return amount(sum(known), whole.currency, f"cost_of_ownership/{whole.integration}/{'+'.join(kinds)}")

    through = whole.transactions
    return (
        whole.name, together("build"), together("run", "licence"), together("change"),
        together("incident", "failure hours"), together(_ALL), _money(whole, whole.amount_to_date, "amount_to_date"),
        None if through is None else count(through, f"{whole.origin}/transactions"),
        _money(whole, whole.per_transaction, "per_transaction"),
    )  # fmt: skip


def _money(row: OwnershipCost, value: float | None, name: str) -> Number | None:
    return None if value is None else amount(value, row.currency, f"{row.origin}/{name}")
