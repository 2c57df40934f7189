"""The ways that completed cases took, the most frequent by name and all others together."""

from __future__ import annotations

from dataclasses import dataclass

from dashboards.rows.rows import Rows

MOST = 8


@dataclass(frozen=True, slots=True)
class Way:
    """One way, or all rarer ones together: then `variants` is how many, and nothing is said of half of them."""

    place: int
    path: str
    variants: int
    cases: int
    case_share: float
    rework_free_cases: int
    median_days: float | None
    customer_days: float
    customer_share: float | None
    whole_customer_days: float

    @property
    def origin(self) -> str:
        """Where it stands, for the list of values."""
        return f"variants/{self.place}"


ROWS = Rows(
    Way,
    f"""
SELECT least(rank, {MOST + 1}) AS place, any_value(left(path, 4000)) AS path, sum(variants)::BIGINT AS variants,
    sum(cases)::BIGINT AS cases, sum(case_share) AS case_share, sum(rework_free_cases)::BIGINT AS rework_free_cases,
    CASE WHEN count(*) = 1 THEN any_value(median_days) END AS median_days, sum(customer_days) AS customer_days,
    sum(customer_share) AS customer_share,
    (SELECT sum(customer_days) FROM variants WHERE stream = $stream AND period = $period) AS whole_customer_days
FROM variants WHERE stream = $stream AND period = $period GROUP BY place ORDER BY place""",
)
