"""The contract table `working_spells`: one row is one spell of working time of one calendar."""

from metrics.tables.table import Column, Table

WORKING_SPELLS = Table(
    "working_spells",
    "one spell of working time of one calendar, with all working time before it",
    key=("stream", "calendar", "from_at"),
    columns=(
        Column("stream", "VARCHAR", "value stream", required=True),
        Column("calendar", "VARCHAR", "name in the stream file", required=True),
        Column("from_at", "TIMESTAMP", "begin, UTC; the first row of a calendar may have no length", required=True),
        Column("until_at", "TIMESTAMP", "end, UTC", required=True),
        Column("worked_us", "BIGINT", "working time before it, microseconds; NULL: nothing is known from here on"),
        Column("worked_days", "DOUBLE", "likewise, in working days of the versions then in force"),
        Column("day_us", "BIGINT", "one working day of the version in force, microseconds", required=True),
    ),
)
