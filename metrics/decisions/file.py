"""Reading decisions and risks: YAML text → models, with errors that name the line. Opens no file."""

from __future__ import annotations

from collections.abc import Iterator

from metrics.catalog import CATALOG, metric_by_key
from metrics.decisions.decision import Decision, Expected, Risk
from metrics.errors import ContractError, StreamFileError, suggest
from metrics.metric import Metric
from metrics.stream.beside import Problem, doubled_ids, foreign_money
from metrics.stream.model import Stream
from metrics.stream.parse import read_quantity
from metrics.stream.section import Section
from metrics.stream.yaml_text import line_at, read_model


class DecisionFile(Section):
    """What the file holds."""

    decisions: tuple[Decision, ...] = ()
    risks: tuple[Risk, ...] = ()


def parse_decisions(text: str, path: str, stream: Stream) -> DecisionFile:
    """Read the decisions and risks of a stream.

    Raises:
        StreamFileError: broken YAML, a history that breaks the rules, an unknown metric, another currency; with the
            line.
    """
    found, root = read_model(text, path, DecisionFile, "decisions:")
    for place, message in _problems(found, stream):
        raise StreamFileError(message, path=path, line=line_at(root, place))
    return found


def expected_change(expected: Expected) -> tuple[Metric, str, float, float]:
    """Metric, statistic, and the change from its lower to its higher end, in the unit of the metric.

    Raises:
        ContractError: no such metric or statistic, or a text that is no quantity of its unit.
    """
    metric = metric_by_key(expected.metric)
    statistic = expected.statistic or metric.headline.value
    if statistic not in metric.statistics:
        raise ContractError.from_unknown_name(f"The statistic of {metric.key}", statistic, metric.statistics)
    low, high = sorted(read_quantity(text, metric.unit) for text in (expected.least, expected.most))
    return metric, statistic, low, high


def _problems(found: DecisionFile, stream: Stream) -> Iterator[Problem]:
    yield from doubled_ids("decisions", found.decisions)
    yield from doubled_ids("risks", found.risks)
    yield from foreign_money("decisions", found.decisions, stream)
    for place, decision in enumerate(found.decisions):
        yield from _expectation_problems(decision, place)


def _expectation_problems(decision: Decision, place: int) -> Iterator[Problem]:
    told = decision.expected
    if told is None:
        return
    keys = [metric.key for metric in CATALOG]
    if told.metric not in keys:
        at: list[str | int] = ["decisions", place, "expected", "metric"]
        yield at, f"the metric {told.metric!r} does not exist.{suggest(told.metric, keys)}"
        return
    try:
        expected_change(told)
    except ContractError as error:
        yield ["decisions", place, "expected"], str(error)
