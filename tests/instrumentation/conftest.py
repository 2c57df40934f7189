"""Lets the tests import the small distribution from its folder, installed or not, and begin with nothing said."""

import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parents[2] / "instrumentation"))


@pytest.fixture(autouse=True)
def _nothing_said() -> Iterator[None]:
    """Every test has its first warnings to itself, and leaves the process as little configured as it found it."""
    from streamgauge.instrument import current, use
    from streamgauge.notices import forget_notices

    before = current()
    forget_notices()
    yield
    use(before)
