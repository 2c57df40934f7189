"""pytest within this process: it collects the tests, and what is done with them is up to us."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

import pytest

from benchmarks.mutants.fork import Tell, allow_processor

OPTIONS = (
    "-p",
    "no:cacheprovider",
    "-p",
    "no:xdist",
    "-s",
    "--tb=no",
    "--no-header",
    "--continue-on-collection-errors",
)
NO_SQL = ("ParserException", "BinderException", "CatalogException")
"""What DuckDB raises at a text that is no SQL: a fault that no test had to find."""


def run_session(tests: Iterable[str], root: Path, loop: Callable[[pytest.Session], None]) -> int:
    """Collect the tests and give them to the loop."""
    os.chdir(root)
    plain_hypothesis()
    return int(pytest.main([*OPTIONS, "--rootdir", str(root), *tests], plugins=[_Loop(loop)]))


def plain_hypothesis() -> None:
    """The same examples each time, none remembered, no search for the smallest: one that fails is enough."""
    from hypothesis import HealthCheck, Phase, settings  # only where tests are run

    settings.register_profile(
        "mutants", database=None, derandomize=True, deadline=None, phases=(Phase.explicit, Phase.generate),
        suppress_health_check=list(HealthCheck), report_multiple_bugs=False,
    )  # fmt: skip
    settings.load_profile("mutants")


def run_until_red(session: pytest.Session, names: Sequence[str], seconds: Mapping[str, float], tell: Tell) -> None:
    """Run tests in this order until one fails; tell of each that begins, and of the one that failed and why.

    Each may take five times as long as without a fault, and two seconds more, of the processor.
    """
    items = {item.nodeid: item for item in session.items}
    missing = [name for name in names if name not in items]
    if missing:  # the fault does not let its file be imported
        tell({"red": missing[0], "error": "not collected"})
        return
    chosen = [items[name] for name in names]
    watch = _Watch()
    session.config.pluginmanager.register(watch)
    for item, following in zip(chosen, [*chosen[1:], None], strict=True):
        tell({"test": item.nodeid})
        allow_processor(2 + 5 * seconds.get(item.nodeid, 0.0))
        item.ihook.pytest_runtest_protocol(item=item, nextitem=following)
        if watch.failed:
            tell({"red": item.nodeid, "error": watch.error})
            return
    tell({"green": len(chosen)})


class _Loop:
    """A plugin whose loop over the tests is ours."""

    def __init__(self, loop: Callable[[pytest.Session], None]) -> None:
        self.loop = loop

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtestloop(self, session: pytest.Session) -> bool:
        """Instead of pytest's own."""
        self.loop(session)
        return True


class _Watch:
    """A plugin that notices the first failure."""

    def __init__(self) -> None:
        self.failed, self.error = False, ""

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """Each phase of each test."""
        self.failed = self.failed or report.failed

    def pytest_exception_interact(self, call: pytest.CallInfo[Any]) -> None:
        """What was raised."""
        if call.excinfo is not None:
            self.error = call.excinfo.type.__name__
