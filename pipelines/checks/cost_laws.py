"""Conservation laws of money: what was billed is what was handed out, nothing is priced twice, and gaps are told."""

from __future__ import annotations

from metrics.facts.costs import OF_CASES
from pipelines.checks.law import Law

COST_LAWS: tuple[Law, ...] = (
    Law(
        "all_work_has_a_rate", "costs", "Every hour of work and every use has a rate or a bill for its day.",
        "SELECT count(*) FROM costs WHERE stream = $stream AND amount IS NULL",
        is_warning=True,
    ),
    Law(
        "costs_have_no_double_rows", "costs", "Every cost row is there once.",
        "SELECT count(*) FROM (SELECT case_id, cost_class, driver, rate_id, incurred_on, basis FROM costs "
        "WHERE stream = $stream GROUP BY ALL HAVING count(*) > 1)",
    ),
    Law(
        "bills_are_allocated", "costs", "What cases bear of a bill and what of it is idle sum to it exactly.",
        "SELECT count(*) FROM (SELECT bill_id, amount FROM bills WHERE stream = $stream) b FULL JOIN "
        "(SELECT rate_id, sum(amount) AS handed_out FROM costs WHERE stream = $stream "
        f"AND NOT {OF_CASES} GROUP BY rate_id) c ON c.rate_id = b.bill_id "
        "WHERE coalesce(b.amount, 0) <> coalesce(c.handed_out, 0)",
    ),
    Law(
        "platform_bills_are_shared", "bills", "The streams' parts of a shared bill and what is idle sum to it exactly.",
        "SELECT count(*) FROM (SELECT coalesce(bool_or(b.stream = $stream), TRUE) AS is_borne, "
        "coalesce(sum(b.told_amount), 0) = any_value(p.told_amount) "
        "AND coalesce(bool_and(b.told_currency = p.told_currency), TRUE) AS is_whole "
        "FROM platform_bills p LEFT JOIN bills b USING (bill_id) GROUP BY p.bill_id) WHERE is_borne AND NOT is_whole",
    ),
)  # fmt: skip
