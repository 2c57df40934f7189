"""The relay carries what the outboxes hold to the receiver: a thread beside a service, or a process of its own.

    relay = Relay(Delivery("https://gauge.example", token_file=Path("token")), folder=Path("outbox"))
    relay.start()

An event leaves its outbox only after the receiver answered 200 for it. Until then it is sent again, the same bytes.
"""

from __future__ import annotations

from streamgauge.relay.database import connector
from streamgauge.relay.delivery import Delivery
from streamgauge.relay.relay import Relay, Tempo
from streamgauge.relay.report import Report
from streamgauge.relay.table import TableBacklog

__all__ = ["Delivery", "Relay", "Report", "TableBacklog", "Tempo", "connector"]
