"""The contract table `bills`: one row is one bill of one month as it holds for one stream."""

from metrics.tables.table import Column, Table

PLATFORM = "_platform"
"""In place of a stream: what of a shared bill no stream used. No stream can have this name."""

BILLS = Table(
    "bills",
    "one bill of one month as it holds for one stream; of a bill that streams share, the part of this one",
    key=("stream", "bill_id"),
    columns=(
        Column("stream", "VARCHAR", "value stream; _platform for what of a shared bill no stream used", required=True),
        Column("bill_id", "VARCHAR", "its id; the parts of a shared bill have the same", required=True),
        Column("month", "DATE", "first day of the month it is for", required=True),
        Column("cost_class", "VARCHAR", "people, compute, licence or shared", required=True),
        Column("driver", "VARCHAR", "what is billed; with allocation usage the metered quantity", required=True),
        Column("amount", "DECIMAL(18,6)", "money, in the currency of the stream; below 0 for a credit", required=True),
        Column("low", "DECIMAL(18,6)", "the least it could be; NULL where that is not told"),
        Column("high", "DECIMAL(18,6)", "the most it could be; NULL where that is not told"),
        Column("currency", "VARCHAR", "that of the stream, ISO 4217", required=True),
        Column("told_amount", "DECIMAL(18,6)", "the amount as it was billed", required=True),
        Column("told_currency", "VARCHAR", "in this currency", required=True),
        Column("allocation", "VARCHAR", "usage, started_cases or finished_cases; idle: no stream used it", True),
        Column("capacity", "DOUBLE", "units that stand ready in the month; NULL: all of it is used by whoever uses it"),
        Column("unit", "VARCHAR", "of the driver"),
        Column("version", "INTEGER", "of the bills", required=True),
        Column("approved_by", "VARCHAR", "who approved that version; NULL where nobody was told to have"),
        Column("approved_on", "DATE", "on this day"),
    ),
)
