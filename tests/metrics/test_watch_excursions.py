"""Excursions of a failure rate: where they begin and end, and that nothing later moves what was found."""

from __future__ import annotations

from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from metrics.facts.watch.band import Baseline
from metrics.facts.watch.excursions import HOUR, Excursion, Run, Window, excursions, first_run, judge
from metrics.stream.incidents import Watch

CALM, BAD, EMPTY = (10, 0), (10, 8), (1, 1)
counts = st.sampled_from([(10, 0), (10, 0), (10, 0), (10, 1), (10, 8), (2, 2), (12, 4)])


def _watch(**told: Any) -> Watch:
    usual = {"name": "errors", "steps": ["Try"], "failing_outcomes": ["error"], "quiet_windows": 2, "fewest": 3}
    return Watch.model_validate(usual | {"baseline_windows": 24} | told)


def _windows(*told: tuple[int, int]) -> list[Window]:
    """Twenty-four calm hours, then these, an hour each; the first of these is hour 0."""
    return [Window((place - 24) * HOUR, *window) for place, window in enumerate([CALM] * 24 + list(told))]


def _found(*told: tuple[int, int], **rule: Any) -> list[tuple[int, int, int | None, int | None]]:
    """Onset, seen, contained and proven of each excursion, in hours."""
    watch = _watch(**rule)
    return [
        (e.onset_us // HOUR, e.seen_us // HOUR, e.run and e.run.contained_us // HOUR, e.run and e.run.proven_us // HOUR)
        for e in excursions(judge(_windows(*told), watch), watch)
    ]


def test_an_excursion_lasts_until_the_rate_is_back_for_long_enough() -> None:
    """It begins with its first window, is seen at its end, and is proven over when two quiet windows have passed."""
    assert _found(CALM, BAD, BAD, CALM, CALM, CALM) == [(1, 2, 3, 5)]


def test_it_is_open_until_then() -> None:
    """One quiet window is not enough."""
    assert _found(BAD, CALM) == [(0, 1, None, None)]
    assert _found(BAD, CALM, CALM) == [(0, 1, 1, 3)]
    assert _found(BAD, CALM, quiet_windows=1) == [(0, 1, 1, 2)]


def test_a_relapse_belongs_to_it() -> None:
    """What is outside again before the rate was proven begins the count anew; afterwards it is another one."""
    assert _found(BAD, CALM, BAD, CALM, CALM) == [(0, 1, 3, 5)]
    assert _found(BAD, CALM, CALM, BAD, CALM, CALM) == [(0, 1, 1, 3), (3, 4, 4, 6)]


def test_a_window_with_too_few_executions_says_nothing() -> None:
    """It opens nothing, closes nothing and breaks no run of quiet windows; no data is not quiet."""
    assert _found(EMPTY, CALM) == []
    assert _found(BAD, EMPTY, EMPTY, EMPTY) == [(0, 1, None, None)]
    assert _found(BAD, CALM, EMPTY, CALM) == [(0, 1, 1, 4)]
    assert _found((3, 3), CALM, CALM) == [(0, 1, 1, 3)]
    assert _found((3, 3), CALM, CALM, fewest=4) == []


def test_quiet_windows_must_be_quiet_together() -> None:
    """Windows each just inside may be outside taken together: the run slides on until they are not."""
    doubtful = (10, 2)
    assert _found(doubtful) == []
    assert _found(BAD, doubtful, doubtful, doubtful, CALM, CALM) == [(0, 1, 3, 5)]


def test_windows_of_an_excursion_are_no_baseline() -> None:
    """A long excursion does not become the new normal."""
    assert _found(*[BAD] * 60) == [(0, 1, None, None)]
    assert _found(*[BAD] * 60, CALM, CALM, BAD) == [(0, 1, 60, 62), (62, 63, None, None)]


def test_nothing_is_judged_without_a_baseline() -> None:
    """In the first windows of a log nothing is outside and nothing is settled."""
    watch = _watch()
    judged = judge([Window(hour * HOUR, *BAD) for hour in range(20)], watch)
    assert {(window.is_outside, window.is_settled) for window in judged} == {(None, False)}
    assert excursions(judged, watch) == []


def test_a_run_begins_at_or_after_the_instant() -> None:
    """Quiet windows that began before an instant prove nothing of what came after it."""
    watch = _watch()
    judged = judge(_windows(CALM, CALM, CALM, CALM), watch)
    assert first_run(judged, 0, watch) == Run(0, 2 * HOUR)
    assert first_run(judged, 1, watch) == Run(HOUR, 3 * HOUR)
    assert first_run(judged, 3 * HOUR, watch) is None


@settings(max_examples=60, deadline=None)
@given(told=st.lists(counts, max_size=30), cut=st.integers(0, 60))
def test_later_windows_move_nothing(told: list[tuple[int, int]], cut: int) -> None:
    """Cut anywhere: what is closed by then is what the whole log says was closed by then."""
    watch, windows = _watch(), _windows(*told)
    until_us = (cut - 24) * HOUR
    whole = excursions(judge(windows, watch), watch)
    part = excursions(judge([w for w in windows if w.start_us + HOUR <= until_us], watch), watch)
    assert _closed(part, until_us) == _closed(whole, until_us)
    assert [e.onset_us for e in part] == [e.onset_us for e in whole if e.seen_us <= until_us]


def _closed(found: list[Excursion], until_us: int) -> list[Excursion]:
    return [excursion for excursion in found if excursion.run is not None and excursion.run.proven_us <= until_us]


@settings(max_examples=60, deadline=None)
@given(told=st.lists(counts, max_size=30))
def test_a_walk_by_hand_finds_the_same(told: list[tuple[int, int]]) -> None:
    """A plain loop with a state of its own agrees on onset, containment and proof."""
    expected: list[tuple[int, int | None, int | None]] = []
    normal: list[tuple[int, int]] = []
    onset, quiet = None, list[tuple[int, tuple[int, int]]]()
    for hour, window in enumerate([CALM] * 24 + told, -24):
        if window[0] < 3:
            continue
        outside = len(normal[-24:]) >= 20 and _is_outside(normal[-24:], window)
        if onset is None:
            if outside:
                onset, quiet = hour, []
            else:
                normal.append(window)
            continue
        quiet = [] if outside else [*quiet, (hour, window)][-2:]
        together = (sum(w[0] for _, w in quiet), sum(w[1] for _, w in quiet))
        if len(quiet) == 2 and not _is_outside(normal[-24:], together):
            expected.append((onset, quiet[0][0], hour + 1))
            onset = None
    if onset is not None:
        expected.append((onset, None, None))
    assert [(begun, contained, proven) for begun, _, contained, proven in _found(*told)] == expected


def _is_outside(normal: list[tuple[int, int]], window: tuple[int, int]) -> bool:
    baseline = Baseline(24)
    for told in normal:
        baseline.add(*told)
    return baseline.is_outside(*window, 4)
