"""How durations are spread: this quarter's case by case, over the quarter before; where those are not told, the ranges.

A share, a ratio or a unit cost is one number of all cases together: there is nothing of it to spread.
"""

from __future__ import annotations

from dashboards.bundle import BundleData
from dashboards.drawing import draw_chart
from dashboards.language import say
from dashboards.numbers import Number, Scale, axis_text, count, number, range_text, scale_of
from dashboards.parts.card import Card, Cell, Chart, Column, Table
from dashboards.parts.measure import FEW, NOT_RELIABLE, Measure, is_firm
from dashboards.parts.metric_words import counted_words
from dashboards.parts.ranges import range_sentence
from dashboards.rows.spans import ROWS, Span
from dashboards.spreads import Histogram, Line, histogram
from dashboards.wording import Sentence, Voice
from metrics.metric import DURATIONS

_STATISTICS = ("p50", "mean", "p85", "p90")


def distribution_card(data: BundleData, found: Measure) -> Card | None:
    """The card; None where the metric is no duration."""
    if found.unit not in DURATIONS:
        return None
    counted = counted_words(found.metric, Voice.of(data))
    title, values = _title(data, found, counted), _values(data, found)
    now, before = (_spans(data, found, period) for period in (data.period.key, data.before.key))
    if found.is_gated or not values or sum(span.observations for span in now) < FEW:
        table = _ranges(values, counted) if values and not found.is_gated else None
        why = say("Too few {counted} to show how their times are spread.", counted=counted)
        return Card("spread", title, say("A value lies in its range 95 times of 100."), found.metric, table, empty=why)
    subtitle = say(
        "How many in 100 {counted} took how long. Filled: this quarter; dotted line: last quarter.", counted=counted
    )
    chart = _chart(found, now, before, values, f"{title}. {subtitle}")
    return Card(
        "spread",
        title,
        subtitle,
        "distributions",
        chart=chart,
        table=_table(now, before, counted),
        remarks=(_ranges_sentence(values),),
    )


def _spans(data: BundleData, found: Measure, period: str) -> list[Span]:
    return [span for span in data.rows(ROWS) if (span.metric, span.period) == (found.metric, period)]


def _values(data: BundleData, found: Measure) -> list[tuple[str, Number, Sentence]]:
    """The statistics that may be spoken of, each with its range."""
    told = []
    for statistic in _STATISTICS:
        value = data.value(found.metric, statistic)
        if value is not None and value.value is not None and is_firm(value) and value.n >= FEW:
            shown = number(value.value, value.unit, f"{value.origin}/value")
            told.append(
                (statistic, shown, range_sentence(value.value, value.low, value.high, value.unit, value.origin))
            )
    return told


def _title(data: BundleData, found: Measure, counted: str) -> str:
    if found.is_gated:
        return say(NOT_RELIABLE)
    told = {statistic: shown for statistic, shown, _ in _values(data, found)}
    if "p50" in told and "p90" in told:
        return say(
            "Half of the {counted} took less than {half}, and 1 in 10 took longer than {tail}",
            counted=counted, half=told["p50"], tail=told["p90"],
        )  # fmt: skip
    if "p50" in told:
        return say("Half of the {counted} took less than {half}", counted=counted, half=told["p50"])
    return say("Too few {counted} to say how their times are spread", counted=counted)


def _ranges_sentence(values: list[tuple[str, Number, Sentence]]) -> Sentence:
    """Every statistic with its range, one after the other."""
    told = [_range_words(*value) for value in values]
    return Sentence(" ".join(each.text for each in told), tuple(n for each in told for n in each.numbers))


def _range_words(statistic: str, shown: Number, extent: Sentence) -> Sentence:
    numbers = (shown, *extent.numbers)
    parts = {"value": shown, "range": extent}
    words = {
        "p50": say("Half within {value} ({range}).", **parts),
        "mean": say("{value} on average ({range}).", **parts),
        "p85": say("85 in 100 within {value} ({range}).", **parts),
        "p90": say("9 in 10 within {value} ({range}).", **parts),
    }
    return Sentence(words[statistic], numbers)


def _ranges(values: list[tuple[str, Number, Sentence]], counted: str) -> Table:
    """What is known of the spread without the durations themselves."""
    names = {
        "p50": say("Half of the {counted} within", counted=counted), "mean": say("Average"),
        "p85": say("85 in 100 within"), "p90": say("9 in 10 within"),
    }  # fmt: skip
    columns = (Column(say("What")), Column(say("Value"), True), Column(say("Lies between"), True))
    return Table(columns, tuple((names[statistic], shown, extent) for statistic, shown, extent in values))


def _chart(
    found: Measure, now: list[Span], before: list[Span], values: list[tuple[str, Number, Sentence]], label: str
) -> Chart:
    last = now[-1].from_value
    width = now[0].until_value or last
    words = {"p50": say("half within"), "p90": say("9 in 10 within")}
    figure = histogram(
        Histogram(
            edges=[*(span.from_value for span in now), last + width],
            now=[span.share for span in now], before=[span.share for span in before],
            lines=[
                Line(shown.value, words[statistic], shown.text)
                for statistic, shown, _ in values if statistic in words and shown.value < last + width
            ],
            scale=scale_of(last, found.unit), axis_word=number(last, found.unit, "", scale_of(last, found.unit)).suffix,
            open_label=_longer(last, found.unit),
        )
    )  # fmt: skip
    return Chart(
        draw_chart(figure, 1136, 280, css="chart wide", label=label),
        draw_chart(figure, 358, 240, css="chart narrow", label=label, narrow=True),
    )


def _longer(last: float, unit: str) -> str:
    scale = _fitting(last, unit)
    return say("{edge} or longer", edge=f"{axis_text(last, scale)} {number(last, unit, '', scale).suffix}")


def _fitting(edge: float, unit: str) -> Scale:
    """The scale of an edge with no decimals it does not need."""
    scale = scale_of(edge, unit)
    whole = abs(edge * scale.factor - round(edge * scale.factor)) < 1e-6
    return Scale(scale.unit, scale.factor, 0 if whole else max(scale.decimals, 1), scale.word)


def _table(now: list[Span], before: list[Span], counted: str) -> Table:
    earlier = {span.position: span for span in before}
    columns = (
        Column(say("Time")), Column(counted, True), Column(say("This quarter"), True), Column(say("Last quarter"), True)
    )  # fmt: skip
    rows: list[tuple[Cell, ...]] = []
    for span in now:
        was = earlier.get(span.position)
        rows.append((
            _span_words(span, now[-1].from_value), count(span.observations, f"{span.origin}/observations"),
            number(span.share, "share", f"{span.origin}/share"),
            None if was is None else number(was.share, "share", f"{was.origin}/share"),
        ))  # fmt: skip
    return Table(columns, tuple(rows))


def _span_words(span: Span, last: float) -> str:
    if span.until_value is None:
        return _longer(span.from_value, span.unit)
    scale = _fitting(last, span.unit)
    edges = [edge * scale.factor for edge in (span.from_value, span.until_value)]
    decimals = 0 if all(abs(edge - round(edge)) < 1e-6 for edge in edges) else 2
    return range_text(span.from_value, span.until_value, Scale(scale.unit, scale.factor, decimals, scale.word))
