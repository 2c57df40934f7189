"""Decisions: what the review asks for (cost, expected range, owner, date), and what became of what was asked before."""

from __future__ import annotations

from dashboards.bundle import BundleData, Change
from dashboards.language import say, say_of
from dashboards.numbers import Number, change, count, day, number
from dashboards.parts.card import Card, Cell, Column, Table
from dashboards.parts.measure import label_of, measure
from dashboards.rows.decisions import ROWS, ToldDecision
from dashboards.rows.risks import ROWS as RISKS
from dashboards.wording import Chip, Sentence, Voice, as_sentence, change_clause, read_verdict, uncapital

_SIGNS = {"asked": "…", "deferred": "…", "agreed": "✓", "done": "✓", "declined": "–"}


def asked_of(data: BundleData) -> list[ToldDecision]:
    """What this review asks for, the most urgent first."""
    return [row for row in data.rows(ROWS) if row.review == data.period.key]


def earlier_of(data: BundleData) -> list[ToldDecision]:
    """What earlier reviews asked for: all of the last one, of older ones what was open when this quarter began."""
    return [row for row in data.rows(ROWS) if row.review != data.period.key]


def asked_sentence(data: BundleData) -> Sentence:
    """What is asked for, in a sentence for the first page."""
    told = asked_of(data)
    if not told:
        return Sentence(say("No decision is asked for."))
    shown = count(len(told), "decisions/asked")
    asks = "; ".join(row.ask.rstrip(".") for row in told[:3])
    text = say_of(len(told), "One decision is asked for: {asks}.", "{n} decisions are asked for: {asks}.", n=shown,
                  asks=asks if len(told) <= 3 else f"{asks}; …")  # fmt: skip
    return Sentence(text, (shown,) if len(told) > 1 else ())


def asked_card(data: BundleData) -> Card:
    """The decisions this review asks for."""
    told = asked_of(data)
    columns = (
        Column(say("Decision"), is_wide=True), Column(say("Expected")), Column(say("Cost"), True),
        Column(say("Who decides, by when")), Column(say("State")),
    )  # fmt: skip
    rows: list[tuple[Cell, ...]] = [
        (_ask(row), _expected(data, row), _cost(row), _until(row), _chip(row)) for row in told
    ]  # fmt: skip
    title = say_of(len(told), "One decision we ask for", "{n} decisions we ask for",
                   n=count(len(told), "decisions/asked"))  # fmt: skip
    return Card(
        "asked", title if told else say("No decision is asked for"),
        say("What people propose, with what they expect of it; an expectation is no measurement."), "decisions",
        table=Table.of(columns, rows) if told else None,
        empty=(
            say("The decisions file asks for none in this quarter.") if data.stream.review.decisions
            else say("To ask for one, name a file under review: decisions in the stream file; docs/review.md shows it.")
        ),
    )  # fmt: skip


def earlier_card(data: BundleData) -> Card:
    """What became of what was asked before, beside what has been measured of it since."""
    told = earlier_of(data)
    columns = (
        Column(say("Decision")), Column(say("State")), Column(say("What became of it")), Column(say("Expected")),
        Column(say("Measured")),
    )  # fmt: skip
    rows: list[tuple[Cell, ...]] = [
        (_ask(row), _chip(row), _since(row), _expected(data, row), _measured(data, row)) for row in told
    ]
    open_ones = sum(row.state in ("asked", "deferred") for row in told)
    shown = count(open_ones, "decisions/open")
    title = say_of(open_ones, "{n} earlier decision is still open", "{n} earlier decisions are still open", n=shown)
    return Card(
        "earlier", title if open_ones else say("No earlier decision is open"),
        say("What was asked for before, what became of it, and what the data say since."), "decisions",
        table=Table.of(columns, rows) if told else None, empty=say("No earlier review asked for a decision."),
    )  # fmt: skip


