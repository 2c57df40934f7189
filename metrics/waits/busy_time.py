"""Busy time: up to any instant, for how long each performer was away, and for how long at work as much as they can be.

One sweep over the boundaries of a performer's work, and of the working calendar where one is known: no spell is joined
to a wait, so nothing blows up. The time between two instants is the difference of two running sums. Who keeps several
calendars (of cases of several sites) is swept once with each.

Busy is not "works on something": a carrier has thousands of parcels at once and takes one more. A performer is busy
while they do as many things at once as in all but 5 % of their working time; for most people that is one.
Away has precedence: nobody is busy while they are away.

The sums run through the marks in order, from one performer to the next: windows without a partition stream, and are
five times as fast. That is right as only differences are taken, and as everyone is at rest after their last mark.
"""

from __future__ import annotations

_BEFORE_ALL = -4_000_000_000_000_000_000  # an instant before any mark, at which everyone is at rest
BUSY_TIME = f"""
pairs AS MATERIALIZED (
    SELECT *, (row_number() OVER ())::INTEGER AS pair_no FROM (
        SELECT DISTINCT performer_no, calendar_no FROM executions
        WHERE performer_no IS NOT NULL OR calendar_no IS NOT NULL
    )
),
marks AS (
    SELECT pair_no, at_us, sum(works) AS works, sum(leaves) AS leaves FROM (
        SELECT pair_no, unnest([started_us, ended_us]) AS at_us, unnest([1, -1]) AS works, 0 AS leaves
        FROM (SELECT performer_no, started_us, ended_us FROM executions WHERE started_us < ended_us)
        JOIN pairs USING (performer_no)
        UNION ALL
        SELECT pair_no, unnest([from_us, until_us]), 0, unnest([1, -1]) FROM away JOIN pairs USING (calendar_no)
        UNION ALL SELECT pair_no, {_BEFORE_ALL}, 0, 0 FROM pairs
    ) GROUP BY pair_no, at_us
),
stretches AS MATERIALIZED (
    SELECT pair_no, at_us, (sum(works) OVER so_far)::BIGINT AS at_once, sum(leaves) OVER so_far > 0 AS is_away,
        coalesce(lead(at_us) OVER () - at_us, 0) AS length_us
    FROM (SELECT * FROM marks ORDER BY pair_no, at_us) WINDOW so_far AS (ROWS UNBOUNDED PRECEDING)
),
capacities AS (
    SELECT pair_no, min(at_once) AS capacity FROM (
        SELECT pair_no, at_once, sum(length_us) OVER (PARTITION BY pair_no ORDER BY at_once) AS up_to_us,
            sum(length_us) OVER (PARTITION BY pair_no) AS all_us
        FROM (
            SELECT pair_no, at_once, sum(length_us) AS length_us FROM stretches WHERE at_once > 0 GROUP BY ALL
        )
    ) WHERE 100 * up_to_us >= 95 * all_us GROUP BY pair_no
),
timeline AS MATERIALIZED (
    SELECT pair_no, at_us, is_away, is_busy,
        sum(away_us) OVER so_far - away_us AS away_us, sum(busy_us) OVER so_far - busy_us AS busy_us
    FROM (
        SELECT *, is_away::BIGINT * length_us AS away_us, is_busy::BIGINT * length_us AS busy_us FROM (
            SELECT s.*, NOT is_away AND coalesce(at_once >= capacity, FALSE) AS is_busy
            FROM stretches s LEFT JOIN capacities USING (pair_no)
        ) ORDER BY pair_no, at_us
    ) WINDOW so_far AS (ROWS UNBOUNDED PRECEDING)
)"""
"""CTEs; they read `executions` and `away`. `pairs`: performer and calendar, either of which may be unknown.

`timeline`: from at_us on a pair is away, busy or neither; away_us and busy_us run on from pair to pair.
"""
