"""How what the services tell arrives: a receiver, and a relay that empties every outbox into it.

Both are the commands a user would type. Knows where outboxes lie; knows nothing of orders.
"""

from __future__ import annotations

import re
import time
from contextlib import closing
from pathlib import Path

from examples.order_to_cash.services.processes import Processes, ServiceDiedError
from pipelines.receiver.tokens import new_token
from streamgauge.relay import Delivery, Relay, TableBacklog, connector

_ADDRESS = re.compile(r"http://[\d.]+:\d+")
_START_SECONDS, _DRAIN_SECONDS = 60, 300


class Arrival:
    """A receiver that writes to home/inbox, and a relay from the services' folder to it: processes of the run."""

    def __init__(self, processes: Processes, home: Path, folder: Path) -> None:
        self._processes, self._spool, self._database = processes, folder / "spool", folder / "shop.db"
        tokens, self._token_file = folder / "tokens", folder / "token"
        self._token_file.touch(0o600)
        self._token_file.write_text(new_token(tokens, "services"), "utf-8")
        processes.start("receiver", "pipelines.cli", "receive", "--home", home, "--port", 0, "--tokens", tokens)
        processes.wait_until(lambda: self._address() is not None, "the address of the receiver", _START_SECONDS)
        self._endpoint = str(self._address())
        processes.start(
            "relay", "streamgauge.relay", "--endpoint", self._endpoint, "--token-file", self._token_file,
            "--outbox", self._spool, "--database", self._database,
        )  # fmt: skip

    def finish(self) -> None:
        """Carry over what is left, and stop.

        Raises:
            ServiceDiedError: something is left that the receiver does not take.
        """
        self._processes.stop("relay")
        delivery = Delivery(self._endpoint, token_file=self._token_file)
        with closing(TableBacklog(connector(str(self._database)))) as table:
            relay = Relay(delivery, folder=self._spool, table=table)
            until = time.monotonic() + _DRAIN_SECONDS
            while not (report := relay.run_once()).is_drained:
                if time.monotonic() > until:
                    raise ServiceDiedError(f"not all that was told has arrived: {report.trouble}")
        if refused := [*self._spool.glob("*/refused.spool")]:
            raise ServiceDiedError(f"events were refused or damaged on the way; {refused[0]} says why")
        self._processes.stop("receiver")

    def _address(self) -> str | None:
        found = _ADDRESS.search(self._processes.said("receiver"))
        return None if found is None else found[0]
