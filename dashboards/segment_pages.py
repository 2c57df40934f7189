"""A page for one value of a segment, to be framed alone: its results, and nothing that tells of the others.

Made of the published rows of this value only: no total, no neighbour and no count of the stream stands on it.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from dashboards.bundle import BundleData
from dashboards.language import say
from dashboards.manifest import scope_of
from dashboards.numbers import Number, count, number
from dashboards.parts.card import Card, Cell, Column, Table
from dashboards.parts.hero import quarter_words
from dashboards.parts.measure import FEW, HEADLINES, Measure, measure, not_reliable
from dashboards.parts.metric_words import counted_words
from dashboards.parts.notes import lineage
from dashboards.parts.ranges import range_sentence
from dashboards.parts.segments import is_shown
from dashboards.rows.segment_changes import ROWS as CHANGES
from dashboards.rows.segment_changes import SegmentChange
from dashboards.rows.segment_values import ROWS as VALUES
from dashboards.rows.segment_values import SegmentValue
from dashboards.wording import Chip, Sentence, Voice, change_sentence, chip, read_verdict

VIEW = "segment"
_ORDER = ("p90", "p50", "share", "ratio", "unit_cost", "mean", "p85")


@dataclass(frozen=True, slots=True)
class SegmentPage:
    """Everything the template needs. `scope` is the name under which it is published, and that tokens say."""

    scope: str
    stream: str
    name: str
    period: str
    key: str
    heading: Sentence
    cards: tuple[Card, ...]
    feet: dict[str, int]
    definitions: tuple[tuple[str, str], ...]
    lineage: str


@dataclass(frozen=True, slots=True)
class _Told:
    """One metric of this value: the statistic that has enough observations, and what changed."""

    measure: Measure
    row: SegmentValue
    change: SegmentChange | None


def segment_pages(data: BundleData) -> Iterator[SegmentPage]:
    """One for each value, of a segment of the stream file, that has enough observations for any number this quarter.

    None for what was never told, nor for what only failures are split by.
    """
    split = [row for row in data.rows(VALUES) if row.dimension in data.stream.segments]
    now = [row for row in split if row.period == data.period.key and row.segment is not None]
    for dimension, segment in dict.fromkeys((row.dimension, row.segment) for row in now if row.n >= FEW):
        assert segment is not None
        yield _page(data, dimension, segment)


def _page(data: BundleData, dimension: str, segment: str) -> SegmentPage:
    rows = [row for row in data.rows(VALUES) if (row.dimension, row.segment) == (dimension, segment)]
    changes = [row for row in data.rows(CHANGES) if (row.dimension, row.segment) == (dimension, segment)]
    told = [found for metric in HEADLINES if (found := _told(data, metric, rows, changes)) is not None]
    return SegmentPage(
        scope=scope_of(data.state.stream, dimension, segment), stream=data.state.stream,
        name=f"{data.state.name}: {segment}", period=quarter_words(data), key=data.period.key,
        heading=_heading(segment, told, Voice.of(data)), cards=(_results(data, told), _course(told, rows)),
        feet={"segment_values": 1},
        definitions=tuple((one.measure.label, _definition(data, one.measure.metric)) for one in told),
        lineage=lineage(data),
    )  # fmt: skip


def _told(
    data: BundleData, metric: str, rows: Sequence[SegmentValue], changes: Sequence[SegmentChange]
) -> _Told | None:
    own = {row.statistic: row for row in rows if (row.metric, row.period) == (metric, data.period.key)}
    if not own:
        return None
    statistic = next((name for name in _ORDER if name in own and is_shown(own[name])), min(own))
    change = next((row for row in changes if (row.metric, row.statistic) == (metric, statistic)), None)
    return _Told(measure(data, metric, statistic), own[statistic], change)


def _shown(row: SegmentValue) -> Number | None:
    return number(row.value, row.unit, f"{row.origin}/value") if row.value is not None and is_shown(row) else None


def _heading(segment: str, told: Sequence[_Told], voice: Voice) -> Sentence:
    """The first result with a number, in one sentence."""
    for one in told:
        shown = _shown(one.row)
        if shown is not None and not one.measure.is_gated:
            parts = {"segment": segment, "label": one.measure.full_label, "shown": shown}
            return Sentence(say("{segment} — {label}: {shown}", **parts), (shown,))
    return Sentence(say("{segment}: too few {cases} for a number", segment=segment, cases=voice.cases))


def _results(data: BundleData, told: Sequence[_Told]) -> Card:
    columns = (
        Column(say("Result")), Column(say("This quarter"), True), Column(say("Lies between"), True),
        Column(say("Counted"), True), Column(say("Against last quarter")), Column(say("What changed")),
    )  # fmt: skip
    return Card(
        "results", say("The results of this quarter"), say("A value lies in its range 95 times of 100."),
        "segment_values", table=Table(columns, tuple(_row(data, one) for one in told)) if told else None,
        empty=say("Nothing was measured here this quarter."),
    )  # fmt: skip


def _row(data: BundleData, one: _Told) -> tuple[Cell, ...]:
    row, voice = one.row, Voice.of(data)
    counted = Sentence(
        f"{count(row.n, f'{row.origin}/n')} {counted_words(row.metric, voice)}", (count(row.n, f"{row.origin}/n"),)
    )
    if one.measure.is_gated:
        return (one.measure.full_label, not_reliable(), None, counted, None, None)
    if _shown(row) is None:
        return (one.measure.full_label, say("too few"), None, counted, None, None)
    verdict = read_verdict(one.change.verdict) if one.change else None
    shape: Chip | None = None if verdict is None or one.change is None else chip(verdict, one.change.difference)
    said = None if verdict is None else change_sentence(one.change, verdict, voice)
    return (
        one.measure.full_label, _shown(row), range_sentence(row.value, row.low, row.high, row.unit, row.origin),
        counted, shape, said,
    )  # fmt: skip


def _course(told: Sequence[_Told], rows: Sequence[SegmentValue]) -> Card:
    """A row a quarter, newest first."""
    periods = sorted({row.period for row in rows}, reverse=True)
    kept = {(row.period, row.metric, row.statistic): row for row in rows}
    lines: list[tuple[Cell, ...]] = []
    for period in periods:
        found = [kept.get((period, one.row.metric, one.row.statistic)) for one in told if not one.measure.is_gated]
        lines.append((period, *(None if row is None else _shown(row) for row in found)))
    columns = (Column(say("Quarter")), *(Column(o.measure.full_label, True) for o in told if not o.measure.is_gated))
    return Card(
        "course", say("Quarter by quarter"), say("Up to eight quarters, newest first."), "segment_values",
        table=Table(columns, tuple(lines)) if lines else None, empty=say("Nothing was measured here yet."),
    )  # fmt: skip


def _definition(data: BundleData, metric: str) -> str:
    known = data.definitions.get(metric)
    return (known.definition or known.sentence) if known else say("No definition was published.")
