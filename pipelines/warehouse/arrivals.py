"""How events arrived: received or imported, late, ahead of the clock, and numbers that never came.

One row a stream. Lateness judges no event: it says how long a number may still move.
"""

from __future__ import annotations

import duckdb

from metrics.query import one_row, one_value
from metrics.stream import Stream
from pipelines.ledger.manifest import Manifest
from pipelines.loading.account import load_account
from pipelines.settings import Settings
from pipelines.warehouse.current import told_relation

TABLE = "arrivals"
DDL = (
    f"CREATE TABLE IF NOT EXISTS {TABLE} "
    "(stream VARCHAR, received BIGINT, late BIGINT, ahead BIGINT, missing_numbers BIGINT)"
)
_TOLERANCE = "INTERVAL 5 SECOND"  # clocks of machines that keep time differ by less


def late_sql(stream: Stream) -> str:
    """SQL condition on an event: did it arrive late?"""
    return f"(received_at > event_at + INTERVAL {round(stream.gates.late_hours * 3600)} SECOND)"


def ahead_sql() -> str:
    """SQL condition on an event: does it tell a time after its arrival?"""
    return f"(event_at > received_at + {_TOLERANCE})"


def refresh_arrivals(
    connection: duckdb.DuckDBPyConnection, settings: Settings, stream: Stream, manifest: Manifest
) -> None:
    """Count the arrivals of a stream."""
    relation = told_relation(manifest)
    counts = one_row(
        connection,
        f"SELECT count(received_at), count_if({late_sql(stream)}), count_if({ahead_sql()}) FROM {relation}",
    )
    assert counts is not None
    missing = _missing(connection, settings, stream) if counts[0] else 0
    connection.execute(DDL)
    connection.execute(f"DELETE FROM {TABLE} WHERE stream = $stream", {"stream": stream.stream})
    connection.execute(f"INSERT INTO {TABLE} VALUES (?, ?, ?, ?, ?)", [stream.stream, *counts, missing])


def _missing(connection: duckdb.DuckDBPyConnection, settings: Settings, stream: Stream) -> int:
    """Numbers missing from the sources that told events of this stream; such a source may serve others besides."""
    told = {n.source: n.missing for n in load_account(settings.inbox / "account.json").numberings() if n.missing}
    return int(
        one_value(
            connection,
            """
            SELECT coalesce(sum(missing), 0)
            FROM (SELECT unnest($sources::VARCHAR[]) AS source, unnest($missing::BIGINT[]) AS missing)
            WHERE source IN (SELECT name FROM codes WHERE stream = $stream AND kind = 'source')
            """,
            {"sources": list(told), "missing": list(told.values()), "stream": stream.stream},
        )
    )
