"""What changed by segment since the quarter before."""

from __future__ import annotations

from dataclasses import dataclass

from dashboards.bundle import Change
from dashboards.rows.rows import Rows
from dashboards.rows.segment_values import MOST


@dataclass(frozen=True, slots=True)
class SegmentChange(Change):
    """A row of comparisons of the kind segment. `segment` is None where the value was never told."""

    dimension: str
    segment: str | None

    @property
    def origin(self) -> str:
        """Where it stands, for the list of values."""
        place = f"{self.dimension}/{self.segment or 'not told'}"
        return f"comparisons/{self.metric}/{self.statistic}/segment/{self.label}/{place}"


ROWS = Rows(
    SegmentChange,
    f"""
WITH told AS (
    SELECT *, json_keys(dimensions)[1] AS dimension, json_extract_string(dimensions, '$.*')[1] AS segment
    FROM comparisons WHERE stream = $stream AND kind = 'segment' AND label = $period AND dimensions <> '{{}}'
)
SELECT kind, label, title, at_on, metric, statistic, unit, before_value, after_value, before_n, after_n, difference,
    low, high, low80, high80, meaningful, verdict, method, dimension, segment
FROM told
QUALIFY row_number() OVER (
    PARTITION BY metric, statistic, dimension ORDER BY after_n DESC, segment NULLS LAST
) <= {2 * MOST}
ORDER BY metric, statistic, dimension, after_n DESC, segment NULLS LAST
""",
)
