"""Moves that are rework, most frequent first, and the steps with what each holds."""

from __future__ import annotations

from dashboards.bundle import BundleData, MapStep
from dashboards.language import capital, say
from dashboards.numbers import Number, count, number
from dashboards.parts.card import Bar, Card, Cell, Column, Table
from dashboards.parts.process_graph import half_wait, name_of
from dashboards.rows.moves import ROWS, Move

_SHOWN = 8
_STEPS = 14


def rework_card(data: BundleData) -> Card:
    """From where work was sent back, done again or mended, and where to."""
    told = [move for move in data.rows(ROWS) if move.rework_moves]
    ranked = sorted(told, key=lambda move: (-move.rework_moves, move.from_step or "", move.to_step or ""))
    columns = (
        Column(say("From → to")), Column(say("To scale"), is_drawn=True), Column(say("Rework"), True),
        Column(say("Of all moves there"), True), Column(capital(data.stream.words.cases), True),
        Column(say("Half wait"), True),
    )  # fmt: skip
    rows = tuple(_row(data, move, ranked[0].rework_moves) for move in ranked[:_SHOWN])
    return Card(
        "rework", _title(data, ranked),
        say("Moves into a visit that sends back, mends or repeats, of the kinds the stream file counts."),
        "transitions",
        table=Table(columns, rows, max(0, len(ranked) - _SHOWN)) if rows else None,
        empty=say("No move was rework in this quarter."),
    )  # fmt: skip


def steps_card(data: BundleData) -> Card:
    """The steps in order: what the boxes of the graph hold."""
    columns = (
        Column(say("Step")), Column(say("Visits"), True), Column(say("Passed by"), True),
        Column(say("Work per visit"), True), Column(say("Wait before it"), True),
        Column(say("Usable as received"), True),
    )  # fmt: skip
    rows = tuple(_step(data, step) for step in data.steps[:_STEPS])
    return Card(
        "steps", say("The steps in order"),
        say("Per visit, of the {cases} completed this quarter.", cases=data.stream.words.cases), "value_stream",
        table=Table(columns, rows, max(0, len(data.steps) - _STEPS)) if rows else None,
        empty=say("Nothing finished in it."),
    )  # fmt: skip


def _row(data: BundleData, move: Move, most: int) -> tuple[Cell, ...]:
    source, target = (
        name_of(data, step, is_source=first) for step, first in ((move.from_step, True), (move.to_step, False))
    )
    share = number(move.rework_moves / move.moves, "share", f"{move.origin}/rework_moves ÷ moves")
    return (
        f"{source} → {target}", Bar.of(move.rework_moves, most, "bad"),
        count(move.rework_moves, f"{move.origin}/rework_moves"), share, count(move.cases, f"{move.origin}/cases"),
        half_wait(move) or say("not told"),
    )  # fmt: skip


def _title(data: BundleData, ranked: list[Move]) -> str:
    if not ranked:
        return say("No rework")
    to = name_of(data, ranked[0].to_step, is_source=False)
    return say("Most rework goes from “{source}” to “{target}”", target=to,
               source=name_of(data, ranked[0].from_step, is_source=True))  # fmt: skip


def _step(data: BundleData, step: MapStep) -> tuple[Cell, ...]:
    origin = f"value_stream/{data.period.key}/{step.step}"
    return (
        name_of(data, step.step, is_source=True), count(step.visits, f"{origin}/visits"),
        number(step.case_share, "share", f"{origin}/case_share"), _hours(step.touch_hours, f"{origin}/touch_hours"),
        _hours(step.wait_hours, f"{origin}/wait_hours"),
        say("not told") if step.accurate_share is None
        else number(step.accurate_share, "share", f"{origin}/accurate_share"),
    )  # fmt: skip


def _hours(hours: float | None, origin: str) -> Number | str:
    return say("not told") if hours is None else number(hours / 24, "days", origin)
