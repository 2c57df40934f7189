"""May a later number be held against one that was kept? Only where both were measured by the same definition."""

from __future__ import annotations

from typing import Protocol

from metrics.baseline import sql_hash_of
from metrics.evaluate import unit_of
from metrics.metric import Metric
from metrics.stream.model import Stream


class Defined(Protocol):
    """What was kept of the definition of a metric: its version, the hash of its SQL, and its unit."""

    @property
    def metric(self) -> str:
        """Its key."""

    @property
    def definition_version(self) -> str:
        """Version of its definition."""

    @property
    def sql_hash(self) -> str:
        """sha256 of its SQL."""

    @property
    def unit(self) -> str:
        """Its unit; a currency by its code."""


def why_not_comparable(frozen: Defined, metric: Metric | None, stream: Stream) -> str | None:
    """Why nothing may be held against what was frozen of a metric; None: it may."""
    if metric is None:
        return f"{frozen.metric} is no longer in the catalogue"
    if frozen.definition_version != metric.version:
        return f"frozen by definition {frozen.definition_version}, which is {metric.version} now"
    if frozen.sql_hash != sql_hash_of(metric):
        return f"the SQL of definition {metric.version} is not the one that was frozen"
    if frozen.unit != unit_of(metric, stream):
        return f"frozen in {frozen.unit}, measured in {unit_of(metric, stream)} now"
    return None
