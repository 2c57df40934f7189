"""Flow time of started work: how long it takes what began in the period, open work counted.

Definition   For each case triggered in the period: from its trigger to its completed outcome, or, while it is open, to
             the instant of looking ($as_of: the newest event of the stream), as 'at least this long'. A case that was
             rejected, cancelled or abandoned never completes: it stays 'at least as long as was watched', so the curve
             is the share of all started cases that were completed within a time (cumulative incidence with
             cancellation as a competing risk).
Unit         days, elapsed
Formula      amount = ((finished_at if completed by $as_of, else $as_of) − triggered_at) / 1 day. Where times are
             told less precisely: least, most and middle as flow_time; open work is at least $as_of − (triggered_at +
             its precision).
One row is   one triggered case, dated by the local day of its trigger
Reads        cases(triggered_at, triggered_within_us, finished_at, finished_within_us, outcome_kind)
Read as      p50, p85, p90 of the Kaplan–Meier curve; lower is better
Edge cases   all open, or too many -> no data, with the reason
             finished < triggered  -> no row, unless the precision of the times leaves it open
             no rows               -> no data, never 0
Not          flow_time: that looks at what was finished, and looks better while a backlog forms.
Source       Kaplan & Meier 1958; Fine & Gray 1999 for the competing risk under administrative censoring: one instant of
             looking censors all, so this agrees with Aalen & Johansen 1978 (docs/decisions/0011).
Example      three cases of 1, 2 and 3 days, a fourth open since 5 days -> p50 = 2
"""

from metrics.metric import Better, Metric, Reading, Statistic

FLOW_TIME_STARTED = Metric(
    key="flow_time_started",
    version="1.1.0",
    label="Flow time of all started",
    sentence="How long it takes all that was started, open and cancelled work counted.",
    unit="days",
    better=Better.LOWER,
    reading=Reading.STARTED,
    statistics=(Statistic.P50, Statistic.P85, Statistic.P90),
    needs=("cases",),
    dimensions=("release",),
    bounded_by="the exact time within what was told",
    sql="""
SELECT case_id AS subject, triggered_on AS observed_on,
    (told_us + CASE WHEN is_done THEN (end_us - begin_us) / 2 ELSE 0 END) / 86400e6 AS amount, 1 AS base,
    (told_us - begin_us) / 86400e6 AS least_amount, 1 AS least_base,
    (told_us + CASE WHEN is_done THEN end_us ELSE 0 END) / 86400e6 AS most_amount, 1 AS most_base,
    is_done AS complete, release_at_trigger AS release, segments
FROM (
    SELECT *, epoch_us(CASE WHEN is_done THEN finished_at ELSE $as_of END) - epoch_us(triggered_at) AS told_us,
        coalesce(triggered_within_us, 0) AS begin_us, coalesce(finished_within_us, 0) AS end_us
    FROM (
        SELECT *, coalesce(outcome_kind = 'completed' AND finished_at <= $as_of, FALSE) AS is_done
        FROM cases
        WHERE stream = $stream AND triggered_at <= $as_of AND (finished_at IS NULL OR finished_at >= triggered_at
            OR epoch_us(finished_at) + coalesce(finished_within_us, 0) > epoch_us(triggered_at))
    )
)
""",
)
