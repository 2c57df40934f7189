"""What was counted and what was left out, each with its count and reason, adding up to the whole.

Every case (or failure episode, or step) of the period gets exactly one line. A metric's own rows say what is counted;
the contract tables say why the rest is not. What no reason fits is told as such, never dropped.
"""

from __future__ import annotations

from dataclasses import dataclass

import duckdb

from metrics.explain.hand_sql import counts_open_work
from metrics.explain.populations import Population, population_of
from metrics.explain.subjects import rows_sql
from metrics.facts.costs import NOT_ALLOCATED
from metrics.metric import Metric
from metrics.periods import Period
from metrics.query import one_row
from metrics.stream.model import Stream

COUNTED = "counted"


@dataclass(frozen=True, slots=True)
class Line:
    """So many of the whole, and why they are or are not in the number."""

    what: str
    count: int
    is_counted: bool


@dataclass(frozen=True, slots=True)
class Account:
    """A whole and its parts: Σ lines = total. `of` completes 'of all …'."""

    of: str
    total: int
    lines: tuple[Line, ...]

    @property
    def counted(self) -> int:
        """How many of the whole are in the number."""
        return sum(line.count for line in self.lines if line.is_counted)


def account_of_period(connection: duckdb.DuckDBPyConnection, metric: Metric, stream: Stream, period: Period) -> Account:
    """What the metric could have counted in the period: what it did count, and why not the rest.

    A metric whose rows are none of the known populations, one row a member, gets its rows alone as the whole.
    """
    rows = rows_sql(metric, stream, period)
    if metric.unit == "currency":  # rows without a base are money, not cases
        rows = f"SELECT * FROM ({rows}) WHERE base <> 0"
    population = population_of(metric)
    if population is None or _fits_not(connection, stream, population, rows):
        total = (one_row(connection, f"SELECT count(*) FROM ({rows})") or (0,))[0]
        return Account("rows of the period", total, (Line(COUNTED, total, True),) if total else ())
    found = connection.execute(
        f"""
        WITH seen AS (SELECT subject, {_state(metric)} AS state FROM ({rows}) GROUP BY subject)
        SELECT what, count(*) AS how_many, is_counted FROM (
            SELECT {_reason(population)} AS what, coalesce(state <> 'empty', FALSE) AS is_counted
            FROM {population.table} LEFT JOIN seen ON seen.subject = {population.subject}
            WHERE stream = $stream AND (seen.subject IS NOT NULL OR ({population.within}))
        ) GROUP BY what, is_counted ORDER BY is_counted DESC, what <> '{COUNTED}', how_many DESC, what
        """,
        {"stream": stream.stream, "first": period.first_on, "until": period.until_on},
    ).fetchall()
    return _account(population.of.format(cases=stream.words.cases), [Line(*line) for line in found])


def further_accounts(
    connection: duckdb.DuckDBPyConnection, metric: Metric, stream: Stream, period: Period
) -> list[Account]:
    """What else stands behind the counted cases: their handoffs, the allow-list's effect, the rows of cost.

    The share without the list takes every allowed repeat for rework; `rework_allowance` tells it by step.
    """
    found = []
    if "manual_handoffs" in metric.sql:
        found.append(_handoffs(connection, metric, stream, period))
    if "is_rework_free" in metric.sql:
        found.append(_allowed(connection, metric, stream, period))
    if metric.unit == "currency":
        found.append(_costs(connection, stream, period))
    return found


def accounts_of_stream(connection: duckdb.DuckDBPyConnection, stream: Stream) -> list[Account]:
    """What is in no number of any period: cases that never showed a trigger, rows kept aside in quarantine."""
    row = one_row(
        connection,
        "SELECT cases, untriggered_cases, events, quarantined FROM streams WHERE stream = $stream",
        {"stream": stream.stream},
    )
    if row is None:
        return []
    cases, untriggered, events, quarantined = row
    return [
        _account(
            f"{stream.words.cases} ever told, whatever the period",
            [Line("with a trigger", cases, True), Line("never showed a trigger: in no number", untriggered, False)],
        ),
        _account(
            "rows ever told, whatever the period",
            [Line("events", events, True), Line("quarantined, with a reason each: in no number", quarantined, False)],
        ),
    ]


