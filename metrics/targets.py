"""What the stream file wants of each metric: targets, meaningful changes, names; held against the catalogue."""

from __future__ import annotations

from collections.abc import Iterator

from metrics.baseline import window_of
from metrics.catalog import CATALOG, metric_by_key
from metrics.errors import ContractError, PeriodError, StreamFileError, suggest
from metrics.metric import Metric, Statistic
from metrics.stream import Stream, read_quantity
from metrics.stream.parse import line_of


def targets_of(stream: Stream) -> Iterator[tuple[Metric, Statistic, float]]:
    """Every target with its metric and statistic, in the unit of the metric.

    Raises:
        ContractError: a metric or statistic that does not exist, or a value of another unit.
    """
    for key, wanted in stream.targets.items():
        metric = metric_by_key(key)
        for name, text in wanted.items():
            if name not in metric.statistics:
                raise ContractError.from_unknown_name(f"The statistic of {key}", name, metric.statistics)
            yield metric, Statistic(name), read_quantity(text, metric.unit)


def check_wishes(stream: Stream, text: str, path: str = "stream.yaml") -> None:
    """Refuse targets, meaningful changes and names of metrics that cannot be meant.

    Raises:
        StreamFileError: names the line, and the nearest name or the form of the value.
    """
    known = {metric.key for metric in CATALOG}
    for key in (*stream.targets, *stream.meaningful, *stream.words.metrics):
        if key not in known:
            message = f"the metric {key!r} does not exist.{suggest(key, known)}"
            raise StreamFileError(message, path=path, line=line_of(key, text))
    try:
        window_of(stream)
    except PeriodError as error:
        raise StreamFileError(f"baseline.period: {error}", path=path, line=line_of("baseline:", text)) from error
    try:
        list(targets_of(stream))
        for key, value in stream.meaningful.items():
            read_quantity(value, metric_by_key(key).unit)
    except ContractError as error:
        raise StreamFileError(f"targets or meaningful: {error}", path=path) from error
