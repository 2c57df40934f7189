"""Why work waited, step by step, and how much of it nobody can explain."""

from __future__ import annotations

from dashboards.bundle import BundleData
from dashboards.language import say, say_of
from dashboards.numbers import Number, Scale, count, number, scale_of
from dashboards.parts.card import Bar, Card, Cell, Column, Table
from dashboards.rows.waits import ROWS, Wait
from dashboards.wording import Sentence, brief

_CAUSES = ("absence", "batch", "queue", "handoff", "unexplained")


def waits_card(data: BundleData) -> Card:
    """The steps work waited longest for, and the causes of it."""
    told = [wait for wait in data.rows(ROWS) if wait.days > 0]
    columns = (
        Column(say("Waiting for")), Column(say("To scale"), is_drawn=True), Column(say("Time in all"), True),
        Column(say("For each"), True), Column(say("Nobody at work"), True), Column(say("Kept for a batch"), True),
        Column(say("Busy with other work"), True), Column(say("Handing over"), True), Column(say("Unexplained"), True),
    )  # fmt: skip
    rows = tuple(_row(wait, told[0].days) for wait in told)
    held = sum(1 for wait in data.rows(ROWS) if wait.days <= 0)
    left = told[0].held - len(told) - held if told else 0
    return Card(
        "waits", _title(told),
        say(
            "Waits between the end of a step and the begin of the next, of all work begun this quarter; every bit of "
            "a wait has one cause."
        ),
        "wait_causes", table=Table(columns, rows, max(left, 0)) if rows else None,
        empty=say("No wait is told: the log has no starts."), remarks=_unknown(data),
    )  # fmt: skip


def _row(wait: Wait, most: float) -> tuple[Cell, ...]:
    each = number(wait.days / wait.waits, "days", f"{wait.origin}/total_us ÷ waits") if wait.waits else None
    return (
        brief(wait.label), Bar.of(wait.days, most, "wait"), number(wait.days, "days", f"{wait.origin}/total_us"), each,
        *(_cause(wait, cause) for cause in _CAUSES),
    )  # fmt: skip


def _cause(wait: Wait, cause: str) -> Number | str:
    days: float | None = getattr(wait, cause)
    if days is None:
        return say("cannot say")
    scale = scale_of(days / wait.days, "share")
    whole = Scale("share", 100, 0, "%") if scale.decimals else scale
    return number(days / wait.days, "share", f"{wait.origin}/{cause}/cause_share", whole)


def _title(told: list[Wait]) -> str:
    if not told:
        return say("Nothing is known of waiting")
    worst, whole = told[0], told[0].whole_days
    share = number(worst.days / whole, "share", f"{worst.origin}/total_us ÷ all")
    return say("{share} of the waiting is for “{step}”", share=share, step=brief(worst.label))


def _unknown(data: BundleData) -> tuple[Sentence, ...]:
    told, said = data.rows(ROWS), []
    if not told:
        return ()
    first = told[0]
    if first.whole_days > 0:
        share = number(first.whole_unexplained_days / first.whole_days, "share", "wait_causes/unexplained ÷ all")
        said.append(
            Sentence(say("{share} of the waiting is explained by nothing the log tells.", share=share), (share,))
        )
    if first.whole_untold:
        untold = count(first.whole_untold, "wait_causes/untold_waits")
        text = say_of(first.whole_untold, "{n} visit tells no start, so its wait is unknown.",
                      "{n} visits tell no start, so their wait is unknown.", n=untold)  # fmt: skip
        said.append(Sentence(text, (untold,)))
    return tuple(said)
