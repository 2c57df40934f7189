"""Visits in which people worked, with the work that was costed for each: what rows of people cost are made of."""

from __future__ import annotations

from decimal import Decimal

from metrics.stream.model import Stream

MOST_DIGITS = Decimal("0.000001")
# Parameters $stream, $first_on, $until_on and $told: what the stream file says of steps. `work_us` is NULL where work
# is neither measured nor has standard minutes. Roles and days are those of `metrics.facts.costs`.
WORK = """
SELECT s.case_id, s.position, s.step, s.rework_kind, coalesce(s.role, told.role, 'unknown role') AS driver,
    s.happened_on AS incurred_on, coalesce(s.started_at, s.ended_at) AS begun_at,
    coalesce(s.ended_at >= s.started_at, FALSE) AS is_measured, told.minutes, told.low, told.high,
    CASE WHEN s.ended_at >= s.started_at THEN epoch_us(s.ended_at) - epoch_us(s.started_at)
         ELSE round(told.minutes * 60000000)::BIGINT END AS work_us
FROM steps s LEFT JOIN (
    SELECT unnest($told::STRUCT(step VARCHAR, role VARCHAR, minutes DECIMAL(18, 6), low DECIMAL(18, 6),
        high DECIMAL(18, 6))[], recursive := TRUE)
) told USING (step)
WHERE s.stream = $stream AND s.performer_kind = 'human' AND s.is_counted AND s.ended_at IS NOT NULL
    AND s.happened_on >= $first_on AND s.happened_on < $until_on"""
# What joins a row of people cost to its visits.
BASIS = "CASE WHEN is_measured THEN 'measured' ELSE 'standard minutes' END"


def told_of_steps(stream: Stream) -> list[dict[str, str | Decimal | None]]:
    """The parameter $told: role and standard minutes of each step that has any, the first entry of a name that does."""
    found: dict[str, dict[str, str | Decimal | None]] = {}
    for step in stream.steps:
        row = found.setdefault(step.name, {"step": step.name, "role": None, "minutes": None})
        row["role"] = row["role"] or step.role
        if row["minutes"] is None:
            row |= {
                "minutes": _exact(step.standard_minutes), "low": _exact(step.standard_minutes_low),
                "high": _exact(step.standard_minutes_high),
            }  # fmt: skip
    return list(found.values())


def _exact(minutes: float | None) -> Decimal | None:
    return None if minutes is None else Decimal(repr(minutes)).quantize(MOST_DIGITS)
