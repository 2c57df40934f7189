"""How an explanation looks in a terminal: a reader's order, from what it means to the query that gives it.

Knows how things look; decides nothing. Names and reasons from outside are text, never markup.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence

from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from metrics.definition import definition_of, section_of
from metrics.evaluate import Value
from metrics.explain.accounts import Account
from metrics.explain.explanation import Explanation
from metrics.explain.hand_sql import in_words
from metrics.explain.influence import Influence
from metrics.explain.sample import Sampled


def show(found: Explanation) -> RenderableType:
    """The whole explanation, part by part."""
    parts: list[RenderableType] = [
        _title(found),
        Text(found.metric.sentence),
        _meaning(found),
        _head("Values"),
        _values(found.values),
    ]
    if found.headline.closed is not None:
        parts.append(Text("The quarter is closed: these stay as they were. What follows is of today's data.", "bold"))
    parts += _accounts("Counted, and left out", found.accounts)
    parts += _accounts("In no number of any period", found.beyond)
    parts += [_head(f"A sample of what stands behind {_of(found)}"), _sample(found)]
    parts += [_head(f"What would change {_of(found)} most"), _influences(found)]
    parts += [_head(f"The SQL of its rows: one row is {section_of(found.metric, 'One row is')}"), Text(found.sql)]
    parts += [_head("The SQL of its values: run on the published file it gives what stands above")]
    return Group(*parts, Text(found.value_sql))


def _title(found: Explanation) -> Text:
    metric, period = found.metric, found.period
    name = found.stream.word_for(metric.key, metric.label)
    last_on = period.until_on - dt.timedelta(days=1)
    title = Text.assemble((name, "bold"), f" ({metric.key} {metric.version}) of {found.stream.name}, ")
    return title.append(f"{period.key}: {period.first_on} to {last_on}, days of {found.stream.time_zone}")


def _meaning(found: Explanation) -> Table:
    metric = found.metric
    shown = Table.grid(padding=(0, 2))
    shown.add_column(style="dim", no_wrap=True)
    shown.add_column(overflow="fold", no_wrap=False)
    shown.add_row("Definition", Text(definition_of(metric, found.stream)))
    clock = f"; {found.headline.clock}" if found.headline.clock else ""
    shown.add_row("Unit", Text(section_of(metric, "Unit") + clock))
    shown.add_row("Reading", Text(metric.reading.value))
    shown.add_row("Formula", Text(section_of(metric, "Formula")))
    for statistic in metric.statistics:
        shown.add_row(statistic.value, Text(in_words(metric, statistic)))
    return shown


def _values(values: Sequence[Value]) -> Group:
    shown = _table("", ">value", "95 % range", ">n", "unit", "verdict")
    for value in values:
        summary = value.summary
        ends = (_number(summary.low), _number(summary.high))
        verdict = value.verdict.value if summary.reason is None else f"No data: {summary.reason}"
        interval = "–" if "–" in ends else " to ".join(ends)
        shown.add_row(
            summary.statistic.value,
            _number(summary.value),
            interval,
            f"{summary.n:,}",
            value.unit.replace("_", " "),
            Text(verdict),
        )
    methods = dict.fromkeys(value.summary.method for value in values)
    said = [Text(f"Method: {method}", style="dim") for method in methods]
    return Group(shown, *(Text(line) for value in values if (line := _bounds(value))), *said)


def _bounds(value: Value) -> str:
    """What a value could be whatever is unknown; nothing where all is known."""
    least, most = value.summary.least, value.summary.most
    if least is None or most is None:
        return ""
    ends = f"{_number(least.value)} to {_number(most.value)}"
    return f"  {value.summary.statistic.value}: {ends} whatever is unknown: {value.metric.bounded_by}"


def _accounts(title: str, accounts: Sequence[Account]) -> Iterator[RenderableType]:
    if not accounts:
        return
    yield _head(title)
    for account in accounts:
        shown = Table.grid(padding=(0, 1))
        shown.add_column(justify="right", min_width=9, no_wrap=True)
        shown.add_column(no_wrap=False)
        shown.add_row(f"{account.total:,}", Text(f"{account.of}, of which"))
        for line in account.lines:
            shown.add_row(f"{line.count:,}", Text(f"  {line.what}", style="" if line.is_counted else "yellow"))
        yield shown


def _sample(found: Explanation) -> RenderableType:
    if not found.sample:
        return Text("  nothing to look at: no observation in this period")
    unit = found.headline.unit
    ratio = unit == "ratio"
    shown = _table("why", "subject", "day", *((">amount", ">base") if ratio else (f">{unit}",)), "")
    for one in found.sample:
        shown.add_row(*_sampled(one, ratio))
    return shown


def _sampled(one: Sampled, ratio: bool) -> list[RenderableType]:
    subject = one.subject
    cells: list[RenderableType] = [one.why, Text(subject.subject), str(subject.observed_on), _number(subject.amount)]
    if ratio:
        cells.append(_number(subject.base))
    return [*cells, "" if subject.is_complete else "at least"]


def _influences(found: Explanation) -> RenderableType:
    if not found.influences:
        return Text("  nothing that can be left out one at a time and leaves enough to say")
    has_amounts = any(one.amount_share is not None for one in found.influences)
    shown = _table("left out", ">it would be", ">change", ">n", ">of n", *((">of the amount",) if has_amounts else ()))
    for one in found.influences:
        shown.add_row(*_influence(one, has_amounts))
    return Group(shown, Text("Each left out alone; that it moves the number does not say that it causes it.", "dim"))


def _influence(one: Influence, has_amounts: bool) -> list[RenderableType]:
    label = "unknown" if one.label is None else one.label
    sign = "+" if one.change > 0 else ""
    n = "–" if one.n is None else f"{one.n:,}"
    name = Text(f"{one.dimension} = {label}")
    cells: list[RenderableType] = [name, _number(one.without), sign + _number(one.change), n, _percent(one.share)]
    return [*cells, _percent(one.amount_share)] if has_amounts else cells


def _of(found: Explanation) -> str:
    headline = found.headline
    if headline.summary.value is None:
        return f"the {found.metric.headline.value}"
    unit = "" if headline.unit in ("ratio", "share", "count") else f" {headline.unit}".replace("_", " ")
    return f"the {found.metric.headline.value} of {_number(headline.summary.value)}{unit}"


def _head(text: str) -> Text:
    return Text(f"\n{text}", style="bold")


def _table(*names: str) -> Table:
    """A table of these columns; a name that begins with > is of numbers."""
    shown = Table(header_style="dim", box=None, padding=(0, 2))
    for place, name in enumerate(names):
        is_number = name.startswith(">")
        shown.add_column(name.removeprefix(">"), justify="right" if is_number else "left", no_wrap=place == 0)
    return shown


def _number(value: float | None) -> str:
    if value is None:
        return "–"
    if value == int(value):
        return f"{value:,.0f}"
    return f"{value:,.4g}" if abs(value) >= 0.001 else f"{value:.6f}"


def _percent(share: float | None) -> str:
    return "–" if share is None else f"{100 * share:.1f} %"
