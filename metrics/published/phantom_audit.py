"""The published table `phantom_audit`: one row is
one quarter of started cases, or all: how many open ones are probably not open, and how far they move flow time.
"""

from metrics.tables.table import Column, Table

PHANTOM_AUDIT = Table(
    "phantom_audit",
    "one quarter of started cases, or all: how many open ones are probably not open, and how far they move flow time",
    key=("stream", "grain", "period"),
    columns=(
        Column("stream", "VARCHAR", "value stream"),
        Column("grain", "VARCHAR", "quarter or all"),
        Column("period", "VARCHAR", "e.g. 2026-Q3; cases triggered in it"),
        Column("first_on", "DATE", "first local day of the period"),
        Column("until_on", "DATE", "day after the last"),
        Column("started_cases", "BIGINT", "cases that flow_time_started counts in the period"),
        Column("open_cases", "BIGINT", "of these: open at the newest event"),
        Column("suspects", "BIGINT", "of these: suspected to be phantoms; NULL where nobody can say"),
        Column("quiet_limit_days", "DOUBLE", "quiet for longer is suspect; NULL where nothing is suspected"),
        Column("limit_basis", "VARCHAR", "where the limit comes from"),
        Column("p50_days", "DOUBLE", "flow_time_started, as published; NULL where too much is open"),
        Column("p50_without_days", "DOUBLE", "the same without the suspects; the number itself keeps them"),
        Column("p90_days", "DOUBLE", "flow_time_started, as published"),
        Column("p90_without_days", "DOUBLE", "the same without the suspects"),
    ),
)
