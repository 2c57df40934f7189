"""Running the receiver alone: a socket, a server, and an end that finishes what was begun.

Knows uvicorn and signals; knows nothing of requests.
"""

from __future__ import annotations

import ipaddress
import signal
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import uvicorn
from starlette.types import ASGIApp

from pipelines.receiver.app import create_receiver
from pipelines.receiver.connection import bounded_connection
from pipelines.receiver.errors import ReceiverError
from pipelines.receiver.limits import Limits
from pipelines.receiver.log import WriteAheadLog
from pipelines.receiver.tokens import Tokens

_BACKLOG = 2_048


def check_exposure(host: str, tokens: Tokens, *, may_be_open: bool = False) -> None:
    """Without tokens a receiver listens to this machine only, unless somebody says otherwise.

    Raises:
        ReceiverError: the address can be reached from elsewhere, and nobody would be asked for a token.
    """
    if not tokens.is_required and not may_be_open and not _is_loopback(host):
        raise ReceiverError(
            f"Listening on {host} without tokens would let anybody write here. Make a token and name its file, listen "
            "on 127.0.0.1, or say explicitly that everybody may send."
        )


def serve_receiver(
    log: WriteAheadLog,
    tokens: Tokens,
    limits: Limits | None = None,
    *,
    host: str = "127.0.0.1",
    port: int = 4318,
    may_be_open: bool = False,
    beside: ASGIApp | None = None,
    announce: Callable[[str, int], None] = lambda host, port: None,
) -> None:
    """Serve until SIGTERM or Ctrl-C; then finish what is under way, commit it and seal the log.

    `beside` answers all paths that are none of the receiver's. `announce` is told host and port once connections are
    accepted; port 0 lets the system choose one.

    Raises:
        ReceiverError: the address cannot be listened on, or must not without tokens.
    """
    chosen = limits or Limits()
    with log:
        check_exposure(host, tokens, may_be_open=may_be_open)
        with _listen(host, port) as listening:
            announce(host, listening.getsockname()[1])
            server = build_server(create_receiver(log, tokens, chosen, beside), chosen)
            with finishing():
                server.run([listening])


def build_server(app: ASGIApp, limits: Limits) -> uvicorn.Server:
    """A server with the limits of connections and heads; `should_exit` ends it from another thread."""
    return uvicorn.Server(
        uvicorn.Config(
            app,
            http=bounded_connection(limits),
            ws="none",
            lifespan="off",
            log_level="warning",
            access_log=False,  # an address may hold what was never meant to be written down
            server_header=False,
            proxy_headers=False,
            backlog=_BACKLOG,
            limit_concurrency=limits.connections,
            timeout_keep_alive=limits.idle_seconds,
            timeout_graceful_shutdown=limits.shutdown_seconds,
        )
    )


@contextmanager
def finishing() -> Iterator[None]:
    """Let the block end by itself on SIGTERM and Ctrl-C: uvicorn raises the signal again once it has finished."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    before = {number: signal.signal(number, lambda *_: None) for number in (signal.SIGTERM, signal.SIGINT)}
    try:
        yield
    finally:
        for number, earlier in before.items():
            signal.signal(number, earlier)


def _listen(host: str, port: int) -> socket.socket:
    try:
        family, *_, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE)[0]
        return socket.create_server(address[:2], family=family, backlog=_BACKLOG)
    except OSError as error:
        raise ReceiverError(
            f"Cannot listen on {host}, port {port}: {error.strerror}. Choose another address or port."
        ) from error


def _is_loopback(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
