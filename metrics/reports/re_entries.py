"""Re-entries ← steps and cases: time inside a step and time from first entry to last exit are two numbers.

Of cases that ended in the quarter, whatever their outcome, and of what they began between trigger and outcome:

- an *entry* is a visit that begins when the case was not inside: another step was begun since the visit before, and no
  earlier visit still runs. Visits that follow each other at once are one stay;
- *inside* is the sum of the visits from start to end, overlapping ones united. It is unknown where any visit lacks one
  of them, so it always is in a log of instants;
- *span* runs from the start (or end, where no start is told) of the first visit to the end of the last, whatever
  happened in between. It is unknown where a visit told no end.

Both are told of re-entered cases only: for the others they are one number, and it stands in `value_stream`.

Source: the cumulative time of GitLab's value stream analytics (epic 12088: 33 days shown, 8 true); ours keeps both.
"""

from __future__ import annotations

from collections.abc import Iterator

import duckdb

from metrics.published import RE_ENTRIES
from metrics.reports.report import Report
from metrics.stream.model import Stream
from metrics.windows import windows_of

# Parameters $stream, $periods and $borders: the quarters with the instants in which they begin, oldest first.
_SQL = """
WITH quarters AS (SELECT unnest($periods) AS period, unnest($borders)::BIGINT AS from_us),
ended AS (
    SELECT case_id, triggered_us, finished_us, period FROM (
        SELECT case_id, epoch_us(triggered_at) AS triggered_us, epoch_us(finished_at) AS finished_us FROM cases
        WHERE stream = $stream AND finished_at >= triggered_at
    ) ASOF JOIN quarters ON finished_us >= from_us
),
begun AS MATERIALIZED (
    SELECT case_id, period, position, step, started_us, entered_us,
        CASE WHEN ended_us < started_us THEN NULL ELSE ended_us END AS left_us
    FROM (
        SELECT case_id, position, step, epoch_us(started_at) AS started_us, epoch_us(ended_at) AS ended_us,
            coalesce(started_us, ended_us) AS entered_us
        FROM steps WHERE stream = $stream
    ) JOIN ended USING (case_id)
    WHERE entered_us BETWEEN triggered_us AND finished_us
),
passed AS MATERIALIZED (
    SELECT case_id, step, any_value(period) AS period, count(*) AS visits FROM begun GROUP BY case_id, step
),
followed AS (
    SELECT *, lag(step) OVER (PARTITION BY case_id ORDER BY position) AS step_before
    FROM begun WHERE case_id IN (SELECT case_id FROM passed WHERE visits > 1)
),
stays AS (
    SELECT case_id, step, entered_us, left_us,
        up_to_us IS NULL OR (step_before <> step AND entered_us >= up_to_us) AS is_entry,
        CASE WHEN started_us <= left_us THEN greatest(left_us - greatest(started_us, up_to_us), 0) END AS inside_us
    FROM (
        SELECT *, max(coalesce(left_us, entered_us)) OVER (
            PARTITION BY case_id, step ORDER BY position ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING
        ) AS up_to_us
        FROM followed
    )
),
returned AS (
    SELECT case_id, step, count(*) FILTER (is_entry) AS entries,
        CASE WHEN count(inside_us) = count(*) THEN sum(inside_us) END AS inside_us,
        CASE WHEN count(left_us) = count(*) THEN max(left_us) - min(entered_us) END AS span_us
    FROM stays GROUP BY case_id, step
)
SELECT period, step, count(*) AS cases, sum(visits)::BIGINT AS visits, sum(coalesce(entries, 1))::BIGINT AS entries,
    count(*) FILTER (entries > 1) AS re_entered_cases,
    count(inside_us) FILTER (entries > 1) AS measured_cases,
    median(inside_us) FILTER (entries > 1) / 3.6e9 AS inside_hours_p50,
    avg(inside_us) FILTER (entries > 1) / 3.6e9 AS inside_hours_mean,
    count(span_us) FILTER (entries > 1) AS spanned_cases,
    median(span_us) FILTER (entries > 1) / 3.6e9 AS span_hours_p50,
    avg(span_us) FILTER (entries > 1) / 3.6e9 AS span_hours_mean
FROM passed LEFT JOIN returned USING (case_id, step)
GROUP BY period, step ORDER BY period, step"""


def rows(connection: duckdb.DuckDBPyConnection, stream: Stream) -> Iterator[dict[str, object]]:
    """Rows of the published table `re_entries`: every quarter in which cases ended, every step they passed."""
    windows = windows_of(connection, stream, ("quarter",))
    if not windows:
        return
    told = {
        "stream": stream.stream, "periods": [window.period.key for window in windows],
        "borders": [window.from_us for window in windows],
    }  # fmt: skip
    for row in connection.sql(_SQL, params=told).to_arrow_table().to_pylist():
        yield {
            "stream": stream.stream, **row, "label": stream.label_of(row["step"]),
            "entries_per_case": row["entries"] / row["cases"],
            "re_entered_share": row["re_entered_cases"] / row["cases"],
        }  # fmt: skip


RE_ENTRIES_COUNTED = Report(RE_ENTRIES, ("steps", "cases"), rows)
