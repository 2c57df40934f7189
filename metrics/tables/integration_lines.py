"""The contract table `integration_lines`: one row is one declared line of what an integration costs to own."""

from metrics.tables.table import Column, Table

INTEGRATION_LINES = Table(
    "integration_lines",
    "one declared line of what an integration costs to own",
    key=("stream", "integration", "line"),
    columns=(
        Column("stream", "VARCHAR", "value stream", required=True),
        Column("integration", "VARCHAR", "id in the file of integrations", required=True),
        Column("line", "BIGINT", "1 is the first of the integration", required=True),
        Column("name", "VARCHAR", "what the integration is called", required=True),
        Column("currency", "VARCHAR", "ISO 4217", required=True),
        Column("steps", "VARCHAR[]", "steps each execution of which is a transaction through it", required=True),
        Column("performer_kinds", "VARCHAR[]", "performers whose executions count; empty: all", required=True),
        Column("failures", "VARCHAR[]", "failure rules whose hours in failure are its own", required=True),
        Column("failure_role", "VARCHAR", "role whose hourly cost an hour in failure has"),
        Column("kind", "VARCHAR", "build, run, licence, change or incident", required=True),
        Column("what", "VARCHAR", "what was paid for", required=True),
        Column("amount", "DECIMAL(18,6)", "money: once, or a month", required=True),
        Column("month", "DATE", "month it was paid once; NULL: every month"),
        Column("first_month", "DATE", "first month it is paid every month"),
        Column("until_month", "DATE", "first month it is no longer paid; NULL: without end"),
    ),
)
