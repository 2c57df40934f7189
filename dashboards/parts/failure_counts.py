"""How many failures there were, by severity, healed and open, and what they are put down to."""

from __future__ import annotations

from dashboards.bundle import BundleData
from dashboards.language import say, say_of
from dashboards.numbers import Number, count, number
from dashboards.parts.card import Card, Cell, Column, Table
from dashboards.parts.failure_stages import ALL, CONTAINMENT, half_within, stage_of, too_few
from dashboards.parts.measure import measure
from dashboards.rows.failure_counts import ROWS, FailureCount
from dashboards.wording import Sentence


def counted(data: BundleData, *, earlier: bool = False, level: str = ALL, severity: str = ALL) -> FailureCount | None:
    """The counts of a level and severity in this quarter, or in the one before."""
    wanted = (data.before.key if earlier else data.period.key, level, severity)
    return next((row for row in data.rows(ROWS) if (row.period, row.level, row.severity) == wanted), None)


def counts_card(data: BundleData, now: FailureCount) -> Card:
    """What happened, beside the quarter before."""
    before = counted(data, earlier=True)
    named = (
        ("detected", say("Noticed")), ("closed", say("Back to normal again")),
        ("open_at_end", say("Still open at the end")), ("auto_healed", say("Healed without a person")),
        ("auto_healed_unknown", say("Ended, and nobody tells whether a person took part")),
    )  # fmt: skip
    rows: list[tuple[Cell, ...]] = [
        (label, _count(now, column), _count(before, column)) for column, label in named
    ]  # fmt: skip
    rows.append((say("Time in failure, overlaps counted once"), _hours(now), _hours(before)))
    rows.append((say("Share of the quarter in failure"), _failing_share(now), _failing_share(before)))
    columns = (Column(say("What")), Column(say("This quarter"), True), Column(say("Last quarter"), True))
    return Card(
        "counts", _counts_title(now), say("Failures of the quarter, each counted once, however many it hit."),
        "failures_by_severity", table=Table.of(columns, rows),
    )  # fmt: skip


def severity_card(data: BundleData) -> Card:
    """The same by severity, and by what it hit."""
    now = [row for row in data.rows(ROWS) if row.period == data.period.key and row.detected + row.closed]
    graded = sorted((row for row in now if row.level == ALL and row.severity != ALL), key=lambda r: _order(r.severity))
    levels = [row for row in now if row.severity == ALL and row.level != ALL]
    columns = (
        Column(say("Which")), Column(say("Noticed"), True), Column(say("Back to normal"), True),
        Column(say("Still open"), True), Column(say("Healed without a person"), True),
        Column(say("Time in failure"), True), Column(say("Half back to normal within"), True),
    )  # fmt: skip
    shown = [*graded, *(levels if len(levels) > 1 else ())]
    rows: list[tuple[Cell, ...]] = [_group_row(data, row) for row in shown]
    return Card(
        "severity", _severity_title(graded), say("Severity as the stream file or the services tell it; 1 is worst."),
        "failures_by_severity", table=Table.of(columns, rows) if rows else None,
        empty=say("No failure was noticed and none ended in this quarter."),
    )  # fmt: skip


def causes_card(data: BundleData, now: FailureCount) -> Card:
    """Which share is put down to a release, and of which nobody says."""
    before = counted(data, earlier=True)
    told = (
        ("caused_by_release", "release_caused_failures", say("Put down to a release")),
        ("unattributed", "unattributed_failures", say("Nobody says whether a release was the cause")),
    )
    judged = {metric: measure(data, metric, "share") for _, metric, _ in told}
    is_judged = any(found.now is not None for found in judged.values())
    rows: list[tuple[Cell, ...]] = [
        (label, _count(now, column), _share(now, column), _share(before, column))
        + ((judged[metric].chip,) if is_judged else ())
        for column, metric, label in told
    ]
    columns = (
        Column(say("What")), Column(say("Failures"), True), Column(say("Share"), True),
        Column(say("Share last quarter"), True), *((Column(say("Change")),) if is_judged else ()),
    )  # fmt: skip
    return Card(
        "causes", _causes_title(now),
        say("Of the failures noticed in the quarter. What nobody attributed could be of a release, or not."),
        "failures_by_severity", table=Table.of(columns, rows) if now.detected else None,
        empty=say("No failure was noticed in this quarter."), remarks=_at_most(now),
    )  # fmt: skip


