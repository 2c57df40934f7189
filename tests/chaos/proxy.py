"""A network that misbehaves: a proxy on loopback that does to each request what a script says.

It reads requests and answers whole, so that it knows when the receiver has committed; it decides what the client sees.
"""

from __future__ import annotations

import socket
import struct
import threading
import time
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from typing import BinaryIO

Act = Callable[["Exchange"], None]
SECONDS = 20.0


class Exchange:
    """One request that arrived at the proxy, and the two sides of it."""

    def __init__(self, client: socket.socket, request: bytes, port: int) -> None:
        self.client, self.request, self._port = client, request, port
        self.is_over = False
        """No further request is taken from this client."""

    def forward(self) -> bytes:
        """Give the whole request to the receiver; its whole answer, so what it took is committed."""
        with self._connect() as receiver, receiver.makefile("rb") as reading:
            receiver.sendall(self.request)
            return read_message(reading)

    def forward_half(self) -> None:
        """Give the receiver half of the request and say that no more comes."""
        with self._connect() as receiver:
            receiver.sendall(self.request[: len(self.request) // 2])
            receiver.shutdown(socket.SHUT_WR)
            with suppress(OSError):
                receiver.recv(65_536)

    def answer(self, content: bytes) -> None:
        """Say this to the client."""
        self.client.sendall(content)

    def reset(self) -> None:
        """Cut the connection: the client sees a reset."""
        self.client.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self.is_over = True

    def hang_up(self) -> None:
        """Close our half: the client sees an end where an answer should be."""
        self.client.shutdown(socket.SHUT_WR)
        self.is_over = True

    def _connect(self) -> socket.socket:
        return socket.create_connection(("127.0.0.1", self._port), SECONDS)


def pass_on(exchange: Exchange) -> None:
    """As a good network does."""
    exchange.answer(exchange.forward())


def cut_after_commit(exchange: Exchange) -> None:
    """The receiver has it, and the answer never arrives."""
    exchange.forward()
    exchange.reset()


def cut_within_the_answer(exchange: Exchange) -> None:
    """The receiver has it, and half of the answer arrives."""
    answer = exchange.forward()
    exchange.answer(answer[: len(answer) // 2])
    exchange.reset()


def half_close(exchange: Exchange) -> None:
    """The receiver has it, and the connection ends in good order without an answer."""
    exchange.forward()
    exchange.hang_up()


def answer_late(exchange: Exchange) -> None:
    """The receiver has it, and the answer comes when the client has given up."""
    answer = exchange.forward()
    time.sleep(0.5)
    with suppress(OSError):
        exchange.answer(answer)
    exchange.is_over = True


def send_twice(exchange: Exchange) -> None:
    """The network repeats the request."""
    exchange.forward()
    exchange.answer(exchange.forward())


def cut_within_the_request(exchange: Exchange) -> None:
    """The receiver gets half of it."""
    exchange.forward_half()
    exchange.reset()


def cut_before(exchange: Exchange) -> None:
    """The receiver gets nothing of it."""
    exchange.reset()


def read_message(reading: BinaryIO) -> bytes:
    """A request or an answer, with its body; empty where the other side has ended."""
    head = b""
    while not head.endswith(b"\r\n\r\n"):
        line = reading.readline(65_536)
        if not line:
            return b""
        head += line
    lengths = [line for line in head.lower().split(b"\r\n") if line.startswith(b"content-length:")]
    return head + reading.read(int(lengths[0].split(b":")[1]) if lengths else 0)


class Proxy:
    """Where it is, and what it does with the next requests; when the script is empty it passes them on."""

    def __init__(self, listening: socket.socket, port: int) -> None:
        self.script: deque[Act] = deque()
        self._listening, self._port = listening, port

    @property
    def url(self) -> str:
        """Its address."""
        return f"http://127.0.0.1:{self._listening.getsockname()[1]}"

    def serve(self) -> None:
        """Take one client after the other, until the socket is shut."""
        with suppress(OSError):
            while True:
                client, _ = self._listening.accept()
                client.settimeout(SECONDS)
                with client, client.makefile("rb") as reading, suppress(OSError):
                    self._talk(client, reading)

    def _talk(self, client: socket.socket, reading: BinaryIO) -> None:
        while request := read_message(reading):
            exchange = Exchange(client, request, self._port)
            (self.script.popleft() if self.script else pass_on)(exchange)
            if exchange.is_over:
                break


@contextmanager
def proxy(port: int) -> Iterator[Proxy]:
    """A proxy in front of the receiver on this port, in a thread."""
    with socket.create_server(("127.0.0.1", 0)) as listening:
        made = Proxy(listening, port)
        thread = threading.Thread(target=made.serve, daemon=True)
        thread.start()
        try:
            yield made
        finally:
            listening.shutdown(socket.SHUT_RDWR)
            thread.join(SECONDS)
