"""The published table `cost_of_ownership`: one row is one kind of cost of one integration in one quarter."""

from metrics.tables.table import Column, Table

COST_OF_OWNERSHIP = Table(
    "cost_of_ownership",
    "one kind of cost of owning one integration in one quarter; the kind (all) is their sum",
    key=("stream", "period", "integration", "cost_kind"),
    columns=(
        Column("stream", "VARCHAR", "value stream"),
        Column("period", "VARCHAR", "quarter, e.g. 2026-Q3"),
        Column("integration", "VARCHAR", "id in the file of integrations"),
        Column("cost_kind", "VARCHAR", "build, run, licence, change, incident, failure hours or (all)"),
        Column("name", "VARCHAR", "what the integration is called"),
        Column("amount", "DECIMAL(38,6)", "money of the quarter; NULL where it has no price"),
        Column("amount_to_date", "DECIMAL(38,6)", "money from the first quarter on"),
        Column("currency", "VARCHAR", "ISO 4217"),
        Column("failure_hours", "DOUBLE", "hours in failure of its own rules, united; NULL without rules"),
        Column("transactions", "BIGINT", "executions through it in the quarter; NULL where it names no steps"),
        Column("per_transaction", "DOUBLE", "amount ÷ transactions"),
        Column("reason", "VARCHAR", "why there is no amount; NULL otherwise"),
    ),
)
