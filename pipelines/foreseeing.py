"""What a changed definition would do to closed quarters and the newest: measured in a trial home, number by number."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any

import duckdb

from metrics.closing.record import ClosedSum, Row, dimensions_text, periods_in
from metrics.closing.restate import COSTS, SUM, is_same
from metrics.closing.take import sums_of
from metrics.evaluate import known_days
from metrics.periods import Period, period_on
from metrics.published import METRIC_VALUES
from metrics.stream.meaning import changed_sections, meaning_of
from metrics.stream.model import Stream
from pipelines.closings import load_closings
from pipelines.database import open_warehouse
from pipelines.errors import PipelineError
from pipelines.registry import STREAM_FILE, Registered, load, load_measurable, read_stream_file
from pipelines.settings import Settings
from pipelines.trial import trial_of
from pipelines.warehouse.publication import open_published
from pipelines.warehouse.state import RECOMPUTED_VALUES

Place = tuple[str, str, str, str, str]  # grain, period, metric, statistic, dimensions
Number = float | Decimal | None
_NAMES = ("grain", "period", "metric", "statistic", "dimensions")


@dataclass(frozen=True, slots=True)
class Told:
    """A number with its unit and verdict, as one side tells it."""

    value: Number
    unit: str
    verdict: str


@dataclass(frozen=True, slots=True)
class Moved:
    """One number that a changed definition moves; sums of cost are money, exactly.

    `before` is published, `now` what today's data give by today's definition (it differs where the number is restated
    already), `after` what they give by the changed one; `difference` is after − now: the change's own part.
    """

    quarter: str
    is_closed: bool
    grain: str
    period: str
    metric: str
    statistic: str
    dimensions: str
    unit: str
    before: Number
    now: Number
    after: Number
    difference: Number
    verdict_before: str
    verdict_after: str


@dataclass(frozen=True, slots=True)
class Impact:
    """What a changed definition does to the numbers of the quarters looked at."""

    stream: str
    version_before: int
    version_after: int
    changed: tuple[str, ...]
    quarters: tuple[str, ...]
    numbers: int
    moved: tuple[Moved, ...]

    @property
    def unmoved(self) -> int:
        """Numbers that stay."""
        return self.numbers - len(self.moved)

    def as_fact(self) -> dict[str, Any]:
        """The object `streamgauge impact --json` prints."""
        return {
            "stream": self.stream, "version_before": self.version_before, "version_after": self.version_after,
            "changed": list(self.changed), "quarters": list(self.quarters), "numbers": self.numbers,
            "moved": len(self.moved), "unmoved": self.unmoved, "moved_numbers": [asdict(one) for one in self.moved],
        }  # fmt: skip


def foresee(
    settings: Settings, stream: str | None = None, stream_file: Path | None = None, rates: Path | None = None,
    bills: Path | None = None, period: str | None = None, report: Callable[[str], None] = lambda _: None,
) -> Impact:  # fmt: skip
    """Measure a stream by a changed stream file, other rates or bills, or the code as it is now, and compare.

    Raises:
        PipelineError: several streams and none named, a quarter that is neither closed nor the newest, a file missing.
        StreamFileError: the changed file is wrong.
        StorageError: nothing was published yet.
    """
    registered = _registered(settings, stream, stream_file)
    path, known = stream_file or registered.folder / STREAM_FILE, registered.stream
    new, _ = read_stream_file(path)
    beside = dict(_beside([(new.costs.rates, rates, "rates"), (new.costs.bills, bills, "bills")]))
    today = _today(settings, known, period)
    quarters = tuple(today.sides)
    with trial_of(settings, known.stream, path, beside, report) as trial:
        after = _of_trial(trial, known, today)
    pairs = [(key, place) for key in quarters for place in sorted({*today.sides[key], *after[key]})]
    moved = (_moved(today, key, place, after[key].get(place)) for key, place in pairs)
    changed = (*changed_sections(meaning_of(known), meaning_of(new)), *beside)
    return Impact(
        known.stream, known.version, new.version, changed, quarters, len(pairs),
        tuple(found for found in moved if found is not None),
    )  # fmt: skip


@dataclass(frozen=True, slots=True)
class _Today:
    """What is published of each quarter looked at, which of them are closed, and what is restated of these."""

    sides: Mapping[str, Mapping[Place, Told]]
    periods: Mapping[str, Period]
    closed: frozenset[str]
    restated: Mapping[Place, Number]


def _today(settings: Settings, stream: Stream, period: str | None) -> _Today:
    closings = {c.quarter.quarter.key: c.quarter for c in load_closings(settings, stream.stream)}
    connection = open_published(settings)
    try:
        newest = _newest(connection, stream)
        periods = {key: record.quarter for key, record in closings.items()} | {newest.key: newest}
        if period is not None and period not in periods:
            raise PipelineError(f"{period} is neither closed nor the newest quarter; there: {', '.join(periods)}.")
        wanted = {key: days for key, days in periods.items() if period in (None, key)}
        sides = {}
        for key, days in wanted.items():
            record = closings.get(key)
            rows = record.rows[METRIC_VALUES.name] if record else _rows(connection, METRIC_VALUES.name, stream, days)
            sides[key] = _side(rows, record.costs if record else sums_of(connection, stream, days), key)
        return _Today(sides, wanted, frozenset(closings), _restated(connection, stream))
    finally:
        connection.close()


def _of_trial(trial: Settings, stream: Stream, today: _Today) -> dict[str, dict[Place, Told]]:
    """What the trial tells of each quarter; of a closed one what it would be, not what it is."""
    with open_warehouse(trial) as connection:
        found = {}
        for key, days in today.periods.items():
            table = RECOMPUTED_VALUES if key in today.closed else METRIC_VALUES.name
            found[key] = _side(_rows(connection, table, stream, days), sums_of(connection, stream, days), key)
        return found


def _moved(today: _Today, quarter: str, place: Place, after: Told | None) -> Moved | None:
    before = today.sides[quarter].get(place)
    told = before or after
    was, will_be = (None if side is None else side.value for side in (before, after))
    now = today.restated.get(place, was)
    if told is None or (_is_same(now, will_be) and (before is None or after is None or before.unit == after.unit)):
        return None
    verdicts = [side.verdict if side is not None else "No data" for side in (before, after)]
    is_alike = before is not None and after is not None and before.unit == after.unit
    grain, key, metric, statistic, dimensions = place
    return Moved(
        quarter, quarter in today.closed, grain, key, metric, statistic, dimensions, told.unit, was, now, will_be,
        _difference(now, will_be) if is_alike else None, *verdicts,
    )  # fmt: skip


def _is_same(before: Number, after: Number) -> bool:
    if isinstance(before, float) and isinstance(after, float):
        return is_same(before, after)
    return before == after


def _difference(before: Number, after: Number) -> Number:
    if isinstance(before, Decimal) and isinstance(after, Decimal):
        return after - before
    return after - before if isinstance(before, float) and isinstance(after, float) else None


def _side(rows: Iterable[Row], sums: Iterable[ClosedSum], quarter: str) -> dict[Place, Told]:
    told: dict[Place, Told] = {}
    for row in rows:
        grain, period, metric, statistic, dimensions = (str(row[name]) for name in _NAMES)
        value = row["value"]
        number = float(value) if isinstance(value, int | float) else None
        told[grain, period, metric, statistic, dimensions] = Told(number, str(row["unit"]), str(row["verdict"]))
    for one in sums:
        dimensions = dimensions_text({"cost_class": one.cost_class})
        told["quarter", quarter, COSTS, SUM, dimensions] = Told(one.amount, one.currency, "Not judged")
    return told


def _rows(connection: duckdb.DuckDBPyConnection, table: str, stream: Stream, quarter: Period) -> list[Row]:
    wanted = {(period.grain, period.key) for period in periods_in(quarter)}
    found = connection.execute(f"SELECT * FROM {table} WHERE stream = $stream", {"stream": stream.stream})
    names = [column[0] for column in found.description or ()]
    rows = [dict(zip(names, row, strict=True)) for row in found.fetchall()]
    return [row for row in rows if (row["grain"], row["period"]) in wanted]


def _restated(connection: duckdb.DuckDBPyConnection, stream: Stream) -> dict[Place, Number]:
    """What is restated already: today's number by today's definition."""
    names = ", ".join(_NAMES)
    sql = f"SELECT {names}, value_now, amount_now, metric = '{COSTS}' FROM restatements WHERE stream = $stream"
    found = connection.execute(sql, {"stream": stream.stream}).fetchall()
    return {(g, p, m, s, d): amount if is_sum else value for g, p, m, s, d, value, amount, is_sum in found}


def _newest(connection: duckdb.DuckDBPyConnection, stream: Stream) -> Period:
    _, last_on = known_days(connection, stream)
    if last_on is None:
        raise PipelineError(f"No case of {stream.stream!r} has begun yet, so no number can move.")
    return period_on(last_on, "quarter", stream.fiscal_year_starts)


def _registered(settings: Settings, stream: str | None, stream_file: Path | None) -> Registered:
    if stream is not None:
        return load(settings, stream)
    if stream_file is not None:
        return load(settings, read_stream_file(stream_file)[0].stream)
    found = load_measurable(settings)
    if len(found) > 1:
        raise PipelineError(f"Say of which stream: --stream {found[0].stream.stream}")
    return found[0]


def _beside(told: Iterable[tuple[str | None, Path | None, str]]) -> Iterator[tuple[str, Path]]:
    """Files given, by the names that the stream file has for them."""
    for name, path, option in told:
        if path is None:
            continue
        if name is None:
            raise PipelineError(
                f"--{option} replaces the file named under costs.{option}, and the stream file names none."
            )
        if not path.is_file():
            raise PipelineError(f"--{option} {path} is no file.")
        yield name, path
