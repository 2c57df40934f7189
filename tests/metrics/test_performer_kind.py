"""Kinds of performers: what the event said, else the registry on the local day, else rules, else the step."""

from __future__ import annotations

import datetime as dt
from zoneinfo import ZoneInfo

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from metrics.errors import StreamFileError
from metrics.facts.performer_kind import day_starts_us
from metrics.stream import parse_stream
from metrics.stream.performer_registry import PerformerRegistry, RegistryLine
from tests.metrics.coded_events import Log, Row, made_stream, of

MARCH = dt.date(2026, 3, 1)
BOT = (RegistryLine("desk", "human", valid_to=MARCH), RegistryLine("desk", "agent", valid_from=MARCH))
UTC = dt.UTC
ZONES = st.sampled_from(
    ["UTC", "Europe/Berlin", "America/Sao_Paulo", "America/Havana", "Asia/Beirut", "Pacific/Apia", "Asia/Kolkata"]
)
DAYS = st.dates(dt.date(1995, 1, 1), dt.date(2030, 12, 31))


def _kinds(log: Log) -> list[str]:
    """Kinds of the steps in order; the same whether events stream through in ledger order or not."""
    found = of(log.steps(), "performer_kind")
    assert found == of(log.steps(is_sorted=True), "performer_kind")
    return found


def _rows(*told: tuple[str, str | None], **more: str) -> list[Row]:
    return [("c1", "Check", at, {"performer": who, **more}) for at, who in told]


def test_an_agent_that_replaced_a_person_under_the_same_account() -> None:
    """Up to the last instant of February the account is a person, from the first of March an AI agent."""
    rows = _rows(("2026-02-28T22:59:59.999999", "desk"), ("2026-02-28T23:00", "desk"), ("2026-07-01", "desk"))
    log = Log(made_stream(time_zone="Europe/Berlin"), rows, BOT)
    assert _kinds(log) == ["human", "agent", "agent"]


def test_a_robot_on_an_account_of_a_person() -> None:
    """A rule by role calls all clerks people; the registry knows the one that is a robot, and no other changes."""
    stream = made_stream(performers={"kinds": [{"kind": "human", "roles": ["clerk"]}]})
    rows = _rows(("Mon 09:00", "ann"), ("Mon 10:00", "p17"), role="clerk")
    assert _kinds(Log(stream, rows, (RegistryLine("p17", "system"),))) == ["human", "system"]


def test_what_the_event_said_beats_the_registry() -> None:
    """The registry is asked only where the event told no kind."""
    log = Log(made_stream(), _rows(("Mon 09:00", "desk"), performer_kind="external"), BOT)
    assert _kinds(log) == ["external"]


def test_a_day_without_a_line_is_unknown() -> None:
    """An account used outside its dates is nobody's guess: neither a rule nor the step decides."""
    registry = (
        RegistryLine("desk", "human", valid_from=dt.date(2026, 1, 10), valid_to=dt.date(2026, 1, 20)),
        RegistryLine("desk", "agent", valid_from=dt.date(2026, 1, 25), valid_to=dt.date(2026, 1, 30)),
    )
    stream = made_stream(
        performers={"kinds": [{"kind": "human", "performers": ["desk"]}]},
        steps=[{"name": "Check", "performer_kind": "system"}],
    )
    days = ["2026-01-09", "2026-01-10", "2026-01-19", "2026-01-20", "2026-01-24", "2026-01-25", "2026-01-30"]
    log = Log(stream, _rows(*((day, "desk") for day in days)), registry)
    assert _kinds(log) == ["unknown", "human", "human", "unknown", "unknown", "agent", "unknown"]


def test_who_is_not_in_the_registry_goes_by_rules_and_steps() -> None:
    """A registry of some says nothing of others, nor of a step nobody is named for."""
    stream = made_stream(
        performers={"kinds": [{"kind": "external", "performers": ["supplier"]}]},
        steps=[{"name": "Check", "performer_kind": "system"}],
    )
    told = (("Mon 09:00", "supplier"), ("Mon 10:00", "stranger"), ("Mon 11:00", None), ("Mon 12:00", "desk"))
    assert _kinds(Log(stream, _rows(*told), BOT)) == ["external", "system", "system", "human"]


def test_a_rule_for_a_time() -> None:
    """A rule holds from the local day `since` to the day before `until`; the next rule is asked outside."""
    rules = [
        {"kind": "agent", "performers": ["desk"], "since": "2026-03-01", "until": "2026-03-03"},
        {"kind": "human", "performers": ["desk"]},
    ]
    stream = made_stream(time_zone="Europe/Berlin", performers={"kinds": rules})
    instants = ["2026-02-28T22:59:59", "2026-02-28T23:00", "2026-03-02T22:59:59", "2026-03-02T23:00"]
    log = Log(stream, _rows(*((at, "desk") for at in instants)))
    assert _kinds(log) == ["human", "agent", "agent", "human"]


