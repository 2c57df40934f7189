"""One request over real HTTP, and what its answer means: a receiver that misbehaves in every way known."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from streamgauge.errors import ConfigurationError
from streamgauge.relay import Delivery
from streamgauge.relay.delivery import Verdict, verdict_of
from tests.instrumentation.wild_receiver import Receiver, Request, receiver, refuse

EVENTS = [b'{"id":"a"}', b'{"id":"b"}']


@pytest.fixture
def wild() -> Iterator[Receiver]:
    """A receiver that does as told."""
    with receiver() as running:
        yield running


def post(wild: Receiver, **options: Any) -> Any:
    """Post two events over a connection of their own."""
    delivery = Delivery(wild.url, **{"timeout_seconds": 2.0, **options})
    try:
        return delivery.post(EVENTS)
    finally:
        delivery.close()


def test_batch_goes_out_as_cloudevents(wild: Receiver) -> None:
    """A batch is one JSON array, posted to <endpoint>/events with its media type and the token."""
    reply = post(wild, token="s3cret")
    assert reply.verdict is Verdict.KEPT
    ((path, headers),) = wild.requests
    assert (path, headers["Content-Type"]) == ("/events", "application/cloudevents-batch+json")
    assert headers["Authorization"] == "Bearer s3cret"
    assert json.loads(wild.bodies[0]) == [{"id": "a"}, {"id": "b"}]


def test_endpoint_may_have_a_path(wild: Receiver) -> None:
    """A receiver behind a prefix is reached there, with or without a slash at the end."""
    for suffix in ("/gauge", "/gauge/"):
        Delivery(wild.url + suffix).post(EVENTS)
    assert [path for path, _ in wild.requests] == ["/gauge/events", "/gauge/events"]


def test_connection_is_kept(wild: Receiver) -> None:
    """Requests of one pass share a connection."""
    clients = set()

    def note(request: Request) -> None:
        clients.add(request.client_address)
        request.answer(200)

    wild.usually = note
    delivery = Delivery(wild.url)
    assert [delivery.post(EVENTS).verdict for _ in range(3)] == [Verdict.KEPT] * 3
    assert len(clients) == 1


@pytest.mark.parametrize(
    ("status", "verdict"),
    [
        (200, Verdict.KEPT),
        (202, Verdict.LATER),
        (204, Verdict.LATER),
        (301, Verdict.LATER),
        (400, Verdict.REFUSED),
        (401, Verdict.DENIED),
        (403, Verdict.DENIED),
        (404, Verdict.LATER),
        (413, Verdict.TOO_LARGE),
        (415, Verdict.REFUSED),
        (422, Verdict.REFUSED),
        (429, Verdict.LATER),
        (500, Verdict.LATER),
        (503, Verdict.LATER),
        (599, Verdict.LATER),
    ],
)
def test_only_200_says_that_events_are_kept(status: int, verdict: Verdict) -> None:
    """Every other status is waited out, or blamed on the events where it speaks of them."""
    assert verdict_of(status) is verdict


def test_redirect_is_not_followed(wild: Receiver) -> None:
    """A token goes nowhere but where it was told to go."""
    wild.usually = refuse(307, Location=f"{wild.url}/elsewhere")
    assert post(wild, token="s3cret").verdict is Verdict.LATER
    assert len(wild.requests) == 1


def test_retry_after_is_handed_on(wild: Receiver) -> None:
    """What the receiver asks for, in seconds or as a date, is told with the answer."""
    wild.script.append(refuse(503, Retry_After="7"))
    wild.script.append(refuse(429, Retry_After="Fri, 01 Jan 2100 00:00:00 GMT"))
    wild.script.append(refuse(500))
    assert [post(wild).retry_after_seconds for _ in range(3)] == [7.0, 900.0, None]


def test_cut_after_commit_is_no_answer(wild: Receiver) -> None:
    """Where the receiver took the events and the answer was cut, nobody knows, so they count as not delivered."""

    def keep_and_cut(request: Request) -> None:
        request.keep()
        request.reset()

    wild.usually = keep_and_cut
    assert post(wild).verdict is Verdict.NO_ANSWER
    assert len(wild.events) == 2


@pytest.mark.parametrize(
    "said",
    [
        b"",
        b"\0\xff garbage\r\n\r\n",
        b"HTTP/1.1 two hundred OK\r\n\r\n",
        b"HTTP/1.1 2",
        b"HTTP/1.1 200 OK\r\nContent-Length: 5",
        b"HTTP/1.1 200 OK\r\n" + b"X: y\r\n" * 200 + b"\r\n",
        b"HTTP/1.1 " + b"9" * 70_000,
    ],
)
def test_garbage_is_no_answer(wild: Receiver, said: bytes) -> None:
    """Half an answer, or none in HTTP, delivers nothing and raises nothing."""
    wild.usually = lambda request: request.write_raw(said)
    assert post(wild).verdict in (Verdict.NO_ANSWER, Verdict.KEPT)
    assert (post(wild).verdict is Verdict.KEPT) == (said == b"HTTP/1.1 200 OK\r\nContent-Length: 5")


def test_half_closed_connection_is_no_answer(wild: Receiver) -> None:
    """A receiver that stops speaking but keeps the line open does not hold the relay."""

    def shut(request: Request) -> None:
        request.connection.shutdown(1)
        request.close_connection = True

    wild.usually = shut
    assert post(wild).verdict is Verdict.NO_ANSWER


def test_slow_answer_is_given_up(wild: Receiver) -> None:
    """An answer that does not come within the timeout is none."""
    wild.usually = lambda request: (time.sleep(0.6), request.answer(200))
    started = time.monotonic()
    assert post(wild, timeout_seconds=0.15).verdict is Verdict.NO_ANSWER
    assert time.monotonic() - started < 0.5


def test_dripping_answer_is_given_up(wild: Receiver) -> None:
    """An answer that drips, each byte within the timeout, is cut at the deadline of the whole request."""

    def drip(request: Request) -> None:
        request.close_connection = True
        for _ in range(40):
            request.wfile.write(b"H")
            request.wfile.flush()
            time.sleep(0.05)

    wild.usually = drip
    started = time.monotonic()
    assert post(wild, timeout_seconds=1.0, deadline_seconds=0.3).verdict is Verdict.NO_ANSWER
    assert time.monotonic() - started < 1.0


def test_early_refusal_of_a_large_body_is_heard() -> None:
    """A receiver that answers 413 and hangs up while the body is still being sent makes smaller batches, not a loop."""

    def refuse_unread(request: Request) -> None:
        request.answer(413)
        request.close_connection = True

    with receiver() as wild, pytest.MonkeyPatch.context() as patched:
        patched.setattr(Request, "do_POST", refuse_unread)
        reply = Delivery(wild.url, timeout_seconds=2.0).post([b'{"note":"' + b"x" * 30_000_000 + b'"}'])
    assert reply.verdict is Verdict.TOO_LARGE


def test_nobody_there_is_no_answer() -> None:
    """A receiver that is down is not an error of the relay."""
    reply = Delivery("http://127.0.0.1:9", timeout_seconds=1.0).post(EVENTS)
    assert reply.verdict is Verdict.NO_ANSWER
    assert "127.0.0.1" in reply.reason


def test_without_tls_nothing_is_told(wild: Receiver) -> None:
    """An https receiver that speaks no TLS is no answer, and never sees the token."""
    reply = Delivery(wild.url.replace("http:", "https:"), token="s3cret", timeout_seconds=1.0).post(EVENTS)
    assert reply.verdict is Verdict.NO_ANSWER
    assert "SSL" in reply.reason
    assert wild.requests == []


def test_answer_is_shown_shortened_in_one_line(wild: Receiver) -> None:
    """What the receiver says is told to a person in one short line, without the token should it repeat it."""
    wild.usually = lambda request: request.answer(400, b"bad s3cret\n" * 500)
    reason = post(wild, token="s3cret").reason
    assert reason.startswith("answered 400 bad")
    assert "\n" not in reason
    assert "s3cret" not in reason
    assert len(reason) < 400


def test_token_file_is_read_anew(wild: Receiver, tmp_path: Path) -> None:
    """A new token needs no restart."""
    file = tmp_path / "token"
    delivery = Delivery(wild.url, token_file=file)
    file.write_text("old\n")
    delivery.post(EVENTS)
    file.write_text("new\n")
    delivery.post(EVENTS)
    assert [headers["Authorization"] for _, headers in wild.requests] == ["Bearer old", "Bearer new"]


@pytest.mark.parametrize("content", [b"", b"two\nlines", b"\xff\xfe", "tökén".encode()])
def test_unusable_token_is_said_and_never_shown(wild: Receiver, tmp_path: Path, content: bytes) -> None:
    """A token no header may carry is named as the reason, without its value, and nothing is sent."""
    file = tmp_path / "token"
    file.write_bytes(content)
    reply = post(wild, token_file=file)
    assert reply.verdict is Verdict.DENIED
    assert "token cannot be used" in reply.reason
    assert not any(word in reply.reason for word in ("two", "lines", "tökén"))
    assert wild.requests == []


def test_missing_token_file_is_said(wild: Receiver, tmp_path: Path) -> None:
    """Without its token nothing is sent."""
    assert post(wild, token_file=tmp_path / "none").verdict is Verdict.DENIED
    assert wild.requests == []


@pytest.mark.parametrize(
    "endpoint", ["", "gauge", "ftp://gauge", "http://", "http://gauge:port", "http://u:p@gauge", "http://gauge?x=1"]
)
def test_wrong_endpoint_is_refused_at_start(endpoint: str) -> None:
    """An address that cannot work is named at start-up, without a password that stands in it."""
    with pytest.raises(ConfigurationError, match="the endpoint") as caught:
        Delivery(endpoint)
    assert "u:p" not in str(caught.value)
