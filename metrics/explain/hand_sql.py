"""The number by hand: one query in plain SQL that gives the reported values, and each statistic in words.

Written apart from `summarise` on purpose: who runs it checks the code, not only the data.
"""

from __future__ import annotations

from metrics.explain.subjects import rows_sql
from metrics.metric import Metric, Reading, Statistic
from metrics.periods import Period
from metrics.stream.model import Stream
from metrics.summarise import QUANTILES

_IN_WORDS = {
    Statistic.P50: "the time within which half were done",
    Statistic.P85: "the time within which 85 in 100 were done",
    Statistic.P90: "the time within which 9 in 10 were done",
    Statistic.MEAN: "the sum of all times divided by their number",
    Statistic.SHARE: "those that count as 1 divided by all",
    Statistic.RATIO: "the sum of amounts divided by the sum of bases, over all cases together, not a mean of ratios",
    Statistic.UNIT_COST: "the sum of all cost divided by the number of completed cases",
    Statistic.COUNT: "the number of rows",
}
_CURVE = """, at_times AS (
    SELECT amount, count(*) FILTER (complete) AS ended, sum(count(*)) OVER (ORDER BY amount DESC) AS in_hand
    FROM counted GROUP BY amount
), curve AS (
    SELECT amount, product((in_hand - ended) / in_hand) OVER (ORDER BY amount) AS open_share FROM at_times
)"""


def counts_open_work(metric: Metric) -> bool:
    """Is it read off a Kaplan–Meier curve?"""
    return metric.reading is Reading.STARTED and metric.unit == "days"


def in_words(metric: Metric, statistic: Statistic) -> str:
    """What a statistic does with the observations."""
    how = ""
    if counts_open_work(metric):
        how = "; the first such time on the Kaplan–Meier curve, where open work counts as 'at least this long'"
    elif statistic in QUANTILES:
        how = "; between two observations along a straight line"
    return _IN_WORDS[statistic] + how


def value_sql(metric: Metric, stream: Stream, period: Period) -> str:
    """One row: n and a column for each statistic, as reported; NULL is no data. It runs on the published file."""
    counted = f"WITH counted AS (\n{rows_sql(metric, stream, period)}\n)"
    if counts_open_work(metric):
        columns = ",\n    ".join(
            f"min(amount) FILTER (open_share <= {1 - QUANTILES[s]:g} + 1e-12) AS {s}" for s in metric.statistics
        )
        return f"{counted}{_CURVE}\nSELECT (SELECT count(*) FROM counted) AS n,\n    {columns}\nFROM curve"
    columns = ",\n    ".join(f"{_column(metric, statistic)} AS {statistic}" for statistic in metric.statistics)
    return f"{counted}\nSELECT {_size(metric)} AS n,\n    {columns}\nFROM counted"


def _size(metric: Metric) -> str:
    """How many observations stand behind the value."""
    if metric.unit == "currency":
        return "coalesce(sum(base), 0)::BIGINT"
    if metric.is_duration:
        return "count(*) FILTER (complete)"
    return "count(*)" if metric.unit == "count" else "count(*) FILTER (amount <> 0 OR base <> 0)"


def _column(metric: Metric, statistic: Statistic) -> str:
    if statistic in QUANTILES:
        return f"quantile_cont(amount, {QUANTILES[statistic]:g}) FILTER (complete)"
    if statistic is Statistic.MEAN:
        return "avg(amount) FILTER (complete)"
    if statistic is Statistic.COUNT:
        return "nullif(count(*), 0)"
    divided = "sum(amount) / nullif(sum(base), 0)"
    return f"CASE WHEN bool_and(complete) THEN {divided} END" if metric.unit == "currency" else divided
