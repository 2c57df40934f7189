"""Every table that is kept, by name: which rows it has today. Each is made from facts, or from what was made before."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import asdict
from decimal import Decimal
from hashlib import sha256

import duckdb

from metrics.audit import monetary_unit, stratified
from metrics.audit.allocation import Allocation
from metrics.audit.item import Item
from metrics.catalog import CATALOG, metric_by_key
from metrics.definition import definition_of
from metrics.effects.pairs import period_pair, release_pair
from metrics.evidence.identity import MadeOf, basis_id, evidence_id
from metrics.evidence.inputs import DailyInputs, daily_inputs
from metrics.evidence.rows import PublishedRow, published_rows
from metrics.explain.explanation import explain
from metrics.observe import printed_sql
from metrics.periods import parse_period
from metrics.published import COMPARISONS, METRIC_VALUES
from metrics.reports.catalog import REPORTS
from metrics.tables import CONTRACT
from metrics.targets import targets_of
from tests.metrics.reference.kept import Row, text_of
from tests.metrics.reference.made import Made, make_effects, make_report, make_values

EXPLAINED = (
    ("flow_time", "2025-Q4"), ("first_time_right", "2025-Q3"), ("cost_per_transaction", "2026-02"),
    ("handoff_ratio", "2025-Q4"), ("failure_containment_time", "2025-Q4"), ("flow_time_started", "2026-Q1"),
)  # fmt: skip
Text = Callable[[Made], str]


def _facts() -> Iterator[tuple[str, Text]]:
    for table in CONTRACT:
        if table.name not in ("events", "rates", "bills"):
            yield f"facts_{table.name}", lambda made, t=table: text_of(_rows(made.connection, t.name), t.key)


def _values() -> Iterator[tuple[str, Text]]:
    for metric in CATALOG:
        yield (
            f"values_{metric.key}",
            lambda made, m=metric: text_of([v.as_row() for v in make_values(made, m)], METRIC_VALUES.key),
        )


def _effects() -> Iterator[tuple[str, Text]]:
    for name in ("orders", "returns"):
        yield (
            f"changes_{name}",
            lambda made, n=name: text_of(make_effects(made, made.streams[n]), COMPARISONS.key),
        )


def _reports(*, of_facts: bool) -> Iterator[tuple[str, Text]]:
    """Reports that read nothing but facts, or those that read what was published before them."""
    contract = {table.name for table in CONTRACT}
    for report in REPORTS:
        if contract.issuperset(report.needs) == of_facts:
            yield report.table.name, lambda made, r=report: text_of(make_report(made, r), r.table.key)


def _explained() -> Iterator[tuple[str, Text]]:
    for key, period in EXPLAINED:
        yield f"explained_{key}", lambda made, k=key, p=period: text_of(_explanation(made, k, p), ("part", "number"))


def _explanation(made: Made, key: str, period: str) -> Iterator[Row]:
    stream = made.streams["orders"]
    found = explain(made.connection, metric_by_key(key), stream, parse_period(period, year_starts=4))
    for part, told in found.as_fact().items():
        for number, one in enumerate(told if isinstance(told, list) else [told]):
            yield {"part": part, "number": f"{number:03d}", "told": _json(one)}


def _json(told: object) -> str:
    return json.dumps(_rounded(told), sort_keys=True, default=str, ensure_ascii=False)


def _rounded(told: object) -> object:
    if isinstance(told, Mapping):
        return {str(name): _rounded(value) for name, value in told.items()}
    if isinstance(told, list | tuple):
        return [_rounded(value) for value in told]
    return float(f"{told:.9g}") if isinstance(told, float) else told


def _definitions(made: Made) -> str:
    return text_of(
        (
            {
                "stream": stream.stream, "metric": metric.key, "definition": definition_of(metric, stream),
                "sql": sha256(" ".join(printed_sql(metric, stream).split()).encode()).hexdigest()[:16],
            }
            for stream in made.streams.values() for metric in CATALOG
        ), ("stream", "metric"),
    )  # fmt: skip


def _targets(made: Made) -> str:
    told = (targets_of(stream) for stream in made.streams.values())
    rows = [{"metric": m.key, "statistic": s.value, "target": wanted} for found in told for m, s, wanted in found]
    return text_of(rows, ("metric", "statistic"))


def _pairs(made: Made) -> str:
    stream = made.streams["orders"]
    quarters = [parse_period(f"2025-Q{number}", year_starts=4) for number in (3, 4)]
    releases = [release for release in stream.releases if release.version in ("1.1", "2.0")]
    effects = [
        *period_pair(made.connection, stream, *quarters), *release_pair(made.connection, stream, *releases)
    ]  # fmt: skip
    return text_of([effect.as_row() for effect in effects], COMPARISONS.key)


def _samples(made: Made) -> str:
    """Samples of the money and of the cases, and what some errors in them say of the whole."""
    costs = made.connection.execute(
        "SELECT rate_id || case_id, sum(amount), cost_class FROM costs WHERE stream = 'orders' AND amount IS NOT NULL "
        "AND case_id IS NOT NULL GROUP BY ALL ORDER BY ALL"
    ).fetchall()
    items = [Item(key, amount, stratum) for key, amount, stratum in costs]
    plan = monetary_unit.draw(items, 25, "orders")
    wrong = [one.item.amount * (1 - Decimal(n % 7 == 3) / 4 + Decimal(n % 11 == 5) / 8)
             for n, one in enumerate(plan.drawn)]  # fmt: skip
    checked = [monetary_unit.Checked(drawn, found) for drawn, found in zip(plan.drawn, wrong, strict=True)]
    rows = [{"way": "money", "told": _json([str(plan.total), float(plan.interval), len(plan.apart),
                                            asdict(monetary_unit.project(checked, plan.interval))])}]  # fmt: skip
    rows += [{"way": "money drawn", "told": f"{one.item.key} {one.is_certain}"} for one in plan.drawn]
    for allocation in Allocation:
        strata, drawn = stratified.draw(stratified.by_size(items), 30, "orders", allocation)
        seen = [
            stratified.Checked(
                one.item.stratum, float(one.item.amount), float(one.item.amount) * (1 - 0.2 * (n % 9 == 4))
            )
            for n, one in enumerate(drawn)
        ]
        rows.append({"way": allocation.value, "told": _json([[asdict(s) for s in strata],
                                                             asdict(stratified.project(seen, strata))])})  # fmt: skip
        rows += [{"way": f"{allocation.value} drawn", "told": f"{one.item.key} {one.is_certain}"} for one in drawn]
    return text_of(rows, ("way", "told"))


def _evidence(made: Made) -> str:
    """The ids of every published value and comparison."""
    basis = basis_id({"events": 1, "files": {"orders.yaml": "0" * 64}})
    rows: list[Row] = []
    for name, stream in made.streams.items():
        inputs = {metric.key: daily_inputs(made.connection, metric, stream) for metric in CATALOG[::5]}
        rows += [
            {"stream": name, "table": row.table, "key": row.key,
             "id": evidence_id(name, row, _made_of(row, basis, inputs))}
            for row in published_rows(made.connection, name, (METRIC_VALUES, COMPARISONS))
        ]  # fmt: skip
    return text_of(rows, ("stream", "table", "key"))


def _made_of(row: PublishedRow, basis: str, inputs: Mapping[str, DailyInputs]) -> MadeOf:
    daily = inputs.get(str(row.content["metric"]))
    if daily is None or row.table != METRIC_VALUES.name:
        return MadeOf(basis)
    days = [dt.date.fromisoformat(str(row.content[name])) for name in ("first_on", "until_on")]
    counted = daily.within(*days)
    return MadeOf(basis, "1", "hash", counted.count, counted.fingerprint)


def _changes(made: Made) -> str:
    """Changes from quarter to quarter of every metric."""
    sql = "SELECT * FROM comparisons WHERE kind = 'period'"
    return text_of(_query(made.connection, sql), COMPARISONS.key)


def _rows(connection: duckdb.DuckDBPyConnection, table: str) -> list[Row]:
    return _query(connection, f"SELECT * FROM {table}")


def _query(connection: duckdb.DuckDBPyConnection, sql: str) -> list[Row]:
    found: list[Row] = connection.sql(sql).to_arrow_table().to_pylist()
    return found


OF_FACTS: dict[str, Text] = dict(_facts())
OF_VALUES: dict[str, Text] = dict(_values())
OF_EFFECTS: dict[str, Text] = dict(_effects()) | {"pairs": _pairs}
OF_REPORTS: dict[str, Text] = dict(_reports(of_facts=True))
OF_WORDS: dict[str, Text] = {"definitions": _definitions, "targets": _targets, "samples": _samples} | dict(_explained())
OF_PUBLISHED: dict[str, Text] = dict(_reports(of_facts=False)) | {"changes": _changes, "evidence": _evidence}
"""Made from `metric_values` and `comparisons` beside the facts."""
