"""The contract table `costs`: one row is the cost of one class that one case, or idle capacity, caused on one day."""

from metrics.tables.table import Column, Table

_BASES = (
    "measured or standard minutes of people; measured quantity × rate; usage of the bill, started cases, finished "
    "cases; idle; no bill; not allocated: a bill that is not handed out to the last millionth"
)

COSTS = Table(
    "costs",
    "the cost of one class that one case, or idle capacity, caused on one day",
    key=("stream", "case_id", "cost_class", "driver", "rate_id", "incurred_on"),
    columns=(
        Column("stream", "VARCHAR", "value stream", required=True),
        Column("case_id", "VARCHAR", "NULL for idle capacity and for cost no case caused"),
        Column("cost_class", "VARCHAR", "people, compute, licence or shared", required=True),
        Column("driver", "VARCHAR", "role, or metered quantity", required=True),
        Column("rate_id", "VARCHAR", "line of the rate card or bill", required=True),
        Column("incurred_on", "DATE", "local day", required=True),
        Column("quantity", "DOUBLE", "hours, or the driver's unit"),
        Column("basis", "VARCHAR", _BASES, required=True),
        Column("amount", "DECIMAL(18,6)", "money; NULL when no rate covers the day: the number is blocked"),
        Column("currency", "VARCHAR", "ISO 4217", required=True),
    ),
)
