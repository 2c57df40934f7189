"""Reworks and detours by the customer time they came with; gaps in the data that hide more."""

from __future__ import annotations

from dashboards.bundle import BundleData
from dashboards.language import capital, say, say_of
from dashboards.numbers import Number, count, number
from dashboards.parts.card import Bar, Card, Cell, Column, Table
from dashboards.parts.ways import whole_days
from dashboards.rows.exception_classes import ROWS, ExceptionClass
from dashboards.wording import Sentence, brief

WORK, GAPS = "work", "data"
_KINDS = {"rework": "bad", "path": "wait"}


def classes_of(data: BundleData, group: str) -> list[ExceptionClass]:
    """The classes of a group, most customer time first."""
    return [row for row in data.rows(ROWS) if row.group_name == group]


def worst_of(data: BundleData) -> ExceptionClass | None:
    """The rework or detour that came with most customer time; None where none came with any."""
    told = [row for row in classes_of(data, WORK) if row.extra_days is not None and row.extra_days > 0]
    return told[0] if told else None


def extra_of(row: ExceptionClass) -> Number | None:
    """The customer time it came with; None where too few are without it."""
    return None if row.extra_days is None else number(row.extra_days, "days", f"{row.origin}/extra_days")


def ranking_card(data: BundleData) -> Card:
    """The ranked list."""
    told, cases = classes_of(data, WORK), data.stream.words.cases
    most = max((row.extra_days or 0.0 for row in told), default=0.0)
    columns = (
        Column(say("What")), Column(say("To scale"), is_drawn=True), Column(say("More time in all"), True),
        Column(say("Share of all time"), True), Column(capital(cases), True),
        Column(say("More for each"), True), Column(say("Half take, with it"), True),
        Column(say("Without it"), True),
    )  # fmt: skip
    rows = [_row(data, row, most) for row in told]
    left = told[0].held - len(told) if told else 0
    return Card(
        "ranking", _title(data, told),
        say(
            "Time that {cases} with it took beyond as many {cases} without it. It came with that time; it need not be "
            "what took it. One may have several, so the rows do not add up.", cases=cases,
        ),
        "exceptions", table=Table(columns, tuple(rows), left) if rows else None,
        empty=say("Every one of the {cases} took the same way, without rework.", cases=cases),
        remarks=_unjudged(data, told),
    )  # fmt: skip


def gaps_card(data: BundleData) -> Card:
    """What the data leave open at which step."""
    told, cases = classes_of(data, GAPS), data.stream.words.cases
    columns = (Column(say("Gap")), Column(capital(cases), True), Column(say("Share"), True))
    rows = [
        (
            what_of(row), count(row.cases, f"{row.origin}/cases"),
            number(row.case_share, "share", f"{row.origin}/case_share"),
        )
        for row in told
    ]  # fmt: skip
    title = say("The data leave open who did what") if told else say("No gap in who did what, and when")
    return Card(
        "gaps", title, say("Where this is unknown, rework and waits may hide."), "exceptions",
        table=Table(columns, tuple(rows), told[0].held - len(told)) if told else None,
        empty=say("Every visit names its performer, and its start and end belong together."),
    )  # fmt: skip


def what_of(row: ExceptionClass) -> str:
    """A class as the beginning of a sentence; the step stands in quotes, as customers may call it anything."""
    step = brief(row.label)
    named = {
        "rejection": say("“{step}”, a rejection", step=step), "correction": say("“{step}”, a correction", step=step),
        "self_loop": say("“{step}” repeated at once", step=step), "loop": say("“{step}” done again later", step=step),
        "backward": say("Back to “{step}”", step=step), "reopen": say("“{step}” after the outcome", step=step),
        "reversal": say("“{step}”, which turned the outcome round", step=step),
        "added_step": say("“{step}” added to the usual way", step=step),
        "skipped_step": say("“{step}” skipped", step=step),
        "other_order": say("Another order from “{step}” on", step=step),
        "unknown_performer": say("“{step}”, done by nobody knows whom", step=step),
        "guessed_pairing": say("“{step}”, its start and end paired by guess", step=step),
    }  # fmt: skip
    return named.get(row.kind, f"{row.kind}: {step}")


def _row(data: BundleData, row: ExceptionClass, most: float) -> tuple[Cell, ...]:
    extra, whole = row.extra_days, whole_days(data)
    share = (
        None if extra is None or not whole else number(extra / whole, "share", f"{row.origin}/extra_days ÷ all days")
    )
    each = None if extra is None else number(extra / row.cases, "days", f"{row.origin}/extra_days ÷ cases")
    return (
        what_of(row), Bar.of(max(extra or 0.0, 0.0), most, _KINDS.get(row.family, "other")),
        *((say("too few without it"), "–", count(row.cases, f"{row.origin}/cases"), "–") if extra is None
          else (extra_of(row), share, count(row.cases, f"{row.origin}/cases"), each)),
        *(_time(row, column) for column in ("median_days", "median_days_without")),
    )  # fmt: skip


def _time(row: ExceptionClass, column: str) -> Number | str:
    value: float | None = getattr(row, column)
    return "–" if value is None else number(value, "days", f"{row.origin}/{column}")


def _title(data: BundleData, told: list[ExceptionClass]) -> str:
    if not told:
        return say("No rework and no detour")
    if worst_of(data) is None:
        return say("No rework and no detour came with more time")
    top = told[0]
    shown = number(top.case_share, "share", f"{top.origin}/case_share")
    return say("{what}: {share} of the {cases}", what=what_of(top), share=shown, cases=data.stream.words.cases)


def _unjudged(data: BundleData, told: list[ExceptionClass]) -> tuple[Sentence, ...]:
    if not told or not told[0].unjudged:
        return ()
    shown = count(told[0].unjudged, "exceptions/without a time")
    text = say_of(
        shown.value, "Of {n} of them no time is told: fewer than 30 {cases} are without it.",
        "Of {n} of them no time is told: fewer than 30 {cases} are without them.",
        n=shown, cases=data.stream.words.cases,
    )  # fmt: skip
    return (Sentence(text, (shown,)),)
