"""A real HTTP server on this machine that takes events, and answers as it was told to, one answer a request."""

from __future__ import annotations

import ssl
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

Behaviour = Callable[[BaseHTTPRequestHandler], None]


@dataclass
class Taken:
    """What was posted: path, headers and body; and what is to be answered, the last one for ever."""

    answers: list[Behaviour]
    requests: list[tuple[str, dict[str, str], bytes]] = field(default_factory=list)


def status(code: int, **headers: str) -> Behaviour:
    """Answer with a status, and a body that nobody needs."""

    def answer(handler: BaseHTTPRequestHandler) -> None:
        handler.send_response(code)
        for name, value in headers.items():
            handler.send_header(name.replace("_", "-"), value)
        handler.send_header("Content-Length", "2")
        handler.end_headers()
        handler.wfile.write(b"ok")

    return answer


def hang_up(handler: BaseHTTPRequestHandler) -> None:
    """Close without a word: nobody knows whether it was taken."""
    handler.connection.close()


def drip(handler: BaseHTTPRequestHandler) -> None:
    """A header that goes on and on, a letter each tenth of a second: no single wait is long."""
    handler.wfile.write(b"HTTP/1.1 200 OK\r\nX-Slow: ")
    for _ in range(600):
        handler.wfile.write(b"x")
        handler.wfile.flush()
        time.sleep(0.1)


def flood(handler: BaseHTTPRequestHandler) -> None:
    """200, and a body of a hundred megabytes for whoever reads it."""
    handler.send_response(200)
    handler.end_headers()
    for _ in range(100):
        handler.wfile.write(b"x" * 1_000_000)


@contextmanager
def hook_server(*answers: Behaviour, tls: ssl.SSLContext | None = None) -> Iterator[tuple[int, Taken]]:
    """A server on a free port; yields the port and what it took."""
    taken = Taken(list(answers) or [status(204)])

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:  # the name is http.server's
            body = self.rfile.read(int(self.headers["Content-Length"]))
            taken.requests.append((self.path, {k.lower(): v for k, v in self.headers.items()}, body))
            behaviour = taken.answers[min(len(taken.requests), len(taken.answers)) - 1]
            behaviour(self)

        do_GET = do_POST  # noqa: N815  # whoever follows a redirect would come back so

        def log_message(self, format: str, *args: Any) -> None:  # noqa: A002  # the name is http.server's
            """Nothing on the screen."""

    class Server(ThreadingHTTPServer):
        daemon_threads, block_on_close = True, False

        def handle_error(self, request: Any, client_address: Any) -> None:
            """A client that went away is what these tests are about."""

    with Server(("127.0.0.1", 0), Handler) as server:
        if tls is not None:
            server.socket = tls.wrap_socket(server.socket, server_side=True)
        threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()
        try:
            yield server.server_address[1], taken
        finally:
            server.shutdown()
