"""Frozen baselines: a record that reads back whole, later quarters against it, and what has moved since."""

from __future__ import annotations

import datetime as dt
import hashlib
import json
from dataclasses import replace
from functools import lru_cache
from typing import Any

import pytest

from metrics.baseline import (
    Baseline,
    population_of,
    read_baseline,
    sql_hash_of,
    take_baseline,
    why_not_yet,
    window_of,
)
from metrics.catalog import CATALOG
from metrics.compare import compare
from metrics.effects.comparable import why_not_comparable
from metrics.effects.frozen import Kept, baseline_effects, kept_values
from metrics.errors import MetricError, PeriodError
from metrics.evaluate import summaries_of
from metrics.flow.flow_time import FLOW_TIME
from metrics.flow.flow_time_started import FLOW_TIME_STARTED
from metrics.handoff.handoff_ratio import HANDOFF_RATIO
from metrics.metric import Statistic, Verdict
from metrics.observe import observe
from metrics.periods import Period, parse_period
from tests.metrics.builder import STREAM, World
from tests.metrics.effect_worlds import world_of

Q1 = parse_period("2026-Q1")
FIRST = dt.datetime(2026, 4, 9)


def faster(day: int, _: str) -> float:
    """Three days in the first quarter, two afterwards."""
    return 3.0 if day < 86 else 2.0


def made() -> World:
    """A world over three quarters that got faster after the first."""
    return world_of(faster, a_day=3, seed=4)


@lru_cache(maxsize=1)
def frozen() -> tuple[World, Baseline]:
    """A world that nobody changes, and its first quarter, frozen."""
    world = made()
    return world, take_baseline(world.connection, STREAM, Q1)


def kept(world: World, baseline: Baseline) -> dict[tuple[str, str], Kept]:
    """How each value stands today."""
    found = kept_values(world.connection, STREAM, baseline)
    return {(k.metric, k.frozen.statistic.value): k for k in found}


def test_what_is_frozen_is_what_was_published() -> None:
    """Every metric of the catalogue with its version, its SQL and its values of the window."""
    world, baseline = frozen()
    assert [m.metric for m in baseline.metrics] == [metric.key for metric in CATALOG]
    for metric, told in zip(CATALOG, baseline.metrics, strict=True):
        (group,) = observe(world.connection, metric, STREAM, as_of=baseline.as_of)
        assert list(told.summaries) == summaries_of(metric, group.within(Q1))
        assert (told.definition_version, told.sql_hash) == (metric.version, sql_hash_of(metric))
        assert told.population.count == len(group.within(Q1))


def test_a_record_reads_back_whole() -> None:
    """Through JSON and back it is the same record, to the last digit, with the same digest."""
    _, baseline = frozen()
    again = read_baseline(json.loads(json.dumps(baseline.as_fact())))
    assert again == baseline
    assert again.digest == baseline.digest


def test_what_is_unknown_is_frozen_with_its_bounds() -> None:
    """Unknown performers give a value at either end; the record holds both, and notices when they change."""
    world = made()
    world.connection.execute("UPDATE cases SET unknown_handoffs = 1 WHERE case_id LIKE 'big-%'")
    baseline = take_baseline(world.connection, STREAM, Q1)
    told = baseline.of(HANDOFF_RATIO)
    assert told is not None
    (summary,) = told.summaries
    assert summary.least is not None
    assert summary.most is not None
    assert (summary.least.value or 0) < (summary.value or 0) < (summary.most.value or 0)
    again = read_baseline(json.loads(json.dumps(baseline.as_fact())))
    assert again == baseline
    world.connection.execute("UPDATE cases SET unknown_handoffs = 2 WHERE case_id = 'big-30-1'")
    assert population_of(world.connection, STREAM, HANDOFF_RATIO, Q1, None) != told.population


def test_a_record_of_another_form_is_refused() -> None:
    """What was edited by hand says so instead of being half read."""
    fact = frozen()[1].as_fact()
    broken: list[dict[str, Any]] = [
        {name: value for name, value in fact.items() if name != "cases"},
        fact | {"window": {"key": "x", "first_on": "soon", "until_on": "later"}},
        fact | {"metrics": [fact["metrics"][0] | {"summaries": [{"statistic": "p50"}]}]},
    ]
    for told in broken:
        with pytest.raises(MetricError, match="changed by hand"):
            read_baseline(told)


