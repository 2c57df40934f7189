"""The contract table `bills`: one row is one bill of one month as it holds for one stream."""

from metrics.tables.table import Column, Table

BILLS = Table(
    "bills",
    "one bill of one month as it holds for one stream",
    key=("stream", "bill_id"),
    columns=(
        Column("stream", "VARCHAR", "value stream", required=True),
        Column("bill_id", "VARCHAR", "the bill", required=True),
        Column("month", "DATE", "first day of the month it is for", required=True),
        Column("cost_class", "VARCHAR", "people, compute, licence or shared", required=True),
        Column("driver", "VARCHAR", "what it is for: metered quantity, contract or platform", required=True),
        Column("amount", "DECIMAL(18,6)", "money, in the stream's currency; below 0 is a credit", required=True),
        Column("low", "DECIMAL(18,6)", "what it could be at least; NULL: not told"),
        Column("high", "DECIMAL(18,6)", "what it could be at most; NULL: not told"),
        Column("currency", "VARCHAR", "ISO 4217; the stream's", required=True),
        Column("told_amount", "DECIMAL(18,6)", "as the bill tells it"),
        Column("told_currency", "VARCHAR", "ISO 4217; as the bill tells it"),
        Column("allocation", "VARCHAR", "usage, started_cases or finished_cases", required=True),
        Column("capacity", "DOUBLE", "what was paid for, in the driver's unit; NULL: not told"),
        Column("unit", "VARCHAR", "unit of driver and capacity"),
        Column("version", "INTEGER", "of the approved bills"),
        Column("approved_by", "VARCHAR", "who approved the bills"),
        Column("approved_on", "DATE", "when they were approved"),
    ),
)
