"""Every path and every status, asked of a server that runs."""

from __future__ import annotations

import gzip
import http.client
import json
import socket
import time
from pathlib import Path

import pytest
from starlette.applications import Starlette
from starlette.responses import PlainTextResponse
from starlette.routing import Mount, Route
from starlette.testclient import TestClient

from pipelines.receiver.app import create_receiver
from pipelines.receiver.frame import Signal
from pipelines.receiver.limits import Limits
from pipelines.receiver.log import WriteAheadLog
from pipelines.receiver.tokens import Tokens
from tests.receiver.disks import SlowDisk
from tests.receiver.running import JSON, PROTOBUF, Reply, Running, running

STRUCTURED, BATCH = "application/cloudevents+json", "application/cloudevents-batch+json"
EVENT = b'{"specversion":"1.0","id":"1","source":"/orders","type":"order.created"}'
OTLP = b'{"resourceSpans":[]}'


@pytest.mark.parametrize(
    ("path", "content_type", "body", "signal", "answer"),
    [
        ("/v1/traces", PROTOBUF, b"\x0a\x00", Signal.TRACES, b""),
        ("/v1/traces", PROTOBUF, b"", Signal.TRACES, b""),
        ("/v1/traces", JSON, OTLP, Signal.TRACES, b"{}"),
        ("/v1/logs", PROTOBUF, b"\x0a\x00", Signal.LOGS, b""),
        ("/v1/logs", JSON, b'{"resourceLogs":[]}', Signal.LOGS, b"{}"),
        ("/events", STRUCTURED, EVENT, Signal.EVENTS, b"{}"),
        ("/events", BATCH, b"[" + EVENT + b"]", Signal.EVENTS, b"{}"),
    ],
)
def test_what_is_taken_is_in_the_log(
    receiver: Running, path: str, content_type: str, body: bytes, signal: Signal, answer: bytes
) -> None:
    """200 in the format of the request, and the frame holds the bytes, the signal and the base of the type."""
    before = time.time_ns()
    reply = receiver.post(path, body, content_type.upper() + "; Charset=UTF-8")
    assert (reply.status, reply.body) == (200, answer)
    assert reply.headers["content-type"] == (PROTOBUF if content_type == PROTOBUF else JSON)
    (frame,) = receiver.frames()
    assert (frame.signal, frame.content_type, frame.body, frame.sender) == (signal, content_type, body, "")
    assert before <= frame.received_at_ns <= time.time_ns()


def test_a_gzipped_body_is_stored_as_it_came_and_read_unpacked(receiver: Running) -> None:
    """The log keeps the packed bytes; who reads it gets the message."""
    packed = gzip.compress(OTLP) + gzip.compress(b" ")
    assert receiver.post("/v1/traces", packed, content_encoding="gzip").status == 200
    assert receiver.frames()[0].body == OTLP + b" "
    assert packed in next(receiver.log.folder.glob("*.open")).read_bytes()


def test_binary_mode_becomes_one_structured_event(receiver: Running) -> None:
    """Attributes come from ce- headers, decoded once; the data is the body, byte for byte."""
    data = b'{"amount": 1.10, "amount": 2}'
    told = {
        "ce_specversion": "1.0",
        "ce_id": "1",
        "ce_source": "/b%C3%BCro",
        "CE_type": '"a \\"b\\""',
        "ce_odd.": "%25",
    }
    assert receiver.post("/events", gzip.compress(data), JSON, content_encoding="gzip", **told).status == 200
    assert receiver.post("/events", b"", JSON, **told).status == 200
    first, second = receiver.frames()
    assert first.content_type == STRUCTURED
    assert data in first.body
    assert json.loads(second.body) == {
        "specversion": "1.0", "id": "1", "source": "/büro", "type": 'a "b"', "odd.": "%", "datacontenttype": JSON,
    }  # fmt: skip


def _refused(reply: Reply, status: int, text: str) -> None:
    """The status, and why, in the format of the request."""
    assert reply.status == status, reply
    if reply.headers["content-type"] == JSON:
        assert text in json.loads(reply.body)["message"]
    else:
        assert text.encode() in reply.body