def test_a_rule_that_never_holds_is_refused() -> None:
    """`until` on or before `since` is a slip, told with its line."""
    text = (
        "stream: a\nname: A\ntrigger: {first_event: true}\noutcomes: [{name: e, last_event: true}]\n"
        "performers:\n  kinds:\n    - {kind: agent, performers: [x], since: 2026-03-01, until: 2026-03-01}\n"
    )
    with pytest.raises(StreamFileError, match=r"line 7: .*until 2026-03-01 is not after since 2026-03-01"):
        parse_stream(text)


def test_an_interval_goes_by_the_day_it_ended() -> None:
    """Work over midnight of the change belongs to the day it ended, as the contract table says of a step's day."""
    rows: list[Row] = [
        ("c1", "Check", "2026-02-28T23:00", {"performer": "desk", "lifecycle": "start", "activity_id": "a"}),
        ("c1", "Check", "2026-03-01T01:00", {"performer": "desk", "lifecycle": "complete", "activity_id": "a"}),
        ("c1", "Sign", "2026-02-28T23:30", {"performer": "desk", "lifecycle": "start", "activity_id": "b"}),
    ]
    log = Log(made_stream(), rows, BOT)
    assert of(log.steps(), "step", "performer_kind", "happened_on") == [
        ("Check", "agent", MARCH), ("Sign", "human", dt.date(2026, 2, 28)),
    ]  # fmt: skip


def test_roles_and_teams_of_the_registry_fill_what_events_left_out() -> None:
    """The event's own role stands; the registry's counts as the responsible, and rules see it."""
    registry = (
        RegistryLine("ann", "unknown", "clerk", "north", None, MARCH),
        RegistryLine("ann", "human", "boss", None, MARCH),
    )  # fmt: skip
    rows: list[Row] = [
        ("c1", "Check", "2026-01-05", {"performer": "ann"}), ("c1", "Check", "2026-04-05", {"performer": "ann"}),
        ("c1", "Check", "2026-04-06", {"performer": "ann", "role": "clerk", "team": "south"}),
        ("c1", "Check", "2026-04-07", {"performer": "bob", "role": "boss", "team": "north"}),
    ]  # fmt: skip
    log = Log(made_stream(performers={"responsible": "role"}), rows, registry)
    assert of(log.steps(), "role", "team", "is_handoff") == [
        ("clerk", "north", False), ("boss", None, True), ("clerk", "south", True), ("boss", "north", True),
    ]  # fmt: skip


@settings(max_examples=150, deadline=None)
@given(day=DAYS, zone=ZONES)
@example(day=dt.date(2018, 11, 4), zone="America/Sao_Paulo")  # its midnight was skipped
@example(day=dt.date(2011, 12, 30), zone="Pacific/Apia")  # the whole day was skipped
@example(day=dt.date(2025, 11, 2), zone="America/Havana")  # its first hour came twice
def test_a_day_begins_at_its_first_instant(day: dt.date, zone: str) -> None:
    """At the instant it is this local day, or a later one where the clocks skipped it; just before, an earlier."""
    begins = dt.datetime(1970, 1, 1, tzinfo=UTC) + dt.timedelta(microseconds=day_starts_us(day, zone))
    assert begins.astimezone(ZoneInfo(zone)).date() >= day
    assert (begins - dt.timedelta(microseconds=1)).astimezone(ZoneInfo(zone)).date() < day


lines = st.lists(
    st.tuples(st.sampled_from("abcd"), st.sampled_from(["human", "system", "agent"]), st.integers(0, 28)), max_size=10
)
events = st.lists(st.tuples(st.sampled_from("abcde"), st.integers(0, 31)), min_size=1, max_size=15)


def _registry(told: list[tuple[str, str, int]]) -> PerformerRegistry:
    """Lines that do not overlap: each performer's from its day to five days on, or to its next line."""
    starts = {(who, first): kind for who, kind, first in told}
    found = []
    for (who, first), kind in starts.items():
        following = min((other for name, other in starts if name == who and other > first), default=99)
        begins, ends = (dt.date(2026, 1, 1) + dt.timedelta(days=n) for n in (first, min(first + 5, following)))
        found.append(RegistryLine(who, kind, valid_from=begins if first else None, valid_to=ends))
    return tuple(found)


@settings(max_examples=15, deadline=None)
@given(told=lines, seen=events)
def test_oracle(told: list[tuple[str, str, int]], seen: list[tuple[str, int]]) -> None:
    """SQL agrees with a walk over the lines for each step, whatever the order of the lines."""
    registry = _registry(told)

    def kind_of(who: str, day: dt.date) -> str:
        of_them = [line for line in registry if line.performer == who]
        for line in of_them:
            if (
                (line.valid_from is None or line.valid_from <= day)
                and line.valid_to is not None
                and day < line.valid_to
            ):
                return line.kind
        return "unknown" if of_them else "external"

    days = [(who, dt.date(2026, 1, 1) + dt.timedelta(days=day)) for who, day in sorted(seen, key=lambda pair: pair[1])]
    stream = made_stream(performers={"kinds": [{"kind": "external", "performers": list("abcde")}]})
    rows = _rows(*((f"{day}T12:00", who) for who, day in days))
    expected = [kind_of(who, day) for who, day in days]
    for order in (registry, registry[::-1]):
        assert _kinds(Log(stream, rows, order)) == expected
