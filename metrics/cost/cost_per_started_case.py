"""Cost per started case: what the period cost for each case that came in, whatever became of it.

Definition   All cost incurred in the period, idle capacity included, divided by the cases triggered in the period,
             whatever their outcome, open ones included.
Unit         currency of the stream
Formula      Σ cost amount / number of started cases
One row is   the cost of a class on a day (amount, summed as DECIMAL), or one started case (base)
Reads        costs(incurred_on, basis, amount), cases(triggered_on)
Read as      unit cost; lower is better. Cost and cases are those of one period, not of one cohort: part of the cost
             is of cases that came in before.
Edge cases   work without a rate, use without a bill -> no data: the number is blocked, and says how many rows
             no cost at all      -> no data, never 0
             a bill              -> counts evenly on the days of its month, whoever used it when
             nothing started     -> no data: nothing to divide by
             open or cancelled case -> in the base: it came in
             idle capacity       -> in the sum, and a line of its own in costs (basis idle)
Not          cost per transaction, which divides by what was completed: this one falls while work piles up.
Source       Kaplan & Anderson 2007 (time-driven activity-based costing); ours divides by arrivals of the same period.
Example      EUR 30 of work and EUR 10 of licences in a month, 5 received, 4 delivered -> EUR 8
"""

from metrics.cost.incurred import INCURRED
from metrics.metric import Better, Metric, Reading, Statistic

COST_PER_STARTED_CASE = Metric(
    key="cost_per_started_case",
    version="1.0.0",
    label="Cost per started case",
    sentence="What the period cost for each case that came in.",
    unit="currency",
    better=Better.LOWER,
    reading=Reading.HAPPENED,
    statistics=(Statistic.UNIT_COST,),
    needs=("costs", "cases"),
    dimensions=("cost_class",),
    sql=f"""{INCURRED}UNION ALL
SELECT case_id, triggered_on, 0, 1, TRUE, NULL
FROM cases
WHERE stream = $stream AND EXISTS (SELECT 1 FROM costs WHERE stream = $stream)
""",
)
