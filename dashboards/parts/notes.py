"""Technical notes: per measure its definition, sample, interval, data quality, lineage and the SQL as run.

The one part of the page that may speak in the language of statistics.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from dashboards.bundle import BundleData, Definition, Value
from dashboards.language import say
from dashboards.numbers import Scale, change, count, day, number, scale_of
from dashboards.parts.closing import closed_here
from dashboards.parts.evidence_ids import ids_of_table, ids_of_values
from dashboards.parts.measure import HEADLINES, Measure, measure, metrics_of
from dashboards.reasons import reason_words
from dashboards.wording import Sentence
from metrics.closing.take import kept_reports
from metrics.metric import DURATIONS
from metrics.published import CLOSED_QUARTERS, COMPARISONS, METRIC_VALUES, PUBLISHED, RESTATEMENTS
from metrics.query import literal
from metrics.tables import CONTRACT, Table

_BY_NAME = {table.name: table for table in (*CONTRACT, *PUBLISHED)}
_TABLES = tuple(_BY_NAME)


@dataclass(frozen=True, slots=True)
class Note:
    """One measure. `returns` is True where a number on the page links here.

    `is_original`: definition and method are those the code is held to, in English whatever the page speaks. `evidence`
    are the ids of its numbers, each after its name.
    """

    index: int
    returns: bool
    label: str
    definition: str
    sample: Sentence
    intervals: tuple[Sentence, ...]
    method: str
    reading: str
    lineage: str
    sql: str
    allowed: Sentence | None = None
    is_original: bool = False
    evidence: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Quality:
    """What the checks of the run said, and what was left out; shared by all notes."""

    checks: Sentence
    failing: tuple[str, ...]
    left_out: Sentence


def notes(data: BundleData) -> tuple[Note, ...]:
    """One note per metric, the five first."""
    return tuple(_note(data, measure(data, metric), i) for i, metric in enumerate(metrics_of(data), 1))


def notes_of(data: BundleData, sources: Sequence[str], first: int = 1) -> tuple[Note, ...]:
    """One note per source, numbered from `first` in the order given: a metric, or a published table."""
    return tuple(
        _table_note(data, _BY_NAME[source], i) if source in _BY_NAME
        else replace(_note(data, measure(data, source), i), returns=False)  # there is no tile to go back to
        for i, source in enumerate(sources, first)
    )  # fmt: skip


def quality(data: BundleData) -> Quality:
    """Checks passed and failed, rows quarantined, case ids that never showed a trigger."""
    failed = [c for c in data.checks if not c.passed]
    passed, all_of = (
        count(len(data.checks) - len(failed), "check_results/passed"),
        count(len(data.checks), "check_results/all"),
    )
    aside = count(data.state.quarantined, "streams/quarantined")
    stray = count(data.state.untriggered_cases, "streams/untriggered_cases")
    message = "{aside} rows kept aside with a reason; {stray} {cases} never showed a start and are in no number"
    return Quality(
        Sentence(say("{passed} of {all_of} data checks passed", passed=passed, all_of=all_of), (passed, all_of)),
        tuple(f"{c.table_name}: {c.check_name}" + (f" ({say(c.detail)})" if c.detail else "") for c in failed),
        Sentence(say(message, aside=aside, stray=stray, cases=data.stream.words.cases), (aside, stray)),
    )


def lineage(data: BundleData) -> str:
    """What the numbers were made from and by."""
    state = data.state
    message = "run {run}, ledger {ledger}, streamgauge {version}"
    return say(message, run=state.run_id, ledger=state.ledger_fingerprint, version=state.code_version)


def _note(data: BundleData, found: Measure, index: int) -> Note:
    known = data.definitions.get(found.metric)
    rows = [v for (m, _, p), v in sorted(data.values.items()) if m == found.metric and p == data.period.key]
    return Note(
        index=index, returns=found.metric in HEADLINES, label=found.label,
        definition=(known.definition or known.sentence) if known else say("No definition was published."),
        sample=_sample(found), intervals=tuple(_interval(v) for v in rows), method=_method(rows, found),
        reading="; ".join(_reading(data, known, found)) if known else "",
        lineage=" → ".join([*_tables(known.sql if known else ""), "metric_values"]),
        sql=known.sql.strip() if known else "",
        allowed=_allowed(data) if found.metric == "first_time_right" else None, is_original=known is not None,
        evidence=ids_of_values(data, rows),
    )  # fmt: skip


def _table_note(data: BundleData, table: Table, index: int) -> Note:
    """What a published table holds, and the query that gives the rows of this quarter."""
    where = f"stream = {literal(data.state.stream)}"
    if "period" in table.column_names and table is not RESTATEMENTS:  # those are of quarters before this one
        where += f" AND period = {literal(data.period.key)}"
    return Note(
        index=index, returns=False, label=say(table_label(table)), evidence=ids_of_table(data, table),
        definition=say("One row is {row}.", row=say(table.one_row)),
        sample=Sentence(say("every row of this quarter")), intervals=(),
        method=say("counted or summed, not estimated, where no range is given"), reading=_known_when(data, table),
        lineage=say("contract tables → {table}", table=table.name),
        sql=f"SELECT * FROM {table.name}\nWHERE {where}\nORDER BY {', '.join(table.key)}",
    )  # fmt: skip


def _known_when(data: BundleData, table: Table) -> str:
    """Is what a table tells of this quarter what was closed, or what is known now?"""
    if closed_here(data) is None or table.name in (CLOSED_QUARTERS.name, RESTATEMENTS.name):
        return say("as published by the run")
    if table in (METRIC_VALUES, COMPARISONS, *kept_reports()):
        return say("as it was closed")
    return say("as it is known now: it is not closed with the quarter")


def _allowed(data: BundleData) -> Sentence | None:
    """What the allow-list removed, and what the share would be without it; None where nothing is allowed."""
    told = data.allowance
    if told is None:
        return None
    origin = f"rework_allowance/{data.period.key}"
    repeats, touched = (count(getattr(told, name), f"{origin}/{name}") for name in ("removed_repeats", "touched_cases"))
    without = number(told.right_share_without, "share", f"{origin}/right_share_without", Scale("share", 100, 1, "%"))
    moved = change(told.moved_share, "share", told.right_share_without, f"{origin}/moved_share")
    message = (
        "allowed repeats taken out of rework: {repeats}, in {touched} {cases}; without them {without}, {moved} less"
    )
    text = say(message, repeats=repeats, touched=touched, cases=data.stream.words.cases, without=without, moved=moved)
    return Sentence(text, (repeats, touched, without, moved))


def table_label(table: Table) -> str:
    """A published table as the heading of its note: a message."""
    return table.name.replace("_", " ").capitalize()


def _reading(data: BundleData, known: Definition, found: Measure) -> Iterator[str]:
    """What dates an observation, the version, and from which day on the value is final where it still moves."""
    yield say(known.reading)
    yield say("version {version}", version=known.version)
    final_on = found.now.matures_on if found.now else None
    if final_on:
        yield say("final from {day}", day=day(final_on, year=True))
    if closed_here(data) is not None:
        yield say("as it was closed")


def _sample(found: Measure) -> Sentence:
    if found.now is None:
        return Sentence(say("none this quarter"))
    now = count(found.now.n, f"{found.now.origin}/n")
    if found.earlier is None:
        return Sentence(say("{now} this quarter", now=now), (now,))
    before = count(found.earlier.n, f"{found.earlier.origin}/n")
    return Sentence(say("{now} this quarter, {before} last quarter", now=now, before=before), (now, before))


def _interval(value: Value) -> Sentence:
    if value.value is None:
        if value.reason:
            why = reason_words(value.reason)
            return Sentence(say("{statistic}: no data ({reason})", statistic=value.statistic, reason=why))
        return Sentence(say("{statistic}: no data", statistic=value.statistic))
    scale = _finer(scale_of(value.value, value.unit))
    shown = number(value.value, value.unit, f"{value.origin}/value", scale)
    bounds = _bounds(value, scale)
    if value.low is None or value.high is None:
        text = say("{statistic}: {shown}, no interval can be defended", statistic=value.statistic, shown=shown)
        return Sentence(text + bounds.text, (shown, *bounds.numbers))
    low = number(value.low, value.unit, f"{value.origin}/low", scale)
    high = number(value.high, value.unit, f"{value.origin}/high", scale)
    message = "{statistic}: {shown}, 95% interval {low} – {high}"
    text = say(message, statistic=value.statistic, shown=shown, low=low.figure, high=high)
    return Sentence(text + bounds.text, (shown, low, high, *bounds.numbers))


def _bounds(value: Value, scale: Scale) -> Sentence:
    """What the value could be whatever is unknown; empty where all is known."""
    least, most = (
        None if end is None else number(end, value.unit, f"{value.origin}/{column}", scale)
        for end, column in ((value.least, "least"), (value.most, "most"))
    )
    if least is not None and most is not None:
        text = say("; at least {least}, at most {most}, whatever is unknown", least=least, most=most)
        return Sentence(text, (least, most))
    if least is not None:
        return Sentence(say("; at least {least}, whatever is unknown", least=least), (least,))
    if most is not None:
        return Sentence(say("; at most {most}, whatever is unknown", most=most), (most,))
    return Sentence("")


def _finer(scale: Scale) -> Scale:
    """One decimal more than the executive part, so that both ends can be told apart; money keeps its cents."""
    named = scale.unit in (*DURATIONS, "share", "ratio")
    return replace(scale, decimals=scale.decimals + 1) if named else scale


def _method(rows: list[Value], found: Measure) -> str:
    named = [v.method for v in rows if v.method]
    of_change = found.change.method if found.change else None
    return "; ".join(dict.fromkeys([*named, *([f"change: {of_change}"] if of_change else [])]))


def _tables(sql: str) -> list[str]:
    return [name for name in _TABLES if re.search(rf"\b{name}\b", sql)]
