"""The published table `check_results`: one row is one data check of one run."""

from metrics.tables.table import Column, Table

CHECK_RESULTS = Table(
    "check_results",
    "one data check of one run",
    key=("stream", "table_name", "check_name"),
    columns=(
        Column("stream", "VARCHAR", "value stream"),
        Column("table_name", "VARCHAR", "contract table"),
        Column("check_name", "VARCHAR", "what must hold"),
        Column("passed", "BOOLEAN", "did it"),
        Column("failing_rows", "BIGINT", "rows against it"),
        Column("detail", "VARCHAR", "in words"),
    ),
)
