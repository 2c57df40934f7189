"""Why something about cost cannot be told: a closed list, so that pages can say it in any language."""

NO_QUARTER_BEFORE = "There is no quarter before."
NO_COST = "No cost is told for this quarter."
NO_COST_BEFORE = "No cost is told for the quarter before."
UNPRICED = "Work or use of this quarter is without a rate or a bill."
UNPRICED_BEFORE = "Work or use of the quarter before is without a rate or a bill."
NOTHING_COMPLETED = "Nothing was completed in this quarter."
NOTHING_COMPLETED_BEFORE = "Nothing was completed in the quarter before."
NO_TRACED_WORK = "No work by people has a cost in this quarter."
UNPRICED_WORK = "Work by people is without a rate in this quarter."
NO_FAILURES_TOLD = "No failure is told: the stream file has no rule and no watch, and no event tells one."
NO_COST_OF_DELAY = "The stream file tells no cost of delay (costs: delay_cost_per_day)."

REASONS = (
    NO_QUARTER_BEFORE, NO_COST, NO_COST_BEFORE, UNPRICED, UNPRICED_BEFORE, NOTHING_COMPLETED, NOTHING_COMPLETED_BEFORE,
    NO_TRACED_WORK, UNPRICED_WORK, NO_FAILURES_TOLD, NO_COST_OF_DELAY,
)  # fmt: skip
