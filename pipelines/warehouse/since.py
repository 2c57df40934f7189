"""What has happened to a stream since a quarter of it was closed: events, stream file, files beside it, code."""

from __future__ import annotations

from dataclasses import replace
from importlib.metadata import version as version_of

import duckdb

from metrics.closing.restate import Since
from metrics.errors import StreamFileError
from metrics.facts.local_day import local_day
from metrics.query import one_row
from metrics.stream import parse_stream
from metrics.stream.meaning import changed_sections, meaning_of
from pipelines.closings import Closing, file_hashes
from pipelines.ledger.manifest import known_manifest
from pipelines.registry import Registered
from pipelines.settings import Settings
from pipelines.warehouse.current import told_relation
from pipelines.warehouse.state import FACTS_VERSION


def since_closing(
    connection: duckdb.DuckDBPyConnection, settings: Settings, registered: Registered, closing: Closing
) -> Since:
    """What changed, as far as it can have moved a number of the quarter."""
    stream = registered.stream
    manifest, zone = known_manifest(settings, stream.stream), local_day(stream.time_zone)
    sql = f"""
        SELECT count(*) FILTER (is_late), count(DISTINCT case_key) FILTER (is_late),
            min(ingested_at) FILTER (is_late), max(ingested_at) FILTER (is_late), count(*) FILTER (NOT is_late)
        FROM (
            SELECT case_key, ingested_at, {zone("event_at")} < $until_on AS is_late FROM {told_relation(manifest)}
            WHERE ingested_at > $known_until
        )
    """
    told = {"until_on": closing.quarter.quarter.until_on, "known_until": closing.known_until}
    late, cases, first, last, later = one_row(connection, sql, told) or (0, 0, None, None, 0)
    changed = changed_since(registered, closing)
    return replace(
        changed, late_events=late, late_cases=cases, first_arrived_at=first, last_arrived_at=last, later_events=later
    )


def changed_since(registered: Registered, closing: Closing) -> Since:
    """What but data changed: stream file, files beside it, code."""
    money, others = _files(registered, closing)
    return Since(
        stream_file=_stream_file(registered, closing), money_files=money, other_files=others, code=_code(closing)
    )


def _stream_file(registered: Registered, closing: Closing) -> str | None:
    until_on = closing.quarter.quarter.until_on
    try:
        before = meaning_of(parse_stream(closing.stream_file), until_on)
    except StreamFileError:
        return f"the stream file of version {closing.stream_version} cannot be read any more"
    changed = changed_sections(before, meaning_of(registered.stream, until_on))
    versions = f"{closing.stream_version} → {registered.stream.version}"
    return f"stream file version {versions}: {', '.join(changed)}" if changed else None


def _files(registered: Registered, closing: Closing) -> tuple[str | None, str | None]:
    """Which files of money and which others are not those of then; a file the stream does not name counts for none."""
    now = file_hashes(registered)
    changed = [name for name in sorted({*now, *closing.files}) if now.get(name) != closing.files.get(name)]
    registry = registered.stream.performers.registry
    others = [name for name in changed if registry is not None and name == registry]
    money = [name for name in changed if name not in others]
    return _changed(money), _changed(others)


def _changed(names: list[str]) -> str | None:
    return f"{', '.join(names)} changed" if names else None


def _code(closing: Closing) -> str | None:
    now = version_of("streamgauge-platform")
    if closing.code_version != now:
        return f"streamgauge {closing.code_version} → {now}"
    if closing.facts_version != FACTS_VERSION:
        return f"facts are made otherwise (version {closing.facts_version} → {FACTS_VERSION})"
    return None
