"""Which event of a ledger is not as it was: by its own fingerprint, else by the sums that were kept of its bucket."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import duckdb

from metrics.query import literal
from pipelines.evidence.cause import Cause, Kind
from pipelines.evidence.record import Record
from pipelines.ledger.manifest import Manifest
from pipelines.ledger.schema import BUCKETS, CODED, CONTENT_TEXT, key_of
from pipelines.ledger.sums import MODULUS, WEIGHT, BucketSums, sums_of

MOST_NAMED = 5
_NOTHING = BucketSums(-1, 0, 0, 0, 0, 0)


def event_causes(connection: duckdb.DuckDBPyConnection, manifest: Manifest, record: Record) -> list[Cause]:
    """Every event that can be named, and every bucket whose events are not those of then; none: all is as it was."""
    try:
        return [*_changed_by_themselves(connection, manifest), *_changed_sums(connection, manifest, record)]
    except duckdb.Error as error:
        said = str(error).splitlines()[0]
        return [Cause(Kind.EVENT, f"A segment of the ledger cannot be read: {said}")]


def _changed_by_themselves(connection: duckdb.DuckDBPyConnection, manifest: Manifest) -> Iterator[Cause]:
    """Events whose words do not give the fingerprint they were stored with."""
    found = connection.execute(_SELF_CHECK.format(told=_told(manifest), names=_names(manifest))).fetchall()
    for event, case, file in found[:MOST_NAMED]:
        yield Cause(Kind.EVENT, f"Event {event} of case {case} was changed in {_place(file)}")
    if len(found) > MOST_NAMED:
        yield Cause(Kind.EVENT, f"{len(found) - MOST_NAMED:,} more events were changed")


def _changed_sums(connection: duckdb.DuckDBPyConnection, manifest: Manifest, record: Record) -> Iterator[Cause]:
    then = {one.bucket: one for one in record.sums}
    now = {one.bucket: one for one in sums_of(connection, manifest)}
    for bucket in sorted(then.keys() | now.keys()):
        before, after = then.get(bucket, _NOTHING), now.get(bucket, _NOTHING)
        if before.as_fact()[1:] != after.as_fact()[1:]:
            yield Cause(Kind.EVENT, _named(connection, manifest, bucket, before, after))


def _named(
    connection: duckdb.DuckDBPyConnection, manifest: Manifest, bucket: int, before: BucketSums, after: BucketSums
) -> str:
    """What one event tells by the differences; where several are at fault, how many there were and are."""
    more, keys = after.events - before.events, (after.keys - before.keys) % MODULUS
    cases = (after.cases - before.cases) % MODULUS
    told = f"(SELECT * FROM {_told(manifest)} WHERE case_key % {BUCKETS} = {bucket:d})"
    if more == 1 and (one := _first(connection, told, f"event_key = {keys:d} AND case_key = {cases:d}")):
        return f"Event {one[0]} of case {one[1]} was added in {_place(one[2])}"
    if more == -1:
        case = _first(connection, told, f"case_key = {-cases % MODULUS:d}")
        named = f"case {case[1]}" if case else f"a case of which nothing else is there (key {-cases % MODULUS:016x})"
        return f"An event of {named} is gone (key {-keys % MODULUS:016x}) from {_files(manifest, bucket)}"
    if more == 0 and keys == 0:
        moved, weighted = (
            (after.fingerprints - before.fingerprints) % MODULUS,
            (after.weighted - before.weighted) % MODULUS,
        )
        if one := _first(connection, told, f"({moved:d}::HUGEINT * {WEIGHT}) % {MODULUS} = {weighted:d}"):
            return f"Event {one[0]} of case {one[1]} was changed, and its fingerprint too, in {_place(one[2])}"
    return (
        f"Events of {_files(manifest, bucket)} are not those counted then: {before.events:,} then, {after.events:,} now"
    )


def _first(connection: duckdb.DuckDBPyConnection, told: str, where: str) -> tuple[str, str, str] | None:
    rows = connection.execute(
        f"SELECT event_id, case_id, filename FROM {told} WHERE {where} ORDER BY ALL LIMIT 1"
    ).fetchall()
    return rows[0] if rows else None


def _told(manifest: Manifest) -> str:
    """All rows that were known then, each with the file it stands in."""
    paths = ", ".join(literal(path) for path in manifest.paths())
    known = f" WHERE ingested_at <= TIMESTAMP {literal(str(manifest.as_of))}" if manifest.as_of else ""
    return f"(SELECT * FROM read_parquet([{paths}], filename = true){known})"


def _names(manifest: Manifest) -> str:
    """Columns that put the dictionary's names back for codes."""
    codes = f"read_parquet({literal(str(manifest.codes_path()))})"
    return ", ".join(
        f"(SELECT name FROM {codes} WHERE kind = '{kind}' AND code = told.{code}) AS {kind}"
        for kind, code in CODED.items()
    )


def _place(file: str) -> str:
    path = Path(file)
    return f"segment {path.parent.name}, {path.name}"


def _files(manifest: Manifest, bucket: int) -> str:
    return " and ".join(_place(path) for path in manifest.paths(bucket)) or f"bucket {bucket}"


# The number by which a source orders equal times is no part of what it said, so a row without it is tried as well.
_UNORDERED = CONTENT_TEXT.replace("length(sequence::VARCHAR), ':', sequence::VARCHAR, ';'", "NULL, ':', NULL, ';'")
_SELF_CHECK = f"""
SELECT event_id, case_id, filename FROM (SELECT *, {{names}} FROM {{told}} AS told)
WHERE fingerprint NOT IN (md5_number_lower(md5({CONTENT_TEXT})), md5_number_lower(md5({_UNORDERED})))
    OR event_key <> {key_of("source", "event_id")} OR case_key <> md5_number_lower(case_id)
ORDER BY ALL
"""
