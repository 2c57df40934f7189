"""The docstring of a metric, by heading."""

from __future__ import annotations

from dataclasses import replace

import pytest

from metrics.catalog import CATALOG, HEADLINE, metric_by_key
from metrics.cost.cost_per_transaction import COST_PER_TRANSACTION
from metrics.definition import HEADINGS, module_of, section_of
from metrics.errors import ContractError
from metrics.flow import flow_time
from metrics.flow.flow_time import FLOW_TIME


def test_a_section_is_running_text() -> None:
    """The lines of a section become one, from its heading to the next."""
    assert section_of(FLOW_TIME, "Unit") == "days, elapsed (24 hours each)"
    assert section_of(FLOW_TIME, "Definition") == (
        "For each case that was completed in the period: from its first accepted trigger to its first accepted "
        "outcome, queues, nights and people included."
    )
    assert section_of(FLOW_TIME, "Example") == "triggered Mon 09:00, finished Tue 15:00 -> 1.25"


def test_the_headings_of_the_house() -> None:
    """What a reader finds of every metric, in this order."""
    assert HEADINGS == (
        "Definition", "Unit", "Formula", "One row is", "Reads", "Read as", "Edge cases", "Not", "Source", "Example",
    )  # fmt: skip


def test_every_heading_of_every_metric_says_something() -> None:
    """No metric lacks a heading, and no section runs on into the next."""
    for metric in CATALOG:
        sections = [section_of(metric, heading) for heading in HEADINGS]
        assert all(sections)
        assert not any(f" {other}  " in section for section in sections for other in HEADINGS)


def test_a_heading_that_is_not_there() -> None:
    """It is named, with the metric."""
    with pytest.raises(ContractError, match="'flow_time' lacks the heading 'Weather'"):
        section_of(FLOW_TIME, "Weather")


def test_a_file_without_a_docstring(monkeypatch: pytest.MonkeyPatch) -> None:
    """A file that says nothing lacks every heading, and that is what is told."""
    monkeypatch.setattr(flow_time, "__doc__", None)
    with pytest.raises(ContractError, match="lacks the heading 'Unit'"):
        section_of(FLOW_TIME, "Unit")


def test_the_file_of_a_metric() -> None:
    """A metric stands in the file that bears its key; a key without a file is told."""
    assert module_of(FLOW_TIME) is flow_time
    with pytest.raises(ContractError, match="'flow_time_of_nobody' has no file"):
        module_of(replace(FLOW_TIME, key="flow_time_of_nobody"))


def test_metrics_by_key() -> None:
    """Each key finds its metric, an unknown one the nearest name; the headline is the first five."""
    assert all(metric_by_key(metric.key) is metric for metric in CATALOG)
    with pytest.raises(ContractError, match=r"the metric 'flow_tim' does not exist\. Did you mean 'flow_time'"):
        metric_by_key("flow_tim")
    assert len(HEADLINE) == 5
    assert HEADLINE[-1] is COST_PER_TRANSACTION
