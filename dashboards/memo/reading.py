"""What a memo is made of: a bundle of the newest whole quarter, and the values of the window it speaks of.

The window is the one asked for, else the frozen baseline, else that quarter. Opens the published file read-only.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import duckdb

from dashboards.bundle import BundleData, State
from dashboards.errors import NotPublishedError
from dashboards.reading import open_file, read_bundle, read_state, shaped
from dashboards.wording import brief
from metrics.periods import Period, parse_period, period_on
from metrics.stream.model import Stream
from metrics.stream.parse import parse_stream

LONGEST_WORD, LONGEST_LABEL, LONGEST_NAME = 28, 36, 64
"""Letters of a word for cases, of the name of a measure or step, and of the stream, that one page can bear."""
_FROZEN = """
SELECT metric, statistic, baseline AS period, first_on, until_on, value, low, high, n, unit, reason, definition_version,
    frozen_at, restated_by, NULL::DATE AS matures_on,
    (SELECT min(e.evidence_id) FROM evidence e WHERE e.stream = b.stream AND e.table_name = 'baselines'
        AND json_extract_string(row_key, '$.metric') = b.metric
        AND json_extract_string(row_key, '$.statistic') = b.statistic
        AND json_extract_string(row_key, '$.baseline') = b.baseline
        AND json_extract_string(row_key, '$.version') = b.version::VARCHAR) AS evidence_id
FROM baselines b WHERE stream = $stream AND is_current ORDER BY first_on, metric, statistic"""
_PUBLISHED = """
SELECT metric, statistic, period, first_on, until_on, value, low, high, n, unit, reason, definition_version,
    NULL::TIMESTAMP AS frozen_at, NULL::DOUBLE AS restated_by, matures_on, evidence_id
