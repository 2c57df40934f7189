"""Restatements: numbers of a closed quarter that today's data or definitions tell otherwise, by how much, and why.

The closed number stays published. A difference smaller than a millionth of a millionth of the number is the rounding of
the machine and is none. Why is what has changed since, of what the number depends on; who wants to know how much of it
each change explains recomputes with one of them (`streamgauge impact`).
"""

from __future__ import annotations

import datetime as dt
import hashlib
import json
import math
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass, replace
from decimal import Decimal
from enum import StrEnum

from metrics.closing.record import ClosedDefinition, ClosedQuarter, ClosedSum
from metrics.effects.comparable import why_not_comparable
from metrics.metric import Metric
from metrics.stream.model import Stream

COSTS = "costs"
SUM = "sum"
_ROUNDING = 1e-12


class Cause(StrEnum):
    """What made a closed number another one."""

    LATE = "late events"
    LATER = "later events"
    DEFINITION = "definition"
    STREAM_FILE = "stream file"
    FILES = "files beside it"
    CODE = "code"


NOT_OF_DATA = (Cause.STREAM_FILE, Cause.FILES, Cause.CODE)
"""Causes that change what is measured, not what happened."""


@dataclass(frozen=True, slots=True)
class Since:
    """What happened since a quarter was closed. Late events happened by its last day; later ones after it.

    `stream_file`, `money_files`, `other_files` and `code` say what changed, None where nothing did. Instants are UTC.
    """

    late_events: int = 0
    late_cases: int = 0
    first_arrived_at: dt.datetime | None = None
    last_arrived_at: dt.datetime | None = None
    later_events: int = 0
    stream_file: str | None = None
    money_files: str | None = None
    other_files: str | None = None
    code: str | None = None


@dataclass(frozen=True, slots=True)
class Restatement:
    """One number of a closed period that is another one today; a row of the published table `restatements`.

    A value has `closed_value` and `value_now` in `unit`; a sum of money has `closed_amount` and `amount_now`. None is
    no data, or no longer measured. The difference is None where one is missing or the units differ.
    """

    stream: str
    quarter: str
    grain: str
    period: str
    metric: str
    statistic: str
    dimensions: str
    unit: str
    closed_value: float | None = None
    value_now: float | None = None
    difference: float | None = None
    closed_amount: Decimal | None = None
    amount_now: Decimal | None = None
    amount_difference: Decimal | None = None
    closed_n: int | None = None
    n_now: int | None = None
    causes: str = ""
    why: str = ""
    late_events: int = 0
    late_cases: int = 0
    first_arrived_at: dt.datetime | None = None
    last_arrived_at: dt.datetime | None = None

    def signed(self, closed_digest: str) -> dict[str, object]:
        """The row with its hash, which is chained to the file of the closed quarter: neither can be changed alone."""
        row = asdict(self)
        told = json.dumps([closed_digest, row], sort_keys=True, default=str)
        return {**row, "closed_digest": closed_digest, "digest": hashlib.sha256(told.encode()).hexdigest()}


def restated_values(
    closed: Iterable[Mapping[str, object]], now: Iterable[Mapping[str, object]]
) -> Iterator[Restatement]:
    """Rows of `metric_values` of a closed quarter against what they would be now, where the value is another one.

    What only one side has is no data on the other: late events may begin a week in which nothing was known.
    """
    names = ("metric", "statistic", "grain", "period", "dimensions")
    told, today = ({tuple(row[name] for name in names): row for row in rows} for rows in (closed, now))
    for key in dict.fromkeys((*told, *today)):
        row = told.get(key) or {**today[key], "value": None, "n": None}
        found = today.get(key) or {**row, "value": None, "n": None}
        before, after, is_alike = _number(row["value"]), _number(found["value"]), row["unit"] == found["unit"]
        if is_alike and is_same(before, after):
            continue
        yield Restatement(
            str(row["stream"]), "", str(row["grain"]), str(row["period"]), str(row["metric"]), str(row["statistic"]),
            str(row["dimensions"]), str(row["unit"]), before, after,
            None if before is None or after is None or not is_alike else after - before,
            closed_n=_whole(row["n"]), n_now=_whole(found["n"]),
        )  # fmt: skip


