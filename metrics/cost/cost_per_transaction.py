"""Cost per transaction: what one accepted outcome costs, people, compute, licences and shared platform together.

Definition   All cost incurred in the period, idle capacity included, divided by the cases completed in the period.
Unit         currency of the stream
Formula      Σ cost amount / number of completed cases
One row is   the cost of a class on a day (amount, summed as DECIMAL), or one completed case (base)
Reads        costs(incurred_on, basis, amount), cases(finished_on, outcome_kind)
Read as      unit cost; lower is better
Edge cases   work without a rate, use without a bill -> no data: the number is blocked, and says how many rows
             no cost at all      -> no data, never 0
             a bill              -> counts evenly on the days of its month, whoever used it when
             nothing completed   -> no data: nothing to divide by
             idle capacity       -> in the sum, and a line of its own in costs (basis idle)
Not          marginal cost: a volume dip raises it through fixed licences.
Source       Kaplan & Anderson 2007 (time-driven activity-based costing) for idle capacity; FinOps unit cost.
Example      EUR 30 of work and EUR 10 of licences in a month, 4 delivered -> EUR 10
"""

from metrics.cost.incurred import INCURRED
from metrics.metric import Better, Metric, Reading, Statistic

COST_PER_TRANSACTION = Metric(
    key="cost_per_transaction",
    version="1.1.0",
    label="Cost per transaction",
    sentence="What one completed outcome costs, fully loaded.",
    unit="currency",
    better=Better.LOWER,
    reading=Reading.HAPPENED,
    statistics=(Statistic.UNIT_COST,),
    needs=("costs", "cases"),
    dimensions=("cost_class",),
    sql=f"""{INCURRED}UNION ALL
SELECT case_id, finished_on, 0, 1, TRUE, NULL
FROM cases
WHERE stream = $stream AND outcome_kind = 'completed' AND EXISTS (SELECT 1 FROM costs WHERE stream = $stream)
""",
)