def _group_row(data: BundleData, row: FailureCount) -> tuple[Cell, ...]:
    ended = stage_of(data, CONTAINMENT, row.level, row.severity)
    n = ended.n if ended else 0
    return (
        _group(row, data.stream.words.case), *(_count(row, c) for c in ("detected", "closed", "open_at_end")),
        _count(row, "auto_healed"), _hours(row),
        half_within(ended) or too_few(n, f"failure_stages/{row.period}/{row.level}/{row.severity}/{CONTAINMENT}/n"),
    )  # fmt: skip


def _group(row: FailureCount, case: str) -> str:
    if row.severity == ALL:
        levels = {"item": say("Of one {case}", case=case), "stream": say("Of the whole stream")}
        return levels.get(row.level, row.level)
    if row.severity == "unknown":
        return say("Severity not told")
    return say("Severity {severity}", severity=row.severity)


def _order(severity: str) -> tuple[bool, int, str]:
    return not severity.isdigit(), int(severity) if severity.isdigit() else 0, severity


def _counts_title(now: FailureCount) -> str:
    closed, still = count(now.closed, f"{now.origin}/closed"), count(now.open_at_end, f"{now.origin}/open_at_end")
    if not now.detected and not now.closed and not now.open_at_end:
        return say("No failure was noticed, ended or stayed open")
    return say_of(now.closed, "{closed} failure ended, {still} are still open", "{closed} failures ended, {still} are "
                  "still open", closed=closed, still=still)  # fmt: skip


def _severity_title(graded: list[FailureCount]) -> str:
    worst = next((row for row in graded if row.severity.isdigit()), None)
    if worst is None:
        return say("Nobody tells how severe failures are")
    shown = count(worst.detected, f"{worst.origin}/detected")
    return say_of(
        worst.detected, "{n} failure of severity {severity}, the worst that occurred",
        "{n} failures of severity {severity}, the worst that occurred", n=shown, severity=worst.severity,
    )  # fmt: skip


def _causes_title(now: FailureCount) -> str:
    if not now.detected:
        return say("No failure to put down to anything")
    if 2 * now.unattributed > now.detected:
        return say("Nobody says of most failures whether a release was the cause")
    caused, noticed = (count(getattr(now, c), f"{now.origin}/{c}") for c in ("caused_by_release", "detected"))
    if not now.caused_by_release:
        return say("No failure is put down to a release")
    return say("{caused} of {noticed} failures are put down to a release", caused=caused, noticed=noticed)


def _at_most(now: FailureCount) -> tuple[Sentence, ...]:
    if not now.detected or not now.unattributed:
        return ()
    most = number((now.caused_by_release + now.unattributed) / now.detected, "share",
                  f"{now.origin}/(caused_by_release + unattributed) ÷ detected")  # fmt: skip
    return (Sentence(say("If all that nobody attributed were of releases, it would be {most}.", most=most), (most,)),)


def _count(row: FailureCount | None, column: str) -> Number | None:
    return None if row is None else count(getattr(row, column), f"{row.origin}/{column}")


def _share(row: FailureCount | None, column: str) -> Number | None:
    if row is None or not row.detected:
        return None
    return number(getattr(row, column) / row.detected, "share", f"{row.origin}/{column} ÷ detected")


def _hours(row: FailureCount | None) -> Number | None:
    if row is None or row.failing_hours is None:
        return None
    return number(row.failing_hours / 24, "days", f"{row.origin}/failing_hours")


def _failing_share(row: FailureCount | None) -> Number | None:
    if row is None or row.failing_share is None:
        return None
    return number(row.failing_share, "share", f"{row.origin}/failing_share")
