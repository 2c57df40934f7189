"""Every report, in the order in which they are made."""

from __future__ import annotations

from metrics.reports.failure_stages import FAILURE_STAGES_TIMED
from metrics.reports.failures_by_severity import FAILURES_COUNTED
from metrics.reports.objectives import OBJECTIVES_KEPT
from metrics.reports.report import Report
from metrics.reports.value_stream import VALUE_STREAM_MAP

REPORTS: tuple[Report, ...] = (VALUE_STREAM_MAP, FAILURES_COUNTED, FAILURE_STAGES_TIMED, OBJECTIVES_KEPT)
