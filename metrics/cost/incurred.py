"""When a cost counts: work and metered use on their day, a bill evenly over the days of its month.

`costs` spreads a bill over the cases that used it, so its amount follows the number of cases day by day. What is billed
does not: were its observations dated so, it would seem to be no chance how many cases there were to share it, and
intervals would be too narrow (decision 16). By month and longer the sums are the same, to the last decimal.
"""

from metrics.facts.costs import OF_CASES

INCURRED = f"""
SELECT cost_class AS subject, incurred_on AS observed_on, sum(amount)::DOUBLE AS amount, 0 AS base, TRUE AS complete,
    cost_class
FROM costs WHERE stream = $stream AND amount IS NOT NULL AND {OF_CASES} GROUP BY incurred_on, cost_class
UNION ALL
SELECT cost_class, month + (number - 1)::INTEGER,
    (millionths * number // days - millionths * (number - 1) // days)::DOUBLE / 1e6, 0, TRUE, cost_class
FROM (
    SELECT cost_class, month, (sum(amount) * 1000000)::HUGEINT AS millionths, day(last_day(month)) AS days,
        unnest(range(1, day(last_day(month)) + 1)) AS number
    FROM (SELECT cost_class, date_trunc('month', incurred_on)::DATE AS month, amount FROM costs
        WHERE stream = $stream AND amount IS NOT NULL AND NOT {OF_CASES})
    GROUP BY cost_class, month
)
UNION ALL
SELECT case_id, incurred_on, NULL, 0, FALSE, cost_class
FROM costs WHERE stream = $stream AND amount IS NULL
"""
"""SQL: the numerator of a unit cost, rows of amount without a base; rows without a price block the value."""

FIRST_INCURRED_ON = f"min(CASE WHEN {OF_CASES} THEN incurred_on ELSE date_trunc('month', incurred_on)::DATE END)"
"""SQL over `costs`: the first day any of these rows counts."""
