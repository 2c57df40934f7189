"""Why the order of the ledger can be trusted: it is counted, after every write and before every streaming pass.

An unsorted file makes a streaming `lag()` lose handoffs silently, so such a file is refused, never summed.
"""

from __future__ import annotations

import duckdb

from metrics.query import one_row
from pipelines.errors import LedgerError

# A case break is a row whose case differs from the row before; sorted means as many breaks as cases, and no step back.
_COUNT = """
SELECT count(*), count(*) FILTER (is_break), count(*) FILTER (NOT is_break AND is_back), count(DISTINCT case_key)
FROM (
    SELECT case_key,
        case_key IS DISTINCT FROM lag(case_key) OVER () AS is_break,
        event_at < lag(event_at) OVER ()
        OR (event_at = lag(event_at) OVER ()
            AND (sequence < lag(sequence) OVER ()
                 OR (sequence IS NULL AND lag(sequence) OVER () IS NOT NULL)
                 OR (sequence IS NOT DISTINCT FROM lag(sequence) OVER () AND event_key < lag(event_key) OVER ()))
        ) AS is_back
    FROM read_parquet($path))
"""
_BREAKS = """
SELECT count(*) FILTER (case_key IS DISTINCT FROM previous), count(*)
FROM (SELECT case_key, lag(case_key) OVER () AS previous FROM read_parquet($path))
"""


def verify_file(connection: duckdb.DuckDBPyConnection, path: str) -> tuple[int, int]:
    """Count a freshly written file. Returns (rows, cases).

    Raises:
        LedgerError: it is not in the ledger's total order.
    """
    row = one_row(connection, _COUNT, {"path": path})
    assert row is not None  # an aggregate without GROUP BY always yields one row
    rows, breaks, backs, cases = row
    if breaks != cases or backs:
        raise LedgerError(
            f"{path} is not sorted: {breaks:,} case breaks for {cases:,} cases, {backs:,} steps back in time. "
            "It is not used; import the file again."
        )
    return int(rows), int(cases)


def verify_breaks(connection: duckdb.DuckDBPyConnection, path: str, rows: int, cases: int) -> None:
    """Cheap check before a streaming pass: rows and case breaks are those counted when the file was written.

    Raises:
        LedgerError: the file changed since, or is gone.
    """
    try:
        told = one_row(connection, _BREAKS, {"path": path})
    except duckdb.Error as error:
        said = str(error).splitlines()[0]
        raise LedgerError(
            f"{path} cannot be read ({said}): the ledger was changed from outside. Restore it or import again."
        ) from error
    if told != (cases, rows):
        raise LedgerError(
            f"{path} has {told} (case breaks, rows) where the manifest says {(cases, rows)}: "
            "the ledger was changed from outside. Restore it or import again."
        )
