"""Closed quarters and restatements: what was closed, what would be another number now, by how much, why and when."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

from dashboards.bundle import BundleData
from dashboards.language import say, say_of
from dashboards.numbers import Number, Scale, count, day, number, scale_of
from dashboards.parts.card import Card, Cell, Column, Table
from dashboards.parts.cost_classes import class_name
from dashboards.parts.measure import label_of
from dashboards.rows.closed_quarters import ROWS as CLOSED
from dashboards.rows.closed_quarters import ClosedQuarter
from dashboards.rows.restated import ROWS as RESTATED
from dashboards.rows.restated import Restated
from dashboards.wording import Sentence, listed, quantile_words
from metrics.closing.restate import COSTS, Cause
from metrics.metric import DURATIONS

CAUSES = {
    Cause.LATE: "late events", Cause.LATER: "cases that went on", Cause.DEFINITION: "another definition",
    Cause.STREAM_FILE: "another stream file", Cause.FILES: "other rates, bills or performers",
    Cause.CODE: "another version of streamgauge",
}  # fmt: skip
"""Why a number is another one now: messages."""


def closed_here(data: BundleData) -> ClosedQuarter | None:
    """This quarter as it was closed; None while it is open."""
    return next((row for row in data.rows(CLOSED) if row.is_here), None)


def closed_words(data: BundleData) -> list[Sentence]:
    """Since when the quarter is closed, and how many of its numbers are restated; nothing while it is open."""
    told = closed_here(data)
    if told is None:
        return []
    said = [Sentence(say("Closed on {day}", day=day(told.closed_at.date(), year=True)))]
    if told.restated:
        shown = count(told.restated, f"{told.origin}/restated")
        said.append(Sentence(say_of(told.restated, "{n} number restated", "{n} numbers restated", n=shown), (shown,)))
    return said


def closed_card(data: BundleData) -> Card:
    """Every closed quarter: when, by whom, why, and what is restated of it."""
    told = data.rows(CLOSED)
    columns = (
        Column(say("Quarter")), Column(say("Closed on")), Column(say("By")), Column(say("Remarks"), is_wide=True),
        Column(say("Numbers"), True), Column(say("Restated"), True),
    )  # fmt: skip
    rows: list[tuple[Cell, ...]] = [
        (
            row.quarter, day(row.closed_at.date(), year=True), row.closed_by or say("not said"),
            "; ".join(text for text in (row.why, row.anyway) if text),
            count(row.numbers, f"{row.origin}/numbers"), count(row.restated, f"{row.origin}/restated"),
        )
        for row in told
    ]  # fmt: skip
    title = say_of(len(told), "One quarter is closed", "{n} quarters are closed", n=count(len(told), "closed_quarters"))
    return Card(
        "closed", title if told else say("No quarter is closed"),
        say("What was closed stays as it was published; nobody can open it again."), "closed_quarters",
        table=Table.of(columns, rows) if told else None,
        empty=say("Numbers may still change with every run, until somebody closes their quarter."),
    )  # fmt: skip


def restated_card(data: BundleData) -> Card:
    """What would be another number now: closed, today, difference, why and when; months and weeks are counted."""
    told = data.rows(RESTATED)
    columns = (
        Column(say("Number")), Column(say("Quarter"), True), Column(say("As closed"), True), Column(say("Today"), True),
        Column(say("Difference"), True), Column(say("Why"), is_wide=True), Column(say("First told"), True),
    )  # fmt: skip
    rows: list[tuple[Cell, ...]] = [
        (
            _label(data, row), row.quarter, _value(row, row.closed_value, f"closed_{row.column}"),
            _value(row, row.value_now, f"{row.column}_now"), _difference(row), _why(data, row),
            day(row.seen_at.date(), year=True),
        )
        for row in told
    ]  # fmt: skip
    none = (
        say("Today's data and definitions give every closed number as it was closed.") if data.rows(CLOSED)
        else say("No quarter is closed, so there is none.")
    )  # fmt: skip
    return Card(
        "restated", _title(data),
        say("Closed numbers that today's data or definitions tell otherwise; they stay published."),
        "restatements", table=Table.of(columns, rows) if told else None, empty=none, remarks=_finer(told),
    )  # fmt: skip


def _title(data: BundleData) -> str:
    told = data.rows(RESTATED)
    if not told:
        return say("No closed number is restated")
    here = next((row.of_quarter for row in told if row.quarter == data.period.key), 0)
    if here:
        shown = count(here, f"restatements/{data.period.key}")
        return say_of(here, "{n} number of this quarter is restated", "{n} numbers of this quarter are restated",
                      n=shown)  # fmt: skip
    return say("Numbers of other quarters are restated, none of this one")


def _finer(told: tuple[Restated, ...]) -> tuple[Sentence, ...]:
    found = {row.quarter: row for row in told if row.finer}
    said = []
    for quarter, row in found.items():
        shown = count(row.finer, f"restatements/{quarter}/months and weeks")
        text = say_of(row.finer, "{quarter}: {n} number of its months and weeks is restated, too.",
                      "{quarter}: {n} numbers of its months and weeks are restated, too.", quarter=quarter,
                      n=shown)  # fmt: skip
        said.append(Sentence(text, (shown,)))
    return tuple(said)


def _label(data: BundleData, row: Restated) -> str:
    if row.metric == COSTS:
        return say("Cost: {name}", name=class_name(row.cost_class or ""))
    label = label_of(data, row.metric)
    return f"{label} ({quantile_words(row.statistic)})" if row.unit in DURATIONS else label


def _value(row: Restated, value: float | None, column: str) -> Number | str:
    """All numbers of a row in one scale, a decimal finer than elsewhere, so that they can be told apart."""
    return say("no data") if value is None else number(value, row.unit, f"{row.origin}/{column}", _scale(row))


def _difference(row: Restated) -> Number | None:
    if row.difference is None:
        return None
    scale = _scale(row)
    word = {"share": "point", "ratio": ""}.get(row.unit, scale.word)
    origin = f"{row.origin}/{'amount_difference' if row.column == 'amount' else 'difference'}"
    shown = number(row.difference, row.unit, origin, replace(scale, word=word))
    return replace(shown, figure=f"+{shown.figure}") if row.difference > 0 and not shown.is_under else shown


def _scale(row: Restated) -> Scale:
    parent = next((value for value in (row.closed_value, row.value_now) if value), 0.0)
    scale = scale_of(parent, row.unit)
    if row.unit in (*DURATIONS, "share", "ratio"):
        return replace(scale, decimals=scale.decimals + 1)
    return scale if row.unit == "count" else replace(scale, decimals=2)  # money to the cent


def _why(data: BundleData, row: Restated) -> Sentence:
    causes = listed([say(CAUSES[Cause(cause)]) for cause in row.causes.split(", ")])
    if not row.late_events or row.first_arrived_at is None or row.last_arrived_at is None:
        return Sentence(causes)
    events = count(row.late_events, f"{row.origin}/late_events")
    cases = count(row.late_cases, f"{row.origin}/late_cases")
    message = "{causes}: {events} of {n} {cases}, arrived {when}"
    one = "{causes}: {events} of {n} {case}, arrived {when}"
    when = _days(row.first_arrived_at.date(), row.last_arrived_at.date())
    words = data.stream.words
    text = say_of(row.late_cases, one, message, causes=causes, events=events, n=cases, case=words.case,
                  cases=words.cases, when=when)  # fmt: skip
    return Sentence(text, (events, cases))


def _days(first: dt.date, last: dt.date) -> str:
    if first == last:
        return say("on {day}", day=day(first, year=True))
    return say("from {first} to {last}", first=day(first, year=True), last=day(last, year=True))
