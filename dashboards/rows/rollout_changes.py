"""What roll-outs brought those they reached, and the same test before anybody was reached."""

from __future__ import annotations

from dataclasses import dataclass

from dashboards.bundle import Change
from dashboards.rows.rows import Rows


@dataclass(frozen=True, slots=True)
class RolloutChange(Change):
    """A row of comparisons of the kind rollout or pre_trend. `reached` names the segment values it came to."""

    reached: str


ROWS = Rows(
    RolloutChange,
    """
SELECT kind, label, title, at_on, metric, statistic, unit, before_value, after_value, before_n, after_n, difference,
    low, high, low80, high80, meaningful, verdict, method,
    array_to_string(list_sort((json_extract(dimensions, '$.*')[1] ->> '$[*]')::VARCHAR[]), ', ') AS reached
FROM comparisons
WHERE stream = $stream AND kind IN ('rollout', 'pre_trend') AND at_on < $until_on
QUALIFY row_number() OVER (PARTITION BY kind, metric, statistic ORDER BY at_on DESC, label, dimensions) <= 24
ORDER BY metric, statistic, kind DESC, at_on DESC, label, reached
""",
)