FROM metric_values WHERE stream = $stream AND dimensions = '{}' AND period = $period ORDER BY metric, statistic"""
_QUARTERS = """
SELECT DISTINCT period, first_on, until_on FROM metric_values
WHERE stream = $stream AND grain = 'quarter' AND dimensions = '{}' ORDER BY first_on"""
_SINCE = "SELECT min(first_on) FROM metric_values WHERE stream = $stream AND grain IN ('month', 'week') AND n > 0"
_KNOWN = """
SELECT max(known_days) FROM work_in_progress WHERE stream = $stream AND grain = 'quarter' AND period = $period"""


@dataclass(frozen=True, slots=True)
class Standing:
    """One value of the window: a row of baselines, or of metric_values. `value` None: no data; `reason` says why."""

    metric: str
    statistic: str
    period: str
    first_on: dt.date | None
    until_on: dt.date | None
    value: float | None
    low: float | None
    high: float | None
    n: int
    unit: str
    reason: str | None
    definition_version: str | None
    frozen_at: dt.datetime | None
    restated_by: float | None
    matures_on: dt.date | None
    evidence_id: str | None

    @property
    def origin(self) -> str:
        """Where it stands, for the list of values."""
        table = "metric_values" if self.frozen_at is None else "baselines"
        key = (self.metric, self.statistic, self.period) if self.frozen_at is None else (
            self.period, self.metric, self.statistic)  # fmt: skip
        return "/".join((table, *key))


@dataclass(frozen=True, slots=True)
class Window:
    """The local days the memo speaks of, and when they were frozen; None: they are not."""

    key: str
    first_on: dt.date
    until_on: dt.date
    frozen_at: dt.datetime | None = None


@dataclass(frozen=True)
class MemoData:
    """`bundle` is of the newest whole quarter, whatever the window: its pace and its promises are today's.

    `known_days` of it are covered by data; `since_on` is the first day of the first period with data.
    """

    bundle: BundleData
    window: Window
    standings: Mapping[tuple[str, str], Standing]
    since_on: dt.date | None
    known_days: float

    @property
    def is_frozen(self) -> bool:
        """Are the numbers those of a frozen baseline?"""
        return self.window.frozen_at is not None

    def standing(self, metric: str, statistic: str) -> Standing | None:
        """A value of the window; None where the file has none."""
        return self.standings.get((metric, statistic))


def read_memo(published_db: Path, stream: str, period: str | None = None, language: str | None = None) -> MemoData:
    """Read one stream for its memo; without a period the frozen baseline counts, else the newest whole quarter.

    Raises:
        PublishedFileError: no such file, not DuckDB, or a table is missing.
        NotPublishedError: the stream is not in the file, or nothing is published for the period.
        PeriodError: the period cannot be read at all.
        LanguageError: pages cannot be written in this language.
    """
    with open_file(published_db) as connection:
        state = read_state(connection, stream)
        model = parse_stream(state.stream_file, f"{stream}/stream.yaml")
        quarters = [Period(first, until, key, "quarter") for key, first, until in
                    connection.execute(_QUARTERS, {"stream": stream}).fetchall()]  # fmt: skip
        frozen = _standings(connection, _FROZEN, {"stream": stream})
        quarter = _quarter(quarters, _last_on(state), model)
        found = frozen if period is None and frozen else _published(connection, model, period or quarter.key)
        if period is not None and not found:
            raise NotPublishedError.from_unmeasured_period(stream, period, (q.key for q in quarters))
        since_on = _one(connection, _SINCE, {"stream": stream})
        known = _one(connection, _KNOWN, {"stream": stream, "period": quarter.key})
    bundle = fitted(read_bundle(published_db, stream, quarter.key, language))
    return MemoData(
        bundle, _window(found, quarter, model), {(one.metric, one.statistic): one for one in found}, since_on,
        float(known or quarter.days),
    )  # fmt: skip


def fitted(bundle: BundleData) -> BundleData:
    """The bundle with every word from outside cut to what one page can bear; whole where it is shorter."""
    state, words = bundle.state, bundle.stream.words
    cut = {name: brief(getattr(words, name), LONGEST_WORD) for name in ("case", "cases", "finished", "started")}
    names = {metric: brief(name, LONGEST_LABEL) for metric, name in words.metrics.items()}
    told = words.model_copy(update={**cut, "metrics": names})
    return replace(
        bundle, stream=bundle.stream.model_copy(update={"words": told}),
        state=replace(
            state, name=brief(state.name, LONGEST_NAME), run_id=brief(state.run_id, LONGEST_WORD),
            code_version=brief(state.code_version, LONGEST_WORD),
            ledger_fingerprint=brief(state.ledger_fingerprint, LONGEST_WORD),
        ),
        definitions={
            metric: replace(known, version=brief(known.version, LONGEST_WORD), label=brief(known.label, LONGEST_LABEL))
            for metric, known in bundle.definitions.items()
        },
    )  # fmt: skip


def _last_on(state: State) -> dt.date:
    """The local day of the newest event; with no data at all, that of the run."""
    newest = state.last_event_at or state.ran_at
    return newest.replace(tzinfo=dt.UTC).astimezone(ZoneInfo(state.time_zone)).date()


def _quarter(quarters: list[Period], last_on: dt.date, model: Stream) -> Period:
    """The newest quarter that is whole, else the newest; with no data at all, that of the run."""
    whole = [quarter for quarter in quarters if quarter.until_on <= last_on + dt.timedelta(days=1)]
    begun = [quarter for quarter in quarters if quarter.first_on <= last_on]
    return (whole or begun or [period_on(last_on, "quarter", model.fiscal_year_starts)])[-1]


def _published(connection: duckdb.DuckDBPyConnection, model: Stream, period: str) -> tuple[Standing, ...]:
    key = "all" if period.lower() == "all" else parse_period(period, year_starts=model.fiscal_year_starts).key
    return _standings(connection, _PUBLISHED, {"stream": model.stream, "period": key})


def _window(found: Iterable[Standing], quarter: Period, model: Stream) -> Window:
    """The days that the values are of; a row that does not tell them is of the period it names."""
    first = next(iter(found), None)
    if first is None:
        return Window(quarter.key, quarter.first_on, quarter.until_on)
    if first.first_on is None or first.until_on is None:
        named = parse_period(first.period, year_starts=model.fiscal_year_starts)
        return Window(first.period, named.first_on, named.until_on, first.frozen_at)
    return Window(first.period, first.first_on, first.until_on, first.frozen_at)


def _standings(connection: duckdb.DuckDBPyConnection, sql: str, told: Mapping[str, Any]) -> tuple[Standing, ...]:
    found = connection.execute(sql, told)
    names = [column[0] for column in found.description or ()]
    return tuple(shaped(Standing, names, row) for row in found.fetchall())


def _one(connection: duckdb.DuckDBPyConnection, sql: str, told: Mapping[str, Any]) -> Any:
    return connection.execute(sql, told).fetchall()[0][0]
