"""What stands beside numbers: names of releases, who was reached, why there is no value, and from when it is final."""

from __future__ import annotations

import pytest

from metrics.cost import reasons as of_cost
from metrics.effects.releases import release_effects
from metrics.effects.rollouts import rollout_effects
from metrics.errors import StreamFileError
from metrics.evaluate import evaluate
from metrics.flow.working_time import WORKING_TIME
from metrics.handoff.transfers_to_human import TRANSFERS_TO_HUMAN
from metrics.quality.first_time_right import FIRST_TIME_RIGHT
from metrics.stream import performer_registry
from tests.metrics.builder import STREAM, World
from tests.metrics.coded_events import Log, Row, made_stream
from tests.metrics.effect_worlds import AT, stream_with
from tests.metrics.working import OFFICE
from tests.metrics.working import stream_with as working_stream


@pytest.mark.parametrize(("name", "title"), [("Faster checks", "Faster checks"), ("", None)])
def test_a_release_is_told_by_its_name(name: str, title: str | None) -> None:
    """Beside its version, where it has one."""
    world = World().case("a", 100.0, 101.0).case("b", 120.0, 121.0)
    found = list(release_effects(world.connection, stream_with({"version": "2", "at": AT, "name": name})))
    assert {(effect.place.label, effect.place.title) for effect in found} == {("2", title)}


@pytest.mark.parametrize(("name", "title"), [("Faster checks", "Faster checks"), ("", None)])
def test_a_roll_out_names_whom_it_reached(name: str, title: str | None) -> None:
    """All values in their order, whatever order the stream file has."""
    values = ["kiwi", "apple", "fig", "lemon", "cherry", "banana", "grape", "date"]
    reached = {"version": "2", "at": AT, "name": name, "reached": {"segment": "size", "values": values}}
    world = World().case("a", 100.0, 101.0, segments={"size": "fig"}).case("b", 120.0, 121.0, segments={"size": "plum"})
    found = list(rollout_effects(world.connection, stream_with(reached)))
    assert found
    assert all(effect.place.dimensions == {"size": sorted(values)} for effect in found)
    assert {effect.place.title for effect in found} == {title}


def test_the_reason_is_the_section_that_lacks_only_where_it_does() -> None:
    """Without a calendar its absence is the reason; with one, that nothing was measured."""
    world = World().case("a", 1.0, 2.0)
    assert WORKING_TIME.told_by is not None
    reasons = [
        {value.summary.reason for value in evaluate(world.connection, WORKING_TIME, stream, ("quarter",))}
        for stream in (STREAM, working_stream(OFFICE))
    ]
    assert reasons[0] == {WORKING_TIME.told_by[1]}
    assert reasons[1]
    assert not reasons[0] & reasons[1]


def test_what_has_a_value_needs_no_reason() -> None:
    """Where working days are told there is nothing that lacks, whatever the stream file says of calendars."""
    world = World().case("a", 1.0, 2.0).worked("a", 1.0)
    (value,) = (v for v in evaluate(world.connection, WORKING_TIME, STREAM, ("all",)) if v.summary.statistic == "p50")
    assert (value.summary.value, value.summary.reason) == (1.0, None)


def test_every_reason_about_cost_is_listed() -> None:
    """The list is closed, so that pages can say each of them in any language."""
    said = [text for name, text in vars(of_cost).items() if isinstance(text, str) and name.isupper()]
    assert sorted(of_cost.REASONS) == sorted(said)
    assert len(said) == 11


def test_one_unknown_handoff_is_no_number() -> None:
    """Where the only handoff is of an unknown kind nobody knows whether it went to a human."""
    assert World().case("a", 1.0, 2.0, unknown_handoffs=1).value(TRANSFERS_TO_HUMAN) is None
    assert World().case("a", 1.0, 2.0, manual_handoffs=1).value(TRANSFERS_TO_HUMAN) == 0.0


def test_rework_after_the_outcome_says_how_long_a_case_may_still_turn() -> None:
    """Seen after two and a half days, not seen for nine; a case that turned before its outcome says nothing."""
    world = World().case("clean", 1.0, 2.0).case("turned", 1.0, 2.0, first_rework_at=4.5)
    world.case("before", 1.0, 2.0, first_rework_at=1.5)
    assert FIRST_TIME_RIGHT.maturing is not None
    sql = FIRST_TIME_RIGHT.maturing.sql.replace("$newest_at", "TIMESTAMP '2026-01-15'")
    found = world.connection.execute(f"SELECT * FROM ({sql}) ORDER BY ALL", {"stream": "made"}).fetchall()
    assert found == [(3.0, True), (9.0, False)]


def test_the_trigger_is_as_precise_as_its_own_step() -> None:
    """A step told to the day before the trigger does not make the trigger vague."""
    source = {"precision": "exact", "precision_by_step": {"Fax": "day"}}
    rows: list[Row] = [("c1", "Fax", "Mon 00:00"), ("c1", "Order", "Mon 09:00"), ("c1", "Done", "Mon 10:00")]
    told = [Log(made_stream(source=source, trigger={"steps": [step]}), rows).case() for step in ("Order", "Fax")]
    assert [case["triggered_within_us"] for case in told] == [None, 24 * 3_600_000_000]


def test_a_registry_may_be_as_large_as_it_may(monkeypatch: pytest.MonkeyPatch) -> None:
    """To the character: one more is refused."""
    text = "performer,kind\nann,human\n"
    monkeypatch.setattr(performer_registry, "MAX_CHARACTERS", len(text))
    assert [line.performer for line in performer_registry.parse_registry(text, "registry.csv")] == ["ann"]
    monkeypatch.setattr(performer_registry, "MAX_CHARACTERS", len(text) - 1)
    with pytest.raises(StreamFileError, match="is larger than"):
        performer_registry.parse_registry(text, "registry.csv")
