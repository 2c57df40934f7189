"""The value stream as it branches: steps as boxes, moves as lines, rework set apart; what is not drawn is counted."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from markupsafe import Markup

from dashboards.bundle import BundleData, MapStep
from dashboards.graph.drawing import NARROW, WIDE, Graph, Words, draw_graph
from dashboards.graph.layers import END, START, Link
from dashboards.graph.routes import Shape
from dashboards.language import capital, say, say_of
from dashboards.numbers import Number, count, number
from dashboards.parts.card import Card, Cell, Chart, Column, Table
from dashboards.parts.ways import concentrated
from dashboards.rows.moves import ROWS, Move
from dashboards.wording import Sentence, brief

MOST_STEPS = 14
_MOST_MOVES = 26
_NAME = 48
_LEAST_SHARE = 0.005


@dataclass(frozen=True, slots=True)
class Drawn:
    """The steps and moves that are drawn, in the order of the way."""

    steps: tuple[MapStep, ...]
    moves: tuple[Move, ...]


def drawn(data: BundleData) -> Drawn:
    """The most visited steps, and between them the moves most often made: enough of a share, or a step's only one."""
    ranked = sorted(data.steps, key=lambda step: (-step.visits, step.position, step.step))[:MOST_STEPS]
    names = {step.step for step in ranked} | {None}
    between = [move for move in data.rows(ROWS) if move.from_step in names and move.to_step in names]
    kept: list[Move] = []
    entered: set[str | None] = set()
    left: set[str | None] = set()
    for move in between:
        is_only = move.to_step not in entered or move.from_step not in left
        if is_only or (len(kept) < _MOST_MOVES and move.moves >= _LEAST_SHARE * move.whole_cases):
            kept.append(move)
            entered.add(move.to_step)
            left.add(move.from_step)
    return Drawn(tuple(sorted(ranked, key=lambda step: (step.position, step.step))), tuple(kept))


def graph_card(data: BundleData) -> Card:
    """The graph with its equal table."""
    found = drawn(data)
    label = say("Process graph.")
    title, subtitle = _title(data), _subtitle(data)
    graph = {shape: _graph(data, found, shape) for shape in (WIDE, NARROW)}
    chart = Chart(
        *(
            Markup('<div class="graphs {}" tabindex="0" role="region" aria-label="{}">{}</div>').format(
                css,
                say("Drawing: {title}", title=title),
                draw_graph(graph[shape], shape, css=css, label=f"{label} {title}. {subtitle}"),
            )
            for shape, css in ((WIDE, "wide"), (NARROW, "narrow"))
        )
    )
    columns = (
        Column(say("From")), Column(say("To")), Column(say("Moves"), True),
        Column(capital(data.stream.words.cases), True), Column(say("Half wait"), True), Column(say("Rework"), True),
    )  # fmt: skip
    table = Table(columns, tuple(_row(data, move) for move in found.moves))
    return Card("graph", title, subtitle, "transitions", table=table, chart=chart, remarks=_key(data, found))


def name_of(data: BundleData, step: str | None, *, is_source: bool) -> str:
    """What readers call a step, the start and the outcome."""
    if step is None:
        return say("Start") if is_source else say("Outcome")
    known = next((row.label for row in data.steps if row.step == step), None)
    return brief(known or step, _NAME)


def half_wait(move: Move) -> Number | None:
    """Half of the moves wait less than this; None where no wait is told."""
    if move.wait_hours_p50 is None:
        return None
    return number(move.wait_hours_p50 / 24, "days", f"{move.origin}/wait_hours_p50")


def is_rework(move: Move) -> bool:
    """Is it rework more often than not?"""
    return 2 * move.rework_moves > move.moves


