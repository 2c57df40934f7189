"""Comparisons in the warehouse: releases, roll-outs, segments; and every family of comparisons counted."""

from __future__ import annotations

from collections import defaultdict
from itertools import chain

import duckdb

from metrics.effects.families import count_families, family_of, stand
from metrics.effects.releases import release_effects
from metrics.effects.rollouts import rollout_effects
from metrics.effects.segments import segment_effects
from metrics.stream import Stream
from pipelines.closings import load_closed
from pipelines.registry import Registered
from pipelines.settings import Settings
from pipelines.warehouse.measures import insert_rows

_KINDS = "kind IN ('release', 'placebo', 'rollout', 'pre_trend', 'segment')"
_STANDING = """
UPDATE comparisons SET family = told.family, family_size = told.size, adjusted_p = told.adjusted_p,
    is_discovery = told.is_discovery
FROM standing AS told WHERE comparisons.rowid = told.row
"""


def write_comparisons(connection: duckdb.DuckDBPyConnection, settings: Settings, registered: Registered) -> int:
    """Store what changed with each release and roll-out and in each segment. Returns how many rows."""
    stream = registered.stream
    by_segment = segment_effects(connection, stream, load_closed(connection, settings, stream.stream))
    found = chain(release_effects(connection, stream), rollout_effects(connection, stream), by_segment)
    rows = [effect.as_row() for effect in count_families(found)]
    connection.execute(f"DELETE FROM comparisons WHERE stream = $stream AND {_KINDS}", {"stream": stream.stream})
    count_periods(connection, stream)
    return insert_rows(connection, "comparisons", rows)


def count_periods(connection: duckdb.DuckDBPyConnection, stream: Stream) -> None:
    """Count the changes of each quarter as a family, once all metrics are there; their verdicts stay their own."""
    found = connection.execute(
        "SELECT rowid, label, metric, p FROM comparisons WHERE stream = $stream AND kind = 'period' ORDER BY rowid",
        {"stream": stream.stream},
    ).fetchall()
    families: dict[str, list[tuple[int, float | None]]] = defaultdict(list)
    for row, label, metric, p in found:
        families[family_of("period", label, metric)].append((row, p))
    told = [
        (row, standing.family, standing.size, standing.adjusted_p, standing.is_discovery)
        for family, members in families.items()
        for (row, _), standing in zip(members, stand(family, [p for _, p in members]), strict=True)
    ]
    connection.execute(
        "CREATE OR REPLACE TEMP TABLE standing "
        "(row BIGINT, family VARCHAR, size BIGINT, adjusted_p DOUBLE, is_discovery BOOLEAN)"
    )
    if told:
        connection.executemany("INSERT INTO standing VALUES (?, ?, ?, ?, ?)", told)
    connection.execute(_STANDING)
    connection.execute("DROP TABLE standing")