def risks_card(data: BundleData) -> Card:
    """What people fear, and what is done about it."""
    told = data.rows(RISKS)
    columns = (
        Column(say("Risk")), Column(say("What it would mean")), Column(say("What is done")),
        Column(say("Answers for it, seen since")),
    )  # fmt: skip
    rows: list[tuple[Cell, ...]] = [
        (
            row.sentence, row.means or say("not said"), row.answer or say("nothing yet"),
            say("{role}, since {day}", role=_owner(row.owner_role), day=day(row.first_on, year=True)),
        )
        for row in told
    ]  # fmt: skip
    title = say_of(len(told), "One risk is seen", "{n} risks are seen", n=count(len(told), "risks/seen"))
    return Card(
        "risks", title if told else say("Nobody has told a risk"), say("Told by people, not measured."), "risks",
        table=Table.of(columns, rows) if told else None,
        empty=say("The decisions file of the stream names none."),
    )  # fmt: skip


def _ask(row: ToldDecision) -> str:
    return f"{row.ask.rstrip('.')}: {row.why}" if row.why else row.ask


def _owner(role: str | None) -> str:
    return role or say("a person, named in the file")


def _until(row: ToldDecision) -> str:
    return say("{role}, by {day}", role=_owner(row.owner_role), day=day(row.due_on, year=True))


def _cost(row: ToldDecision) -> Number | str:
    if row.cost is None or row.currency is None:
        return say("not said")
    return number(row.cost, row.currency, f"{row.origin}/cost")


def _chip(row: ToldDecision) -> Chip:
    words = {
        "asked": say("Not decided yet"), "agreed": say("Agreed"), "deferred": say("Deferred"),
        "declined": say("Declined"), "done": say("Done"),
    }  # fmt: skip
    return Chip(words[row.state], _SIGNS[row.state], "flat")


def _since(row: ToldDecision) -> str:
    told = {"day": day(row.state_on, year=True), "review": row.review, "why": row.state_why or ""}
    if row.state == "asked":
        return say("asked in {review}", **told)
    if row.state_why:
        return say("asked in {review}; {day}: {why}", **told)
    return say("asked in {review}; since {day}", **told)


def _expected(data: BundleData, row: ToldDecision) -> Sentence | str:
    """'Order time: 0.4 to 0.9 days less', in the scale of the value as it is now."""
    if row.metric is None or row.unit is None or row.expected_low is None or row.expected_high is None:
        return say("not said")
    found = measure(data, row.metric, row.statistic)
    parent = found.now.value if found.now is not None and found.now.value is not None else row.expected_high
    low, high = (
        change(end, row.unit, parent, f"{row.origin}/expected_{name}")
        for name, end in (("low", row.expected_low), ("high", row.expected_high))
    )
    label = label_of(data, row.metric)
    if row.expected_high <= 0:
        return Sentence(say("{measure}: {near} to {far} less", measure=label, near=high, far=low), (high, low))
    if row.expected_low >= 0:
        return Sentence(say("{measure}: {near} to {far} more", measure=label, near=low, far=high), (low, high))
    text = say("{measure}: between {low} less and {high} more", measure=label, low=low, high=high)
    return Sentence(text, (low, high))


def _measured(data: BundleData, row: ToldDecision) -> Sentence | str:
    """What the release that carries it out came with, of the measure it was expected to move."""
    if row.release is None or row.metric is None:
        return say("no release is named that carries it out")
    found = _effect(data, row)
    if found is None:
        return say("release {version} has no weeks to compare yet", version=row.release)
    clause = change_clause(found, read_verdict(found.verdict), Voice.of(data, say("the weeks before")))
    said = as_sentence(Sentence(f"{uncapital(label_of(data, row.metric))}: {clause.text}", clause.numbers))
    return Sentence(say("Release {version} came with {what}", version=row.release, what=uncapital(said.text)),
                    said.numbers)  # fmt: skip


def _effect(data: BundleData, row: ToldDecision) -> Change | None:
    wanted = ("release", row.release, row.metric, row.statistic)
    return next((each for each in data.changes if (each.kind, each.label, each.metric, each.statistic) == wanted), None)
