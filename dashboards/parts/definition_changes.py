"""Definitions by which the two quarters were measured: where they differ, a change may be one of words."""

from __future__ import annotations

from dashboards.bundle import BundleData
from dashboards.language import say, say_of
from dashboards.numbers import count
from dashboards.parts.card import Card, Cell, Column, Table
from dashboards.parts.measure import label_of, metrics_of

_NAMES = tuple[str, str, str]


def definitions_card(data: BundleData) -> Card:
    """Every metric whose value of last quarter was made by another version of its definition than that of this one."""
    found = changed_definitions(data)
    columns = (Column(say("Measure")), Column(say("Version last quarter")), Column(say("Version this quarter")))
    rows: list[tuple[Cell, ...]] = [(label_of(data, metric), before, now) for metric, before, now in found]
    title = say_of(
        len(found), "{n} measure has another definition than last quarter",
        "{n} measures have another definition than last quarter", n=count(len(found), "metric_values/changed"),
    )  # fmt: skip
    return Card(
        "definition-changes", title if found else say("Both quarters are measured by the same definitions"),
        say("Versions of the definitions that the numbers of each quarter were made by."), "definitions",
        table=Table.of(columns, rows) if rows else None,
        empty=say("No number of this page moved because its definition did."),
    )  # fmt: skip


def changed_definitions(data: BundleData) -> list[_NAMES]:
    """(metric, version of last quarter, version of this one), of those where both are told and differ."""
    found = []
    for metric in metrics_of(data):
        before, now = (_version(data, metric, period) for period in (data.before.key, data.period.key))
        if before and now and before != now:
            found.append((metric, before, now))
    return found


def _version(data: BundleData, metric: str, period: str) -> str | None:
    told = [value for (name, _, of), value in data.values.items() if (name, of) == (metric, period)]
    return next((value.definition_version for value in told if value.value is not None), None)
