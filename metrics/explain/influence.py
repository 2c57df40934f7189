"""What would change a number most: each value of each dimension left out in turn, the headline read again.

Knows leave-one-out; knows no cause. That a segment moves the number does not say that it made it so.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import duckdb
import numpy as np

from metrics.evaluate import summaries_of
from metrics.metric import Metric, Observations, Statistic, Summary
from metrics.observe import observe
from metrics.periods import Period
from metrics.stream.model import Stream
from metrics.verdicts import FEWEST

MOST_VALUES = 50  # of one dimension: the largest; each costs a reading of all the rest


@dataclass(frozen=True, slots=True)
class Influence:
    """The headline without one value of a dimension: `without` minus the headline is `change`, in the metric's unit.

    `n` is how many observations of the headline bear the value, `share` that part of n (0–1); None for a class of cost,
    which no case bears. `amount_share` is its part of Σamount, for ratios and unit costs; None elsewhere.
    """

    dimension: str
    label: str | None
    without: float
    change: float
    n: int | None
    share: float | None
    amount_share: float | None


def influences(
    connection: duckdb.DuckDBPyConnection, metric: Metric, stream: Stream, period: Period
) -> list[Influence]:
    """Every value of every dimension whose leaving out leaves enough for a number, the greatest change first.

    Where fewer than 30 remain there are too few to say. A dimension that decides a share by itself (the outcome, of
    a completion rate) is no news and is passed over.
    """
    found: list[Influence] = []
    for name in dimensions_of(metric, stream):
        groups = observe(connection, metric, stream, (name,))
        parts = [(group.dimensions[name], group.within(period)) for group in groups]
        found += _leave_each_out(metric, name, [(label, part) for label, part in parts if len(part)])
    return sorted(found, key=lambda one: (-abs(one.change), one.dimension, one.label or ""))


def dimensions_of(metric: Metric, stream: Stream) -> tuple[str, ...]:
    """The metric's own dimensions and the stream's segments, less the one that counts the same case many times."""
    segments = tuple(stream.segments) if "segments" in metric.sql else ()
    counted_apart = metric.unless_split[0] if metric.unless_split else None
    return tuple(name for name in dict.fromkeys((*metric.dimensions, *segments)) if name != counted_apart)


def _leave_each_out(
    metric: Metric, dimension: str, parts: Sequence[tuple[str | None, Observations]]
) -> list[Influence]:
    if len(parts) < 2 or _decides(metric, parts):
        return []
    total = _headline(metric, [part for _, part in parts])
    if total.value is None:
        return []
    whole_amount = float(sum(part.amount.sum() for _, part in parts))
    found = []
    for label, part in sorted(parts, key=lambda told: -len(told[1]))[:MOST_VALUES]:
        rest = _headline(metric, [other for name, other in parts if name != label])
        # Rows without amount (the divisor of a cost) are nobody's part of it.
        is_divisor = metric.unit == "currency" and not part.amount.any()
        if rest.value is None or rest.n < FEWEST or is_divisor:
            continue
        n = None if metric.unit == "currency" else total.n - rest.n
        amount = float(part.amount.sum()) / whole_amount if _is_of_sums(metric) and whole_amount else None
        found.append(
            Influence(
                dimension, label, rest.value, rest.value - total.value, n, None if n is None else n / total.n, amount
            )
        )
    return found


def _decides(metric: Metric, parts: Sequence[tuple[str | None, Observations]]) -> bool:
    return metric.unit == "share" and all(part.amount.min() == part.amount.max() for _, part in parts)


def _headline(metric: Metric, parts: Sequence[Observations]) -> Summary:
    joined = Observations(
        np.concatenate([part.day for part in parts]),
        np.concatenate([part.amount for part in parts]),
        np.concatenate([part.base for part in parts]),
        np.concatenate([part.complete for part in parts]),
        parts[0].first_day,
        parts[0].until_day,
    )
    return summaries_of(replace(metric, statistics=(metric.headline,)), joined)[0]


def _is_of_sums(metric: Metric) -> bool:
    return metric.headline in (Statistic.RATIO, Statistic.UNIT_COST)
