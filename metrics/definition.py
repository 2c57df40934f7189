"""The docstring of a metric's file, by heading: the text that pages, docs and tests share."""

from __future__ import annotations

import importlib
import pkgutil
from types import ModuleType

import metrics
from metrics.errors import ContractError
from metrics.metric import Metric
from metrics.stream.model import Stream
from metrics.working.disclosure import calendars_in_full

HEADINGS = ("Definition", "Unit", "Formula", "One row is", "Reads", "Read as", "Edge cases", "Not", "Source", "Example")


def module_of(metric: Metric) -> ModuleType:
    """The file a metric stands in: it bears the metric's key as its name.

    Raises:
        ContractError: there is no such file.
    """
    for entry in pkgutil.walk_packages(metrics.__path__, "metrics."):
        if entry.name.rpartition(".")[2] == metric.key:
            return importlib.import_module(entry.name)
    raise ContractError(f"The metric {metric.key!r} has no file of that name in metrics/.")


def definition_of(metric: Metric, stream: Stream) -> str:
    """The definition as it holds for one stream: with its calendars in full where working time is measured."""
    calendars = calendars_in_full(stream) if metric.unit == "working_days" else ""
    return " ".join(part for part in (section_of(metric, "Definition"), calendars) if part)


def section_of(metric: Metric, heading: str) -> str:
    """One section of the docstring as running text; line breaks become spaces.

    Raises:
        ContractError: the docstring lacks the heading.
    """
    lines = (module_of(metric).__doc__ or "").splitlines()
    starts = [number for number, line in enumerate(lines) if line.startswith(heading + " ")]
    if not starts:
        raise ContractError(f"The docstring of {metric.key!r} lacks the heading {heading!r}.")
    body = [lines[starts[0]].removeprefix(heading)]
    for line in lines[starts[0] + 1 :]:
        if line[:1].strip():
            break
        body.append(line)
    return " ".join(part.strip() for part in body).strip()