def _graph(data: BundleData, found: Drawn, shape: Shape) -> Graph:
    links = {
        move: Link(move.from_step or START, move.to_step or END, float(move.moves), is_rework(move))
        for move in found.moves
    }
    boxes = {step.step: _words(data, step, is_narrow=shape is NARROW) for step in found.steps}
    ends = {START: Words(say("Start"), ()), END: Words(say("Outcome"), ())}
    return Graph(
        nodes=tuple(step.step for step in found.steps), boxes=boxes | ends, links=tuple(links.values()),
        labels={link: _label(move) for move, link in links.items()},
        is_apart={link: is_rework(move) for move, link in links.items()},
    )  # fmt: skip


def _words(data: BundleData, step: MapStep, *, is_narrow: bool) -> Words:
    origin = f"value_stream/{data.period.key}/{step.step}"
    visits = count(step.visits, f"{origin}/visits")
    told = [say_of(step.visits, "{n} visit", "{n} visits", n=visits)]
    more = []
    if step.touch_hours is not None:
        work = number(step.touch_hours / 24, "days", f"{origin}/touch_hours")
        more.append(say("work {time}", time=work.short))
    if step.accurate_share is not None:
        usable = number(step.accurate_share, "share", f"{origin}/accurate_share")
        more.append(say("{share} usable", share=usable))
    lines = [*told, *(more if is_narrow else [" · ".join(more)] if more else [])]
    return Words(step.label or step.step, tuple(lines))


def _label(move: Move) -> str:
    moves, wait = count(move.moves, f"{move.origin}/moves"), half_wait(move)
    return f"{moves}" if wait is None else f"{moves} · {wait.short}"


def _row(data: BundleData, move: Move) -> tuple[Cell, ...]:
    return (
        name_of(data, move.from_step, is_source=True), name_of(data, move.to_step, is_source=False),
        count(move.moves, f"{move.origin}/moves"), count(move.cases, f"{move.origin}/cases"),
        half_wait(move) or say("not told"), count(move.rework_moves, f"{move.origin}/rework_moves"),
    )  # fmt: skip


def rework_share(moves: Sequence[Move]) -> Number | None:
    """Rework among the moves into steps; None where there is none to speak of."""
    if not moves:
        return None
    into_steps = moves[0].whole_moves - moves[0].whole_cases
    if into_steps <= 0:
        return None
    return number(moves[0].whole_rework / into_steps, "share", "transitions/Σ rework_moves ÷ Σ moves into steps")


def _title(data: BundleData) -> str:
    found = concentrated(data)
    if found is None:
        return say("The ways the work takes")
    share = number(found.top_share, "share", f"{found.origin}/top_share")
    return say("{share} of the {cases} took the most frequent way", share=share, cases=data.stream.words.cases)


def _subtitle(data: BundleData) -> str:
    return say(
        "Each box is a step, each line a move from one to the next, as wide as it is frequent, with the wait that half "
        "of the moves stay below. Dashed lines are rework. Of the {cases} completed this quarter.",
        cases=data.stream.words.cases,
    )  # fmt: skip


def _key(data: BundleData, found: Drawn) -> tuple[Sentence, ...]:
    """What is left out, in numbers; nothing where all is drawn."""
    rows = data.rows(ROWS)
    if not rows:
        return ()
    steps, pairs = len(data.steps) - len(found.steps), rows[0].whole_pairs - len(found.moves)
    moves = rows[0].whole_moves - sum(move.moves for move in found.moves)
    if not pairs:
        return (Sentence(say("Every step and every move is drawn.")),)
    shown = count(pairs, "transitions/not drawn")
    share = number(moves / rows[0].whole_moves, "share", "transitions/moves not drawn ÷ all")
    if not steps:
        text = say_of(pairs, "{n} rarer transition, {share} of all moves, is not drawn.",
                      "{n} rarer transitions, {share} of all moves, are not drawn.", n=shown, share=share)  # fmt: skip
        return (Sentence(text, (shown, share)),)
    rarer = count(steps, "value_stream/steps not drawn")
    text = say_of(steps, "{steps} rarer step and {n} transitions, {share} of all moves, are not drawn.",
                  "{steps} rarer steps and {n} transitions, {share} of all moves, are not drawn.",
                  steps=rarer, n=shown, share=share)  # fmt: skip
    return (Sentence(text, (rarer, shown, share)),)
