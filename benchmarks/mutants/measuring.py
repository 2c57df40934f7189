"""Running each test once, without a fault, and noting which lines of metrics/ it runs and how long it takes.

A fixture that several tests share is set up with the first of them only. Alone in a process each would set it up, so
its lines and seconds count with each.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from types import FrameType
from typing import Any

import pytest

from benchmarks.mutants.fork import Tell
from benchmarks.mutants.remembered import forget_calls
from benchmarks.mutants.session import run_session

Lines = dict[str, set[int]]


def measure(tests: Iterable[str], root: Path, tell: Tell) -> None:
    """Tell of each test of these files: its seconds of the processor, its lines by module, whether it passed."""

    def loop(session: pytest.Session) -> None:
        trace = Trace(f"{root}/metrics/")
        shared = _Shared(trace)
        session.config.pluginmanager.register(shared)
        for item, following in zip(session.items, [*session.items[1:], None], strict=True):
            reports = _Reports()
            session.config.pluginmanager.register(reports)
            forget_calls()  # else only the first test that asks is seen to run what is remembered
            with trace.apart() as own, _timed(shared) as took:
                trace.start()
                item.ihook.pytest_runtest_protocol(item=item, nextitem=following)
                trace.stop()
            session.config.pluginmanager.unregister(reports)
            seconds = shared.seconds_of(item)
            tell({
                "test": item.nodeid, "seconds": round(took[0] + sum(seconds.values()), 4), "shared": seconds,
                "passed": reports.passed, "lines": _told([own, *shared.lines_of(item)], root),
            })  # fmt: skip

    run_session(tests, root, loop)


def _told(found: Iterable[Lines], root: Path) -> dict[str, list[int]]:
    lines: Lines = {}
    for part in found:
        for name, numbers in part.items():
            lines.setdefault(name.removeprefix(f"{root}/"), set()).update(numbers)
    return {name: sorted(numbers) for name, numbers in lines.items()}


class Trace:
    """Notes lines of a folder as they are run, apart for what is going on."""

    def __init__(self, folder: str) -> None:
        self.folder = folder
        self.lines: Lines = {}
        self.tracers: dict[str, Any] = {}

    def start(self) -> None:
        """Note what is run from now on."""
        sys.settrace(self._begin)

    def stop(self) -> None:
        """No longer."""
        sys.settrace(None)

    @contextmanager
    def apart(self) -> Iterator[Lines]:
        """Note what is run meanwhile in lines of its own."""
        around = self.lines, self.tracers
        self.lines, self.tracers = {}, {}
        try:
            yield self.lines
        finally:
            self.lines, self.tracers = around

    def _begin(self, frame: FrameType, event: str, argument: Any) -> Any:
        name = frame.f_code.co_filename
        if not name.startswith(self.folder):
            return None
        if name not in self.tracers:
            self.tracers[name] = _tracer(self.lines.setdefault(name, set()))
        return self.tracers[name](frame, event, argument)


def _tracer(found: set[int]) -> Any:
    def trace(frame: FrameType, event: str, argument: Any) -> Any:
        found.add(frame.f_lineno)
        return trace

    return trace


class _Shared:
    """A plugin that keeps apart what fixtures of a whole file, or of the session, run and take."""

    def __init__(self, trace: Trace) -> None:
        self.trace = trace
        self.lines: dict[str, Lines] = {}
        self.seconds: dict[str, float] = {}
        self.spent = 0.0

    def seconds_of(self, item: pytest.Item) -> dict[str, float]:
        """Those of each fixture that a test shares."""
        return {name: round(self.seconds[name], 4) for name in self._names_of(item)}

    def lines_of(self, item: pytest.Item) -> list[Lines]:
        """Those of each fixture that a test shares."""
        return [self.lines[name] for name in self._names_of(item)]

    @pytest.hookimpl(wrapper=True)
    def pytest_fixture_setup(
        self, fixturedef: pytest.FixtureDef[Any], request: pytest.FixtureRequest
    ) -> Iterator[None]:
        """Whatever is set up for one test alone belongs to it."""
        if fixturedef.scope == "function":
            return (yield)
        name = _name(request.node.nodeid, fixturedef.argname)
        with self.trace.apart() as lines, _timed(self) as took:
            found = yield
        self.lines[name] = lines
        self.seconds[name] = took[0]
        return found

    def _names_of(self, item: pytest.Item) -> list[str]:
        places = ["", *(node.nodeid for node in item.listchain())]
        named = [_name(place, fixture) for fixture in getattr(item, "fixturenames", ()) for place in places]
        return list(dict.fromkeys(name for name in named if name in self.lines))


def _name(place: str, fixture: str) -> str:
    return f"{place}::{fixture}"


@contextmanager
def _timed(shared: _Shared) -> Iterator[list[float]]:
    """Seconds of the processor, without those of shared fixtures that were set up meanwhile."""
    took: list[float] = []
    began, spent = time.process_time(), shared.spent
    try:
        yield took
    finally:
        took.append(time.process_time() - began - (shared.spent - spent))
        shared.spent = spent + time.process_time() - began


class _Reports:
    """A plugin that notices whether a test passed."""

    def __init__(self) -> None:
        self.passed = True

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """Each phase of each test; one that was skipped cannot find anything."""
        self.passed = self.passed and report.passed
