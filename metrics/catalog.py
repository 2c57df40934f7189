"""The catalogue: every metric, in the order readers meet them. The first five are the headline."""

from __future__ import annotations

from metrics.cost.cost_per_first_time_right_case import COST_PER_FIRST_TIME_RIGHT_CASE
from metrics.cost.cost_per_started_case import COST_PER_STARTED_CASE
from metrics.cost.cost_per_transaction import COST_PER_TRANSACTION
from metrics.errors import ContractError
from metrics.failure.auto_healed_failures import AUTO_HEALED_FAILURES
from metrics.failure.failure_containment_time import FAILURE_CONTAINMENT_TIME
from metrics.failure.failure_containment_time_started import FAILURE_CONTAINMENT_TIME_STARTED
from metrics.failure.failure_detection_time import FAILURE_DETECTION_TIME
from metrics.failure.failure_remediation_time import FAILURE_REMEDIATION_TIME
from metrics.failure.failure_restoration_time import FAILURE_RESTORATION_TIME
from metrics.failure.failure_spread_time import FAILURE_SPREAD_TIME
from metrics.failure.failure_triage_time import FAILURE_TRIAGE_TIME
from metrics.failure.open_failures import OPEN_FAILURES
from metrics.failure.release_caused_failures import RELEASE_CAUSED_FAILURES
from metrics.failure.unattributed_failures import UNATTRIBUTED_FAILURES
from metrics.flow.completion_rate import COMPLETION_RATE
from metrics.flow.flow_efficiency import FLOW_EFFICIENCY
from metrics.flow.flow_time import FLOW_TIME
from metrics.flow.flow_time_started import FLOW_TIME_STARTED
from metrics.flow.unexplained_time import UNEXPLAINED_TIME
from metrics.flow.working_time import WORKING_TIME
from metrics.handoff.automated_share import AUTOMATED_SHARE
from metrics.handoff.boomerang_rate import BOOMERANG_RATE
from metrics.handoff.handoff_ratio import HANDOFF_RATIO
from metrics.handoff.ping_pong_rate import PING_PONG_RATE
from metrics.handoff.step_pairs import STEP_PAIRS
from metrics.handoff.transfers_to_human import TRANSFERS_TO_HUMAN
from metrics.handoff.unplanned_handoffs import UNPLANNED_HANDOFFS
from metrics.metric import Metric
from metrics.quality.first_time_right import FIRST_TIME_RIGHT
from metrics.quality.rework_rate import REWORK_RATE

CATALOG: tuple[Metric, ...] = (
    FLOW_TIME,
    FAILURE_CONTAINMENT_TIME,
    HANDOFF_RATIO,
    FIRST_TIME_RIGHT,
    COST_PER_TRANSACTION,
    FLOW_TIME_STARTED,
    WORKING_TIME,
    COMPLETION_RATE,
    FLOW_EFFICIENCY,
    UNEXPLAINED_TIME,
    REWORK_RATE,
    FAILURE_CONTAINMENT_TIME_STARTED,
    FAILURE_DETECTION_TIME,
    FAILURE_TRIAGE_TIME,
    FAILURE_SPREAD_TIME,
    FAILURE_REMEDIATION_TIME,
    FAILURE_RESTORATION_TIME,
    OPEN_FAILURES,
    AUTOMATED_SHARE,
    TRANSFERS_TO_HUMAN,
    UNPLANNED_HANDOFFS,
    AUTO_HEALED_FAILURES,
    RELEASE_CAUSED_FAILURES,
    UNATTRIBUTED_FAILURES,
    STEP_PAIRS,
    PING_PONG_RATE,
    BOOMERANG_RATE,
    COST_PER_STARTED_CASE,
    COST_PER_FIRST_TIME_RIGHT_CASE,
)
HEADLINE = CATALOG[:5]


def metric_by_key(key: str) -> Metric:
    """The metric of that key.

    Raises:
        ContractError: there is none; names the nearest.
    """
    for metric in CATALOG:
        if metric.key == key:
            return metric
    raise ContractError.from_unknown_name("the metric", key, (metric.key for metric in CATALOG))