@pytest.mark.parametrize(
    ("path", "content_type", "body", "text"),
    [
        ("/v1/traces", PROTOBUF, b"this is no protobuf", "not a protobuf message"),
        ("/v1/traces", PROTOBUF, b"\x0a\x05abc", "cut short"),
        ("/v1/traces", PROTOBUF, b"\xff" * 20, "cut short or damaged"),
        ("/v1/traces", JSON, b'{"resourceSpans":[', "not JSON"),
        ("/v1/traces", JSON, b"[]", "does not begin with {"),
        ("/v1/logs", JSON, b"", "not JSON"),
        ("/v1/logs", JSON, b'{"a":"\xff"}', "not UTF-8"),
        ("/v1/logs", JSON, b'{"a":' * 20_000, "nested too deep"),
        ("/events", BATCH, EVENT, "does not begin with ["),
        ("/events", STRUCTURED, b"[" + EVENT + b"]", "does not begin with {"),
        ("/events", JSON, EVENT, "there are none"),
    ],
)
def test_what_nobody_can_decode_is_400(shared: Running, path: str, content_type: str, body: bytes, text: str) -> None:
    """A body that is no message is refused for good, with google.rpc.Status in the format of the request."""
    reply = shared.post(path, body, content_type)
    _refused(reply, 400, text)
    assert reply.headers["content-type"] == (PROTOBUF if content_type == PROTOBUF else JSON)
    assert shared.frames() == []


def test_headers_that_cannot_be_an_event_are_400(receiver: Running) -> None:
    """Data in a header, an attribute that is not UTF-8, or one that is given twice makes no event."""
    told = {"ce_specversion": "1.0", "ce_id": "1"}
    for wrong in ({"ce_data": "{}"}, {"ce_datacontenttype": JSON}, {"ce_subject": "%ff"}):
        _refused(receiver.post("/events", b"{}", JSON, **told, **wrong), 400, "ce- header")
    connection = http.client.HTTPConnection("127.0.0.1", receiver.port, timeout=10)
    connection.putrequest("POST", "/events")
    for name, value in (("Content-Type", JSON), ("ce-specversion", "1.0"), ("ce-id", "1"), ("ce-id", "2")):
        connection.putheader(name, value)
    connection.endheaders()
    assert connection.getresponse().status == 400
    connection.close()


def test_a_broken_gzip_body_is_400(receiver: Running) -> None:
    """No gzip, torn gzip and nothing at all cannot be unpacked by anybody."""
    whole = gzip.compress(OTLP)
    for body in (OTLP, whole[:-1], whole + b"more", b""):
        _refused(receiver.post("/v1/traces", body, content_encoding="gzip"), 400, "cannot be decoded")


def test_without_a_known_token_it_is_401(guarded: tuple[Running, str]) -> None:
    """No token, another scheme and an unknown token are refused; the sender's name goes into the frame."""
    receiver, token = guarded
    for headers in ({}, {"authorization": "Basic eDp5"}, {"authorization": "Bearer sg_wrong"}):
        reply = receiver.post("/v1/traces", OTLP, **headers)
        _refused(reply, 401, "token")
        assert reply.headers["www-authenticate"] == "Bearer"
        assert "wrong" not in reply.body.decode()
    assert receiver.post("/v1/traces", OTLP, authorization=f"bearer {token}").status == 200
    assert receiver.frames()[0].sender == "orders"
    assert receiver.ask("GET", "/healthz").status == 200


def test_other_methods_and_paths(receiver: Running) -> None:
    """Signals are posted and accounts are got; everything else is 405 with what is allowed, or 404."""
    for path, method in (("/v1/traces", "GET"), ("/events", "PUT"), ("/v1/logs", "HEAD"), ("/metrics", "POST")):
        reply = receiver.ask(method, path)
        assert reply.status == 405
        assert reply.headers["allow"]
    assert receiver.post("/v1/metrics", OTLP).status == 404
    assert receiver.ask("HEAD", "/readyz").status == 200


def test_a_body_over_the_limit_is_413(receiver: Running) -> None:
    """Announced or not, and read by a client that sends all before it listens; the connection may be used again."""
    large = b" " * 900_000
    _refused(receiver.post("/v1/traces", large), 413, "larger than 100000 bytes")
    _refused(receiver.post("/v1/traces", iter([large[:60_000]] * 10)), 413, "larger than 100000 bytes")
    connection = http.client.HTTPConnection("127.0.0.1", receiver.port, timeout=10)
    for body, status in ((large, 413), (OTLP, 200), (large, 413), (OTLP, 200)):
        connection.request("POST", "/v1/traces", body, {"Content-Type": JSON})
        reply = connection.getresponse()
        reply.read()
        assert reply.status == status
    connection.close()


def test_a_type_or_packing_that_is_not_known_is_415(receiver: Running) -> None:
    """What is expected stands in the answer."""
    for content_type in ("text/plain", "application/x-ndjson", "", f"{JSON}; charset=latin-1", STRUCTURED):
        _refused(receiver.post("/v1/traces", OTLP, content_type), 415, "expected application/x-protobuf")
    _refused(receiver.post("/v1/traces", OTLP, content_encoding="br"), 415, "expected gzip")
    _refused(receiver.post("/events", b"\x0a\x00", PROTOBUF), 415, "cloudevents-batch")