def _state(metric: Metric) -> str:
    """Of one subject: counted, open (it counts as 'at least this long'), or empty (it moves neither sum)."""
    empty = "FALSE" if metric.is_duration or metric.unit == "count" else "bool_and(amount = 0 AND base = 0)"
    is_open = "bool_and(NOT complete)" if counts_open_work(metric) else "FALSE"
    return f"CASE WHEN {empty} THEN 'empty' WHEN {is_open} THEN 'open' ELSE '{COUNTED}' END"


def _reason(population: Population) -> str:
    why = f"CASE {population.reasons} ELSE 'left out by the definition; see its SQL' END" if population.reasons else (
        "'left out by the definition; see its SQL'"
    )  # fmt: skip
    return (
        f"CASE state WHEN '{COUNTED}' THEN '{COUNTED}' WHEN 'open' THEN 'counted as at least this long: ' || {why} "
        f"WHEN 'empty' THEN 'adds nothing to either sum' ELSE {why} END"
    )


def _fits_not(connection: duckdb.DuckDBPyConnection, stream: Stream, population: Population, rows: str) -> bool:
    """Is any row's subject no member of the population's table, or told by several rows?"""
    members = f"SELECT {population.subject} FROM {population.table} WHERE stream = $stream"
    sql = (
        f"SELECT subject FROM ({rows}) GROUP BY subject "
        f"HAVING count(*) > 1 OR coalesce(subject NOT IN ({members}), TRUE) LIMIT 1"
    )
    return one_row(connection, sql, {"stream": stream.stream}) is not None


def _handoffs(connection: duckdb.DuckDBPyConnection, metric: Metric, stream: Stream, period: Period) -> Account:
    automated, manual, unknown = _sums(
        connection, metric, stream, period, "sum(automated_handoffs), sum(manual_handoffs), sum(unknown_handoffs)"
    )
    return _account(
        f"handoffs of the counted {stream.words.cases}",
        [
            Line("automated", automated, True),
            Line("manual", manual, True),
            Line("unknown kind of performer: in neither sum", unknown, False),
        ],
    )


def _allowed(connection: duckdb.DuckDBPyConnection, metric: Metric, stream: Stream, period: Period) -> Account:
    clean, overlooked, reworked = _sums(
        connection, metric, stream, period,
        "count(*) FILTER (is_rework_free AND allowed_repeats = 0), "
        "count(*) FILTER (is_rework_free AND allowed_repeats > 0), count(*) FILTER (NOT is_rework_free)",
    )  # fmt: skip
    counted = clean + overlooked + reworked
    moved = f"; without the list the share is {100 * clean / counted:.1f} %" if overlooked else ""
    return _account(
        f"counted {stream.words.cases}{moved}",
        [
            Line("right, nothing repeated", clean, True),
            Line("right, with a repeat the stream file allows", overlooked, True),
            Line("with rework", reworked, True),
        ],
    )


def _sums(
    connection: duckdb.DuckDBPyConnection, metric: Metric, stream: Stream, period: Period, columns: str
) -> tuple[int, ...]:
    """Sums over the cases that have a row in the period; 0 where there is none: a count of nothing."""
    rows = f"SELECT subject FROM ({rows_sql(metric, stream, period)})"
    sql = f"SELECT {columns} FROM cases WHERE stream = $stream AND case_id IN ({rows})"
    return tuple(int(value or 0) for value in one_row(connection, sql, {"stream": stream.stream}) or ())


def _costs(connection: duckdb.DuckDBPyConnection, stream: Stream, period: Period) -> Account:
    found = connection.execute(
        f"""
        SELECT CASE WHEN basis = '{NOT_ALLOCATED}' THEN 'a bill that was not handed out whole: blocks the number'
            WHEN amount IS NULL THEN 'no rate or bill for the day: blocks the number'
            ELSE cost_class || ', ' || basis END AS what, count(*), amount IS NOT NULL AS is_counted
        FROM costs WHERE stream = $stream AND incurred_on >= $first AND incurred_on < $until
        GROUP BY ALL ORDER BY is_counted DESC, what
        """,
        {"stream": stream.stream, "first": period.first_on, "until": period.until_on},
    ).fetchall()
    return _account("rows of cost incurred in the period", [Line(*line) for line in found])


def _account(of: str, lines: list[Line]) -> Account:
    return Account(of, sum(line.count for line in lines), tuple(lines))
