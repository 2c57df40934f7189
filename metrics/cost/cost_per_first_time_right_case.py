"""Cost per first-time-right case: what the period cost for each case that came out right without rework.

Definition   All cost incurred in the period, idle capacity and rework included, divided by the cases completed in the
             period without rework of a kind that counts, as first_time_right counts them.
Unit         currency of the stream
Formula      Σ cost amount / number of completed cases that are free of rework
One row is   the cost of a class on a day (amount, summed as DECIMAL), or one case that was right (base)
Reads        costs(incurred_on, basis, amount), cases(finished_on, outcome_kind, is_rework_free, first_rework_at)
Read as      unit cost; lower is better. A period is final as first_time_right is: until then rework may still show,
             fewer cases are right, and the value may rise.
Edge cases   work without a rate, use without a bill -> no data: the number is blocked, and says how many rows
             no cost at all      -> no data, never 0
             a bill              -> counts evenly on the days of its month, whoever used it when
             nothing right       -> no data: nothing to divide by
             reworked case       -> what it cost is in the sum, it is not in the base
             young period        -> labelled 'may still rise' until matures_on
Not          what a case without rework costs: cost of all cases is in the sum, so the gap to cost_per_transaction is
             what quality lacks, spread over what came out right.
Source       Juran 1951 (cost of poor quality); Kaplan & Anderson 2007. Ours divides by cases without any rework.
Example      EUR 30 of work and EUR 10 of licences in a month, 4 delivered, 1 of them reworked -> EUR 13.33
"""

from metrics.cost.incurred import INCURRED
from metrics.metric import Better, Maturing, Metric, Reading, Statistic
from metrics.quality.first_time_right import FIRST_TIME_RIGHT

assert FIRST_TIME_RIGHT.maturing is not None
COST_PER_FIRST_TIME_RIGHT_CASE = Metric(
    key="cost_per_first_time_right_case",
    version="1.0.0",
    label="Cost per first-time-right case",
    sentence="What the period cost for each case that came out right without rework.",
    unit="currency",
    better=Better.LOWER,
    reading=Reading.HAPPENED,
    statistics=(Statistic.UNIT_COST,),
    needs=("costs", "cases"),
    dimensions=("cost_class",),
    sql=f"""{INCURRED}UNION ALL
SELECT case_id, finished_on, 0, 1, TRUE, NULL
FROM cases
WHERE stream = $stream AND outcome_kind = 'completed' AND is_rework_free
    AND EXISTS (SELECT 1 FROM costs WHERE stream = $stream)
""",
    maturing=Maturing(still="rise", sql=FIRST_TIME_RIGHT.maturing.sql),
)
