"""What the stream file takes: defaults as its page promises, and numbers up to their borders and not beyond."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from pydantic import BaseModel, ValidationError

from docs.beside_page import write_benefits_file, write_decisions_file
from docs.stream_page import write_stream_file
from metrics.stream.baseline import Rebase
from metrics.stream.calendars import Calendar, Sites
from metrics.stream.costs import Costs
from metrics.stream.failures import FailureRule
from metrics.stream.finance import Finance
from metrics.stream.gates import Gates
from metrics.stream.incidents import Incidents, Watch
from metrics.stream.model import Stream
from metrics.stream.rework import Allowed, Rework
from metrics.stream.section import Section
from metrics.stream.steps import Step

STREAM = {"stream": "s", "name": "S", "trigger": {"first_event": True}, "outcomes": [{"name": "o", "last_event": True}]}
RULE = {"name": "r", "detected": ["x"], "steady": ["y"]}
WATCH = {"name": "w", "steps": ["x"], "failing_steps": ["x"]}

# model, what it needs, key, values that are taken, values that are not
BORDERS: dict[str, tuple[type[Section], dict[str, Any], str, list[Any], list[Any]]] = {
    "fiscal year": (Stream, STREAM, "fiscal_year_starts", [1, 12], [0, 13]),
    "version": (Stream, STREAM, "version", [1, 2], [0]),
    "tier": (Stream, STREAM, "tier", [1, 2, 3], [0, 4]),
    "outcomes": (Stream, STREAM, "outcomes", [[{"name": "o", "last_event": True}]], [[]]),
    "severity of a rule": (FailureRule, RULE, "severity", [1, 5], [0, 6]),
    "release hours of a rule": (FailureRule, RULE, "release_hours", [0.1], [0, -1]),
    "steps that detect": (FailureRule, RULE, "detected", [["x"]], [[]]),
    "severity of a watch": (Watch, WATCH, "severity", [1, 5], [0, 6]),
    "windows": (Watch, WATCH, "window_hours", [1, 168], [0, 169]),
    "windows before": (Watch, WATCH, "baseline_windows", [20], [19]),
    "fewest of a window": (Watch, WATCH, "fewest", [1], [0]),
    "width of the band": (Watch, WATCH, "sigmas", [2, 6], [1.9, 6.1]),
    "quiet windows": (Watch, WATCH, "quiet_windows", [1], [0]),
    "release hours of a watch": (Watch, WATCH, "release_hours", [0.1], [0]),
    "completeness": (Gates, {}, "completeness", [0, 1], [-0.01, 1.01]),
    "quiet": (Gates, {}, "phantom_days", [0.5], [0, -1]),
    "late": (Gates, {}, "late_hours", [0.01], [0]),
    "standard minutes": (Step, {"name": "x"}, "standard_minutes", [0, 30], [-1]),
    "standard minutes at least": (
        Step, {"name": "x", "standard_minutes": 30}, "standard_minutes_low", [0, 0.5, 30], [-0.1],
    ),
    "standard minutes at most": (Step, {"name": "x", "standard_minutes": 0}, "standard_minutes_high", [0, 30], [-0.1]),
    "a year of work": (Finance, {}, "hours_per_fte_year", [0.5, 8784], [0, 8785]),
    "cost of a day": (
        Costs, {}, "delay_cost_per_day", ["0.000001", "999999999999.999999"], [0, "0.0000001", "1234567890123.000000"],
    ),
    "release hours of told incidents": (Incidents, {}, "release_hours", [0.1], [0, -1]),
    "hours of a working day": (
        Calendar, {"name": "x", "hours": {"mon-fri": ["09:00-17:00"]}}, "day_hours", [0.5, 24], [0, 24.1],
    ),
    "allowed repeats": (Allowed, {"step": "x", "reason": "y"}, "at_most", [1], [0]),
    "policy": (Rework, {}, "version", [1], [0]),
    "why the charts begin anew": (Rebase, {"at_on": dt.date(2026, 1, 1)}, "reason", ["x"], [""]),
    "sites": (Sites, {"segment": "s"}, "calendars", [{"a": "b"}], [{}]),
    "name of a calendar": (Calendar, {"hours": {"mon-fri": ["09:00-17:00"]}}, "name", ["x"], [""]),
}  # fmt: skip


@pytest.mark.parametrize(
    ("page", "write"),
    [
        ("stream-file", write_stream_file), ("benefits-file", write_benefits_file),
        ("decisions-file", write_decisions_file),
    ],
)  # fmt: skip
def test_defaults_and_bounds_are_as_promised(page: str, write: Callable[[], str]) -> None:
    """The page of a file tells every key with its default and bounds; a change of one is a change of the page."""
    assert write() == (Path(__file__).parents[2] / "docs" / f"{page}.md").read_text("utf-8")


@pytest.mark.parametrize(("model", "needs", "key", "taken", "refused"), BORDERS.values(), ids=BORDERS)
def test_values_up_to_the_border(
    model: type[BaseModel], needs: dict[str, Any], key: str, taken: list[Any], refused: list[Any]
) -> None:
    """The last value that makes sense is taken, the first that makes none is not."""
    for value in taken:
        assert getattr(model.model_validate(needs | {key: value}), key) is not None
    for value in refused:
        with pytest.raises(ValidationError) as caught:
            model.model_validate(needs | {key: value})
        assert {problem["loc"][0] for problem in caught.value.errors()} == {key}


def test_a_section_is_closed_and_stays_as_it_is() -> None:
    """A key nobody knows is refused, and nothing of a section can be changed once it is read."""
    with pytest.raises(ValidationError, match="Extra inputs"):
        Gates.model_validate({"complete": 1})
    with pytest.raises(ValidationError, match="frozen"):
        Gates().completeness = 0.5  # type: ignore[misc]
