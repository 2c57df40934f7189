"""The contract tables: what a metric may read. Columns, types, units, keys, and what one row is.

Instants are UTC in TIMESTAMP (microseconds); days are local to the stream. Money is DECIMAL. NULL is unknown, never 0.
Knows nothing of storage: pipelines fill these tables, `metrics.facts` says how each follows from the one before.
"""

from metrics.tables.cases import CASES
from metrics.tables.costs import COSTS
from metrics.tables.events import EVENTS
from metrics.tables.failures import FAILURES
from metrics.tables.steps import STEPS
from metrics.tables.table import Column, Table
from metrics.tables.time_parts import TIME_PARTS

CONTRACT = (EVENTS, STEPS, CASES, TIME_PARTS, FAILURES, COSTS)

__all__ = ["CASES", "CONTRACT", "COSTS", "EVENTS", "FAILURES", "STEPS", "TIME_PARTS", "Column", "Table"]
