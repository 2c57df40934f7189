"""Every report, in the order in which they are made."""

from __future__ import annotations

from metrics.reports.accuracy import ACCURACY_ROLLED
from metrics.reports.benefit_bridge import BRIDGE_BUILT
from metrics.reports.benefit_conflicts import CONFLICTS_FOUND
from metrics.reports.benefits import BENEFITS_TOLD
from metrics.reports.cost_by_class import COST_SPLIT
from metrics.reports.cost_of_ownership import OWNERSHIP_COSTED
from metrics.reports.cost_of_poor_quality import POOR_QUALITY_COSTED
from metrics.reports.cost_sensitivity import SENSITIVITY_TOLD
from metrics.reports.cost_variance import VARIANCE_EXPLAINED
from metrics.reports.distributions import DURATIONS_COUNTED
from metrics.reports.exceptions import EXCEPTION_CLASSES
from metrics.reports.failure_stages import FAILURE_STAGES_TIMED
from metrics.reports.failures_by_severity import FAILURES_COUNTED
from metrics.reports.freed_capacity import CAPACITY_FREED
from metrics.reports.handoff_matrix import HANDOFFS_BY_STEP
from metrics.reports.mix_effects import MIX_REPORT
from metrics.reports.objectives import OBJECTIVES_KEPT
from metrics.reports.open_work import OPEN_WORK_LISTED
from metrics.reports.phantom_audit import PHANTOMS_AUDITED
from metrics.reports.re_entries import RE_ENTRIES_COUNTED
from metrics.reports.release_strata import STRATA_REPORT
from metrics.reports.report import Report
from metrics.reports.rework_allowance import ALLOWANCE
from metrics.reports.run_chart import RUN_CHART_REPORT
from metrics.reports.segment_values import SEGMENTS_VALUED
from metrics.reports.transitions import TRANSITIONS_COUNTED
from metrics.reports.value_stream import VALUE_STREAM_MAP
from metrics.reports.variants import VARIANTS_CONCENTRATED, VARIANTS_TAKEN
from metrics.reports.wait_causes import WAITS_EXPLAINED
from metrics.reports.work_in_progress import WORK_IN_PROGRESS_KEPT

REPORTS: tuple[Report, ...] = (
    WAITS_EXPLAINED,
    WORK_IN_PROGRESS_KEPT,
    VALUE_STREAM_MAP,
    HANDOFFS_BY_STEP,
    OBJECTIVES_KEPT,
    MIX_REPORT,
    STRATA_REPORT,
    SEGMENTS_VALUED,
    DURATIONS_COUNTED,
    RUN_CHART_REPORT,
    OPEN_WORK_LISTED,
    PHANTOMS_AUDITED,
    RE_ENTRIES_COUNTED,
    FAILURES_COUNTED,
    FAILURE_STAGES_TIMED,
    VARIANTS_CONCENTRATED,
    VARIANTS_TAKEN,
    ACCURACY_ROLLED,
    ALLOWANCE,
    EXCEPTION_CLASSES,
    TRANSITIONS_COUNTED,
    COST_SPLIT,
    VARIANCE_EXPLAINED,
    POOR_QUALITY_COSTED,
    SENSITIVITY_TOLD,
    CAPACITY_FREED,
    BENEFITS_TOLD,
    CONFLICTS_FOUND,
    BRIDGE_BUILT,
    OWNERSHIP_COSTED,
)
