"""Reading benefits and integrations: YAML text → what is claimed and owned, with errors that name the line.

Held against the stream file: money is in its currency, metrics are in the catalogue, steps are those it lists.
Opens no file.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from metrics.catalog import CATALOG
from metrics.errors import StreamFileError, suggest
from metrics.finance.benefit import Benefit
from metrics.finance.integration import Integration
from metrics.stream.beside import Problem, doubled_ids, foreign_money
from metrics.stream.model import Stream
from metrics.stream.section import Section
from metrics.stream.yaml_text import line_at, read_model


class FinanceFile(Section):
    """What a finance file holds; benefits and integrations may share one, or lie in a file each."""

    benefits: tuple[Benefit, ...] = ()
    integrations: tuple[Integration, ...] = ()


@dataclass(frozen=True, slots=True)
class Finance:
    """What is claimed and owned in a stream."""

    benefits: tuple[Benefit, ...] = ()
    integrations: tuple[Integration, ...] = ()


def parse_finance(text: str, path: str, stream: Stream) -> FinanceFile:
    """Read a finance file of a stream.

    Raises:
        StreamFileError: broken YAML, a history that breaks the rules, another currency; names the line.
    """
    found, root = read_model(text, path, FinanceFile, "benefits:")
    for place, message in _problems(found, stream):
        raise StreamFileError(message, path=path, line=line_at(root, place))
    return found


def _problems(found: FinanceFile, stream: Stream) -> Iterator[Problem]:
    yield from doubled_ids("benefits", found.benefits)
    yield from doubled_ids("integrations", found.integrations)
    yield from foreign_money("benefits", found.benefits, stream)
    yield from foreign_money("integrations", found.integrations, stream)
    for place, benefit in enumerate(found.benefits):
        yield from _unknown_names(benefit, stream, place)


def _unknown_names(benefit: Benefit, stream: Stream, place: int) -> Iterator[Problem]:
    keys = [metric.key for metric in CATALOG]
    if benefit.metric not in keys:
        yield (
            ["benefits", place, "metric"],
            f"the metric {benefit.metric!r} does not exist.{suggest(benefit.metric, keys)}",
        )
    steps = [step.name for step in stream.steps]
    if benefit.frees and benefit.frees.step and steps and benefit.frees.step not in steps:
        message = f"the step {benefit.frees.step!r} does not exist.{suggest(benefit.frees.step, steps)}"
        yield ["benefits", place, "frees", "step"], message
