"""Rework rate: the share of started cases that saw rework of a kind.

Definition   Of the cases triggered in the period, those that saw at least one rework of the kind at any time since.
Unit         share, 0–1
Formula      amount = 1 when the kind occurred, else 0 ; base = 1
One row is   one triggered case and one kind of rework, dated by the local day of the trigger
Reads        cases(self_loops, loops, rejections, corrections, reopens)
Read as      share by rework_kind; lower is better. Without a kind it is the share with any rework.
Edge cases   a case may be in several kinds: they do not add up
             young case -> may still come; the share of the newest period can rise
             no rows    -> no data, never 0
Not          1 − first_time_right: that looks at completed cases by the day they were finished.
Source       edeaR (Janssenswillen 2019) for self-loop and repetition; Minit for loops.
Example      of four cases one was rejected once -> rejection 0.25, self_loop 0
"""

from metrics.metric import Better, Metric, Reading, Statistic

REWORK_RATE = Metric(
    key="rework_rate",
    version="1.0.0",
    label="Rework",
    sentence="The share of started cases that saw rework.",
    unit="share",
    better=Better.LOWER,
    reading=Reading.STARTED,
    statistics=(Statistic.SHARE,),
    needs=("cases",),
    dimensions=("rework_kind", "release"),
    unless_split=("rework_kind", "any"),
    sql="""
SELECT case_id AS subject, triggered_on AS observed_on, (kind.times > 0)::INTEGER AS amount, 1 AS base,
    TRUE AS complete, kind.name AS rework_kind, release_at_trigger AS release,
    segments
FROM (
    SELECT *, unnest([
        {'name': 'any', 'times': self_loops + loops + rejections + corrections},
        {'name': 'self_loop', 'times': self_loops}, {'name': 'loop', 'times': loops},
        {'name': 'rejection', 'times': rejections}, {'name': 'correction', 'times': corrections},
        {'name': 'reopen', 'times': reopens}
    ]) AS kind
    FROM cases WHERE stream = $stream
)
""",
)
