"""What a sample is drawn from: the cases a value counted, or the rows of cost it summed, from the published copy."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal

import duckdb

from metrics.audit.item import Item
from metrics.catalog import metric_by_key
from metrics.errors import ContractError
from metrics.explain.subjects import read_subjects
from metrics.metric import Metric
from metrics.periods import Period
from metrics.stream import Stream

MICRO = Decimal("0.000001")
_COSTS = """
SELECT case_id, cost_class, driver, incurred_on, rate_id, basis, quantity, amount::DECIMAL(18, 6) AS amount
FROM costs WHERE stream = $stream AND incurred_on >= $first AND incurred_on < $until AND amount IS NOT NULL
ORDER BY incurred_on, case_id NULLS LAST, cost_class, driver, rate_id, basis, amount
"""


@dataclass(frozen=True, slots=True)
class Population:
    """Items with what is known of each, in one unit; `told` has words for each key, `ids` the evidence behind them."""

    metric: Metric
    stream: Stream
    period: Period
    unit: str
    items: tuple[Item, ...]
    told: Mapping[str, Mapping[str, str]]
    ids: tuple[str, ...]
    unpriced: int = 0
    cases: Mapping[str, str | None] = field(default_factory=dict)

    @property
    def fingerprint(self) -> str:
        """sha256 over every key and amount: two populations with the same are the same."""
        lines = sorted(f"{item.key}\t{item.amount}\n" for item in self.items)
        return hashlib.sha256("".join(lines).encode()).hexdigest()


def read_population(connection: duckdb.DuckDBPyConnection, stream: Stream, metric: str, period: Period) -> Population:
    """The items of a metric in a period. An item whose amount is unknown is in none, and counted.

    Raises:
        ContractError: no such metric, or nothing was counted in the period.
    """
    chosen = metric_by_key(metric)
    read = _read_costs if chosen.unit == "currency" else _read_cases
    found = read(connection, chosen, stream, period)
    if not found.items:
        raise ContractError(f"{metric} of {stream.stream} counted nothing in {period.key}, so nothing can be sampled.")
    return found


def with_segment(connection: duckdb.DuckDBPyConnection, found: Population, name: str) -> list[Item]:
    """The items with a segment of the stream file, or a column of cost, as their stratum; what has none is 'unknown'.

    Raises:
        ContractError: it is neither.
    """
    columns = ("cost_class", "driver", "basis") if found.metric.unit == "currency" else ()
    if name in columns:
        return [Item(i.key, i.amount, found.told[i.key][name] or "unknown") for i in found.items]
    if name not in found.stream.segments:
        raise ContractError.from_unknown_name("The stratum", name, ("size", *columns, *found.stream.segments))
    rows = connection.execute(
        "SELECT case_id, json_extract_string(segments, '$.' || $name) FROM cases WHERE stream = $stream",
        {"name": name, "stream": found.stream.stream},
    ).fetchall()
    segments = dict(rows)
    return [Item(i.key, i.amount, segments.get(found.cases[i.key]) or "unknown") for i in found.items]


def _read_costs(connection: duckdb.DuckDBPyConnection, metric: Metric, stream: Stream, period: Period) -> Population:
    told = {"stream": stream.stream, "first": period.first_on, "until": period.until_on}
    rows = connection.execute(_COSTS, told).fetchall()
    unpriced = connection.execute(
        "SELECT count(*) FROM costs WHERE stream = $stream AND incurred_on >= $first AND incurred_on < $until "
        "AND amount IS NULL",
        told,
    ).fetchall()[0][0]
    items, words, cases = [], {}, {}
    for number, (case, cost_class, driver, on, rate, basis, quantity, amount) in enumerate(rows, 1):
        key = f"cost {number:07d}"
        items.append(Item(key, amount))
        cases[key] = case
        words[key] = {
            "case_id": case or "", "cost_class": cost_class or "", "driver": driver or "", "incurred_on": str(on),
            "rate_id": rate or "", "basis": basis or "", "quantity": "" if quantity is None else repr(float(quantity)),
        }  # fmt: skip
    unit = stream.costs.currency
    return Population(metric, stream, period, unit, tuple(items), words, _ids(connection, metric, stream, period),
                      unpriced, cases)  # fmt: skip


def _read_cases(connection: duckdb.DuckDBPyConnection, metric: Metric, stream: Stream, period: Period) -> Population:
    subjects = read_subjects(connection, metric, stream, period)
    items, words, cases = [], {}, {}
    for number, subject in enumerate(subjects, 1):
        if subject.amount is None:
            continue
        key = f"{subject.subject} {number:07d}"
        items.append(Item(key, Decimal(repr(subject.amount)).quantize(MICRO)))
        cases[key] = subject.subject
        words[key] = {
            "case_id": subject.subject, "dated_on": str(subject.observed_on), "base": repr(subject.base),
            "is_complete": "yes" if subject.is_complete else "no: still open",
        }  # fmt: skip
    ids = _ids(connection, metric, stream, period)
    return Population(metric, stream, period, metric.unit, tuple(items), words, ids, len(subjects) - len(items), cases)


def _ids(connection: duckdb.DuckDBPyConnection, metric: Metric, stream: Stream, period: Period) -> tuple[str, ...]:
    rows: Sequence[tuple[str]] = connection.execute(
        "SELECT evidence_id FROM metric_values WHERE stream = $stream AND metric = $metric AND period = $period "
        "AND dimensions = '{}' ORDER BY statistic",
        {"stream": stream.stream, "metric": metric.key, "period": period.key},
    ).fetchall()
    return tuple(ident for (ident,) in rows if ident)
