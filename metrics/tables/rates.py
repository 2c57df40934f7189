"""The contract table `rates`: one row is one line of the rate card as it holds for one stream."""

from metrics.tables.table import Column, Table

RATES = Table(
    "rates",
    "one line of the rate card as it holds for one stream; split where the exchange rate changes",
    key=("stream", "rate_id"),
    columns=(
        Column("stream", "VARCHAR", "value stream", required=True),
        Column("rate_id", "VARCHAR", "line of the card; after a change of the exchange rate with @ and its day", True),
        Column("cost_class", "VARCHAR", "people, compute, licence or shared", required=True),
        Column("driver", "VARCHAR", "role, or metered quantity", required=True),
        Column("unit", "VARCHAR", "what the amount is for: an hour of people, a unit of the driver", required=True),
        Column("amount", "DECIMAL(18,6)", "money a unit, in the currency of the stream", required=True),
        Column("low", "DECIMAL(18,6)", "the least it could be; NULL where that is not told"),
        Column("high", "DECIMAL(18,6)", "the most it could be; NULL where that is not told"),
        Column("currency", "VARCHAR", "that of the stream, ISO 4217", required=True),
        Column("told_amount", "DECIMAL(18,6)", "the amount as the card says it", required=True),
        Column("told_currency", "VARCHAR", "in this currency", required=True),
        Column("valid_from", "DATE", "first local day it holds", required=True),
        Column("valid_to", "DATE", "first local day it no longer holds; NULL while it does"),
        Column("version", "INTEGER", "of the card", required=True),
        Column("approved_by", "VARCHAR", "who approved that version; NULL where nobody was told to have"),
        Column("approved_on", "DATE", "on this day"),
    ),
)
