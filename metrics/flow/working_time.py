"""Working time: how much of the customer's wait lay in working hours, in working days of the site's calendar.

Definition   For each case that was completed in the period: the working time between its trigger and its outcome, by
             the calendar of its site: its hours, public holidays, days off, and the version in force on each day. The
             second clock, always named with its calendar; flow time is the first.
Unit         working days: working hours divided by the hours of one working day of that calendar
Formula      amount = Σ over versions of the calendar (working hours / hours of one working day) ; base = 1. Where
             times are told less precisely, the middle between the least and the most it can be.
One row is   one completed case, dated by the local day it was finished
Reads        working_times(working_days, least_days, most_days, calendar), cases(finished_on, outcome_kind)
Read as      p50, p85, p90 and mean; lower is better
Edge cases   no calendar in the file  -> no data, with that reason, never 0
             calendar not known then  -> no row: before its first version, or before holidays are known; counted by the
                                         check `calendars_reach_all_cases`
             all outside of hours     -> 0: a night, a weekend or a holiday
             summer time              -> an hour that is skipped is not worked, one that is repeated is worked twice
             finished < triggered     -> no row
             no rows                  -> no data, never 0
Not          flow_time: customers wait at night, too. Not touch time: nobody need have worked on the case.
Source       ours; PM4Py divides business hours by 24 (issue 559: 32 hours were 1.33 days), ours by the working day.
Example      Monday 08:00 to Thursday 17:00, days of 8 hours with an hour's break: 32 hours -> 4.0
"""

from metrics.metric import Better, Metric, Reading, Statistic

WORKING_TIME = Metric(
    key="working_time",
    version="1.0.0",
    label="Working time",
    sentence="How many working days a customer waits from the trigger to the completed outcome.",
    unit="working_days",
    better=Better.LOWER,
    reading=Reading.FINISHED,
    statistics=(Statistic.P50, Statistic.P85, Statistic.P90, Statistic.MEAN),
    needs=("cases", "working_times"),
    dimensions=("outcome", "release", "calendar"),
    bounded_by="the exact time within what was told",
    told_by=("calendars", "no calendar in the stream file"),
    sql="""
SELECT case_id AS subject, finished_on AS observed_on, working_days AS amount, 1 AS base,
    coalesce(least_days, working_days) AS least_amount, 1 AS least_base,
    coalesce(most_days, working_days) AS most_amount, 1 AS most_base, TRUE AS complete,
    outcome, release_at_trigger AS release, calendar, segments
FROM cases JOIN working_times USING (stream, case_id)
WHERE stream = $stream AND outcome_kind = 'completed' AND working_days IS NOT NULL
""",
)
