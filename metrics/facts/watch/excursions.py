"""Excursions of a failure rate: when it left the band of its baseline, and when it was back for long enough.

Goes through the windows once, in order; what is said of a window never depends on a later one. Windows of an excursion,
its quiet ones included, are no baseline. A window with too few executions says nothing: it neither begins nor breaks a
run of quiet ones, and a run may span it.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from metrics.facts.watch.band import Baseline
from metrics.stream.incidents import Watch

HOUR = 3_600_000_000  # microseconds


@dataclass(frozen=True, slots=True)
class Window:
    """Executions that ended in a window that is over; it starts at `start_us`."""

    start_us: int
    executions: int
    failing: int


@dataclass(frozen=True, slots=True)
class Judged:
    """A window with enough executions. `is_outside` is None while the baseline is too short to judge by.

    `is_settled`: it and enough windows right before it were inside, each of them and all of them taken together.
    `settled_from_us` is the start of the first of these.
    """

    start_us: int
    is_outside: bool | None
    is_settled: bool
    settled_from_us: int


@dataclass(frozen=True, slots=True)
class Run:
    """Windows in a row inside the band: no new harm since the first began, proven when the last was over."""

    contained_us: int
    proven_us: int


@dataclass(frozen=True, slots=True)
class Excursion:
    """A rate outside its band, from the start of its first window; it was seen at that window's end."""

    onset_us: int
    seen_us: int
    run: Run | None


def judge(windows: Iterable[Window], watch: Watch) -> list[Judged]:
    """Every window that says something, in order of time."""
    baseline, quiet, judged = Baseline(watch.baseline_windows), list[Window](), list[Judged]()
    is_away = False
    for window in windows:
        if window.executions < watch.fewest:
            continue
        is_outside = _is_outside(baseline, (window,), watch)
        quiet = [*quiet, window][-watch.quiet_windows :] if is_outside is False else []
        is_settled = len(quiet) == watch.quiet_windows and not _is_outside(baseline, quiet, watch)
        judged.append(Judged(window.start_us, is_outside, is_settled, quiet[0].start_us if quiet else window.start_us))
        if is_outside or (is_away and not is_settled):
            is_away = True
        elif is_away:
            is_away = False
        else:
            baseline.add(window.executions, window.failing)
    return judged


def excursions(judged: Sequence[Judged], watch: Watch) -> list[Excursion]:
    """Every excursion, the last one perhaps still going on."""
    length, found, until_us = watch.window_hours * HOUR, list[Excursion](), None
    for place, window in enumerate(judged):
        if not window.is_outside or (until_us is not None and window.start_us < until_us):
            continue
        run = first_run(judged[place + 1 :], window.start_us + length, watch)
        found.append(Excursion(window.start_us, window.start_us + length, run))
        if run is None:
            break
        until_us = run.proven_us
    return found


def first_run(judged: Iterable[Judged], from_us: int, watch: Watch) -> Run | None:
    """The first run of quiet windows that begins at or after an instant; None when there is none yet."""
    for window in judged:
        if window.is_settled and window.settled_from_us >= from_us:
            return Run(window.settled_from_us, window.start_us + watch.window_hours * HOUR)
    return None


def _is_outside(baseline: Baseline, windows: Sequence[Window], watch: Watch) -> bool | None:
    if not baseline.is_known:
        return None
    executions, failing = sum(w.executions for w in windows), sum(w.failing for w in windows)
    return baseline.is_outside(executions, failing, watch.sigmas)
