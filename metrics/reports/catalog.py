"""Every report, in the order in which they are made."""

from __future__ import annotations

from metrics.reports.objectives import OBJECTIVES_KEPT
from metrics.reports.report import Report
from metrics.reports.value_stream import VALUE_STREAM_MAP
from metrics.reports.work_in_progress import WORK_IN_PROGRESS_KEPT

REPORTS: tuple[Report, ...] = (VALUE_STREAM_MAP, OBJECTIVES_KEPT, WORK_IN_PROGRESS_KEPT)
