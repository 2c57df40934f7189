"""The direct outbox: best effort against a real HTTP server, and an honest count of what it lost."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

import streamgauge as sg
from streamgauge.outbox.direct import BATCH_EVENTS, DirectOutbox
from tests.instrumentation.test_file_outbox import event


class Receiver(ThreadingHTTPServer):
    """Answers as told, 200 when nothing is, and keeps what it answered 200 to."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Answer)
        self.answers: list[int] = []
        self.taken: list[list[dict[str, object]]] = []
        self.headers: list[dict[str, str]] = []
        self.endpoint = f"http://127.0.0.1:{self.server_address[1]}"


class _Answer(BaseHTTPRequestHandler):
    def do_POST(self) -> None:  # the standard library's name
        receiver = self.server
        assert isinstance(receiver, Receiver)
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        code = receiver.answers.pop(0) if receiver.answers else 200
        receiver.headers.append({"path": self.path, **{name.lower(): text for name, text in self.headers.items()}})
        if code == 200:
            receiver.taken.append(body)
        self.send_response(code)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002
        """Say nothing."""


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    """A receiver on a port of the system's choice."""
    made = Receiver()
    thread = threading.Thread(target=made.serve_forever, args=(0.02,))
    thread.start()
    yield made
    made.shutdown()
    thread.join()
    made.server_close()


def _sequences(receiver: Receiver) -> list[int]:
    return [told["data"]["event.sequence"] for batch in receiver.taken for told in batch]  # type: ignore[index]


def test_events_arrive_in_batches(receiver: Receiver) -> None:
    """What is put is posted to /events with the token, in order and numbered under one source."""
    outbox = DirectOutbox(receiver.endpoint + "/", "credit desk", token="secret")
    for number in range(BATCH_EVENTS + 50):
        outbox.put(event(number))
    assert outbox.flush(10)
    outbox.close()
    assert _sequences(receiver) == list(range(1, BATCH_EVENTS + 51))
    assert {told["source"] for batch in receiver.taken for told in batch} == {outbox.source}
    assert outbox.source.startswith("/credit%20desk/")
    first = receiver.headers[0]
    assert (first["path"], first["authorization"]) == ("/events", "Bearer secret")
    assert first["content-type"] == "application/cloudevents-batch+json"
    assert outbox.lost == 0


@pytest.mark.parametrize("code", [503, 429, 401])
def test_a_refusal_that_may_end_is_tried_again(receiver: Receiver, code: int) -> None:
    """The same events are sent again until they are taken."""
    receiver.answers = [code, code]
    outbox = DirectOutbox(receiver.endpoint, "orders", pause_seconds=0.01)
    outbox.put(event(1))
    assert outbox.flush(10)
    outbox.close()
    assert (_sequences(receiver), outbox.lost) == ([1], 0)


def test_a_refusal_for_ever_is_a_counted_loss(receiver: Receiver) -> None:
    """What the receiver will never take is dropped, counted and said; what follows goes on, and shows the gap."""
    receiver.answers = [400]
    outbox = DirectOutbox(receiver.endpoint, "orders")
    outbox.put(event(1))
    assert outbox.flush(10)
    outbox.put(event(2))
    assert outbox.flush(10)
    outbox.close()
    assert (_sequences(receiver), outbox.lost) == ([2], 1)
    assert sg.notices() == {"lost": 1}


def test_what_does_not_fit_drops_the_oldest() -> None:
    """With nobody to take them, the newest events wait and every other one is counted; nothing raises."""
    outbox = DirectOutbox("http://127.0.0.1:1", "orders", capacity=10, pause_seconds=0.01)
    for number in range(100):
        outbox.put(event(number))
    assert not outbox.flush(0.05)
    outbox.close(0.05)
    outbox.put(event(100))
    assert outbox.lost >= 90
    assert set(sg.notices()) <= {"lost", "not sent"}


@pytest.mark.parametrize(
    ("endpoint", "service"), [("receiver:8765", "orders"), ("file:///etc", "orders"), ("http://r", "")]
)
def test_a_wrong_address_is_refused_at_the_start(endpoint: str, service: str) -> None:
    """Only http and https can be posted to, and a service has a name."""
    with pytest.raises(sg.ConfigurationError):
        DirectOutbox(endpoint, service)
