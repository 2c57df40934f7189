"""HTTP between the services: served on a free port, called with the case and the simulated time in the headers."""

from __future__ import annotations

import json
import socket
from dataclasses import dataclass
from http.client import HTTPConnection
from pathlib import Path

import uvicorn
from starlette.types import ASGIApp

import streamgauge as sg
from examples.order_to_cash.services import clock

_TIMEOUT_SECONDS = 60


def serve(app: ASGIApp, name: str, folder: Path) -> None:
    """Serve until SIGTERM; others find the address in folder/addresses/name."""
    listener = socket.create_server(("127.0.0.1", 0), backlog=64)
    address = folder / "addresses" / name
    fresh = address.with_suffix(".new")
    fresh.write_text("{}:{}".format(*listener.getsockname()), "utf-8")
    fresh.rename(address)
    config = uvicorn.Config(app, log_level="warning", access_log=False, timeout_keep_alive=600)
    uvicorn.Server(config).run(sockets=[listener])


@dataclass(frozen=True)
class Answer:
    """What a peer answered, and at which simulated second; `retry_after` is in simulated seconds, too."""

    status: int
    at: int
    retry_after: int | None


class Peer:
    """Another service; the connection is kept."""

    def __init__(self, name: str, folder: Path) -> None:
        self._name = name
        address = (folder / "addresses" / name).read_text("utf-8")
        self._connection = HTTPConnection(address, timeout=_TIMEOUT_SECONDS)

    def post(self, path: str, body: dict[str, object] | None = None) -> Answer:
        """Call at the simulated now, within the current case.

        Raises:
            RuntimeError: the peer refused what it should take.
        """
        headers = {"content-type": "application/json", clock.HEADER: str(clock.now())}
        sg.inject(headers)
        self._connection.request("POST", path, None if body is None else json.dumps(body), headers)
        response = self._connection.getresponse()
        text = response.read()
        if response.status >= 400 and response.status != 503:
            raise RuntimeError(f"{self._name} answered {path} with {response.status}: {text.decode()}")
        retry_after, at = response.getheader("retry-after"), response.getheader(clock.HEADER)
        return Answer(
            status=response.status,
            at=clock.now() if at is None else int(at),
            retry_after=None if retry_after is None else int(retry_after),
        )
