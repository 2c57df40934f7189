"""The contract table `working_times`: one row is one finished case, measured in the calendar of its site."""

from metrics.tables.table import Column, Table

WORKING_TIMES = Table(
    "working_times",
    "one finished case, its flow time measured in the calendar of its site",
    key=("stream", "case_id"),
    columns=(
        Column("stream", "VARCHAR", "value stream", required=True),
        Column("case_id", "VARCHAR", "primary case", required=True),
        Column("calendar", "VARCHAR", "calendar of its site, by the name in the stream file", required=True),
        Column("working_us", "BIGINT", "working time from trigger to outcome, microseconds; NULL beyond the calendar"),
        Column("working_days", "DOUBLE", "likewise, in working days of the versions then in force"),
        Column(
            "least_days",
            "DOUBLE",
            "the least it can be, as precisely as its times are told; NULL where those are exact",
        ),
        Column("most_days", "DOUBLE", "the most it can be; NULL where its times are exact"),
    ),
)
