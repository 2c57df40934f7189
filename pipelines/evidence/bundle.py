"""The bundle of one id: all that is known of a published value, from its words to the hash of every file behind it."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import duckdb

from metrics.catalog import CATALOG
from metrics.definition import definition_of
from metrics.errors import PeriodError
from metrics.explain.accounts import Account, account_of_period, accounts_of_stream, further_accounts
from metrics.periods import Period, parse_period
from metrics.stream import parse_stream
from pipelines.evidence.deriving import Report, derived
from pipelines.evidence.finding import Found
from pipelines.evidence.keeping import Shelf
from pipelines.registry import STREAM_FILE
from pipelines.settings import Settings
from pipelines.warehouse.publication import open_published

_METRICS = {metric.key: metric for metric in CATALOG}


def bundle_of(settings: Settings, found: Found, report: Report = lambda _: None) -> dict[str, Any]:
    """Everything behind an id, as the object `streamgauge evidence --json` prints; amounts stay as they were published.

    Raises:
        PipelineError: a kept copy is not as it was, or an earlier state cannot be derived again.
    """
    record = found.record
    return {
        "evidence_id": found.ident, "stream": record.stream, "table": found.row.table,
        "key": json.loads(found.row.key), "says": dict(found.row.content), "is_published_now": found.is_published,
        "definition": _definition(settings, found), "inputs": _inputs(found),
        "exclusions": _exclusions(settings, found, report),
        "checks": [dict(check) for check in record.checks],
        "made_from": {
            **record.basis, "rows": dict(record.state), "known_by": record.known_by, "libraries": record.libraries,
        },
        "kept_copies": record.kept, "basis_id": record.basis_id, "run_id": record.run_id, "made_at": record.made_at,
        "verify": f"streamgauge verify {found.ident}",
    }  # fmt: skip


def _inputs(found: Found) -> dict[str, Any] | None:
    """Observations counted; None where the row is no value of a metric."""
    made = found.made_of
    return None if made.inputs is None else {"observations": made.inputs, "fingerprint": made.inputs_fingerprint}


def _definition(settings: Settings, found: Found) -> dict[str, Any] | None:
    """What the metric meant and the SQL as run, from the copy kept then; None where the row is of no metric."""
    metric = found.row.content.get("metric")
    shelf = Shelf(settings, found.record.stream)
    told = json.loads(shelf.read(found.record.definitions)).get(metric)
    if told is None:
        return None
    known = _METRICS.get(str(metric))
    stream = parse_stream(shelf.read(found.record.files[STREAM_FILE]).decode(), STREAM_FILE)
    return {
        "metric": metric, "version": told["version"], "sql_hash": found.made_of.sql_hash,
        "definition": definition_of(known, stream) if known and known.version == told["version"] else None,
        "sql": told["sql"],
    }  # fmt: skip


def _exclusions(settings: Settings, found: Found, report: Report) -> list[dict[str, Any]]:
    """What was counted and what was left out, with reasons; nothing where the row is no value of a metric."""
    metric = _METRICS.get(str(found.row.content.get("metric")))
    if metric is None or found.made_of.inputs is None:
        return []
    with _tables(settings, found, report) as connection:
        record = found.record
        stream = parse_stream(Shelf(settings, record.stream).read(record.files[STREAM_FILE]).decode(), STREAM_FILE)
        period = _period(found, stream.fiscal_year_starts)
        accounts = [
            account_of_period(connection, metric, stream, period),
            *further_accounts(connection, metric, stream, period), *accounts_of_stream(connection, stream),
        ]  # fmt: skip
        return [_fact(account) for account in accounts]


@contextmanager
def _tables(settings: Settings, found: Found, report: Report) -> Iterator[duckdb.DuckDBPyConnection]:
    """The tables the value was read from: the published copy, or those of its time derived again."""
    if found.is_current:
        connection = open_published(settings)
        try:
            yield connection
        finally:
            connection.close()
        return
    shelf = Shelf(settings, found.record.stream)
    files = {name: shelf.read(digest) for name, digest in found.record.files.items()}
    with derived(settings, found.record, files, report) as connection:
        yield connection


def _period(found: Found, year_starts: int) -> Period:
    content = found.row.content
    first_on, until_on = (dt.date.fromisoformat(str(content[name])) for name in ("first_on", "until_on"))
    try:
        return parse_period(str(content["period"]), year_starts=year_starts)
    except PeriodError:
        return Period(first_on, until_on, str(content["period"]), "all")


def _fact(account: Account) -> dict[str, Any]:
    lines = [{"what": line.what, "count": line.count, "is_counted": line.is_counted} for line in account.lines]
    return {"of": account.of, "total": account.total, "counted": account.counted, "lines": lines}
