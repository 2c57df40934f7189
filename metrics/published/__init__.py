"""The tables that reports read: what the pipeline publishes for dashboards, beside the contract tables.

One DuckDB file holds them; readers open a copy that is swapped in whole. Every value in a report comes from here.
"""

from metrics.published.accuracy import ACCURACY
from metrics.published.check_results import CHECK_RESULTS
from metrics.published.comparisons import COMPARISONS
from metrics.published.definitions import DEFINITIONS
from metrics.published.exceptions import EXCEPTIONS
from metrics.published.metric_values import METRIC_VALUES
from metrics.published.objectives import OBJECTIVES
from metrics.published.rework_allowance import REWORK_ALLOWANCE
from metrics.published.streams import STREAMS
from metrics.published.targets import TARGETS
from metrics.published.value_stream import VALUE_STREAM
from metrics.published.variant_concentration import VARIANT_CONCENTRATION
from metrics.published.variants import VARIANTS

PUBLISHED = (
    METRIC_VALUES,
    COMPARISONS,
    VALUE_STREAM,
    ACCURACY,
    REWORK_ALLOWANCE,
    VARIANTS,
    VARIANT_CONCENTRATION,
    EXCEPTIONS,
    TARGETS,
    OBJECTIVES,
    STREAMS,
    DEFINITIONS,
    CHECK_RESULTS,
)

__all__ = [
    "ACCURACY",
    "CHECK_RESULTS",
    "COMPARISONS",
    "DEFINITIONS",
    "EXCEPTIONS",
    "METRIC_VALUES",
    "OBJECTIVES",
    "PUBLISHED",
    "REWORK_ALLOWANCE",
    "STREAMS",
    "TARGETS",
    "VALUE_STREAM",
    "VARIANTS",
    "VARIANT_CONCENTRATION",
]
