"""The physical row of the ledger: small integers and 64-bit keys first, words last.

Names become codes of a dictionary that only grows, so windows and groupings work on integers; the words themselves
stay readable in the same file. Order is (case_key, event_at, sequence, event_key), total and independent of arrival.
"""

from __future__ import annotations

from metrics.facts.noted import KIND, NOTED, mentions_sql

BUCKETS = 16
ORDER = "case_key, event_at, sequence NULLS FIRST, event_key"

# Dictionary kinds: batch column → code column.
CODED = {
    "step": "step_code",
    "lifecycle": "lifecycle_code",
    "performer": "performer_code",
    "role": "role_code",
    "team": "team_code",
    "performer_kind": "kind_code",
    "outcome": "outcome_code",
    "release": "release_code",
    "failure_stage": "failure_stage_code",
    "source": "source_code",
}

COLUMNS: dict[str, str] = {
    "case_key": "UBIGINT",
    "event_at": "TIMESTAMP",
    "sequence": "BIGINT",
    "event_key": "UBIGINT",
    "step_code": "INTEGER",
    "lifecycle_code": "INTEGER",
    "performer_code": "INTEGER",
    "role_code": "INTEGER",
    "team_code": "INTEGER",
    "kind_code": "INTEGER",
    "outcome_code": "INTEGER",
    "release_code": "INTEGER",
    "failure_stage_code": "INTEGER",
    "source_code": "INTEGER",
    "attempt": "INTEGER",
    "activity_key": "UBIGINT",
    "fingerprint": "UBIGINT",
    "corrects_key": "UBIGINT",
    "is_retracted": "BOOLEAN",
    "event_id": "VARCHAR",
    "case_id": "VARCHAR",
    "activity_id": "VARCHAR",
    "failure_id": "VARCHAR",
    "attributes": "VARCHAR",
    "received_at": "TIMESTAMP",
    "ingested_at": "TIMESTAMP",
}

# Attributes that facts read: the dictionary notes which of them ever occurred, as names of a kind that no column has.
NOTED_KIND = KIND
NOTED_SQL = {name: mentions_sql(name) for name in NOTED}

# What makes two events the same event: everything a source said, in a fixed order, each part led by its length, so
# that no two different rows share one text whatever characters they hold.
CONTENT = (
    "case_id", "step", "event_at", "sequence", "lifecycle", "activity_id", "performer_kind", "performer", "role",
    "team", "outcome", "attempt", "release", "failure_id", "failure_stage", "attributes",
)  # fmt: skip
CONTENT_TEXT = "concat(" + ", ".join(f"length({name}::VARCHAR), ':', {name}::VARCHAR, ';'" for name in CONTENT) + ")"


def key_of(source: str, event_id: str) -> str:
    """SQL for the key of an event: ids are unique within a source, so the source's length keeps the two apart."""
    return f"md5_number_lower(concat(length({source}), ':', {source}, {event_id}))"


def ddl(table: str) -> str:
    """CREATE TABLE for rows of the ledger."""
    return f"CREATE TABLE {table} (" + ", ".join(f"{name} {kind}" for name, kind in COLUMNS.items()) + ")"
