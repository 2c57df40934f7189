"""The published table `cost_variance`: one row is
why the cost of one class, or its cost for a completed case, differs between a quarter and the one before.
"""

from metrics.tables.table import Column, Table

_TERMS = (
    ("volume_amount", "by the number of completed cases: more or fewer, each as before"),
    ("efficiency_amount", "by more or less use for each case: hours of people, metered quantities"),
    ("mix_amount", "by the work falling to dearer or cheaper roles"),
    ("rate_amount", "by other rates and prices for the same use"),
    ("idle_amount", "by more or less capacity that was paid for and not used"),
    ("spending_amount", "by bills that are spread over cases and follow no use"),
)

COST_VARIANCE = Table(
    "cost_variance",
    "why the cost of one class, or its cost for a completed case, differs between a quarter and the one before",
    key=("stream", "period", "measure", "cost_class"),
    columns=(
        Column("stream", "VARCHAR", "value stream"),
        Column("period", "VARCHAR", "quarter, e.g. 2026-Q3"),
        Column("before_period", "VARCHAR", "the quarter before; NULL where there is none"),
        Column("measure", "VARCHAR", "cost, or unit_cost: cost for each completed case"),
        Column("cost_class", "VARCHAR", "people, compute, licence, shared; all: together, the sum of the classes"),
        Column("before_cases", "BIGINT", "cases completed in the quarter before"),
        Column("after_cases", "BIGINT", "cases completed in the quarter"),
        Column("before_amount", "DECIMAL(38,6)", "money in the quarter before; NULL, and all that follows: no bridge"),
        *(Column(name, "DECIMAL(38,6)", meaning) for name, meaning in _TERMS),
        Column("after_amount", "DECIMAL(38,6)", "money in the quarter"),
        Column("residual_amount", "DECIMAL(38,6)", "after, less before, less the six: 0, exactly"),
        Column("currency", "VARCHAR", "ISO 4217"),
        Column("reason", "VARCHAR", "why there is no bridge; NULL where there is one"),
    ),
)
