"""The published table `evidence`: one row is one published row that carries figures, by its id, and what made it."""

from metrics.tables.table import Column, Table

EVIDENCE = Table(
    "evidence",
    "one published row that carries figures, by its id, and what it was made of",
    key=("stream", "table_name", "row_key"),
    columns=(
        Column("stream", "VARCHAR", "value stream"),
        Column("table_name", "VARCHAR", "published table"),
        Column("row_key", "VARCHAR", "JSON object of the row's key, the stream left out"),
        Column("evidence_id", "VARCHAR", "sg- and 16 letters and digits: a hash over what the row says and rests on"),
        Column("basis_id", "VARCHAR", "hash over events, stream file, rates, bills, performers, code and libraries"),
        Column(
            "definition_version", "VARCHAR", "version of the metric's definition; NULL where the row is of no metric"
        ),
        Column("sql_hash", "VARCHAR", "sha256 of the metric's SQL; NULL likewise"),
        Column("inputs", "BIGINT", "observations counted; NULL where the row is no value of a metric"),
        Column("inputs_fingerprint", "VARCHAR", "hash over exactly these observations that no order changes"),
    ),
)
