"""Benefits by quarter ← benefit_entries and freed_capacity: what each comes to, how far finance went with it, its net.

A cash claim stands gross, with its new run cost, and net of both that and what is disputed. No row holds two classes.
"""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

import duckdb

from metrics.finance.benefit import MONEY_CLASSES, Benefit
from metrics.finance.conflicts import Claim
from metrics.finance.course import LEVELS, NOTHING, run_cost_in
from metrics.finance.history import State
from metrics.finance.payback import payback_of
from metrics.published import BENEFITS
from metrics.reports.benefit_quarters import LEVEL_NAMES, NEEDS, BenefitQuarter, benefit_quarters
from metrics.reports.report import Report
from metrics.stream.model import Stream

Row = dict[str, object]


def rows(connection: duckdb.DuckDBPyConnection, stream: Stream) -> Iterator[Row]:
    """Rows of the published table `benefits`: every benefit in every quarter from the one it was proposed in."""
    for quarter in benefit_quarters(connection, stream):
        for claim in quarter.claims:
            state = claim.benefit.state_by(quarter.period.until_on)
            if state is not None:
                yield _row(quarter, claim, state)


def _row(quarter: BenefitQuarter, claim: Claim, state: State) -> Row:
    benefit, by = claim.benefit, quarter.period.until_on
    level: State = "proposed" if state == "reversed" else state  # what was taken back is nothing at any level
    amounts = {name: quarter.now[name].standings[benefit.id].amount for name in LEVELS}
    disputed = quarter.now[level].standings[benefit.id].disputed
    run_cost = None if state == "reversed" else run_cost_in(benefit, quarter.period)
    came, known = benefit.entry(state), benefit.entry(level)
    payback = payback_of(benefit, known.amount if known else NOTHING)
    return {
        "stream": claim.stream, "period": quarter.period.key, "benefit": benefit.id, "initiative": benefit.initiative,
        "benefit_class": benefit.benefit_class, "sentence": benefit.sentence, "owner_role": benefit.owner.role,
        "budget_line": benefit.budget_line, "metric": benefit.metric,
        "evidence_id": next((e.evidence for e in reversed(benefit.history) if e.day < by and e.evidence), None),
        "state": state, "state_on": came and came.day, "unit": benefit.measured_in,
        **{column: _told(benefit, name, amounts[name], quarter) for name, column in LEVEL_NAMES.items()},
        "gross": amounts[level], "disputed": disputed, "run_cost": run_cost,
        "net": _net(benefit, amounts[level] - disputed, run_cost), "first_month": benefit.first_month,
        "until_month": benefit.until_month, "investment": benefit.investment and benefit.investment.amount,
        "payback_months": None if state == "reversed" else payback.months,
        "payback_reason": "it was reversed" if state == "reversed" else payback.reason,
    }  # fmt: skip


def _told(benefit: Benefit, level: State, amount: Decimal, quarter: BenefitQuarter) -> Decimal | None:
    entry = benefit.entry(level)
    return amount if entry is not None and entry.day < quarter.period.until_on else None


def _net(benefit: Benefit, undisputed: Decimal, run_cost: Decimal | None) -> Decimal | None:
    if benefit.benefit_class not in MONEY_CLASSES or run_cost is None:
        return None
    return undisputed - run_cost


BENEFITS_TOLD = Report(BENEFITS, NEEDS, rows, closes=False)
