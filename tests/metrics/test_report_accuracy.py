"""%C&A by step, rolled and observed: whose output was refused, and whether failures come together."""

from __future__ import annotations

import datetime as dt
from math import prod
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from metrics.metric import Observations, Statistic
from metrics.periods import parse_period
from metrics.reports.accuracy import rows as accuracy_rows
from metrics.reports.value_stream import accuracy_of_steps
from metrics.reports.value_stream import rows as map_rows
from metrics.summarise import summarise
from tests.metrics.builder import STREAM, World
from tests.metrics.log_tables import log_of, tables_of, walks

Q1 = parse_period("2026-Q1")


def _accurate(*paths: str, **stream: Any) -> dict[str, float | None]:
    log = log_of(paths, **stream)
    return {step: summary.value for step, summary in accuracy_of_steps(tables_of(log), log.stream, Q1).items()}


def _rolled(*paths: str, **stream: Any) -> dict[str, Any]:
    log = log_of(paths, **stream)
    (row,) = accuracy_rows(tables_of(log), log.stream)
    return dict(row)


def test_a_step_that_the_next_sends_back_was_not_accurate() -> None:
    """A rejection right after a step refuses its output, and no other's."""
    assert _accurate("ABRD", "ABD") == {"A": 1.0, "B": 0.5, "R": 1.0, "D": 1.0}


def test_a_step_done_again_was_not_accurate() -> None:
    """Done again at once or later, the earlier visit counts as refused; the last one stands."""
    assert _accurate("AABD")["A"] == 0.5
    assert _accurate("ABABD") == {"A": 0.5, "B": 0.5, "D": 1.0}


def test_mending_refuses_what_it_mends() -> None:
    """A correction right after a step says that its output was not right."""
    assert _accurate("AMD", rework={"corrections": ["M"]}) == {"A": 0.0, "M": 1.0, "D": 1.0}


def test_what_does_not_count_refuses_nothing() -> None:
    """Kinds that do not count, and allowed repeats, leave an output accepted."""
    assert _accurate("AABRD", rework={"rejections": ["R"], "counts": ["correction"]})["A"] == 1.0
    assert _accurate("ARD", rework={"rejections": ["R"], "counts": ["self_loop"]})["A"] == 1.0
    allowed = [{"step": "A", "reason": "an instalment"}]
    assert _accurate("ABAD", rework={"allowed": allowed})["A"] == 1.0


def test_work_after_the_outcome_is_no_visit_but_may_refuse_one() -> None:
    """A step done again after the outcome refuses its visit before; what comes after is not measured itself."""
    assert _accurate("ABDB") == {"A": 1.0, "B": 0.0, "D": 1.0}


def test_accuracy_is_rolled_in_the_order_of_the_names_of_steps() -> None:
    """0.8 of A, 0.8 of B and 0.6 of C, multiplied in that order, so that the last digit is the same in every run."""
    found = _rolled("AABCD", "ABBCD", "ABCCD", "ABCCD", "ABCD")
    assert found["rolled_share"] == 0.8 * 0.8 * 0.6


def test_open_cases_and_other_quarters_are_left_out() -> None:
    """Only cases completed in the period are looked at."""
    log = log_of(["ABD", "AAB"])
    connection = tables_of(log)
    assert accuracy_of_steps(connection, log.stream, Q1)["A"].n == 1
    assert accuracy_of_steps(connection, log.stream, parse_period("2026-Q2")) == {}


def test_the_interval_allows_for_days() -> None:
    """The interval is the one of all visits by the day their case finished, and n counts visits."""
    chance = np.random.default_rng(7)
    rows, day, amount = [], [], []
    for on in range(40):
        for number in range(5):
            path = "AAD" if chance.random() < 0.3 else "AD"
            rows += [(f"c{on:02d}{number}", *rest) for _, *rest in walks([path], day=1)]
            rows[-len(path) :] = [
                (case, step, (dt.datetime.fromisoformat(at) + dt.timedelta(days=on)).isoformat(), told)
                for case, step, at, told in rows[-len(path) :]
            ]
            visits = [0.0, 1.0] if path == "AAD" else [1.0]
            amount += visits
            day += [dt.date(2026, 1, 1).toordinal() + on] * len(visits)
    log = log_of([])
    log = type(log)(log.stream, rows)
    found = accuracy_of_steps(tables_of(log), log.stream, Q1)["A"]
    window = (Q1.first_on.toordinal(), Q1.until_on.toordinal())
    size = len(amount)
    expected = summarise(
        Observations(np.array(day), np.array(amount), np.ones(size), np.ones(size, dtype=np.bool_), *window),
        Statistic.SHARE,
    )
    assert found == expected
    assert found.n == size and found.low is not None
    row = next(dict(row) for row in map_rows(log.connection, log.stream) if row["step"] == "A")
    assert (row["accurate_share"], row["accurate_low"], row["accurate_high"]) == pytest.approx(
        (found.value, found.low, found.high)
    )


