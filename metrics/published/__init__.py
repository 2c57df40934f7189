"""The tables that reports read: what the pipeline publishes for dashboards, beside the contract tables.

One DuckDB file holds them; readers open a copy that is swapped in whole. Every value in a report comes from here.
"""

from metrics.published.check_results import CHECK_RESULTS
from metrics.published.comparisons import COMPARISONS
from metrics.published.definitions import DEFINITIONS
from metrics.published.handoff_matrix import HANDOFF_MATRIX
from metrics.published.metric_values import METRIC_VALUES
from metrics.published.objectives import OBJECTIVES
from metrics.published.streams import STREAMS
from metrics.published.targets import TARGETS
from metrics.published.value_stream import VALUE_STREAM

PUBLISHED = (
    METRIC_VALUES,
    COMPARISONS,
    VALUE_STREAM,
    HANDOFF_MATRIX,
    TARGETS,
    OBJECTIVES,
    STREAMS,
    DEFINITIONS,
    CHECK_RESULTS,
)

__all__ = [
    "CHECK_RESULTS",
    "COMPARISONS",
    "DEFINITIONS",
    "HANDOFF_MATRIX",
    "METRIC_VALUES",
    "OBJECTIVES",
    "PUBLISHED",
    "STREAMS",
    "TARGETS",
    "VALUE_STREAM",
]
