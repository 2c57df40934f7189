"""The contract tables: what a metric may read. Columns, types, units, keys, and what one row is.

Instants are UTC in TIMESTAMP (microseconds); days are local to the stream. Money is DECIMAL. NULL is unknown, never 0.
Knows nothing of storage: pipelines fill these tables, `metrics.facts` says how each follows from the one before.
"""

from metrics.tables.benefit_entries import BENEFIT_ENTRIES
from metrics.tables.bills import BILLS
from metrics.tables.cases import CASES
from metrics.tables.costs import COSTS
from metrics.tables.events import EVENTS
from metrics.tables.failures import FAILURES
from metrics.tables.integration_lines import INTEGRATION_LINES
from metrics.tables.rates import RATES
from metrics.tables.steps import STEPS
from metrics.tables.table import Column, Table
from metrics.tables.time_parts import TIME_PARTS
from metrics.tables.working_spells import WORKING_SPELLS
from metrics.tables.working_times import WORKING_TIMES

CONTRACT = (
    EVENTS, STEPS, CASES, TIME_PARTS, WORKING_SPELLS, WORKING_TIMES, FAILURES, RATES, BILLS, COSTS, BENEFIT_ENTRIES,
    INTEGRATION_LINES,
)  # fmt: skip

__all__ = [
    "BENEFIT_ENTRIES",
    "BILLS",
    "CASES",
    "CONTRACT",
    "COSTS",
    "EVENTS",
    "FAILURES",
    "INTEGRATION_LINES",
    "RATES",
    "STEPS",
    "TIME_PARTS",
    "WORKING_SPELLS",
    "WORKING_TIMES",
    "Column",
    "Table",
]
