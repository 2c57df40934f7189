"""A receiver over real HTTP that answers as a test tells it: well, late, half, or not at all.

It keeps what it took, so a test can compare it with what was told. `script` is a queue of what to do with the next
requests; when it is empty the receiver takes what comes.
"""

from __future__ import annotations

import json
import socket
import struct
import threading
from collections import Counter, deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

Act = Callable[["Request"], None]


class Request(BaseHTTPRequestHandler):
    """One request; `events` is its body, decoded."""

    protocol_version = "HTTP/1.1"
    server: Any
    events: list[dict[str, Any]]

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        receiver: Receiver = self.server.receiver
        with receiver.lock:
            receiver.bodies.append(body)
            receiver.requests.append((self.path, dict(self.headers)))
            act = receiver.script.popleft() if receiver.script else receiver.usually
        self.events = json.loads(body)
        act(self)

    def keep(self) -> None:
        """Commit what came."""
        with self.server.receiver.lock:
            self.server.receiver.events.extend(self.events)

    def answer(self, status: int, body: bytes = b"{}", **headers: str) -> None:
        """Answer as HTTP wants it."""
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name.replace("_", "-"), value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def write_raw(self, content: bytes) -> None:
        """Say these bytes and hang up."""
        self.wfile.write(content)
        self.wfile.flush()
        self.close_connection = True

    def reset(self) -> None:
        """Cut the connection: the client sees a reset."""
        self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self.close_connection = True

    def log_message(self, *_: object) -> None:
        """Say nothing."""


class Receiver:
    """What a test sees of it."""

    def __init__(self) -> None:
        self.lock = threading.Lock()
        self.script: deque[Act] = deque()
        self.usually: Act = take
        self.events: list[dict[str, Any]] = []
        self.bodies: list[bytes] = []
        self.requests: list[tuple[str, dict[str, str]]] = []
        self.url = ""

    @property
    def kept(self) -> set[tuple[str, int, str]]:
        """Source, sequence and id of the events it has, doubles once."""
        return {(event["source"], event["data"]["event.sequence"], event["id"]) for event in self.events}

    @property
    def ids(self) -> Counter[str]:
        """How often each event came."""
        return Counter(event["id"] for event in self.events)


def take(request: Request) -> None:
    """Keep the events, and say so."""
    request.keep()
    request.answer(200)


def refuse(status: int, **headers: str) -> Act:
    """Keep nothing, and answer with this status."""
    return lambda request: request.answer(status, **headers)


@contextmanager
def receiver() -> Iterator[Receiver]:
    """A receiver on a free port, in a thread."""
    told = Receiver()
    server = ThreadingHTTPServer(("127.0.0.1", 0), Request)
    server.daemon_threads, server.block_on_close = True, False
    server.receiver = told  # type: ignore[attr-defined]  # the handler finds it there
    told.url = f"http://127.0.0.1:{server.server_address[1]}"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    try:
        yield told
    finally:
        server.shutdown()
        server.server_close()
