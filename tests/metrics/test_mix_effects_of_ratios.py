"""A ratio is taken apart by both its sums, a mean by the sum and the number of what ended."""

from __future__ import annotations

import pytest

from metrics.flow.flow_time import FLOW_TIME
from metrics.handoff.handoff_ratio import HANDOFF_RATIO
from metrics.metric import Metric, Statistic
from metrics.reports.mix_effects import take_apart
from tests.metrics.builder import World


@pytest.mark.parametrize(
    ("metric", "statistic", "ends"),
    [(HANDOFF_RATIO, Statistic.RATIO, (1.5, 0.25)), (FLOW_TIME, Statistic.MEAN, (3.0, 2.0))],
)
def test_what_a_value_is_divided_by(metric: Metric, statistic: Statistic, ends: tuple[float, float]) -> None:
    """Six automated of four manual handoffs in two cases are 1.5, not 3; two cases of 4 and 2 days took 3 each."""
    before = World().case("a", 1.0, 5.0, automated_handoffs=5, manual_handoffs=1)
    before.case("b", 1.0, 3.0, automated_handoffs=1, manual_handoffs=3)
    after = World().case("a", 1.0, 3.0, automated_handoffs=1, manual_handoffs=4)
    whole = take_apart(metric, [before.observations(metric)], [after.observations(metric)], statistic)
    assert whole is not None
    assert (whole.before, whole.after) == pytest.approx(ends)
