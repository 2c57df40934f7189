"""Returns: work that comes back to somebody who had it before. Straight back is a ping-pong, by a detour a boomerang.

The steps of a case in runs, each of one responsible: A A B A is three runs. A run is a return when its responsible had
one before; counted from the latest of those, two runs on is A → B → A, a ping-pong; three and more is a boomerang, as
at least two others had it in between: A → B → C → A. So each return is one of the two, and never both. Where nobody is
named it is no return: two who are unknown need not be the same.
"""

PING_PONG, BOOMERANG = "distance = 2", "distance > 2"
"""SQL conditions on a row of RETURNS."""
RETURNS = """
    WITH handoffs AS (
        SELECT case_id, position, responsible, previous_responsible,
            row_number() OVER (PARTITION BY case_id ORDER BY position) AS run
        FROM steps WHERE stream = $stream AND is_handoff
    ),
    runs AS (
        SELECT case_id, 0 AS run, NULL AS position, previous_responsible AS responsible FROM handoffs WHERE run = 1
        UNION ALL SELECT case_id, run, position, responsible FROM handoffs
    )
    SELECT case_id, position, CASE WHEN responsible IS NOT NULL
        THEN run - lag(run) OVER (PARTITION BY case_id, responsible ORDER BY run) END AS distance
    FROM runs"""
"""One row per run of a case: how many runs ago its responsible had the case before; NULL where never, or unknown."""
