"""What a target promises to one customer: a limit each subject keeps or misses, and the share that must keep it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from metrics.failure.failure_containment_time import FAILURE_CONTAINMENT_TIME
from metrics.flow.flow_time import FLOW_TIME
from metrics.flow.working_time import WORKING_TIME
from metrics.metric import Metric, Statistic
from metrics.quality.first_time_right import FIRST_TIME_RIGHT
from metrics.stream import Stream
from metrics.targets import targets_of

PROMISED = (FLOW_TIME, WORKING_TIME, FAILURE_CONTAINMENT_TIME, FIRST_TIME_RIGHT)
_WANTED = {Statistic.P50: 0.50, Statistic.P85: 0.85, Statistic.P90: 0.90}


@dataclass(frozen=True, slots=True)
class Objective:
    """`wanted_share` of the subjects within `target` (working) days; of a share, the target itself is wanted."""

    metric: Metric
    statistic: Statistic
    target: float
    wanted_share: float

    def is_met(self, amount: NDArray[np.float64], base: NDArray[np.float64]) -> NDArray[np.bool_]:
        """Which subjects kept it: within the limit, to the limit itself, or right."""
        kept = amount <= self.target if self.metric.is_duration else amount >= base
        return np.asarray(kept, dtype=np.bool_)


def objectives_of(stream: Stream) -> Iterator[Objective]:
    """The targets of a stream file that promise something to one customer; a mean, a ratio or a cost does not."""
    for metric, statistic, target in targets_of(stream):
        if metric not in PROMISED:
            continue
        if metric.unit == "share" and target < 1:
            yield Objective(metric, statistic, target, target)
        elif statistic in _WANTED:
            yield Objective(metric, statistic, target, _WANTED[statistic])
