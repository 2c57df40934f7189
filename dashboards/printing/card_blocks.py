"""The cards of the review as plain values for Typst: heading, footnote, and what stands in them."""

from __future__ import annotations

import html
import re
from collections.abc import Iterator, Mapping

from dashboards.language import say
from dashboards.pages.full_review import FullReview
from dashboards.parts.card import Card, Changes, Column, Panel
from dashboards.parts.effects import EffectCard
from dashboards.parts.run import RunCard
from dashboards.parts.scorecard import Scorecard, ScoreRow
from dashboards.parts.value_map import MapCard, Stop
from dashboards.printing.cells import (
    Plain,
    cell_of,
    chip_of,
    number_cell,
    picture_of,
    table_of,
    text_cell,
    words,
)
from dashboards.printing.pictures import colours
from dashboards.rendering import tied
from dashboards.targets import TARGET_SIGNS

_LABEL = re.compile(r'aria-label="([^"]*)"')


def card_of(card: Card, feet: Mapping[str, int]) -> Plain:
    """Any card."""
    return _card(card.title, card.subtitle, feet[card.source] if card.source else None, _parts(card))


def part_of(name: str, review: FullReview) -> Plain:
    """The part of the first page by its name: scorecard, run, effects or map."""
    if name == "scorecard":
        return _scorecard(review.scorecard)
    if name == "run":
        return _run(review.run, review.cases)
    return _effects(review.effects) if name == "effects" else _map(review.map, review.case, review.feet)


def _card(title: str, subtitle: str, foot: int | None, parts: Iterator[Plain]) -> Plain:
    return {"title": words(title), "subtitle": words(subtitle), "foot": foot, "parts": list(parts)}


def _parts(card: Card) -> Iterator[Plain]:
    if card.chart:
        yield _chart(card.chart.wide, 62)
    for panel in card.panels:
        yield from _panel(panel)
    if card.changes:
        yield from _changes(card.changes)
    if card.table:
        rows = [[cell_of(cell) for cell in row] for row in card.table.rows]
        yield table_of(card.table.columns, rows, card.title, is_small=card.chart is not None or bool(card.panels))
        if card.table.omitted:
            yield _line(say("{n} more are not shown here; all are in the published table.", n=card.table.omitted))
    elif not (card.chart or card.panels or card.changes) and card.empty:
        yield _line(card.empty)
    for remark in card.remarks:
        yield _line(tied(remark))


def _chart(drawing: str, width: float) -> Plain:
    told = _LABEL.search(drawing)
    return picture_of(drawing, html.unescape(told[1]) if told else "", width)


def _line(text: str) -> Plain:
    return {"kind": "line", "text": words(text)}


def _panel(panel: Panel) -> Iterator[Plain]:
    shown = f"{panel.label}: {panel.shown.text}" if panel.shown else panel.label
    yield {"kind": "line", "text": words(f"{shown} · {tied(panel.sentence)} · {tied(panel.sample)}")}
    if panel.drawing:
        yield picture_of(panel.drawing, width=40)


def _changes(changes: Changes) -> Iterator[Plain]:
    columns = (Column(say("Release")), Column(f"← {changes.lower} · {changes.higher} →"),
               Column(say("Finding"), is_wide=True))  # fmt: skip
    rows = []
    for row in changes.rows:
        counted = f" · {row.sample.text} {changes.counted}" if row.sample else ""
        drawn = picture_of(row.drawing) if row.drawing else text_cell(say("no range"), "muted")
        rows.append([
            _stack(text_cell(row.version, "strong"), text_cell(row.name), text_cell(row.on + counted, "muted")),
            _stack(drawn, *([text_cell(tied(row.extent), "muted")] if row.extent else [])),
            _stack(
                chip_of(row.chip), text_cell(tied(row.sentence)),
                *([text_cell(row.check, "muted")] if row.check else []),
            ),
        ])  # fmt: skip
    yield table_of(columns, rows, say("Finding"))
    if changes.omitted:
        yield _line(changes.omitted)


def _stack(*cells: Plain) -> Plain:
    return {"kind": "stack", "cells": list(cells)}


def _effects(effects: EffectCard) -> Plain:
    return _card(effects.title, effects.subtitle, None, _changes(effects.changes) if effects.rows else iter(()))


def _run(run: RunCard, cases: str) -> Plain:
    def parts() -> Iterator[Plain]:
        if run.wide:
            yield _chart(run.wide, 100)
            columns = (Column(say("Week of")), Column(say("Time"), True), Column(say("Usual range"), True),
                       Column(cases, True), Column(say("Remark"), is_wide=True))  # fmt: skip
            rows = [
                [text_cell(row.week), number_cell(row.shown, say("no data")), text_cell(row.usual),
                 number_cell(row.cases, ""), text_cell(row.remark)] for row in run.rows
            ]  # fmt: skip
            yield table_of(columns, rows, run.caption, is_small=True)

    return _card(run.title, run.subtitle, 1, parts())


def _scorecard(score: Scorecard) -> Plain:
    columns = (Column(say("Tier")), Column(say("Measure"), is_wide=True), Column(say("Last quarter"), True),
               Column(say("This quarter"), True), Column(say("Change"), True), Column(say("Verdict")),
               Column(say("Target"), True), Column(say("Target met")))  # fmt: skip
    table = table_of(columns, [_score_row(row) for row in score.rows], say("Scorecard"))
    return _card(score.title, score.subtitle, None, iter([table]))


def _score_row(row: ScoreRow) -> list[Plain]:
    unknown = say("No data") if row.target else say("No target")
    met = {"hit": say("Met"), "miss": say("Not met")}.get(row.target_state, unknown)
    return [
        text_cell(row.tier if row.is_first else "", "strong"), text_cell(row.label), number_cell(row.before, "–"),
        number_cell(row.now, say("no data"), "strong"), number_cell(row.moved, "–"), chip_of(row.chip),
        number_cell(row.target, "–"), text_cell(f"{TARGET_SIGNS[row.target_state]} {met}"),
    ]  # fmt: skip


def _map(told: MapCard, case: str, feet: Mapping[str, int]) -> Plain:
    def parts() -> Iterator[Plain]:
        if not told.stops:
            return
        columns = (Column(say("Step"), is_wide=True), Column(say("Who")), Column(say("Waiting before"), True),
                   Column(say("Waiting per visit"), True), Column(say("Work"), True),
                   Column(say("Usable as received"), True), Column(say("Pass here"), True),
                   Column(say("Visits"), True))  # fmt: skip
        yield table_of(columns, [_stop(stop) for stop in told.stops], told.title)
        yield {"kind": "strip", "parts": [[p.start, p.width, colours()[_STRIP[p.kind]]] for p in told.strip]}
        if told.others:
            yield _line(tied(told.others))
        kept = say("“Usable as received”: share of visits that needed nothing sent back or repeated.")
        yield _line(f"{say('Time per average {case}; bars and strip to scale.', case=case)} {kept}")

    return _card(told.title, tied(told.subtitle), feet["value_stream"] if told.stops else None, parts())


_STRIP = {"wait": "wait", "work": "work", "other": "muted"}


def _stop(stop: Stop) -> list[Plain]:
    unknown = say("not recorded")
    return [
        text_cell(stop.name, "strong"), text_cell(stop.who),
        number_cell(stop.waiting, "–", "bad" if stop.is_worst else ""), number_cell(stop.per_visit, "–"),
        number_cell(stop.work, unknown), number_cell(stop.accurate, unknown, "bad" if stop.is_poor else ""),
        number_cell(stop.passed, "–"), number_cell(stop.visits, ""),
    ]  # fmt: skip
