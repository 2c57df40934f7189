"""One number explained: definition, query, values, accounts, sample and influences, put together from published tables.

Knows the order a reader asks in; formats nothing for the eye and opens nothing.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any

import duckdb

from metrics.definition import definition_of, section_of
from metrics.evaluate import Value, evaluate_period, unit_of
from metrics.explain.accounts import Account, account_of_period, accounts_of_stream, further_accounts
from metrics.explain.hand_sql import in_words, value_sql
from metrics.explain.influence import Influence, influences
from metrics.explain.sample import Sampled, sample
from metrics.explain.subjects import read_subjects
from metrics.metric import Metric
from metrics.observe import printed_sql
from metrics.periods import Period
from metrics.stream.model import Stream

MOST_INFLUENCES = 8


@dataclass(frozen=True, slots=True)
class Explanation:
    """All that stands behind a metric's values in a period.

    `accounts` are of the period, the first of them the subjects themselves; `beyond` of the stream, whatever the
    period. `sql` gives a row a subject, `value_sql` the values.
    """

    metric: Metric
    stream: Stream
    period: Period
    values: tuple[Value, ...]
    sql: str
    value_sql: str
    accounts: tuple[Account, ...]
    beyond: tuple[Account, ...]
    sample: tuple[Sampled, ...]
    influences: tuple[Influence, ...]

    @property
    def headline(self) -> Value:
        """The value sample and influences are about."""
        return next(value for value in self.values if value.summary.statistic is self.metric.headline)

    def as_fact(self) -> dict[str, Any]:
        """The object `streamgauge explain --json` prints; a missing value is null with its reason, never 0."""
        return {
            "stream": self.stream.stream,
            "period": self.period.key,
            "first_on": self.period.first_on,
            "until_on": self.period.until_on,
            "definition": self._definition(),
            "values": [_value_fact(value) for value in self.values],
            "sql": self.sql,
            "value_sql": self.value_sql,
            "accounts": [_account_fact(account) for account in self.accounts],
            "beyond_the_period": [_account_fact(account) for account in self.beyond],
            "sample": [{"why": one.why, **asdict(one.subject)} for one in self.sample],
            "headline": self.metric.headline.value,
            "would_change_it_most": [asdict(one) for one in self.influences],
        }

    def _definition(self) -> dict[str, object]:
        metric = self.metric
        return {
            "metric": metric.key, "label": self.stream.word_for(metric.key, metric.label),
            "sentence": metric.sentence, "definition": definition_of(metric, self.stream),
            "unit": unit_of(metric, self.stream), "unit_in_words": section_of(metric, "Unit"),
            "reading": metric.reading.value, "version": metric.version, "one_row_is": section_of(metric, "One row is"),
            "formula": section_of(metric, "Formula"),
            "statistics": {statistic.value: in_words(metric, statistic) for statistic in metric.statistics},
        }  # fmt: skip


def explain(connection: duckdb.DuckDBPyConnection, metric: Metric, stream: Stream, period: Period) -> Explanation:
    """Explain the values of a metric in a period, from the tables of a published copy."""
    values = tuple(evaluate_period(connection, metric, stream, period))
    headline = next(value.summary for value in values if value.summary.statistic is metric.headline)
    seed = f"{stream.stream}/{metric.key}/{period.key}"
    subjects = read_subjects(connection, metric, stream, period)
    return Explanation(
        metric=metric,
        stream=stream,
        period=period,
        values=values,
        sql=printed_sql(metric, stream),
        value_sql=value_sql(metric, stream, period),
        accounts=(
            account_of_period(connection, metric, stream, period),
            *further_accounts(connection, metric, stream, period),
        ),
        beyond=tuple(accounts_of_stream(connection, stream)),
        sample=tuple(sample(subjects, metric.unit, headline.value, seed)),
        influences=tuple(influences(connection, metric, stream, period)[:MOST_INFLUENCES]),
    )


def _value_fact(value: Value) -> dict[str, object]:
    return {**value.as_fact(), "method": value.as_row()["method"], "reason": value.summary.reason}


def _account_fact(account: Account) -> dict[str, object]:
    lines = [{"what": line.what, "count": line.count, "is_counted": line.is_counted} for line in account.lines]
    return {"of": account.of, "total": account.total, "counted": account.counted, "lines": lines}
