"""Sums over the events of a ledger, bucket by bucket, by which one event that is not as it was can be told.

Four sums modulo 2^64, of the same size whatever the number of events. What is missing or more shows in the sums of keys
and fingerprints; what was changed shows as d in the fingerprints and as d · weight in the weighted sum, and the weight
names the event. Source: checksums with syndromes, as in error-correcting codes (Hamming 1950; Reed & Solomon 1960).
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import astuple, dataclass

import duckdb

from pipelines.ledger.manifest import Manifest
from pipelines.ledger.schema import BUCKETS
from pipelines.warehouse.current import told_relation

MODULUS = 1 << 64
WEIGHT = "(event_key % 2147483629 + 1)"
"""SQL: an event's weight, fixed by its key."""
_SUMS = ", ".join(
    f"(sum({term}) % {MODULUS})::UBIGINT"
    for term in (
        "event_key::HUGEINT", "case_key::HUGEINT", "fingerprint::HUGEINT", f"fingerprint::HUGEINT * {WEIGHT}::HUGEINT",
    )
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class BucketSums:
    """The events of one bucket: how many, and Σ key, Σ case key, Σ fingerprint, Σ fingerprint · weight, mod 2^64."""

    bucket: int
    events: int
    keys: int
    cases: int
    fingerprints: int
    weighted: int

    def as_fact(self) -> list[int]:
        """Six numbers."""
        return list(astuple(self))


def sums_of(connection: duckdb.DuckDBPyConnection, manifest: Manifest) -> list[BucketSums]:
    """The sums of every bucket with events, by bucket; of what was known by then where the manifest asks for it."""
    rows = connection.execute(
        f"SELECT (case_key % {BUCKETS})::INTEGER AS bucket, count(*), {_SUMS} FROM {told_relation(manifest)} "
        "GROUP BY bucket ORDER BY bucket"
    ).fetchall()
    return [BucketSums(*row) for row in rows]


def fingerprint_of(sums: Iterable[BucketSums]) -> str:
    """The fingerprint of the whole ledger, as its manifest has it: 16 hexadecimal digits."""
    return f"{sum(one.fingerprints for one in sums) % MODULUS:016x}"
