"""The tables that reports read: what the pipeline publishes for dashboards, beside the contract tables.

One DuckDB file holds them; readers open a copy that is swapped in whole. Every value in a report comes from here.
"""

from metrics.published.accuracy import ACCURACY
from metrics.published.baselines import BASELINES
from metrics.published.benefit_bridge import BENEFIT_BRIDGE
from metrics.published.benefit_conflicts import BENEFIT_CONFLICTS
from metrics.published.benefits import BENEFITS
from metrics.published.check_results import CHECK_RESULTS
from metrics.published.closed_quarters import CLOSED_QUARTERS
from metrics.published.comparisons import COMPARISONS
from metrics.published.cost_by_class import COST_BY_CLASS
from metrics.published.cost_of_ownership import COST_OF_OWNERSHIP
from metrics.published.cost_of_poor_quality import COST_OF_POOR_QUALITY
from metrics.published.cost_sensitivity import COST_SENSITIVITY
from metrics.published.cost_variance import COST_VARIANCE
from metrics.published.decisions import DECISIONS
from metrics.published.definitions import DEFINITIONS
from metrics.published.distributions import DISTRIBUTIONS
from metrics.published.evidence import EVIDENCE
from metrics.published.exceptions import EXCEPTIONS
from metrics.published.failure_stages import FAILURE_STAGES
from metrics.published.failures_by_severity import FAILURES_BY_SEVERITY
from metrics.published.freed_capacity import FREED_CAPACITY
from metrics.published.handoff_matrix import HANDOFF_MATRIX
from metrics.published.metric_values import METRIC_VALUES
from metrics.published.mix_effects import MIX_EFFECTS
from metrics.published.objectives import OBJECTIVES
from metrics.published.open_work import OPEN_WORK
from metrics.published.phantom_audit import PHANTOM_AUDIT
from metrics.published.re_entries import RE_ENTRIES
from metrics.published.release_strata import RELEASE_STRATA
from metrics.published.restatements import RESTATEMENTS
from metrics.published.rework_allowance import REWORK_ALLOWANCE
from metrics.published.risks import RISKS
from metrics.published.run_chart import RUN_CHART
from metrics.published.segment_values import SEGMENT_VALUES
from metrics.published.streams import STREAMS
from metrics.published.targets import TARGETS
from metrics.published.transitions import TRANSITIONS
from metrics.published.value_stream import VALUE_STREAM
from metrics.published.variant_concentration import VARIANT_CONCENTRATION
from metrics.published.variants import VARIANTS
from metrics.published.wait_causes import WAIT_CAUSES
from metrics.published.work_in_progress import WORK_IN_PROGRESS

PUBLISHED = (
    METRIC_VALUES,
    COMPARISONS,
    BASELINES,
    CLOSED_QUARTERS,
    RESTATEMENTS,
    MIX_EFFECTS,
    RELEASE_STRATA,
    SEGMENT_VALUES,
    DISTRIBUTIONS,
    RUN_CHART,
    VALUE_STREAM,
    HANDOFF_MATRIX,
    TARGETS,
    OBJECTIVES,
    OPEN_WORK,
    PHANTOM_AUDIT,
    WORK_IN_PROGRESS,
    WAIT_CAUSES,
    RE_ENTRIES,
    STREAMS,
    DEFINITIONS,
    CHECK_RESULTS,
    FAILURES_BY_SEVERITY,
    FAILURE_STAGES,
    ACCURACY,
    REWORK_ALLOWANCE,
    VARIANTS,
    VARIANT_CONCENTRATION,
    EXCEPTIONS,
    TRANSITIONS,
    COST_BY_CLASS,
    COST_VARIANCE,
    COST_OF_POOR_QUALITY,
    COST_SENSITIVITY,
    EVIDENCE,
    BENEFITS,
    BENEFIT_BRIDGE,
    BENEFIT_CONFLICTS,
    FREED_CAPACITY,
    COST_OF_OWNERSHIP,
    DECISIONS,
    RISKS,
)

__all__ = [
    "ACCURACY",
    "BASELINES",
    "BENEFITS",
    "BENEFIT_BRIDGE",
    "BENEFIT_CONFLICTS",
    "CHECK_RESULTS",
    "CLOSED_QUARTERS",
    "COMPARISONS",
    "COST_BY_CLASS",
    "COST_OF_OWNERSHIP",
    "COST_OF_POOR_QUALITY",
    "COST_SENSITIVITY",
    "COST_VARIANCE",
    "DECISIONS",
    "DEFINITIONS",
    "DISTRIBUTIONS",
    "EVIDENCE",
    "EXCEPTIONS",
    "FAILURES_BY_SEVERITY",
    "FAILURE_STAGES",
    "FREED_CAPACITY",
    "HANDOFF_MATRIX",
    "METRIC_VALUES",
    "MIX_EFFECTS",
    "OBJECTIVES",
    "OPEN_WORK",
    "PHANTOM_AUDIT",
    "PUBLISHED",
    "RELEASE_STRATA",
    "RESTATEMENTS",
    "REWORK_ALLOWANCE",
    "RE_ENTRIES",
    "RISKS",
    "RUN_CHART",
    "SEGMENT_VALUES",
    "STREAMS",
    "TARGETS",
    "TRANSITIONS",
    "VALUE_STREAM",
    "VARIANTS",
    "VARIANT_CONCENTRATION",
    "WAIT_CAUSES",
    "WORK_IN_PROGRESS",
]
