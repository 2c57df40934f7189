"""Segments side by side: a small picture for each value, worst first, with its quarters, range and verdict.

Which are shown is decided by size, never by result; what is left out is counted and said. Where chance alone would make
one of many look changed, the published verdict has allowed for that already.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import groupby

from dashboards.bundle import BundleData
from dashboards.drawing import draw_bare
from dashboards.language import say
from dashboards.numbers import count, number
from dashboards.parts.card import Card, Cell, Column, Panel, Table
from dashboards.parts.measure import FEW, TAIL_NEEDS, Measure, measure
from dashboards.parts.metric_words import counted_sentence, counted_words, course_words
from dashboards.parts.ranges import range_sentence
from dashboards.rows.segment_changes import ROWS as CHANGES
from dashboards.rows.segment_changes import SegmentChange
from dashboards.rows.segment_values import ROWS as VALUES
from dashboards.rows.segment_values import SegmentValue
from dashboards.spreads import Quarter, quarters
from dashboards.wording import Chip, Sentence, Voice, change_sentence, chip, is_sure, is_worse, listed, read_verdict

_MOST_PANELS = 24  # on a page, whatever the segments: first view stays small
_MOST_CARDS = 6
_MOST_LETTERS = 60
_MOST_NAMES = 3


def segment_cards(data: BundleData, metric: str) -> Iterator[Card]:
    """A card for each segment with two values or more that are large enough; one that names the other segments."""
    whole = measure(data, metric)
    if whole.is_gated:
        return
    rows = sorted((row for row in data.rows(VALUES) if row.metric == metric), key=lambda row: row.dimension)
    split = {name: list(of_it) for name, of_it in groupby(rows, key=lambda row: row.dimension)}
    large = [name for name in split if _large(split[name], data.period.key) > 1]
    for name in large[:_MOST_CARDS]:
        yield _card(data, whole, name, split[name], _MOST_PANELS // len(large[:_MOST_CARDS]))
    others = [name for name in split if name not in large[:_MOST_CARDS]]
    if others:
        yield _without(data, whole, others, split)


def _large(rows: Sequence[SegmentValue], period: str) -> int:
    """How many values have enough observations this quarter for any number."""
    return len({row.segment for row in rows if row.period == period and row.n >= FEW})


def _without(data: BundleData, whole: Measure, names: Sequence[str], split: dict[str, list[SegmentValue]]) -> Card:
    """The segments that are not set side by side, and why."""
    few = [name for name in names if _large(split[name], data.period.key) < 2]
    left = ", ".join(_spaced(name) for name in names if name not in few)
    counted = counted_words(whole.metric, Voice.of(data))
    return Card(
        "by-others",
        say("Too few {counted} to set side by side by {segments}", counted=counted,
            segments=", ".join(_spaced(name) for name in few)) if few else say("More segments are not shown here"),
        say("At least two values with {n} {counted} each are needed.", n=FEW, counted=counted), "segment_values",
        empty=say("Not shown here, and published: {segments}.", segments=left) if left else "",
    )  # fmt: skip


def _card(data: BundleData, whole: Measure, name: str, rows: Sequence[SegmentValue], most: int) -> Card:
    """Panels of the largest values of one segment."""
    statistic = _statistic(whole, rows, data.period.key)
    found = measure(data, whole.metric, statistic)
    told = [row for row in rows if row.statistic == statistic]
    now = sorted((row for row in told if row.period == data.period.key), key=lambda row: row.rank)[:most]
    ordered = sorted(now, key=lambda row: _worst_first(row, found))
    changes = {
        row.segment: row for row in data.rows(CHANGES)
        if (row.metric, row.statistic, row.dimension) == (whole.metric, statistic, name)
    }  # fmt: skip
    history = {row.segment: [r for r in told if r.segment == row.segment] for row in ordered}
    extent = _extent([each for rows_of_one in history.values() for each in rows_of_one], found)
    panels = tuple(_panel(data, found, row, history[row.segment], changes.get(row.segment), extent) for row in ordered)
    return Card(
        f"by-{name.replace('_', '-')}", _title(ordered, changes, name),
        say(
            "{measured}, by {segment}, worst first. Each picture: up to eight quarters with their ranges; "
            "dotted: all together this quarter.",
            measured=course_words(found, Voice.of(data)), segment=_spaced(name),
        ),
        "segment_values", panels=panels, table=_table(found, ordered, history),
        remarks=tuple(_left_out(found, now, Voice.of(data))),
    )  # fmt: skip


def _statistic(whole: Measure, rows: Sequence[SegmentValue], period: str) -> str:
    """That of the tile where most values are large enough for it, else the first there is."""
    told = {row.statistic for row in rows}
    sizes = [
        row.n for row in rows if row.period == period and row.n >= FEW and row.statistic in ("p50", whole.statistic)
    ]
    is_tail = whole.statistic in ("p90", "p85")
    if whole.statistic in told and not (is_tail and sum(n >= TAIL_NEEDS for n in sizes) * 2 < len(sizes)):
        return whole.statistic
    return "p50" if "p50" in told else min(told)


def _worst_first(row: SegmentValue, found: Measure) -> tuple[bool, float, str]:
    """Values too small to be shown come last, then by size of the value, then by name."""
    if not is_shown(row):
        return True, -row.n, row.segment or ""
    assert row.value is not None
    return False, -row.value if found.lower_is_better else row.value, row.segment or ""


def is_shown(row: SegmentValue) -> bool:
    """Has the value enough observations to be told?"""
    return row.value is not None and row.n >= (TAIL_NEEDS if row.statistic in ("p90", "p85") else FEW)


def _extent(rows: Sequence[SegmentValue], found: Measure) -> tuple[float, float]:
    """The scale that all pictures of the card share; ranges far beyond every value do not stretch it."""
    values = [row.value for row in rows if is_shown(row) and row.value is not None]
    values += [found.now.value] if found.now and found.now.value is not None else []
    if not values:
        return 0.0, 1.0
    room = (max(values) - min(values) or abs(max(values)) or 1.0) * 0.6
    ends = [end for row in rows if is_shown(row) for end in (row.low, row.high) if end is not None]
    return max(min([*values, *ends]), min(values) - room), min(max([*values, *ends]), max(values) + room)


def _panel(
    data: BundleData, found: Measure, row: SegmentValue, history: Sequence[SegmentValue],
    change: SegmentChange | None, extent: tuple[float, float],
) -> Panel:  # fmt: skip
    """One value: its number, picture, verdict, and what may be said of its change."""
    voice = Voice.of(data)
    counted = counted_sentence(count(row.n, f"{row.origin}/n"), found.metric, voice)
    if not is_shown(row):
        return Panel(_label(row), None, None, counted, None, Sentence(say("Too few for a number.")), None)
    assert row.value is not None
    verdict = read_verdict(change.verdict) if change else None
    shape: Chip | None = None if verdict is None or change is None else chip(verdict, change.difference)
    said = change_sentence(change, verdict, voice) if verdict is not None else _not_compared(data, history)
    told = [Quarter(r.value, r.low, r.high) if is_shown(r) else Quarter(None, None, None) for r in history]
    overall = found.now.value if found.now else None
    figure = quarters(told, overall, extent, shape.tone if shape else "flat")
    return Panel(
        _label(row), number(row.value, row.unit, f"{row.origin}/value"),
        range_sentence(row.value, row.low, row.high, row.unit, row.origin), counted, shape, said,
        draw_bare(figure, 220, 64, css="small-chart"),
    )  # fmt: skip


def _not_compared(data: BundleData, history: Sequence[SegmentValue]) -> Sentence:
    if any(row.period == data.before.key and is_shown(row) for row in history):
        return Sentence(say("Not compared with last quarter."))
    return Sentence(say("Too few last quarter to compare with."))


def _title(rows: Sequence[SegmentValue], changes: dict[str | None, SegmentChange], name: str) -> str:
    """Which values changed surely, and which stands worst."""
    verdicts = {row.segment: read_verdict(changes[row.segment].verdict) for row in rows if row.segment in changes}
    worse = [segment for segment, verdict in verdicts.items() if is_sure(verdict) and is_worse(verdict)]
    better = [segment for segment, verdict in verdicts.items() if is_sure(verdict) and not is_worse(verdict)]
    parts = {"segment": _spaced(name), "worse": _listed(worse), "better": _listed(better)}
    if worse and better:
        return say("By {segment}: {worse} got worse, {better} got better", **parts)
    if worse:
        return say("By {segment}: {worse} got worse", **parts)
    if better:
        return say("By {segment}: {better} got better", **parts)
    if not verdicts:
        return say("By {segment}: not compared with last quarter", **parts)
    return say("By {segment}: none changed clearly", **parts)


def _listed(segments: Sequence[str | None]) -> str:
    """The names of few, the number of many."""
    if len(segments) > _MOST_NAMES:
        return str(len(segments))
    return listed([_name(segment) for segment in segments]) if segments else ""


def _left_out(found: Measure, now: Sequence[SegmentValue], voice: Voice) -> Iterator[Sentence]:
    """How many values are not shown, and how many observations they hold."""
    if not now or now[0].segments <= len(now):
        return
    first = now[0]
    rest = count(first.segments - len(now), f"{first.origin}/segments less those shown")
    held = count(
        max(first.observations - sum(row.n for row in now), 0), f"{first.origin}/observations less those shown"
    )
    parts = {"rest": rest, "held": held, "counted": counted_words(found.metric, voice), "shown": len(now)}
    yield Sentence(
        say("Shown are the {shown} with the most {counted}; {rest} more with {held} {counted} are not.", **parts),
        (rest, held),
    )


def _table(found: Measure, ordered: Sequence[SegmentValue], history: dict[str | None, list[SegmentValue]]) -> Table:
    """The pictures as a table: a row a value, a column a quarter."""
    periods = sorted({row.period for rows in history.values() for row in rows})
    rows: list[tuple[Cell, ...]] = []
    for row in ordered:
        told = {each.period: each for each in history[row.segment]}
        cells = [told.get(period) for period in periods]
        rows.append((_label(row), *(_cell(each) for each in cells)))
    return Table((Column(found.full_label), *(Column(period, True) for period in periods)), tuple(rows))


def _cell(row: SegmentValue | None) -> Cell:
    if row is None or row.value is None or not is_shown(row):
        return None
    return number(row.value, row.unit, f"{row.origin}/value")


def _label(row: SegmentValue) -> str:
    """The value; a bare number says of what: 'severity 3'."""
    name = _name(row.segment)
    return f"{_spaced(row.dimension)} {name}" if name.isdecimal() else name


def _name(segment: str | None) -> str:
    if segment is None:
        return say("not told")
    return segment if len(segment) <= _MOST_LETTERS else segment[: _MOST_LETTERS - 1] + "…"


def _spaced(name: str) -> str:
    return name.replace("_", " ")
