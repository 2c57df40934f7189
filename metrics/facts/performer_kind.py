"""The kind of performer of a step, as SQL: person, system, agent, external party, or unknown.

What the event said, else the performer registry on the step's local day, else the first rule that matches, else what
the stream file says of the step, else unknown. A performer the registry lists is unknown on days it has no line for:
an account used outside its dates is nobody's guess.

The registry costs the same whatever its size: codes of performers are small integers, so what holds of each stands in
constant lists and is looked up by position. A local day begins at an instant known before the query runs, so rows are
compared as integers and converted to no calendar.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from zoneinfo import ZoneInfo

from metrics.facts.dictionary import KIND_CODES, Dictionary, case_when
from metrics.query import literal
from metrics.stream.model import Stream
from metrics.stream.performer_registry import PerformerRegistry, RegistryLine
from metrics.stream.performers import PerformerRule

_BEFORE_ALL, _AFTER_ALL = -(2**62), 2**62  # microseconds no instant reaches
_MICROSECOND = dt.timedelta(microseconds=1)
_EPOCH = dt.datetime(1970, 1, 1, tzinfo=dt.UTC)


def day_starts_us(day: dt.date, time_zone: str) -> int:
    """The first instant of a local day, in microseconds since 1970 UTC; also where the clocks skip its midnight."""
    midnight = dt.datetime(day.year, day.month, day.day, tzinfo=ZoneInfo(time_zone))
    return (midnight.astimezone(dt.UTC) - _EPOCH) // _MICROSECOND


def kind_sql(stream: Stream, dictionary: Dictionary, registry: PerformerRegistry = (), at: str = "ended_at") -> str:
    """SQL for the code of the performer's kind; `at` is the instant whose local day decides."""
    told = [(dictionary.member("kind_code", "performer_kind", [kind]), str(code)) for kind, code in KIND_CODES.items()]
    registered = registered_sql(stream, dictionary, registry, at, {line: KIND_CODES[line.kind] for line in registry})
    ruled = [
        (_rule_sql(rule, dictionary, stream.time_zone, at), str(KIND_CODES[rule.kind]))
        for rule in stream.performers.kinds
    ]
    by_step = [
        (dictionary.member("step_code", "step", [step.name]), str(KIND_CODES[step.performer_kind]))
        for step in stream.steps
        if step.performer_kind
    ]
    return case_when([*told, *registered, *ruled, *by_step], "0")


def filled_sql(stream: Stream, dictionary: Dictionary, registry: PerformerRegistry, at: str) -> dict[str, str]:
    """Roles and teams with those of the registry where the event told none: column to SQL; only where there are any."""
    filled = {}
    for kind in ("role", "team"):
        known = dictionary.known(kind)
        values = {line: known[name] for line in registry if (name := getattr(line, kind)) in known}
        if branches := registered_sql(stream, dictionary, tuple(values), at, values, is_final=False):
            filled[f"{kind}_code"] = f"coalesce({kind}_code, {case_when(branches, 'NULL')})"
    return filled


def registered_sql(
    stream: Stream,
    dictionary: Dictionary,
    registry: PerformerRegistry,
    at: str,
    values: Mapping[RegistryLine, int],
    *,
    is_final: bool = True,
) -> list[tuple[str, str]]:
    """Branches (condition, value) by which the registry answers; `is_final` makes days without a line unknown (0)."""
    codes = dictionary.known("performer")
    known = [line for line in registry if line.performer in codes]
    if not known:
        return []
    size = max(codes[line.performer] for line in known) + 1
    slots = list(_slots(known, codes, size, stream.time_zone, values))
    branches = [slot.branch(f"epoch_us({at})") for slot in slots]
    if is_final and any(slot.is_dated for slot in slots):
        branches.append((f"{_looked_up(slots[0].value)} IS NOT NULL", "0"))
    return branches


@dataclass(slots=True)
class _Slot:
    """The k-th line of each performer, by the performer's code; None where there is none."""

    size: int
    value: list[int | None] = field(init=False)
    first: list[int | None] = field(init=False)
    until: list[int | None] = field(init=False)
    is_dated: bool = False

    def __post_init__(self) -> None:
        self.value, self.first, self.until = [None] * self.size, [None] * self.size, [None] * self.size

    def branch(self, instant: str) -> tuple[str, str]:
        """When it holds, and what it says."""
        if not self.is_dated:
            return f"{_looked_up(self.value)} IS NOT NULL", _looked_up(self.value)
        within = f"{instant} >= {_looked_up(self.first)} AND {instant} < {_looked_up(self.until)}"
        return within, _looked_up(self.value)


def _slots(
    lines: list[RegistryLine],
    codes: Mapping[str, int],
    size: int,
    time_zone: str,
    values: Mapping[RegistryLine, int],
) -> Iterator[_Slot]:
    """As many slots as any performer has lines, so a registry of any size has few."""
    slots: list[_Slot] = []
    for line in lines:
        code = codes[line.performer]
        slot = next((slot for slot in slots if slot.value[code] is None), None)
        if slot is None:
            slots.append(slot := _Slot(size))
        slot.value[code] = values[line]
        slot.first[code] = _BEFORE_ALL if line.valid_from is None else day_starts_us(line.valid_from, time_zone)
        slot.until[code] = _AFTER_ALL if line.valid_to is None else day_starts_us(line.valid_to, time_zone)
        slot.is_dated |= line.valid_from is not None or line.valid_to is not None
    yield from slots


def _looked_up(values: list[int | None]) -> str:
    """SQL for the value of the row's performer: NULL where nobody is named, or nobody of the list."""
    listed = ",".join("NULL" if value is None else str(value) for value in values)
    return f"({literal(f'[{listed}]')}::BIGINT[])[performer_code + 1]"


def _rule_sql(rule: PerformerRule, dictionary: Dictionary, time_zone: str, at: str) -> str:
    matches = [
        dictionary.member("performer_code", "performer", rule.performers),
        dictionary.member("role_code", "role", rule.roles),
        dictionary.member("team_code", "team", rule.teams),
    ]
    wanted = [match for match in matches if match != "FALSE"]
    if not wanted:
        return "FALSE"
    conditions = [f"({' OR '.join(wanted)})"]
    if rule.since is not None:
        conditions.append(f"epoch_us({at}) >= {day_starts_us(rule.since, time_zone)}")
    if rule.until is not None:
        conditions.append(f"epoch_us({at}) < {day_starts_us(rule.until, time_zone)}")
    return " AND ".join(conditions)
