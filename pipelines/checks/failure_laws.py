"""Conservation laws of failures: stages in order, episodes apart, causes with their evidence, quarters that add up."""

from __future__ import annotations

from pipelines.checks.law import Law

_OUT_OF_ORDER = (
    "(steady_at < detected_at OR onset_at > detected_at OR least(triaged_at, contained_at, remediated_at) < onset_at)"
)
_BEFORE_DETECTION = "(least(triaged_at, remediated_at) < detected_at)"

FAILURE_LAWS: tuple[Law, ...] = (
    Law(
        "failure_stages_are_in_order", "failures", "Told failures begin, are noticed and end in this order.",
        "SELECT count(*) FROM failures WHERE stream = $stream AND rule = 'event' "
        f"AND ({_OUT_OF_ORDER} OR {_BEFORE_DETECTION})",
        is_warning=True,
    ),
    Law(
        "found_failures_are_in_order", "failures", "Failures found by a rule begin, are noticed and end in this order.",
        "SELECT count(*) FROM failures WHERE stream = $stream AND rule <> 'event' "
        f"AND ({_OUT_OF_ORDER} OR {_BEFORE_DETECTION} OR contained_at < detected_at OR contained_at > steady_at)",
    ),
    Law(
        "failures_are_unique", "failures", "No failure is counted twice.",
        "SELECT count(*) - count(DISTINCT failure_id) FROM failures WHERE stream = $stream",
    ),
    Law(
        "failures_of_an_item_are_apart", "failures", "Overlapping failures of one item and rule are one episode.",
        "SELECT count(*) FROM (SELECT *, lag(coalesce(steady_at, 'infinity'::TIMESTAMP)) OVER (PARTITION BY case_id, "
        "rule ORDER BY episode) AS before_at FROM failures WHERE stream = $stream AND level = 'item' "
        "AND rule <> 'event') WHERE before_at > detected_at",
    ),
    Law(
        "causes_have_evidence", "failures", "A failure is put down to a release by link or window alone.",
        "SELECT count(*) FROM failures WHERE stream = $stream AND caused_by_release IS NOT NULL "
        "AND attributed_by IS NULL",
    ),
    Law(
        "hours_in_failure_are_united", "failures_by_severity", "Hours in failure count overlaps once.",
        "SELECT count(*) FROM failures_by_severity WHERE stream = $stream "
        "AND (failing_hours > summed_hours + 1e-6 OR failing_share NOT BETWEEN 0 AND 1 + 1e-9)",
    ),
    Law(
        "failures_in_hand_add_up", "failures_by_severity", "Open before + detected = closed + open after.",
        "SELECT count(*) FROM (SELECT *, lag(open_at_end) OVER (PARTITION BY level, severity ORDER BY period) "
        "AS open_before FROM failures_by_severity WHERE stream = $stream) "
        "WHERE open_before + detected <> closed + open_at_end AND NOT EXISTS "
        "(SELECT 1 FROM failures WHERE stream = $stream AND steady_at < detected_at)",
    ),
)  # fmt: skip
