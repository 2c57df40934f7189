"""Every report, in the order in which they are made."""

from __future__ import annotations

from metrics.reports.handoff_matrix import HANDOFFS_BY_STEP
from metrics.reports.objectives import OBJECTIVES_KEPT
from metrics.reports.report import Report
from metrics.reports.value_stream import VALUE_STREAM_MAP

REPORTS: tuple[Report, ...] = (VALUE_STREAM_MAP, HANDOFFS_BY_STEP, OBJECTIVES_KEPT)
