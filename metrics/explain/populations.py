"""The wholes that numbers are parts of: everything a metric could have counted in a period, and why it may not have.

Knows the contract tables and the day that dates each; runs nothing.
"""

from __future__ import annotations

from dataclasses import dataclass

from metrics.metric import Metric


@dataclass(frozen=True, slots=True)
class Population:
    """Everything a metric could have counted in a period, as SQL over one contract table.

    `of` names it, {cases} being the stream's word; `within` picks it by $first and $until; `reasons` are the branches
    of a CASE that say why a member without a row of its own is not counted.
    """

    table: str
    subject: str
    of: str
    within: str
    reasons: str


def _closed_by(table: str, subject: str, noun: str, began: str, ended: str, reasons: str) -> Population:
    """Those dated by their end: everything that was in hand on any day of the period."""
    within = f"least({began}, {ended}) < $until AND ({ended} IS NULL OR {ended} >= $first)"
    return Population(table, subject, f"{noun} in hand during the period", within, reasons)


_BACKWARDS = "WHEN finished_at < triggered_at THEN 'finished before it was triggered: the times are wrong'"
_CASES_FINISHED = _closed_by(
    "cases", "case_id", "{cases}", "triggered_on", "finished_on",
    "WHEN finished_on IS NULL THEN 'still open at the newest event' "
    "WHEN finished_on >= $until THEN 'finished after the period' "
    f"WHEN outcome_kind <> 'completed' THEN 'ended otherwise: ' || outcome {_BACKWARDS}",
)  # fmt: skip
_CASES_STARTED = Population(
    "cases", "case_id", "{cases} triggered in the period", "triggered_on >= $first AND triggered_on < $until",
    f"{_BACKWARDS} WHEN finished_on IS NULL THEN 'still open at the newest event' "
    "WHEN outcome_kind <> 'completed' THEN 'ended otherwise: ' || outcome",
)  # fmt: skip


def _failures_until(stage: str) -> Population:
    return _closed_by(
        "failures", "failure_id", "failure episodes", "detected_on", f"{stage}_on",
        f"WHEN {stage}_on IS NULL THEN 'not {stage} at the newest event' "
        f"WHEN {stage}_on >= $until THEN '{stage} after the period' "
        f"WHEN {stage}_at < detected_at THEN '{stage} before it was detected: the times are wrong'",
    )  # fmt: skip


def _failures_detected(reasons: str) -> Population:
    return Population(
        "failures", "failure_id", "failure episodes detected in the period",
        "detected_on >= $first AND detected_on < $until", reasons,
    )  # fmt: skip


# By the table a metric needs, the day that dates its rows, and a word of its SQL; the first that fits.
POPULATIONS = {
    ("cases", "finished_on", ""): _CASES_FINISHED,
    ("cases", "triggered_on", ""): _CASES_STARTED,
    **{
        ("failures", f"{stage}_on", ""): _failures_until(stage)
        for stage in ("triaged", "contained", "remediated", "steady")
    },
    ("failures", "detected_on", "onset_at"): _failures_detected(
        "WHEN onset_at IS NULL THEN 'nobody knows when it began' "
        "WHEN onset_at > detected_at THEN 'detected before it began: the times are wrong'"
    ),
    ("failures", "detected_on", ""): _failures_detected(
        "WHEN steady_at IS NULL THEN 'not steady at the newest event' "
        "WHEN steady_at < detected_at THEN 'steady before it was detected: the times are wrong'"
    ),
    ("steps", "happened_on", ""): Population(
        "steps", "case_id || ':' || position", "steps of the period", "happened_on >= $first AND happened_on < $until",
        "WHEN previous_step IS NULL THEN 'first step of its case: no step before it'",
    ),
}  # fmt: skip


def population_of(metric: Metric) -> Population | None:
    """The population whose table the metric needs and whose day dates its rows; None when it is another."""
    for (table, day, word), population in POPULATIONS.items():
        if table in metric.needs and f"{day} AS observed_on" in metric.sql and word in metric.sql:
            return population
    # A sum over two tables is divided by cases.
    return _CASES_FINISHED if metric.unit == "currency" else None