def restated_sums(closed: ClosedQuarter, now: Iterable[ClosedSum]) -> Iterator[Restatement]:
    """Sums of cost of a closed quarter against what they would be now, where they are another amount."""
    key = closed.quarter.key
    before, after = ({(s.cost_class, s.currency): s for s in sums} for sums in (closed.costs, now))
    for cost_class, currency in sorted(before | after):
        old, new = before.get((cost_class, currency)), after.get((cost_class, currency))
        was, now_is = (None if told is None else told.amount for told in (old, new))
        if was != now_is:
            moved = None if was is None or now_is is None else now_is - was
            yield Restatement(
                closed.stream, key, "quarter", key, COSTS, SUM, json.dumps({"cost_class": cost_class}), currency,
                closed_amount=was, amount_now=now_is, amount_difference=moved,
                closed_n=None if old is None else old.rows, n_now=None if new is None else new.rows,
            )  # fmt: skip


def explained(
    found: Restatement, closed: ClosedQuarter, metrics: Mapping[str, Metric], stream: Stream, since: Since
) -> Restatement:
    """The restatement with what has changed since, of what its number depends on."""
    metric = metrics.get(found.metric)
    reasons = dict(_reasons(found, closed.definition_of(found.metric), metric, stream, since))
    if Cause.LATE not in reasons:
        since = replace(since, late_events=0, late_cases=0, first_arrived_at=None, last_arrived_at=None)
    if not reasons:
        reasons = _without_other_reason(since)
    return replace(
        found, quarter=closed.quarter.key, causes=", ".join(reasons), why="; ".join(reasons.values()),
        late_events=since.late_events, late_cases=since.late_cases,
        first_arrived_at=since.first_arrived_at, last_arrived_at=since.last_arrived_at,
    )  # fmt: skip


def is_same(before: float | None, after: float | None) -> bool:
    """Are two values the same number, but for the rounding of the machine?"""
    if before is None or after is None:
        return before is after
    return math.isclose(before, after, rel_tol=_ROUNDING, abs_tol=_ROUNDING)


def otherwise_measured(metric: Metric, since: Since) -> str | None:
    """What but data may have moved a closed value of the metric: then nothing measured now is of its kind."""
    parts = (since.stream_file, since.money_files if "costs" in metric.needs else None, since.other_files, since.code)
    return "; ".join(part for part in parts if part) or None


def _reasons(
    found: Restatement, definition: ClosedDefinition | None, metric: Metric | None, stream: Stream, since: Since
) -> Iterator[tuple[Cause, str]]:
    if since.late_events:
        yield Cause.LATE, _late(since)
    if definition is not None and (reason := why_not_comparable(definition, metric, stream)):
        yield Cause.DEFINITION, reason
    if since.stream_file:
        yield Cause.STREAM_FILE, since.stream_file
    is_money = found.metric == COSTS or (metric is not None and "costs" in metric.needs)
    files = [changed for changed in (since.money_files if is_money else None, since.other_files) if changed]
    if files:
        yield Cause.FILES, "; ".join(files)
    if since.code:
        yield Cause.CODE, since.code


def _without_other_reason(since: Since) -> dict[Cause, str]:
    """What is left: cases of the quarter that went on after it, as a reopened one does."""
    if not since.later_events:
        return {Cause.CODE: "nothing that is kept beside the numbers has changed; facts are made otherwise now"}
    many = f"{since.later_events:,} events" if since.later_events != 1 else "1 event"
    return {Cause.LATER: f"{many} after the quarter, of cases that went on: some are told otherwise now"}


def _late(since: Since) -> str:
    events = "1 late event" if since.late_events == 1 else f"{since.late_events:,} late events"
    cases = "1 case" if since.late_cases == 1 else f"{since.late_cases:,} cases"
    first, last = since.first_arrived_at, since.last_arrived_at
    when = "" if first is None or last is None else f", arrived {first:%Y-%m-%d %H:%M}"
    until = f" to {last:%Y-%m-%d %H:%M}" if first and last and f"{first:%F%H%M}" != f"{last:%F%H%M}" else ""
    return f"{events} of {cases}{when}{until}{' (UTC)' if when else ''}"


def _number(value: object) -> float | None:
    return float(value) if isinstance(value, int | float) else None


def _whole(value: object) -> int | None:
    return value if isinstance(value, int) else None
