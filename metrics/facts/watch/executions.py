"""What a watch counts ← steps: executions of its steps in windows of time, and the failing ones with their way out.

An execution counts when it ended. A case has passed the failed step when an execution of the same step ended later and
did not fail (for steps that are failures themselves: any other step of the watch), or when the case showed an outcome
that the stream file names by steps. Outcomes read off the last event are no way out, as later events move them.
"""

from __future__ import annotations

from metrics.facts.dictionary import KIND_CODES
from metrics.facts.steps import StepQuery, instances_sql
from metrics.stream.incidents import Watch

KINDS = 8  # a way out is coded as its instant in microseconds times this, plus the kind of its performer


def windows_sql(query: StepQuery, watch: Watch) -> str:
    """SELECT of start_us, executions, failing; one row a window in which anything ended, in order."""
    length = watch.window_hours * 3_600_000_000
    return f"""
SELECT at_us - at_us % {length} AS start_us, count(*) AS executions, count(*) FILTER (is_failing) AS failing
FROM ({_executions(query, watch)}) WHERE is_counted GROUP BY start_us ORDER BY start_us"""


def failing_sql(query: StepQuery, watch: Watch) -> str:
    """SELECT of at_us, case_key and way_out (NULL while there is none); one row a failing execution, in order."""
    group = "case_key, step_code" if watch.failing_outcomes else "case_key"
    return f"""
SELECT at_us, case_key, least(passed, CASE WHEN finished IS NOT NULL -- least and greatest pass over NULL
    THEN greatest(finished, at_us * {KINDS} + {KIND_CODES["system"]}) END) AS way_out
FROM (
    SELECT *, min(CASE WHEN is_counted AND NOT is_failing THEN done END) OVER (
            PARTITION BY {group} ORDER BY at_us, sequence NULLS FIRST, event_key
            ROWS BETWEEN 1 FOLLOWING AND UNBOUNDED FOLLOWING) AS passed,
        min(CASE WHEN is_outcome THEN done END) OVER (PARTITION BY case_key) AS finished
    FROM (SELECT *, at_us * {KINDS} + kind AS done FROM ({_executions(query, watch)}))
)
WHERE is_failing ORDER BY at_us, case_key"""


def _executions(query: StepQuery, watch: Watch) -> str:
    """Executions of its steps and of those that end a case."""
    dictionary, stream = query.dictionary, query.stream
    counted = dictionary.member("step_code", "step", watch.steps)
    ending = dictionary.member("step_code", "step", [step for outcome in stream.outcomes for step in outcome.steps])
    failing = dictionary.member("step_code", "step", watch.failing_steps)
    if watch.failing_outcomes:
        failing = dictionary.member("outcome_code", "outcome", watch.failing_outcomes)
    return f"""
SELECT case_key, step_code, sequence, event_key, kind, epoch_us(ended_at) AS at_us, {counted} AS is_counted,
    coalesce({counted} AND {failing}, FALSE) AS is_failing, {ending} AS is_outcome
FROM ({instances_sql(query)}) WHERE ended_at IS NOT NULL AND ({counted} OR {ending})"""
