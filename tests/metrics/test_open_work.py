"""Open work: each open case with its age, its targets and its doubt; and what is suspected to be a phantom."""

from __future__ import annotations

import json
import random
from typing import Any

import pytest

from metrics.phantoms import FEWEST, FLOOR_DAYS, NOT_SUSPECTED, QuietLimit, quiet_limit
from metrics.reports.open_work import rows
from metrics.stream.gates import Gates
from metrics.tables import STEPS
from metrics.windows import DAY_US
from tests.metrics.builder import STREAM, World, instant

TARGETS = {"flow_time": {"p50": "2 days", "p90": "5 days", "mean": "3 days"}, "first_time_right": {"share": "90 %"}}


def _rows(world: World, **changed: Any) -> list[dict[str, Any]]:
    return [dict(row) for row in rows(world.connection, STREAM.model_copy(update=changed))]


def _step(world: World, case_id: str, place: int, name: str, day: float, **told: Any) -> None:
    row = {
        "stream": "made", "case_id": case_id, "position": place, "step": name, "visit": 1, "paired_by": "instant",
        "ended_at": instant(day), "performer_kind": "human", "happened_on": instant(day), "is_handoff": False,
    }  # fmt: skip
    world._add(STEPS, row | told)


def _finished(world: World, count: int, ended: float = 2.0, **told: Any) -> World:
    """So many cases that begin on day 1 and end, each of one step; a day's wait before it unless told otherwise."""
    world.case("done", 1.0, ended, last_event=ended)
    _step(world, "done", 1, "B", told.pop("day", ended), **({"wait_hours": 24.0} | told))
    for table in ("cases", "steps"):
        world.connection.execute(
            f"INSERT INTO {table} SELECT t.* REPLACE (case_id || ' ' || n AS case_id) "
            f"FROM {table} t, range($more) r(n) WHERE case_id = 'done'",
            {"more": count - 1},
        )
    return world


def test_example() -> None:
    """Open since four days, quiet since one: older than the median allows, not than 9 in 10 may be."""
    world = World().case("a", 1.0, last_event=4.0, segments={"size": "L"}).case("b", 2.0, 5.0, last_event=5.0)
    _step(world, "a", 1, "A", 1.0)
    _step(world, "a", 2, "B", 4.0)
    (row,) = _rows(world, targets=TARGETS)
    assert (row["case_id"], row["age_days"], row["quiet_days"], row["last_step"]) == ("a", 4.0, 1.0, "B")
    assert (row["triggered_at"], row["last_event_at"]) == (instant(1.0), instant(4.0))
    assert json.loads(row["segments"]) == {"size": "L"}
    assert json.loads(row["past_targets"]) == {"p50": True, "p90": False, "mean": True}
    assert row["is_past_target"] is True


def test_steps_of_another_stream_are_none_of_its_last() -> None:
    """A case of the same id elsewhere went further: what it did last is not what ours did."""
    world = World().case("a", 1.0, last_event=4.0).case("a", 1.0, last_event=4.0, stream="other")
    _step(world, "a", 1, "A", 1.0)
    _step(world, "a", 2, "Z", 1.0, stream="other")
    assert [row["last_step"] for row in _rows(world)] == ["A"]


def test_the_target_itself_is_kept() -> None:
    """A case as old as the target is not past it; a microsecond more is."""
    world = World().case("a", 1.0, last_event=3.0).case("b", 1.0 - 1 / DAY_US, last_event=3.0)
    told = {row["case_id"]: row["is_past_target"] for row in _rows(world, targets={"flow_time": {"p50": "2 days"}})}
    assert told == {"a": False, "b": True}


def test_without_a_target_nobody_is_past_one() -> None:
    """Where the stream file promises no flow time the answer is unknown, not no."""
    (row,) = _rows(World().case("a", 1.0, last_event=9.0), targets={"first_time_right": {"share": "90 %"}})
    assert (row["past_targets"], row["is_past_target"]) == ("{}", None)


def test_the_oldest_comes_first() -> None:
    """Rows are by trigger, then by case; a case without any step is there, too."""
    world = World().case("c", 2.0, last_event=2.0).case("b", 2.0, last_event=2.0).case("a", 3.0, last_event=3.0)
    assert [(row["case_id"], row["last_step"], row["last_label"]) for row in _rows(world)] == [
        ("b", None, None), ("c", None, None), ("a", None, None)
    ]  # fmt: skip


def test_only_this_stream() -> None:
    """Cases and newest event of another stream are not looked at."""
    world = World().case("a", 1.0, last_event=2.0).case("b", 1.0, last_event=99.0, stream="other")
    assert [(row["case_id"], row["age_days"]) for row in _rows(world)] == [("a", 1.0)]


def test_nothing_open() -> None:
    """Where nothing is open there is no row."""
    assert _rows(World().case("a", 1.0, 2.0)) == []
    assert _rows(World()) == []


def test_few_finished_cases_suspect_nobody() -> None:
    """Below 200 finished cases nobody can say what is usual: unknown with its reason, never no."""
    world = _finished(World(), FEWEST - 1).case("old", 1.0, last_event=1.0).case("young", 999.0, last_event=999.0)
    assert {(row["is_phantom_suspect"], row["phantom_reason"]) for row in _rows(world)} == {(None, NOT_SUSPECTED)}


def test_the_floor() -> None:
    """Where finished cases were quick, a case quiet for 30 days is still none, and one for longer is a suspect."""
    world = _finished(World(), FEWEST).case("new", 1.0 + FLOOR_DAYS, last_event=1.0 + FLOOR_DAYS)
    world.case("at the limit", 1.0, last_event=1.0).case("older", 0.5, last_event=1.0 - 1 / DAY_US)
    told = {row["case_id"]: (row["is_phantom_suspect"], row["phantom_reason"]) for row in _rows(world)}
    assert told == {
        "new": (False, None), "at the limit": (False, None),
        "older": (True, "quiet for 30.0 days; less than 30 are never suspect"),
    }  # fmt: skip


