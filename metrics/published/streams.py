"""The published table `streams`: one row is one value stream and the state its numbers were made from."""

from metrics.tables.table import Column, Table

STREAMS = Table(
    "streams",
    "one value stream and the state its numbers were made from",
    key=("stream",),
    columns=(
        Column("stream", "VARCHAR", "value stream"),
        Column("name", "VARCHAR", "customer words, e.g. Customer orders"),
        Column("stream_file", "VARCHAR", "the whole stream file, as text (YAML)"),
        Column("stream_file_hash", "VARCHAR", "sha256 of it"),
        Column("time_zone", "VARCHAR", "IANA name; periods are cut in it"),
        Column("events", "BIGINT", "events in the ledger"),
        Column("cases", "BIGINT", "cases with a trigger"),
        Column("open_cases", "BIGINT", "cases without an outcome"),
        Column("measured_cases", "BIGINT", "ended cases whose flow time could be measured"),
        Column("ended_cases", "BIGINT", "cases with an outcome"),
        Column("untriggered_cases", "BIGINT", "case ids in the ledger that never showed a trigger; in no number"),
        Column("quarantined", "BIGINT", "rows kept aside with a reason"),
        Column("received", "BIGINT", "events that came through the receiver; the others were imported from files"),
        Column("late", "BIGINT", "of these, arrived longer after they happened than the stream file allows"),
        Column("ahead", "BIGINT", "of these, told a time later than their arrival: some clock is wrong"),
        Column("missing_numbers", "BIGINT", "numbers its sources skipped: events told that never arrived"),
        Column("last_event_at", "TIMESTAMP", "newest event, UTC; open work is aged to it"),
        Column("last_arrival_at", "TIMESTAMP", "newest arrival, UTC"),
        Column("ran_at", "TIMESTAMP", "when the numbers were made, UTC"),
        Column("run_id", "VARCHAR", "run that made them"),
        Column("ledger_fingerprint", "VARCHAR", "order-independent hash over all event keys"),
        Column("code_version", "VARCHAR", "version of streamgauge"),
        Column(
            "evidence_basis", "VARCHAR", "JSON of what all its ids rest on: events, hashes of files, code, libraries"
        ),
    ),
)
