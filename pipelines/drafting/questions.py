"""The SQL of a profile: what is asked of a log's rows in the scratch database.

Only column names from our own closed list are written into it; every name from the log stays data.
"""

from __future__ import annotations

from pipelines.ledger.staging import EARLIEST_YEAR

LONGEST_NAME = 300
"""Longer names are counted but never proposed: no person would want to read them in a stream file."""
MOST_STEPS, MOST_PERFORMERS = 500, 1_000
_ORDER = "PARTITION BY case_id ORDER BY event_at, sequence NULLS FIRST, number"

TOLD = """
CREATE TABLE told (
    number BIGINT, case_id VARCHAR, event_at TIMESTAMP, sequence BIGINT, step VARCHAR, lifecycle VARCHAR,
    activity_id VARCHAR, performer_kind VARCHAR, performer VARCHAR, role VARCHAR, team VARCHAR, outcome VARCHAR,
    attempt INTEGER, release VARCHAR, failure_id VARCHAR, failure_stage VARCHAR, problem VARCHAR
)
"""
PREPARE = (
    f"""
CREATE TABLE usable AS
SELECT told.*, coalesce(phase, 'instant') AS phase
FROM told LEFT JOIN phase ON phase.word = told.lifecycle
WHERE problem IS NULL AND trim(case_id) <> '' AND year(event_at) >= {EARLIEST_YEAR} AND trim(step) <> ''
    AND failure_stage IS NULL
""",
    # one row an execution: its end where the step is ever seen ending, else its start
    f"""
CREATE TABLE visit AS
SELECT case_id, step, event_at, lag(step) OVER w AS before, row_number() OVER w AS position,
    row_number() OVER (w ROWS BETWEEN UNBOUNDED PRECEDING AND UNBOUNDED FOLLOWING)
        = count(*) OVER (PARTITION BY case_id) AS is_last
FROM (
    SELECT *, bool_or(phase IN ('complete', 'instant', 'abort')) OVER (PARTITION BY step) AS is_seen_ending
    FROM usable WHERE phase <> 'skip'
)
WHERE CASE WHEN is_seen_ending THEN phase IN ('complete', 'instant', 'abort') ELSE phase IN ('start', 'schedule') END
WINDOW w AS ({_ORDER})
""",
)
SPAN = """
SELECT (SELECT count(*) FROM told), count(*), count(DISTINCT case_id), min(event_at), max(event_at) FROM usable
"""
PROBLEMS = f"""
SELECT CASE
    WHEN problem IS NOT NULL THEN regexp_replace(problem, '[''"].*', '…', 's')
    WHEN case_id IS NULL OR trim(case_id) = '' THEN 'no case id'
    WHEN event_at IS NULL THEN 'no timestamp'
    WHEN year(event_at) < {EARLIEST_YEAR} THEN 'time before {EARLIEST_YEAR}'
    ELSE 'no step name' END AS reason, count(*)
FROM told
WHERE problem IS NOT NULL OR case_id IS NULL OR trim(case_id) = '' OR event_at IS NULL
    OR year(event_at) < {EARLIEST_YEAR} OR ((step IS NULL OR trim(step) = '') AND failure_stage IS NULL)
GROUP BY reason ORDER BY 2 DESC, 1 LIMIT 5
"""
STEPS = f"""
SELECT step, sum(times)::BIGINT AS visits, count(*), count(*) FILTER (has_first), count(*) FILTER (has_last),
    count(*) FILTER (times > 1), sum(times - 1)::BIGINT, avg(mean_position)
FROM (
    SELECT step, count(*) AS times, bool_or(position = 1) AS has_first, bool_or(is_last) AS has_last,
        avg(position) AS mean_position
    FROM visit GROUP BY case_id, step
)
WHERE length(step) <= {LONGEST_NAME}
GROUP BY step ORDER BY visits DESC, step LIMIT {MOST_STEPS}
"""
PAIRS = f"""
SELECT before, step, count(*) FROM visit
WHERE before IS NOT NULL AND length(step) <= {LONGEST_NAME} AND length(before) <= {LONGEST_NAME}
GROUP BY ALL ORDER BY 3 DESC, 1, 2 LIMIT 20000
"""
LIFECYCLES = """
SELECT lifecycle, count(*) FROM usable WHERE lifecycle IS NOT NULL GROUP BY ALL ORDER BY 2 DESC, 1 LIMIT 50
"""
TOLD_KINDS = """
SELECT performer_kind, count(*) FROM usable WHERE performer_kind IS NOT NULL GROUP BY ALL ORDER BY 2 DESC, 1 LIMIT 10
"""
RELEASES = f"""
SELECT release, min(event_at), count(*) FROM usable WHERE length(release) <= {LONGEST_NAME}
GROUP BY ALL ORDER BY 2, 1 LIMIT 20
"""


def performers(column: str) -> str:
    """SQL of who did how much, when, and how fast after each other; `column` is performer, role or team."""
    assert column in ("performer", "role", "team")
    return f"""
WITH acting AS (
    SELECT {column} AS name, event_at, hour(event_at) AS hour, isodow(event_at) AS weekday,
        epoch(event_at - lag(event_at) OVER (PARTITION BY {column} ORDER BY event_at)) AS gap
    FROM usable WHERE length({column}) <= {LONGEST_NAME}
), by_hour AS (
    SELECT name, CASE WHEN count(*) = 24 THEN min(rows) ELSE 0 END AS least
    FROM (SELECT name, hour, count(*) AS rows FROM acting GROUP BY ALL) GROUP BY name
), by_weekday AS (
    SELECT name, CASE WHEN count(*) = 7 THEN min(rows) ELSE 0 END AS least
    FROM (SELECT name, weekday, count(*) AS rows FROM acting GROUP BY ALL) GROUP BY name
)
SELECT name, count(*) AS rows, any_value(by_hour.least) / count(*), any_value(by_weekday.least) / count(*),
    median(gap), count(*) FILTER (event_at = date_trunc('day', event_at)) / count(*)
FROM acting JOIN by_hour USING (name) JOIN by_weekday USING (name)
GROUP BY name ORDER BY rows DESC, name LIMIT {MOST_PERFORMERS}
"""
