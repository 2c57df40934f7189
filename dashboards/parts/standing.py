"""Where a metric stands: this quarter, the quarter before, the baseline where one is frozen, and the target."""

from __future__ import annotations

from collections.abc import Iterator

from dashboards.bundle import BundleData, Change, Value
from dashboards.language import say
from dashboards.numbers import count, day, number
from dashboards.parts.card import Card, Cell, Column, Table
from dashboards.parts.measure import NOT_RELIABLE, Measure, measure
from dashboards.parts.metric_words import counted_words
from dashboards.parts.ranges import range_sentence
from dashboards.rows.frozen_values import ROWS as FROZEN
from dashboards.rows.frozen_values import FrozenValue
from dashboards.targets import target_words
from dashboards.wording import Chip, Sentence, Voice, change_sentence, chip, quantile_words, read_verdict
from metrics.metric import Verdict


def standing_card(data: BundleData, found: Measure) -> Card:
    """A row each for the quarters, the baseline and the target. Values below the gate are not told."""
    columns = (
        Column(say("What")), Column(say("Value"), True), Column(say("Lies between"), True),
        Column(counted_words(found.metric, Voice.of(data)), True), Column(say("This quarter against it")),
    )  # fmt: skip
    rows: list[tuple[Cell, ...]] = [
        _quarter(say("This quarter, {period}", period=data.period.key), found.now, found, Sentence("")),
        _quarter(say("Last quarter, {period}", period=data.before.key), found.earlier, found, found.chip),
        *_baseline(data, found), *_target(found),
    ]  # fmt: skip
    others = _others(data, found)
    rows += [row for other in others for row in _other(data, other)]
    judged = next((each for each in (found, *others) if each.target is not None), found)
    told = found.now is not None or found.earlier is not None
    return Card(
        "standing", _title(judged, found), say("A value lies in its range 95 times of 100."), found.metric,
        table=Table(columns, tuple(rows)) if told else None, empty=say("No quarter has a value."),
        remarks=tuple(_remarks(data, found)),
    )  # fmt: skip


def frozen(data: BundleData, found: Measure) -> FrozenValue | None:
    """The frozen value of the measure; None where no baseline is frozen, or it has none."""
    told = (row for row in data.rows(FROZEN) if (row.metric, row.statistic) == (found.metric, found.statistic))
    return next((row for row in told if row.value is not None), None)


def _others(data: BundleData, found: Measure) -> list[Measure]:
    """The other statistics of the metric that have a target."""
    names = sorted(s for m, s in data.targets if m == found.metric and s != found.statistic)
    return [measure(data, found.metric, name) for name in names]


def _other(data: BundleData, found: Measure) -> Iterator[tuple[Cell, ...]]:
    """This quarter's value of another statistic, and its target."""
    label = say(
        "This quarter, {period} ({statistic})", period=data.period.key, statistic=quantile_words(found.statistic)
    )
    yield _quarter(label, found.now, found, Sentence(""))
    yield from _target(found, quantile_words(found.statistic))


def _quarter(label: str, value: Value | None, found: Measure, against: Chip | Sentence) -> tuple[Cell, ...]:
    if value is None or value.value is None or found.is_gated:
        n = count(value.n, f"{value.origin}/n") if value is not None else None
        return label, None, Sentence(""), n, against
    shown = number(value.value, value.unit, f"{value.origin}/value")
    extent = range_sentence(value.value, value.low, value.high, value.unit, value.origin)
    return label, shown, extent, count(value.n, f"{value.origin}/n"), against


def _baseline(data: BundleData, found: Measure) -> list[tuple[Cell, ...]]:
    row = frozen(data, found)
    if row is None or row.value is None or found.is_gated:
        return []
    change = since_baseline(data, found)
    verdict = read_verdict(change.verdict) if change else Verdict.NOT_JUDGED
    return [(
        say("Baseline {window}, frozen {day}", window=row.baseline, day=day(row.frozen_at.date(), year=True)),
        number(row.value, row.unit, f"{row.origin}/value"),
        range_sentence(row.value, row.low, row.high, row.unit, row.origin), count(row.n, f"{row.origin}/n"),
        chip(verdict, change.difference if change else None),
    )]  # fmt: skip


def _target(found: Measure, statistic: str = "") -> list[tuple[Cell, ...]]:
    if found.target is None:
        return []
    state = target_words(found.target, found.shown, lower_is_better=found.lower_is_better)[0]
    words = {
        "hit": Chip(say("Met"), "✓", "good"), "miss": Chip(say("Not met"), "○", "flat"),
        "none": Chip(say("No data"), "–", "flat"),
    }  # fmt: skip
    label = say("Target ({statistic})", statistic=statistic) if statistic else say("Target")
    return [(label, found.target, Sentence(""), Sentence(""), words[state])]


def _title(judged: Measure, found: Measure) -> str:
    """Whether the target is met; of another statistic than the page's it says which."""
    if found.is_gated:
        return say(NOT_RELIABLE)
    if judged.target is None or judged.shown is None:
        return say("No target is set") if found.shown is not None else say("There is no value this quarter")
    state = target_words(judged.target, judged.shown, lower_is_better=judged.lower_is_better)[0]
    if judged is found:
        if state == "hit":
            return say("The target of {target} is met", target=judged.target)
        return say("The target of {target} has not been reached", target=judged.target)
    parts = {"target": judged.target, "statistic": quantile_words(judged.statistic)}
    if state == "hit":
        return say("The target of {target} ({statistic}) is met", **parts)
    return say("The target of {target} ({statistic}) has not been reached", **parts)


def _remarks(data: BundleData, found: Measure) -> list[Sentence]:
    """What may be said of the changes, in sentences."""
    said: list[Sentence] = []
    if found.shown is None:
        return said
    told: list[tuple[Change | None, Verdict, str]] = [(found.change, found.verdict, "")]
    row, since = frozen(data, found), since_baseline(data, found)
    if row is not None and since is not None:
        told.append((since, read_verdict(since.verdict), say("the baseline {window}", window=row.baseline)))
    for change, verdict, against in told:
        said.append(change_sentence(change, verdict, Voice.of(data, against) if against else Voice.of(data)))
    return said


def since_baseline(data: BundleData, found: Measure) -> Change | None:
    """This quarter against the frozen value."""
    wanted = ("baseline", data.period.key, found.metric, found.statistic)
    return next((c for c in data.changes if (c.kind, c.label, c.metric, c.statistic) == wanted), None)
