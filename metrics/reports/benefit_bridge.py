"""The bridge of benefits by quarter ← benefit_entries and freed_capacity: each class and level for itself.

Sums are of what is undisputed, and of one class in one unit: `BenefitSum` refuses any other.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from decimal import Decimal

import duckdb

from metrics.errors import MetricError
from metrics.finance.benefit import CLASSES, MONEY_CLASSES
from metrics.finance.bridge import Bridge, bridge_of, total
from metrics.finance.course import NOTHING, is_reversed, rate_at, run_cost_in
from metrics.finance.history import State
from metrics.finance.standing import Standing
from metrics.finance.sums import BenefitSum, sums_of
from metrics.published import BENEFIT_BRIDGE
from metrics.reports.benefit_quarters import LEVEL_NAMES, NEEDS, BenefitQuarter, benefit_quarters
from metrics.reports.report import Report
from metrics.stream.model import Stream

Row = dict[str, object]


def rows(connection: duckdb.DuckDBPyConnection, stream: Stream) -> Iterator[Row]:
    """Rows of the published table `benefit_bridge`: every quarter, class, unit and level that anything was claimed of.

    Raises:
        MetricError: a bridge does not close; it never has.
    """
    for quarter in benefit_quarters(connection, stream):
        for level in LEVEL_NAMES:
            yield from _level(stream.stream, quarter, level)


def _level(stream: str, quarter: BenefitQuarter, level: State) -> Iterator[Row]:
    standings = quarter.now[level].standings
    sums = sums_of(standing.undisputed for standing in standings.values())
    grouped: dict[tuple[str, str], list[Standing]] = defaultdict(list)
    for standing in standings.values():
        grouped[standing.undisputed.benefit_class, standing.undisputed.unit].append(standing)
    for key, closing in sorted(sums.items(), key=lambda item: (CLASSES.index(item[0][0]), item[0][1])):
        bridge = total(_bridge(quarter, level, standing) for standing in grouped[key])
        _refuse_gap(bridge, closing)
        if any(rate_at(s.claim.benefit, level, quarter.period.until_on) is not None for s in grouped[key]):
            yield _row(stream, quarter, level, closing, bridge, grouped[key])


def _bridge(quarter: BenefitQuarter, level: State, standing: Standing) -> Bridge:
    benefit = standing.claim.benefit
    before = quarter.then[level].standings[benefit.id]
    return bridge_of(benefit, level, quarter.before, quarter.period, before.disputed, standing.disputed)


def _refuse_gap(bridge: Bridge, closing: BenefitSum) -> None:
    if bridge.residual or bridge.closing != closing.amount:
        raise MetricError(
            f"The bridge of {closing.benefit_class} in {closing.unit} does not close: {bridge} against {closing}."
        )


def _row(
    stream: str, quarter: BenefitQuarter, level: State, closing: BenefitSum, bridge: Bridge, held: list[Standing]
) -> Row:
    by = quarter.period.until_on
    benefits = [s.claim.benefit for s in held if rate_at(s.claim.benefit, level, by) is not None]
    standing = [benefit for benefit in benefits if not is_reversed(benefit, by)]
    costs = [run_cost_in(benefit, quarter.period) for benefit in standing]
    known = [cost for cost in costs if cost is not None]
    is_netted = closing.benefit_class in MONEY_CLASSES and len(known) == len(costs)
    run_cost: Decimal | None = sum(known, NOTHING) if is_netted else None
    return {
        "stream": stream, "period": quarter.period.key, "benefit_class": closing.benefit_class, "unit": closing.unit,
        "level": LEVEL_NAMES[level], "opening": bridge.opening, "began": bridge.began, "ended": bridge.ended,
        "decayed": bridge.decayed, "reversed": bridge.reversed, "disputed": bridge.disputed,
        "closing": closing.amount, "run_cost": run_cost,
        "net": None if run_cost is None else closing.amount - run_cost, "benefits": len(standing),
    }  # fmt: skip


BRIDGE_BUILT = Report(BENEFIT_BRIDGE, NEEDS, rows, closes=False)
