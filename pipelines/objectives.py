"""Objectives on request: what was promised, what is left of the error budget, and whether it burns too fast."""

from __future__ import annotations

from typing import Any

from metrics.catalog import metric_by_key
from metrics.stream import Stream
from pipelines.registry import load, load_measurable
from pipelines.settings import Settings
from pipelines.warehouse.publication import open_published

Fact = dict[str, Any]


def read_objectives(settings: Settings, stream: str | None = None, period: str | None = None) -> list[Fact]:
    """One object an objective, of the newest quarter with data unless another is asked for.

    Raises:
        StorageError: nothing was published yet.
        SettingsError: there is no such stream.
    """
    chosen = [load(settings, stream)] if stream else load_measurable(settings)
    streams = {registered.stream.stream: registered.stream for registered in chosen}
    connection = open_published(settings)
    try:
        rows = connection.sql(
            """
            SELECT * FROM objectives WHERE stream IN (SELECT unnest($streams))
                AND period = coalesce($period, (SELECT max_by(period, first_on) FROM objectives o
                    WHERE o.stream = objectives.stream))
            ORDER BY stream, metric, statistic
            """,
            params={"streams": list(streams), "period": period},
        ).to_arrow_table()
    finally:
        connection.close()
    return [{**row, **_words(streams[row["stream"]], row["metric"])} for row in rows.to_pylist()]


def _words(stream: Stream, key: str) -> Fact:
    """What customers call the metric, and those it is counted in."""
    metric = metric_by_key(key)
    counted = "failures" if "failures" in metric.needs else stream.words.cases
    return {"label": stream.word_for(key, metric.label), "counted": counted}
