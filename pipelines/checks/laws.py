"""Conservation laws: what must hold of the facts whatever the log, each one query that counts the rows against it.

Cheap enough to run every time; the Great Expectations suites (`suites`) check tables column by column.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import duckdb

from metrics.query import one_value
from pipelines.checks.closing_laws import CLOSING_LAWS
from pipelines.checks.cost_laws import COST_LAWS
from pipelines.checks.failure_laws import FAILURE_LAWS
from pipelines.checks.law import Law


@dataclass(frozen=True, slots=True)
class Finding:
    """What a law found in one stream."""

    law: Law
    stream: str
    failing_rows: int

    @property
    def passed(self) -> bool:
        """Does it hold?"""
        return self.failing_rows == 0


LAWS: tuple[Law, ...] = (
    Law(
        "every_number_arrived", "events", "No source skipped a number: every event it told has arrived.",
        "SELECT sum(missing_numbers) FROM arrivals WHERE stream = $stream",
        is_warning=True,
    ),
    Law(
        "events_arrive_after_they_happen", "events", "No event tells a time after its arrival.",
        "SELECT sum(ahead) FROM arrivals WHERE stream = $stream",
        is_warning=True,
    ),
    Law(
        "cases_are_unique", "cases", "No case is counted twice.",
        "SELECT count(*) - count(DISTINCT case_id) FROM cases WHERE stream = $stream",
    ),
    Law(
        "cases_end_after_they_begin", "cases", "No case is finished before it is triggered.",
        "SELECT count(*) FROM cases WHERE stream = $stream AND finished_at < triggered_at "
        "AND epoch_us(finished_at) + coalesce(finished_within_us, 0) <= epoch_us(triggered_at)",
        is_warning=True,
    ),
    Law(
        "order_of_trigger_and_outcome_is_known", "cases", "Times are precise enough to tell trigger before outcome.",
        "SELECT count(*) FROM cases WHERE stream = $stream "
        "AND epoch_us(finished_at) < epoch_us(triggered_at) + coalesce(triggered_within_us, 0) "
        "AND epoch_us(triggered_at) < epoch_us(finished_at) + coalesce(finished_within_us, 0)",
        is_warning=True,
    ),
    Law(
        "handoffs_are_pairs_of_steps", "cases", "A case has fewer handoffs than steps.",
        "SELECT count(*) FROM cases WHERE stream = $stream "
        "AND automated_handoffs + manual_handoffs + unknown_handoffs > greatest(steps - 1, 0)",
    ),
    Law(
        "rework_has_its_instants", "cases", "A case is not right exactly when its rework was seen at some time.",
        "SELECT count(*) FROM cases WHERE stream = $stream AND (is_rework_free <> (first_rework_at IS NULL) "
        "OR last_rework_at < first_rework_at OR repeats + redos > self_loops + loops)",
    ),
    Law(
        "manual_handoffs_have_one_reason", "cases", "Every manual handoff is designed, fallback, exception or other.",
        "SELECT count(*) FROM cases WHERE stream = $stream AND manual_handoffs "
        "<> designed_handoffs + fallback_handoffs + exception_handoffs + other_handoffs",
    ),
    Law(
        "transfers_are_handoffs", "cases", "What went, or may have gone, from automation to a human is a handoff.",
        "SELECT count(*) FROM cases WHERE stream = $stream AND automated_to_human + maybe_automated_to_human "
        "> automated_handoffs + manual_handoffs + unknown_handoffs",
    ),
    Law(
        "time_parts_close", "time_parts", "The parts of every finished case sum to its flow time.",
        "SELECT count(*) FROM (SELECT * FROM cases WHERE stream = $stream AND finished_at >= triggered_at) "
        "FULL JOIN (SELECT *, coalesce(touch_us, 0) + queue_us + external_wait_us + human_wait_us + unexplained_us "
        "AS closed_us FROM time_parts WHERE stream = $stream) USING (case_id) "
        "WHERE closed_us IS DISTINCT FROM epoch_us(finished_at) - epoch_us(triggered_at) "
        "OR flow_us IS DISTINCT FROM closed_us "
        "OR least(touch_us, queue_us, external_wait_us, human_wait_us, unexplained_us) < 0",
    ),
    Law(
        "calendars_reach_all_cases", "working_times", "Every finished case lies within what its calendar knows.",
        "SELECT count(*) FROM working_times WHERE stream = $stream AND working_days IS NULL",
        is_warning=True,
    ),
    Law(
        "working_time_lies_in_flow_time", "working_times", "No case was worked on longer than it took.",
        "SELECT count(*) FROM working_times JOIN cases USING (stream, case_id) WHERE stream = $stream "
        "AND least_days IS NULL AND (working_us < 0 OR working_us > epoch_us(finished_at) - epoch_us(triggered_at))",
    ),
    *FAILURE_LAWS,
    *COST_LAWS,
    Law(
        "shares_lie_between_0_and_1", "metric_values", "No share lies outside 0 to 1.",
        "SELECT count(*) FROM metric_values WHERE stream = $stream AND unit = 'share' AND NOT value BETWEEN 0 AND 1",
    ),
    Law(
        "values_lie_in_their_range", "metric_values", "Every value lies within its own interval.",
        "SELECT count(*) FROM metric_values WHERE stream = $stream AND NOT value BETWEEN low - 1e-9 AND high + 1e-9",
    ),
    *CLOSING_LAWS,
    Law(
        "wait_causes_close", "wait_causes", "The causes of the wait before a step sum to it, to the microsecond.",
        "SELECT count(*) FROM (SELECT sum(cause_us) AS closed_us, min(cause_us) AS least_us, "
        "min(total_us) AS total_us, max(total_us) AS other_us "
        "FROM wait_causes WHERE stream = $stream GROUP BY period, step) "
        "WHERE closed_us IS DISTINCT FROM total_us OR total_us <> other_us OR least_us < 0",
    ),
    Law(
        "work_in_hand_is_conserved", "work_in_progress",
        "In hand at the start + arrivals − endings = in hand at the end, which is the start of the next period.",
        "SELECT count(*) FROM (SELECT *, lead(in_hand_start) OVER (PARTITION BY grain ORDER BY first_on) AS next_start "
        "FROM work_in_progress WHERE stream = $stream) WHERE in_hand_start + arrivals - endings <> in_hand_end "
        "OR endings <> completed + rejected + cancelled + abandoned OR next_start <> in_hand_end",
    ),
    Law(
        "littles_law_holds_of_residence", "work_in_progress",
        "Time-average in hand × days = mean residence × cases, of every period.",
        "SELECT count(*) FROM (SELECT coalesce(average_in_hand * known_days, 0) AS area, "
        "coalesce(residence_days * (in_hand_start + arrivals), 0) AS spent "
        "FROM work_in_progress WHERE stream = $stream) WHERE abs(area - spent) > 1e-9 * greatest(1, area)",
    ),
)  # fmt: skip


def run_laws(connection: duckdb.DuckDBPyConnection, stream: str) -> Iterator[Finding]:
    """Every law over one stream."""
    for law in LAWS:
        yield Finding(law, stream, count_failing(connection, law, stream))


def count_failing(connection: duckdb.DuckDBPyConnection, law: Law, stream: str) -> int:
    """Rows of a stream against a law."""
    return int(one_value(connection, law.query, {"stream": stream}) or 0)


def store(connection: duckdb.DuckDBPyConnection, stream: str, findings: list[Finding]) -> None:
    """Keep the findings for reports."""
    names = [finding.law.name for finding in findings]
    connection.execute(
        "DELETE FROM check_results WHERE stream = $stream AND check_name IN (SELECT unnest($names))",
        {"stream": stream, "names": names},
    )
    for finding in findings:
        connection.execute(
            "INSERT INTO check_results VALUES ($stream, $table, $name, $passed, $rows, $says)",
            {
                "stream": stream, "table": finding.law.table, "name": finding.law.name, "passed": finding.passed,
                "rows": finding.failing_rows, "says": finding.law.says,
            },
        )  # fmt: skip