def test_too_many_at_a_time_is_503(tmp_path: Path) -> None:
    """While as many as allowed wait for the disk, the next is told when to come again."""
    disk = SlowDisk()
    with running(tmp_path, disk, limits=Limits(concurrent_requests=1)) as receiver:
        with disk.held():
            waiting = http.client.HTTPConnection("127.0.0.1", receiver.port, timeout=10)
            waiting.request("POST", "/v1/traces", OTLP, {"Content-Type": JSON})
            assert disk.is_syncing.wait(10)
            reply = receiver.post("/v1/traces", OTLP)
            _refused(reply, 503, "Too many requests")
            assert reply.headers["retry-after"] == "1"
        assert waiting.getresponse().status == 200
        waiting.close()


def test_too_much_in_memory_is_503(tmp_path: Path) -> None:
    """Bodies that are read while others wait count together."""
    disk = SlowDisk()
    with running(tmp_path, disk, limits=Limits(held_bytes=1_000)) as receiver:
        with disk.held():
            waiting = http.client.HTTPConnection("127.0.0.1", receiver.port, timeout=10)
            waiting.request("POST", "/v1/traces", b" " * 900 + OTLP, {"Content-Type": JSON})
            assert disk.is_syncing.wait(10)
            _refused(receiver.post("/v1/traces", b" " * 900 + OTLP), 503, "in memory")
        assert waiting.getresponse().status == 200
        waiting.close()
        assert receiver.post("/v1/traces", b" " * 2_000 + OTLP).status == 200  # one alone may be larger


def test_a_slow_body_is_503_and_a_slow_head_ends(tmp_path: Path) -> None:
    """Nobody holds the receiver by sending slowly; the body may be sent again."""
    with running(tmp_path, limits=Limits(head_seconds=0.2, body_seconds=0.2)) as receiver:
        head = b"POST /v1/traces HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 9\r\n"
        for sent, answered in ((head + b"\r\n{", b"HTTP/1.1 503"), (head, b""), (b"", b"")):
            with socket.create_connection(("127.0.0.1", receiver.port), timeout=10) as connection:
                connection.sendall(sent)
                assert connection.recv(12) == answered


def test_a_head_over_the_limit_is_431(receiver: Running) -> None:
    """Headers are bounded as bodies are."""
    reply = receiver.post("/v1/traces", OTLP, x_long="x" * 9_000)
    assert reply.status == 431
    assert receiver.ask("GET", "/" + "x" * 9_000).status == 431
    assert receiver.post("/v1/traces", OTLP, x_long="x" * 7_000).status == 200


def test_a_sender_that_leaves_is_not_stored(receiver: Running) -> None:
    """Half a body is no request; the receiver goes on."""
    with socket.create_connection(("127.0.0.1", receiver.port)) as connection:
        connection.sendall(b"POST /v1/traces HTTP/1.1\r\nContent-Type: application/json\r\nContent-Length: 9\r\n\r\n{")
        time.sleep(0.05)
    assert receiver.post("/v1/traces", OTLP).status == 200
    assert [frame.body for frame in receiver.frames()] == [OTLP]


def test_the_receiver_tells_about_itself(guarded: tuple[Running, str]) -> None:
    """Requests, frames, bytes, commits and refusals are counted, and no name or token is among them."""
    receiver, token = guarded
    receiver.post("/v1/traces", OTLP, authorization=f"Bearer {token}")
    receiver.post("/v1/traces", OTLP)
    text = receiver.ask("GET", "/metrics").body.decode()
    for line in (
        'http_server_request_duration_seconds_count{http_request_method="POST",http_route="/v1/traces",'
        'http_response_status_code="200"} 1',
        'streamgauge_receiver_frames_total{signal="traces"} 1',
        f'streamgauge_receiver_received_bytes_total{{signal="traces"}} {len(OTLP)}',
        'streamgauge_receiver_rejections_total{reason="no_token"} 1',
        "streamgauge_receiver_commit_duration_seconds_count 1",
        "streamgauge_receiver_pending_bytes 0",
        "streamgauge_receiver_held_bytes 0",
        "streamgauge_receiver_is_ready 1",
    ):
        assert f"\n{line}\n" in text
    assert "orders" not in text and token not in text
    assert json.loads(receiver.ask("GET", "/openapi.json").body)["openapi"] == "3.1.0"


def test_another_application_answers_all_other_paths(tmp_path: Path) -> None:
    """Beside the receiver pages are served; its own paths stay its own, whatever the method."""
    pages = Starlette(routes=[Route("/", lambda _: PlainTextResponse("a page")), Mount("/v1", PlainTextResponse("v1"))])
    with WriteAheadLog(tmp_path, free_floor_bytes=0) as log:
        client = TestClient(create_receiver(log, Tokens(None), beside=pages))
        assert client.get("/").text == "a page"
        assert client.get("/v1/traces").status_code == 405
        assert client.get("/v1/other").text == "v1"
        assert client.post("/v1/traces", content=OTLP, headers={"content-type": JSON}).status_code == 200
