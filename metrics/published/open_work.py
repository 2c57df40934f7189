"""The published table `open_work`: one row is
one case that is open at the newest event, with its age, how long it has been quiet, and whether it may be a phantom.
"""

from metrics.tables.table import Column, Table

OPEN_WORK = Table(
    "open_work",
    "one case that is open at the newest event, with its age, how long it has been quiet, and whether it may be a "
    "phantom",
    key=("stream", "case_id"),
    columns=(
        Column("stream", "VARCHAR", "value stream"),
        Column("case_id", "VARCHAR", "primary case"),
        Column("triggered_at", "TIMESTAMP", "first accepted trigger, UTC"),
        Column("last_event_at", "TIMESTAMP", "last event of the case, UTC"),
        Column("age_days", "DOUBLE", "newest event of the stream − triggered"),
        Column("quiet_days", "DOUBLE", "newest event of the stream − last event of the case"),
        Column("last_step", "VARCHAR", "the step it was in last, by start; NULL where none was told"),
        Column("last_label", "VARCHAR", "this step in customer words"),
        Column("segments", "VARCHAR", "JSON object: segment name to value"),
        Column("past_targets", "VARCHAR", "JSON object: statistic of each flow-time target to whether it is older"),
        Column("is_past_target", "BOOLEAN", "older than any flow-time target; NULL where the stream file sets none"),
        Column("is_phantom_suspect", "BOOLEAN", "probably not open: quiet for too long; NULL where nobody can say"),
        Column("phantom_reason", "VARCHAR", "why it is suspect, or why nobody can say; NULL for one that is not"),
    ),
)
