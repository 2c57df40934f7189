"""Releases side by side: what each came with, metric by metric."""

from __future__ import annotations

from collections.abc import Sequence

from dashboards.bundle import BundleData, Change
from dashboards.language import say, say_of
from dashboards.numbers import change, day
from dashboards.parts.card import Card, Cell, Column, Table
from dashboards.parts.measure import HEADLINES, Measure, measure
from dashboards.parts.metric_words import COST
from dashboards.wording import Sentence, is_sure, read_verdict
from metrics.metric import Verdict

_SHOWN = 24


def release_table_card(data: BundleData) -> Card:
    """A row a release, newest first, a column a metric that is judged at releases."""
    judged = [found for found in (measure(data, m) for m in HEADLINES if m != COST) if not found.is_gated]
    told = [c for c in data.changes if c.kind == "release" and (c.at_on is None or c.at_on < data.period.until_on)]
    by_release: dict[str, dict[str, Change]] = {}
    for each in sorted(told, key=lambda c: (str(c.at_on or ""), c.label), reverse=True):
        if any((each.metric, each.statistic) == (found.metric, found.statistic) for found in judged):
            by_release.setdefault(each.label, {})[each.metric] = each
    columns = (Column(say("Release")), *(Column(found.full_label) for found in judged))
    rows = [_row(changes, judged) for changes in by_release.values()]
    return Card(
        "releases", _title(list(by_release.values())),
        say("Change against the weeks before each release, and what may be said of it."), "comparisons",
        table=Table.of(columns, rows, most=_SHOWN) if rows else None,
        empty=say("Releases named in the stream file appear here with what each came with."),
        remarks=(Sentence(say("Cost is not compared at a release: bills come by the month.")),) if rows else (),
    )  # fmt: skip


def _row(changes: dict[str, Change], judged: Sequence[Measure]) -> tuple[Cell, ...]:
    first = next(iter(changes.values()))
    name = f"{first.label} {first.title or ''}".strip()
    when = say("{release}, {day}", release=name, day=day(first.at_on, year=True)) if first.at_on else name
    return when, *(_cell(changes.get(found.metric)) for found in judged)


def _cell(found: Change | None) -> Cell:
    """'−0.4 days: faster', or why there is nothing to say."""
    if found is None:
        return None
    verdict = read_verdict(found.verdict)
    if verdict in (Verdict.NO_DATA, Verdict.NO_BASELINE, Verdict.TOO_FEW) or found.difference is None:
        return Sentence(say(verdict.value))
    parent = found.after_value if found.after_value is not None else found.difference
    moved = change(found.difference, found.unit, parent, f"{found.origin}/difference", signed=True)
    return Sentence(say("{moved}: {verdict}", moved=moved, verdict=say(verdict.value)), (moved,))


def _title(releases: Sequence[dict[str, Change]]) -> str:
    """The release with the most clear changes."""
    counted = [sum(is_sure(read_verdict(c.verdict)) for c in changes.values()) for changes in releases]
    if not counted:
        return say("No release to compare in this quarter")
    most = max(counted)
    if not most:
        return say("No release came with a clear gain or loss")
    label = next(iter(releases[counted.index(most)].values())).label
    return say_of(
        most, "Release {release} came with a clear change of {n} measure",
        "Release {release} came with clear changes of {n} measures", release=label, n=most,
    )  # fmt: skip
