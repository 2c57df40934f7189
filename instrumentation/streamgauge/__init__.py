"""streamgauge speaks from inside a service: it tells business events by which a value stream is measured.

    import streamgauge as sg

    sg.configure(service="orders", stream="order_to_cash", outbox=sg.FileOutbox("outbox", "orders"))
    with sg.case("O-17"):
        sg.event("order.created", channel="web")
        with sg.step("Check order", performer=sg.human(role="Operations")) as step:
            step.outcome = "failure"

`streamgauge.attributes` holds the wire contract. Knows OpenTelemetry's names; knows no metric, no storage and no page.
A verb bears the name of the module it stands in (`step`, `handoff`, `event`): import from those by `from … import`.
"""

from __future__ import annotations

from streamgauge import failure
from streamgauge.context import Case, case, current_case
from streamgauge.errors import ConfigurationError, OutboxError, StreamgaugeError
from streamgauge.execution import Step
from streamgauge.handoff import Ticket, handoff
from streamgauge.instrument import Instrument, configure
from streamgauge.moment import correct, event, retract
from streamgauge.notices import notices
from streamgauge.outbox.direct import DirectOutbox
from streamgauge.outbox.file import FileOutbox
from streamgauge.outbox.transactional import TransactionalOutbox
from streamgauge.performer import Performer, agent, external, human, system
from streamgauge.propagation import Arrived, extract, inject, strip
from streamgauge.step import rework, step

__version__ = "0.1.0"
__all__ = [
    "Arrived", "Case", "ConfigurationError", "DirectOutbox", "FileOutbox", "Instrument", "OutboxError", "Performer",
    "Step", "StreamgaugeError", "Ticket", "TransactionalOutbox", "agent", "case", "configure", "correct",
    "current_case", "event", "external", "extract", "failure", "handoff", "human", "inject", "notices", "retract",
    "rework", "step", "strip", "system",
]  # fmt: skip
