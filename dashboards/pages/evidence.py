"""Evidence: how each number of this quarter can be traced to what it was made of, and derived again."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from dashboards.bundle import BundleData, Value
from dashboards.language import say
from dashboards.numbers import Number, count, number
from dashboards.pages.sheet import sheet
from dashboards.pages.view import Page, View
from dashboards.parts.card import ROWS_OPEN, Card, Cell, Column, Original, Table
from dashboards.parts.measure import label_of, metrics_of
from dashboards.rows.evidence_rows import ROWS, EvidenceRow
from dashboards.wording import Sentence, quantile_words

_MOST_VALUES = 120
_HASH_SHOWN = 16


def pages(data: BundleData) -> Iterator[Page]:
    """One page, where values have ids."""
    values = [value for value in _values(data) if value.evidence_id]
    if not values:
        return
    told = count(len(data.rows(ROWS)), "evidence/quarter")
    heading = Sentence(say("Every number of this quarter can be traced: {n} rows, each with an id", n=told), (told,))
    cards = [_commands(values[0]), _value_card(data, values), _basis_card(data), _checks_card(data)]
    yield sheet(data, "evidence", say("Evidence"), heading, cards)


def _values(data: BundleData) -> list[Value]:
    order = {metric: place for place, metric in enumerate(metrics_of(data))}
    found = [value for (_, _, period), value in data.values.items() if period == data.period.key]
    return sorted(found, key=lambda value: (order.get(value.metric, len(order)), value.metric, value.statistic))


def _commands(value: Value) -> Card:
    rows: list[tuple[Cell, ...]] = [
        (say("What a number was made of"), Original(f"streamgauge evidence {value.evidence_id}")),
        (say("Derive a number again, and say equal or not"), Original(f"streamgauge verify {value.evidence_id}")),
        (say("Derive every number again"), Original("streamgauge verify --all")),
        (say("Draw a sample of cases for an auditor"), Original("streamgauge audit sample --help")),
    ]
    return Card(
        "verify", say("How to check a number"),
        say("Run where the data lie; nothing is sent anywhere, and nothing there is changed."), "evidence",
        table=Table((Column(say("What for")), Column(say("Command"))), tuple(rows)),
    )  # fmt: skip


def _value_card(data: BundleData, values: list[Value]) -> Card:
    inputs = {row.evidence_id: row for row in data.rows(ROWS)}
    rows: list[tuple[Cell, ...]] = [_value_row(data, value, inputs) for value in values]
    heads = (
        Column(say("Measure")), Column(say("Value"), True), Column(say("Counted"), True), Column(say("Evidence id")),
        Column(say("Version")), Column(say("Fingerprint of what was counted")),
    )  # fmt: skip
    fold = say("The other values") if len(rows) > ROWS_OPEN else ""
    return Card(
        "values", say("The values of this quarter"),
        say("An id changes when the value, the definition, the data, a file or the code changes."), "metric_values",
        table=replace(Table.of(heads, rows, _MOST_VALUES), fold=fold),
    )  # fmt: skip


def _value_row(data: BundleData, value: Value, inputs: dict[str, EvidenceRow]) -> tuple[Cell, ...]:
    made = inputs.get(value.evidence_id or "")
    counted = count(made.inputs, f"evidence/{value.evidence_id}/inputs") if made and made.inputs is not None else None
    fingerprint = Original(made.inputs_fingerprint) if made and made.inputs_fingerprint else None
    how, label = quantile_words(value.statistic), label_of(data, value.metric)
    named = f"{label}, {how}" if how != value.statistic else label
    ident = Original(value.evidence_id or "")
    return (named, _shown(value), counted, ident, value.definition_version, fingerprint)


def _shown(value: Value) -> Number | None:
    return None if value.value is None else number(value.value, value.unit, f"{value.origin}/value")


def _basis_card(data: BundleData) -> Card:
    """Events, files, code and libraries by their hashes: shared by all ids of the stream."""
    basis: dict[str, Any] = json.loads(data.state.evidence_basis or "{}")
    rows: list[tuple[Cell, ...]] = [
        (say("Events"), count(data.state.events, "streams/events"), Original(data.state.ledger_fingerprint)),
        *((Original(name), "", Original(digest[:_HASH_SHOWN])) for name, digest in basis.get("files", {}).items()),
        (say("streamgauge {version}", version=data.state.code_version), "",
         Original(str(basis.get("source_hash", ""))[:_HASH_SHOWN])),
        (say("Libraries"), "", Original(str(basis.get("libraries_hash", ""))[:_HASH_SHOWN])),
    ]  # fmt: skip
    columns = (Column(say("What")), Column(say("How many"), True), Column(say("Fingerprint")))
    return Card(
        "basis", say("What all of them rest on"),
        say("Run {run}. A copy of each file is kept under its hash.", run=data.state.run_id), "streams",
        table=Table(columns, tuple(rows)),
    )  # fmt: skip


def _checks_card(data: BundleData) -> Card:
    passed = sum(check.passed for check in data.checks)
    told, all_of = count(passed, "check_results/passed"), count(len(data.checks), "check_results/all")
    text = say("{n} of {all_of} checks of the data held when they were made.", n=told, all_of=all_of)
    return Card(
        "checks", say("Whether the data held"), say("Each check stands on the page of data quality."), "check_results",
        empty=say("No check has run yet.") if not data.checks else "", remarks=(Sentence(text, (told, all_of)),),
    )  # fmt: skip


VIEW = View("evidence", 85, pages)