def test_the_population_forgets_the_order_and_nothing_else() -> None:
    """Rows in another order are the same population; one amount, one day or one row more is another."""
    world, baseline = frozen()
    shuffled = World()
    shuffled.connection.register(
        "rows", world.connection.sql("SELECT * FROM cases ORDER BY hash(case_id)").to_arrow_table()
    )
    shuffled.connection.execute("INSERT INTO cases BY NAME SELECT * FROM rows")
    assert take_baseline(shuffled.connection, STREAM, Q1).digest == baseline.digest
    base = population_of(world.connection, STREAM, FLOW_TIME, Q1, None)
    for change in ("finished_at = finished_at + INTERVAL 1 SECOND", "finished_on = finished_on + 1"):
        other = made()
        other.connection.execute(f"UPDATE cases SET {change} WHERE case_id = 'big-30-1'")
        found = population_of(other.connection, STREAM, FLOW_TIME, Q1, None)
        assert (found.count, found.fingerprint == base.fingerprint) == (base.count, False)
    twice = made()
    twice.connection.execute(
        "INSERT INTO cases SELECT * REPLACE ('again' AS case_id) FROM cases WHERE case_id = 'big-30-1'"
    )
    assert population_of(twice.connection, STREAM, FLOW_TIME, Q1, None).count == base.count + 1


def test_cases_that_began_or_ended_in_the_window_are_its_population() -> None:
    """A case that only passed through is not counted; one that begins or ends within is, to the last day."""
    world = World().case("ends", -20.0, 0.0).case("begins", 80.0, 120.0).case("passes", -20.0, 120.0)
    world.case("on the day after", 87.0, 90.0)  # 2026-04-01
    world.case("on the last day", 86.0, 90.0)
    assert take_baseline(world.connection, STREAM, Q1).cases.count == 3


def test_quarters_are_held_against_the_record() -> None:
    """Each quarter after the window, from the frozen summary and the quarter's own; none within it."""
    world, baseline = frozen()
    found = [e for e in baseline_effects(world.connection, STREAM, baseline) if e.metric is FLOW_TIME]
    assert {e.place.label for e in found} == {"2026-Q2", "2026-Q3"}
    (median,) = [e for e in found if (e.place.label, e.difference.after.statistic) == ("2026-Q3", Statistic.P50)]
    (group,) = observe(world.connection, FLOW_TIME, STREAM)
    before, after = (summaries_of(FLOW_TIME, group.within(p))[0] for p in (Q1, parse_period("2026-Q3")))
    by_hand = compare(before, after, better=FLOW_TIME.better, unit="days", meaningful=median.meaningful)
    assert median.difference == by_hand
    assert median.difference.verdict is Verdict.FASTER
    assert median.as_row()["kind"] == "baseline"
    assert median.place.title == "baseline 2026-Q1"


def test_late_events_are_told_and_change_nothing_frozen() -> None:
    """Cases of the window that arrive later move today's value; the record, and what is held against it, stay."""
    world = made()
    baseline = take_baseline(world.connection, STREAM, Q1)
    assert {k.restated_by for k in kept(world, baseline).values() if k.frozen.value is not None} == {0.0}
    before = {e.place.label: e.difference.before for e in baseline_effects(world.connection, STREAM, baseline)}
    for number in range(60):
        world.case(f"late{number}", 10.0 + number / 10, 40.0 + number / 10, segments={"size": "big"})
    today = kept(world, baseline)
    median = today["flow_time", "p50"]
    assert median.now is not None
    assert median.now.value is not None
    assert median.restated_by == pytest.approx(median.now.value - (median.frozen.value or 0))
    assert median.restated_by > 0
    assert median.frozen == next(s for s in baseline.of(FLOW_TIME).summaries if s.statistic is Statistic.P50)  # type: ignore[union-attr]
    assert before == {e.place.label: e.difference.before for e in baseline_effects(world.connection, STREAM, baseline)}


def test_open_work_is_aged_as_it_was_then() -> None:
    """Later events do not restate a reading that counts open work: it is looked at from the same instant."""
    world = world_of(lambda day, value: 30.0, a_day=1)
    baseline = take_baseline(world.connection, STREAM, Q1)
    world.case("new", 230.0, None, last_event=240.0)
    assert baseline.as_of is not None
    assert kept(world, baseline)["flow_time_started", "p50"].restated_by == 0.0
    assert "$as_of" in FLOW_TIME_STARTED.sql


