"""The claims one by one: who answers for each, how cash stands net of its run cost, and what is claimed twice."""

from __future__ import annotations

from dashboards.bundle import BundleData
from dashboards.language import say, say_of
from dashboards.numbers import count
from dashboards.parts.benefit_words import amount, class_title, level_title, month_words, state_chip
from dashboards.parts.card import Card, Cell, Column, Table
from dashboards.rows.benefit_conflicts import ROWS as CONFLICTS
from dashboards.rows.benefit_conflicts import DoubleClaim
from dashboards.rows.benefits import ROWS, BenefitClaim
from dashboards.wording import Chip, Sentence


def claims_of(data: BundleData) -> tuple[BenefitClaim, ...]:
    """The claims of this quarter, class by class."""
    return data.rows(ROWS)


def conflicts_of(data: BundleData) -> tuple[DoubleClaim, ...]:
    """What is claimed twice, or was not measured."""
    return data.rows(CONFLICTS)


def cash_card(data: BundleData) -> Card:
    """Every cash claim: gross, disputed, run cost, net, and when it has paid for itself."""
    cash = [claim for claim in claims_of(data) if claim.benefit_class == "cashable" and claim.state != "reversed"]
    columns = (
        Column(say("Claim"), is_wide=True), Column(say("Gross"), True), Column(say("Disputed"), True),
        Column(say("New run cost"), True), Column(say("Net"), True), Column(say("Has paid for itself")),
    )  # fmt: skip
    return Card(
        "cash", say("What each cash claim leaves"), say("This quarter, at the state it is in."), "benefits",
        table=Table.of(columns, [_cash_row(claim) for claim in cash]) if cash else None,
        empty=say("No cash is claimed in this quarter."),
    )  # fmt: skip


def owners_card(data: BundleData) -> Card:
    """Every claim with its class, state, the role that answers for it, budget line and evidence."""
    columns = (
        Column(say("Claim"), is_wide=True), Column(say("Class")), Column(say("State")), Column(say("Answers for it")),
        Column(say("Budget line")), Column(say("Evidence")),
    )  # fmt: skip
    rows: list[tuple[Cell, ...]] = [
        (
            claim.sentence, class_title(claim.benefit_class), state_chip(claim.state),
            claim.owner_role or say("a person, named in the ledger"), claim.budget_line or say("none told"),
            claim.evidence_id or say("none yet"),
        )
        for claim in claims_of(data)
    ]  # fmt: skip
    return Card(
        "owners", say("Who answers for it, and what it rests on"),
        say("Roles and budget lines, as the ledger has them."),
        "benefits", table=Table.of(columns, rows),
    )  # fmt: skip


def conflicts_card(data: BundleData) -> Card:
    """What is claimed twice, by whom, how much of it and since when."""
    found = conflicts_of(data)
    columns = (
        Column(say("Claim"), is_wide=True), Column(say("Stands against")), Column(say("What both claim")),
        Column(say("As")), Column(say("How much"), True), Column(say("From")),
    )  # fmt: skip
    claims = len({row.benefit for row in found})
    title = say_of(claims, "{n} claim is disputed", "{n} claims are disputed",
                   n=count(claims, "benefit_conflicts/claims"))  # fmt: skip
    return Card(
        "conflicts", title if found else say("Nothing is claimed twice"),
        say("Only what nobody disputes counts above, among claims that finance took equally far."), "benefit_conflicts",
        table=Table.of(columns, [_conflict_row(row) for row in found]) if found else None,
        empty=say("No two initiatives claim the same budget line or the same hours, and no hours were not measured."),
    )  # fmt: skip


def _cash_row(claim: BenefitClaim) -> tuple[Cell, ...]:
    def shown(name: str) -> Cell:
        value = getattr(claim, name)
        return None if value is None else amount(value, claim.unit, f"{claim.origin}/{name}")

    return claim.sentence, shown("gross"), shown("disputed"), shown("run_cost"), shown("net"), _payback(claim)


def _payback(claim: BenefitClaim) -> Cell:
    if claim.payback_months is None:
        said = {
            "no investment is told": say("no investment is told"),
            "never: the net cash does not reach what was spent": say("never: the net does not reach what was spent"),
            "not within 50 years": say("not within 50 years"),
        }
        return said.get(claim.payback_reason or "", say("not known"))
    months = count(claim.payback_months, f"{claim.origin}/payback_months")
    text = say_of(claim.payback_months, "{n} month after the investment", "{n} months after the investment", n=months)
    return Sentence(text, (months,))


def _conflict_row(row: DoubleClaim) -> tuple[Cell, ...]:
    against = say("what was measured") if row.rival is None else row.rival_initiative
    when = month_words(row.first_month)
    if row.until_month is not None:
        when = say("{first} until {last}", first=when, last=month_words(row.until_month))
    overlap = amount(row.overlap, row.unit, f"{row.origin}/overlap")
    return row.sentence, against, row.shared, Chip(level_title(row.level), "…", "flat"), overlap, when
