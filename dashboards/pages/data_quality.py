"""Data quality: what the checks of the run said, what was left out, and how events arrived."""

from __future__ import annotations

from collections.abc import Iterator

from dashboards.bundle import BundleData, State
from dashboards.language import capital, say, say_of
from dashboards.numbers import count, number
from dashboards.pages.sheet import sheet
from dashboards.pages.view import Page, View
from dashboards.parts.card import Card, Cell, Column, Table
from dashboards.parts.freshness import gate_reason
from dashboards.parts.gaps import check_words
from dashboards.parts.measure import measured_share
from dashboards.wording import Chip, Sentence

_Count = tuple[str, str, int | None, str]
"""What is counted, its column of `streams`, how many, and what that means."""


def pages(data: BundleData) -> Iterator[Page]:
    """One page, always."""
    failed = sum(not check.passed for check in data.checks)
    reason = gate_reason(data)
    yield sheet(data, "data-quality", say("Data quality"), _heading(data, failed), [_counts(data), _checks(data)],
                [reason] if reason else [])  # fmt: skip


def _heading(data: BundleData, failed: int) -> Sentence:
    if not data.checks:
        return Sentence(say("No check has run on these data"))
    if not failed:
        return Sentence(say("Every check of the data holds"))
    told, all_of = count(failed, "check_results/failed"), count(len(data.checks), "check_results/all")
    one, many = "{n} of {all_of} checks of the data does not hold", "{n} of {all_of} checks of the data do not hold"
    return Sentence(say_of(failed, one, many, n=told, all_of=all_of), (told, all_of))


def _counts(data: BundleData) -> Card:
    rows: list[tuple[Cell, ...]] = [
        (what, count(value, f"streams/{name}"), meaning)
        for what, name, value, meaning in (*_counted(data), *_arrived(data.state)) if value is not None
    ]  # fmt: skip
    share = measured_share(data)
    if share is not None:
        shown = number(share, "share", "streams/measured_cases ÷ ended_cases")
        what = say("Ended {cases} measured", cases=data.stream.words.cases)
        rows.append((what, shown, say("below the gate of the stream file no time is shown")))
    columns = (Column(say("What")), Column(say("How many"), True), Column(say("What it means")))
    return Card(
        "counted", say("What was counted, and what was left out"), say("Over all time, not only this quarter."),
        "streams", table=Table(columns, tuple(rows)),
    )  # fmt: skip


def _counted(data: BundleData) -> Iterator[_Count]:
    state, cases = data.state, capital(data.stream.words.cases)
    yield say("Events"), "events", state.events, say("told by services or logs, each counted once")
    yield say("{cases} with a start", cases=cases), "cases", state.cases, say("what every number is made from")
    open_cases = say("counted as open, never left out")
    yield say("{cases} still open", cases=cases), "open_cases", state.open_cases, open_cases
    stray = say("{cases} without a start", cases=cases)
    yield stray, "untriggered_cases", state.untriggered_cases, say("in no number")
    aside = say("could be no events; kept with a reason each")
    yield say("Rows kept aside"), "quarantined", state.quarantined, aside


def _arrived(state: State) -> Iterator[_Count]:
    """How events came, where a receiver took them."""
    if not state.received:
        return
    yield say("Events received"), "received", state.received, say("by the receiver, over the network")
    late = say("arrived long after they happened; numbers may still move")
    yield say("Late events"), "late", state.late, late
    ahead = say("told a time after their arrival: some clock is wrong")
    yield say("Events ahead of the clock"), "ahead", state.ahead, ahead
    missing = say("told by a source and never arrived")
    yield say("Numbers missing"), "missing_numbers", state.missing_numbers, missing


def _checks(data: BundleData) -> Card:
    holds, fails = Chip(say("Holds"), "✓", "flat"), Chip(say("Does not hold"), "!", "bad")
    ordered = sorted(data.checks, key=lambda check: (check.passed, check.table_name, check.check_name))
    rows: list[tuple[Cell, ...]] = [
        (
            check_words(check), say(check.detail or ""), holds if check.passed else fails,
            None if check.failing_rows is None
            else count(check.failing_rows, f"check_results/{check.table_name}/{check.check_name}/failing_rows"),
        )
        for check in ordered
    ]  # fmt: skip
    heads = (say("Check"), say("What must hold"), say("Result"))
    columns = (*map(Column, heads), Column(say("Rows against it"), True))
    return Card(
        "checks", say("What must hold of the data"), say("Each is one query that counts the rows against it."),
        "check_results", table=Table.of(columns, rows, most=len(rows)) if rows else None,
        empty=say("No check has run yet."),
    )  # fmt: skip


VIEW = View("data_quality", 80, pages)
