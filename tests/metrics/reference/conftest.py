"""The reference, made once for all of its tests, a layer on the other."""

import pytest

from metrics.closing.record import ClosedQuarter
from tests.metrics.reference.closings import close
from tests.metrics.reference.made import Made, add_values, make_facts


@pytest.fixture(scope="session")
def facts() -> Made:
    """The contract tables of both streams."""
    return make_facts()


@pytest.fixture(scope="session")
def made(facts: Made) -> Made:
    """The same with values and comparisons."""
    add_values(facts)
    return facts


@pytest.fixture(scope="session")
def closed(made: Made) -> ClosedQuarter:
    """The third quarter of the fiscal year, closed."""
    return close(made)
