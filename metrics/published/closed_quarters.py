"""The published table `closed_quarters`: one row is one quarter that was closed: its numbers stay as they are."""

from metrics.tables.table import Column, Table

CLOSED_QUARTERS = Table(
    "closed_quarters",
    "one quarter that was closed: its numbers stay as they are",
    key=("stream", "quarter"),
    columns=(
        Column("stream", "VARCHAR", "value stream"),
        Column("quarter", "VARCHAR", "e.g. 2026-Q3"),
        Column("first_on", "DATE", "first local day"),
        Column("until_on", "DATE", "day after the last"),
        Column("closed_at", "TIMESTAMP", "when, UTC"),
        Column("closed_by", "VARCHAR", "who closed it, as told; NULL where nobody said"),
        Column("why", "VARCHAR", "the reason told; NULL without one"),
        Column("anyway", "VARCHAR", "why it was closed though values may still have moved; NULL: all were final"),
        Column("not_final", "VARCHAR", "metrics whose values might still have moved, with the day they are final from"),
        Column("numbers", "BIGINT", "values that were closed"),
        Column("restated", "BIGINT", "numbers that today's data or definitions tell otherwise"),
        Column("stream_version", "BIGINT", "version of the stream file then"),
        Column("stream_file_hash", "VARCHAR", "sha256 of the stream file then"),
        Column("ledger_fingerprint", "VARCHAR", "order-independent hash of all events then"),
        Column("events", "BIGINT", "events known then"),
        Column("known_until", "TIMESTAMP", "arrival of the last of them, UTC"),
        Column("code_version", "VARCHAR", "version of streamgauge that closed it"),
        Column("digest", "VARCHAR", "sha256 of everything in its file"),
    ),
)