@pytest.mark.parametrize("waits", [(0.1, 0.2, 0.3, None), (0.3, 0.1, None, 0.2), (0.2, None, 0.3, 0.1)])
def test_means_on_the_map_are_added_from_the_least(waits: tuple[float | None, ...]) -> None:
    """Of those that are known, and to the last digit the same in whatever order the visits stand."""
    world = World()
    for number, wait in enumerate(waits):
        world.case(f"c{number}", 1.0, 2.0).visit(f"c{number}", "A", 1.0, 30, wait_hours=wait, touch_hours=wait)
    (row,) = map_rows(world.connection, STREAM)
    assert (row["wait_hours"], row["touch_hours"]) == ((0.1 + 0.2 + 0.3) / 3, (0.1 + 0.2 + 0.3) / 3)


def test_failures_of_different_cases_roll_to_what_is_observed() -> None:
    """Two steps that fail in different cases: rolled is below what would be right if they failed in the same ones."""
    apart = _rolled("AABD", "ABBD", "ABD", "ABD")
    assert apart["rolled_share"] == pytest.approx(0.75 * 0.75)
    assert (apart["observed_share"], apart["correlated_failure"]) == (0.5, pytest.approx(0.5 - 0.5625))
    together = _rolled("AABBD", "ABD", "ABD", "ABD")
    assert together["rolled_share"] == pytest.approx(0.75 * 0.75)
    assert together["correlated_failure"] == pytest.approx(0.75 - 0.5625)


def test_a_step_weighs_by_the_cases_that_pass_it() -> None:
    """A step one case in four passes, and always fails, takes a quarter off and not all."""
    found = _rolled("ACRD", "AD", "AD", "AD")
    assert (found["rolled_share"], found["observed_share"], found["steps"]) == (0.75, 0.75, 4)


def test_what_refuses_no_output_is_counted_beside() -> None:
    """A rejection before any step makes a case not right and no step inaccurate."""
    found = _rolled("RAD", "AD")
    assert (found["rolled_share"], found["observed_share"], found["refused_nowhere"]) == (1.0, 0.5, 1)


def test_nothing_completed_has_no_row() -> None:
    """Without a completed case there is nothing to roll: no row, never 0."""
    log = log_of(["AB"])
    assert list(accuracy_rows(tables_of(log), log.stream)) == []


def test_a_case_whose_steps_nobody_told_has_no_row() -> None:
    """Where no visit is known nothing can be rolled: no row, though the case went right."""
    assert list(accuracy_rows(World().case("a", 1.0, 2.0).connection, STREAM)) == []


@settings(max_examples=12, deadline=None)
@given(paths=st.lists(st.text("ABR", min_size=1, max_size=6), min_size=1, max_size=8))
def test_oracle(paths: list[str]) -> None:
    """Share by step, product and cases refused nowhere agree with a walk over the paths."""
    whole = [f"{path}D" for path in paths]
    found = _rolled(*whole)
    steps = sorted(set("".join(whole)))
    refused = {step: [_refused(path, step) for path in whole if step in path] for step in steps}
    assert _accurate(*whole) == pytest.approx(
        {step: 1 - sum(map(sum, told)) / sum(map(len, told)) for step, told in refused.items()}
    )
    failed = {step: sum(any(visits) for visits in told) / len(whole) for step, told in refused.items()}
    assert found["rolled_share"] == pytest.approx(prod(1 - share for share in failed.values()))
    reworked = [path for path in whole if "R" in path or any(path.count(step) > 1 for step in "AB")]
    nowhere = [path for path in reworked if not any(any(_refused(path, step)) for step in steps)]
    assert found["refused_nowhere"] == len(nowhere)
    assert found["observed_share"] == pytest.approx(1 - len(reworked) / len(whole))


def _refused(path: str, step: str) -> list[bool]:
    """Of each visit of a step in a path: was its output refused?"""
    places = [place for place, name in enumerate(path) if name == step]
    return [path[place + 1 : place + 2] == "R" or (step != "R" and place != places[-1]) for place in places]
