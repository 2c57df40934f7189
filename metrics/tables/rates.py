"""The contract table `rates`: one row is one line of the rate card as it holds for one stream."""

from metrics.tables.table import Column, Table

RATES = Table(
    "rates",
    "one line of the rate card as it holds for one stream",
    key=("stream", "rate_id"),
    columns=(
        Column("stream", "VARCHAR", "value stream", required=True),
        Column("rate_id", "VARCHAR", "line of the rate card", required=True),
        Column("cost_class", "VARCHAR", "people, compute, licence or shared", required=True),
        Column("driver", "VARCHAR", "role, or metered quantity", required=True),
        Column("unit", "VARCHAR", "what the amount is for: hour, or the driver's unit"),
        Column("amount", "DECIMAL(18,6)", "money for one unit, in the stream's currency", required=True),
        Column("low", "DECIMAL(18,6)", "what it could be at least; NULL: not told"),
        Column("high", "DECIMAL(18,6)", "what it could be at most; NULL: not told"),
        Column("currency", "VARCHAR", "ISO 4217; the stream's", required=True),
        Column("told_amount", "DECIMAL(18,6)", "as the card tells it"),
        Column("told_currency", "VARCHAR", "ISO 4217; as the card tells it"),
        Column("valid_from", "DATE", "first day it holds", required=True),
        Column("valid_to", "DATE", "first day it no longer holds; NULL: open"),
        Column("version", "INTEGER", "of the approved card"),
        Column("approved_by", "VARCHAR", "who approved the card"),
        Column("approved_on", "DATE", "when it was approved"),
    ),
)
