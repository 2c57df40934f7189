"""Monitoring: tells of the outage of the stock. It hit the whole stream, so it belongs to no case."""

from __future__ import annotations

import streamgauge as sg
from examples.order_to_cash.firm import OUTAGE, OUTAGE_ID
from examples.order_to_cash.services import clock
from examples.order_to_cash.services.place import start

STAGES = {
    "onset": sg.failure.onset,
    "detected": sg.failure.detected,
    "triaged": sg.failure.triaged,
    "contained": sg.failure.contained,
    "remediated": sg.failure.remediated,
    "steady": sg.failure.steady,
}


def run() -> None:
    """Each stage when it is reached."""
    for stage, second in OUTAGE.items():
        with clock.at(second):
            STAGES[stage](OUTAGE_ID, severity=1)


if __name__ == "__main__":
    start("monitoring")
    run()