def test_the_limit_is_what_finished_cases_exceed_in_1_of_200() -> None:
    """Of 400 cases two were silent for 90 days, the third longest for 40: the limit is 40 days."""
    world = _finished(World(), 397)
    for number, days in enumerate((40.0, 90.0, 90.0)):
        world.case(f"slow {number}", 1.0, 1.0 + days)
        _step(world, f"slow {number}", 2, "B", 1.0 + days, wait_hours=days * 24)
    limit = quiet_limit(world.connection, STREAM)
    assert (limit.days, limit.basis) == (40.0, "199 of 200 finished cases never were for more than 40.0")


@pytest.mark.parametrize(
    ("told", "days"),
    [
        ({"wait_hours": 24 * 60}, 60.0), ({"wait_hours": None, "touch_hours": 24 * 50}, 50.0),
        ({"wait_hours": 24 * 60, "touch_hours": 24 * 50}, 60.0),
        ({"wait_hours": 24 * 60, "ended_at": instant(62.0)}, 30.0),  # after its outcome
        ({"wait_hours": 24 * 60, "touch_hours": 24 * 60, "started_at": instant(62.0)}, 60.0),
        ({"wait_hours": 24 * 60, "started_at": instant(60.0), "ended_at": instant(62.0)}, 60.0),
    ],
)  # fmt: skip
def test_a_silence_is_a_wait_or_work_up_to_the_outcome(told: dict[str, Any], days: float) -> None:
    """The longest wait before a step begun, or work in a step ended, by the outcome; never anything after it."""
    world = _finished(World(), FEWEST, 61.0, **told)
    assert quiet_limit(world.connection, STREAM).days == days


def test_a_case_of_one_step_was_never_silent() -> None:
    """Cases that tell no wait and no work count as never silent, so they make nobody a suspect below the floor."""
    world = _finished(World(), FEWEST, wait_hours=None)
    world.connection.execute("DELETE FROM steps WHERE case_id <> 'done'")
    assert quiet_limit(world.connection, STREAM).days == FLOOR_DAYS


def test_the_stream_file_decides() -> None:
    """Its own limit holds whatever finished cases say, and however few there are."""
    stream = STREAM.model_copy(update={"gates": Gates(phantom_days=2.5)})
    limit = quiet_limit(World().connection, stream)
    assert (limit.days, limit.basis) == (2.5, "the stream file allows 2.5 (gates.phantom_days)")
    world = World().case("a", 1.0, last_event=1.0).case("b", 1.0, last_event=4.0)
    assert [row["is_phantom_suspect"] for row in _rows(world, gates=Gates(phantom_days=2.5))] == [True, False]


def test_a_limit_that_is_not_known_says_so() -> None:
    """No limit: nobody is suspect or not, and the reason is told for every case."""
    limit = QuietLimit(None, "because")
    assert (limit.days, limit.is_suspect(10**18), limit.reason(10**18)) == (None, None, "because")


@pytest.mark.parametrize("seed", range(2))
def test_oracle(seed: int) -> None:
    """Ages, silences and the limit of random cases are those of a plain loop."""
    chance, world = random.Random(seed), World()
    silences: list[float] = []
    opened: dict[str, tuple[float, float, str | None]] = {}
    for number in range(260):
        name, begun, count = f"c{number}", chance.uniform(0, 300), chance.randint(0, 4)
        waits = [chance.choice((0.1, 1.0, 2.0, 80.0 if chance.random() < 0.05 else 3.0)) for _ in range(count)]
        ended = begun + sum(waits)
        is_open = chance.random() < 0.2
        world.case(name, begun, None if is_open else ended, last_event=ended)
        for place, wait in enumerate(waits, 1):
            _step(world, name, place, f"s{place}", begun + sum(waits[:place]) - 1e-6, wait_hours=wait * 24)
        if is_open:
            opened[name] = (begun, ended, f"s{count}" if count else None)
        else:
            silences.append(max(waits, default=0.0))
    newest = max(begun for begun, _, _ in opened.values()) + 100
    world.case("newest", newest, newest)
    silences = sorted([*silences, 0.0])
    usual = silences[max(-(-len(silences) * 995 // 1000) - 1, 0)]  # the first at or below which 99.5 % lie
    found = {row["case_id"]: row for row in _rows(world)}
    assert found.keys() == opened.keys()
    for name, (begun, ended, last) in opened.items():
        row = found[name]
        assert (row["age_days"], row["quiet_days"]) == pytest.approx((newest - begun, newest - ended), abs=1e-9)
        assert row["last_step"] == last
        assert row["is_phantom_suspect"] == (newest - ended > max(usual, FLOOR_DAYS))


def test_a_silence_of_another_stream_is_none_here() -> None:
    """Cases of another stream that bear the same ids were silent for 60 days; those of this one for a day."""
    world = _finished(World(), FEWEST, 70.0)
    world.connection.execute("INSERT INTO steps SELECT * REPLACE ('other' AS stream, 1440 AS wait_hours) FROM steps")
    assert quiet_limit(world.connection, STREAM).days == FLOOR_DAYS


def test_the_longest_silence_of_a_case_is_its_silence() -> None:
    """Where a case waited for 60 days once and for a day before, it was silent for 60."""
    world = _finished(World(), FEWEST, 70.0, wait_hours=24 * 60)
    world.connection.execute("INSERT INTO steps SELECT * REPLACE (2 AS position, 24 AS wait_hours) FROM steps")
    assert quiet_limit(world.connection, STREAM).days == 60.0
