"""Every report, in the order in which they are made."""

from __future__ import annotations

from metrics.reports.accuracy import ACCURACY_ROLLED
from metrics.reports.exceptions import EXCEPTION_CLASSES
from metrics.reports.objectives import OBJECTIVES_KEPT
from metrics.reports.report import Report
from metrics.reports.rework_allowance import ALLOWANCE
from metrics.reports.value_stream import VALUE_STREAM_MAP
from metrics.reports.variants import VARIANTS_CONCENTRATED, VARIANTS_TAKEN

REPORTS: tuple[Report, ...] = (
    VALUE_STREAM_MAP,
    ACCURACY_ROLLED,
    ALLOWANCE,
    VARIANTS_TAKEN,
    VARIANTS_CONCENTRATED,
    EXCEPTION_CLASSES,
    OBJECTIVES_KEPT,
)
