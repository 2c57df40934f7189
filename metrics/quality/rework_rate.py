"""Rework rate: the share of started cases that saw rework of a kind.

Definition   Of the cases triggered in the period, those that saw at least one rework of the kind at any time since.
             `any` is rework of a kind that counts, as first_time_right has it; `repeat` and `redo` split self-loops
             and loops by whether the same responsible did the step the time before; `retry` is technical, no rework.
Unit         share, 0–1
Formula      amount = 1 when the kind occurred, else 0 ; base = 1
One row is   one triggered case and one kind of rework, dated by the local day of the trigger
Reads        cases(self_loops, loops, repeats, redos, backward_moves, rejections, corrections, reopens, reversals,
             retries, is_rework_free, first_rework_at)
Read as      share by rework_kind; lower is better. Without a kind it is the share with any rework. A period is final
             once its cases have had the p95 of the time from trigger to first rework (matures_on); until then it is
             labelled 'may still rise'.
Edge cases   a case may be in several kinds: they do not add up
             young case -> may still come; the share of the newest period can rise
             kind that does not count -> told under its own name, not in any
             no rows    -> no data, never 0
Not          1 − first_time_right: that looks at completed cases by the day they were finished.
Source       edeaR (Janssenswillen 2019) for self-loop, repetition, repeat and redo; Minit for loops.
Example      of four cases one was rejected once -> rejection 0.25, self_loop 0
"""

from metrics.metric import Better, Maturing, Metric, Reading, Statistic

REWORK_RATE = Metric(
    key="rework_rate",
    version="2.0.0",
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
        {'name': 'any', 'times': (NOT is_rework_free)::BIGINT},
        {'name': 'self_loop', 'times': self_loops}, {'name': 'loop', 'times': loops},
        {'name': 'repeat', 'times': repeats}, {'name': 'redo', 'times': redos},
        {'name': 'backward', 'times': backward_moves},
        {'name': 'rejection', 'times': rejections}, {'name': 'correction', 'times': corrections},
        {'name': 'reopen', 'times': reopens}, {'name': 'reversal', 'times': reversals},
        {'name': 'retry', 'times': retries}
    ]) AS kind
    FROM cases WHERE stream = $stream
)
""",
    maturing=Maturing(
        still="rise",
        sql="""
SELECT greatest(coalesce(ceil((epoch_us(first_rework_at) - epoch_us(triggered_at)) / 86400e6),
        floor((epoch_us($newest_at::TIMESTAMP) - epoch_us(triggered_at)) / 86400e6)), 0) AS days,
    first_rework_at IS NOT NULL AS is_seen
FROM cases
WHERE stream = $stream
""",
    ),
)
