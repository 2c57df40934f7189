"""Laws of closed quarters: what was closed is what is published."""

from __future__ import annotations

from metrics.published import METRIC_VALUES
from pipelines.checks.law import Law

_COLUMNS = ", ".join(f'"{name}"' for name in METRIC_VALUES.column_names)

CLOSING_LAWS = (
    Law(
        "closed_numbers_stay", "metric_values", "Every value of a closed quarter is published as it was closed.",
        f"SELECT count(*) FROM (SELECT {_COLUMNS} FROM closed_values WHERE stream = $stream "
        f"EXCEPT SELECT {_COLUMNS} FROM metric_values WHERE stream = $stream)",
    ),
)  # fmt: skip