def test_another_definition_is_not_compared() -> None:
    """A version, an SQL or a unit that is not the frozen one gives no difference, and says why."""
    world, baseline = frozen()
    told = baseline.of(FLOW_TIME)
    assert told is not None
    assert why_not_comparable(told, FLOW_TIME, STREAM) is None
    changes: list[tuple[dict[str, str], str]] = [
        ({"definition_version": "0.9.0"}, f"frozen by definition 0.9.0, which is {FLOW_TIME.version} now"),
        ({"sql_hash": "0"}, "is not the one that was frozen"),
        ({"unit": "hours"}, "frozen in hours, measured in days now"),
    ]
    for change, words in changes:
        other = replace(baseline, metrics=(replace(told, **change),))
        effects = list(baseline_effects(world.connection, STREAM, other))
        assert len(effects) == 2 * len(FLOW_TIME.statistics)
        for effect in effects:
            found = effect.difference
            assert (found.value, found.low, found.high80, found.verdict) == (None, None, None, Verdict.NOT_JUDGED)
            assert words in (effect.reason or "")
        states = kept(world, other)
        assert all(words in (state.reason or "") and state.restated_by is None for state in states.values())


def test_a_metric_that_is_gone_is_told() -> None:
    """What was frozen of a metric no longer in the catalogue stays, and is held against nothing."""
    world, baseline = frozen()
    gone = replace(baseline, metrics=(replace(baseline.metrics[0], metric="old_time"),))
    assert list(baseline_effects(world.connection, STREAM, gone)) == []
    assert kept(world, gone)["old_time", "p50"].reason == "old_time is no longer in the catalogue"


def test_half_a_window_is_not_frozen() -> None:
    """A window without data, or that has not ended with the newest event, is refused with the reason."""
    world, _ = frozen()
    assert why_not_yet(world.connection, STREAM, Q1) is None
    assert why_not_yet(world.connection, STREAM, parse_period("2026-07")) is None
    last = Period(dt.date(2026, 8, 1), dt.date(2026, 8, 17), "x", "all")  # day 224 is 2026-08-16, the newest event
    assert why_not_yet(world.connection, STREAM, last) is None
    for window, words in (
        (replace(last, until_on=dt.date(2026, 8, 18)), "ends after the newest data"),
        (parse_period("2025-Q4"), "no data in 2025-Q4"),
        (parse_period("2027-Q1"), "no data in 2027-Q1"),
    ):
        with pytest.raises(MetricError, match=words):
            take_baseline(world.connection, STREAM, window)


def test_the_window_is_the_stream_files_unless_another_is_asked_for() -> None:
    """A period or days; a fiscal quarter begins where the stream's year does."""
    days = STREAM.model_validate(
        STREAM.model_dump() | {"baseline": {"first_on": "2026-01-05", "until_on": "2026-02-01", "note": "calm"}}
    )
    assert window_of(STREAM) is None
    assert window_of(days) == Period(dt.date(2026, 1, 5), dt.date(2026, 2, 1), "2026-01-05 to 2026-02-01", "all")
    assert window_of(days, "2026-Q1") == Q1
    fiscal = days.model_copy(update={"fiscal_year_starts": 4})
    assert window_of(fiscal, "2026-Q1") == Period(dt.date(2026, 4, 1), dt.date(2026, 7, 1), "2026-Q1", "quarter")
    with pytest.raises(PeriodError):
        window_of(STREAM, "spring")


def test_a_record_without_an_age_reads_back() -> None:
    """What no event dates has no age, and reads back as it was."""
    fact = replace(frozen()[1], as_of=None).as_fact()
    assert fact["as_of"] is None
    assert read_baseline(json.loads(json.dumps(fact))).as_of is None


def test_anybody_can_calculate_its_digest() -> None:
    """sha256 of its JSON with sorted names, whatever wrote that."""
    told = json.dumps(frozen()[1].as_fact(), sort_keys=True)
    assert frozen()[1].digest == hashlib.sha256(told.encode()).hexdigest()


def test_open_work_is_aged_as_told() -> None:
    """An age that is given is kept, and what is open is as old as it says."""
    world, at = frozen()[0], dt.datetime(2026, 4, 2, 12)
    assert take_baseline(world.connection, STREAM, Q1, at).as_of == at
