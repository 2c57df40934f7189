"""The reference, made once for all of its tests, a layer on the other."""

import pytest

from metrics.closing.record import ClosedQuarter
from tests.metrics.reference.closings import close
from tests.metrics.reference.made import Made, shared_facts, shared_values


@pytest.fixture(scope="session")
def facts() -> Made:
    """The contract tables of both streams."""
    return shared_facts()


@pytest.fixture(scope="session")
def made(facts: Made) -> Made:
    """The same with values and comparisons."""
    return shared_values()


@pytest.fixture(scope="session")
def closed(made: Made) -> ClosedQuarter:
    """The third quarter of the fiscal year, closed."""
    return close(made)
