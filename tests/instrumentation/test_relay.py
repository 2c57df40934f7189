"""The relay as a whole, over real HTTP, against a receiver that misbehaves: everything arrives, and nothing is lost."""

from __future__ import annotations

import json
import logging
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from streamgauge.event import Event
from streamgauge.outbox.file import FileOutbox
from streamgauge.relay import Delivery, Relay, Report, Tempo
from streamgauge.relay.backoff import Backoff
from tests.instrumentation.test_relay_spool import refused_in, spool_of
from tests.instrumentation.wild_receiver import Receiver, Request, receiver, refuse, take

IMPATIENT = Tempo(poll_seconds=0.02, new_backoff=lambda: Backoff(0.01, 0.02))


@pytest.fixture
def wild() -> Iterator[Receiver]:
    """A receiver that does as told."""
    with receiver() as running:
        yield running


@pytest.fixture
def outbox(tmp_path: Path) -> FileOutbox:
    """An outbox of one service."""
    return FileOutbox(tmp_path / "outbox", "orders")


def put(outbox: FileOutbox, count: int, first: int = 0) -> None:
    """Put events e0, e1 …"""
    for number in range(first, first + count):
        outbox.put(Event(f"e{number}", "order.created", 1_784_527_200_000_000_000, {}))


def relay_to(wild: Receiver, tmp_path: Path, tempo: Tempo = IMPATIENT, **options: Any) -> Relay:
    """A relay of the outbox folder."""
    return Relay(Delivery(wild.url, timeout_seconds=0.5, **options), folder=tmp_path / "outbox", tempo=tempo)


def wait_until(is_so: Callable[[], bool], seconds: float = 10.0) -> None:
    """Wait for something that happens in another thread."""
    until = time.monotonic() + seconds
    while not is_so():
        assert time.monotonic() < until, "it did not happen in time"
        time.sleep(0.01)


def keep_and(act: Callable[[Request], object]) -> Callable[[Request], None]:
    """Commit the events, and then do this instead of answering."""

    def do(request: Request) -> None:
        request.keep()
        act(request)

    return do


def test_every_misbehaviour_in_a_row(wild: Receiver, outbox: FileOutbox, tmp_path: Path) -> None:
    """Cuts, garbage, delays and refusals to serve delay the events; none is lost, none is set aside, doubles say so."""
    put(outbox, 50)
    wild.script.extend(
        [
            refuse(503, Retry_After="0"),
            refuse(429, Retry_After="Mon, 20 Jul 2026 06:00:00 GMT"),
            refuse(500),
            refuse(401),
            refuse(302, Location="http://127.0.0.1:9/"),
            keep_and(lambda request: request.reset()),
            keep_and(lambda request: request.write_raw(b"HTTP/1.1 2xx yes\r\n\r\n")),
            keep_and(lambda request: time.sleep(0.7)),
            lambda request: request.write_raw(b""),
        ]
    )
    relay = relay_to(wild, tmp_path)
    relay.start()
    wait_until(lambda: relay.totals.is_drained and not wild.script)
    assert relay.stop()
    assert {id_ for _, _, id_ in wild.kept} == {f"e{number}" for number in range(50)}
    assert {sequence for _, sequence, _ in wild.kept} == set(range(1, 51))
    assert (relay.totals.delivered, relay.totals.refused, relay.totals.retried) == (50, 0, 9)
    assert max(wild.ids.values()) > 1


def test_poisoned_event_is_found_and_set_aside(wild: Receiver, outbox: FileOutbox, tmp_path: Path) -> None:
    """Of a hundred events one is refused for good: the others arrive, and it is kept with the receiver's reason."""
    put(outbox, 100)

    def judge(request: Request) -> None:
        if any(event["id"] == "e57" for event in request.events):
            request.answer(400, b'{"message":"e57 is not to my taste"}')
        else:
            take(request)

    wild.usually = judge
    report = relay_to(wild, tmp_path).run_once()
    assert (report.delivered, report.refused, report.backlog_events, report.trouble) == (99, 1, 0, None)
    assert set(wild.ids.values()) == {1}
    (kept,) = refused_in(spool_of(outbox, tmp_path / "outbox"))
    assert "e57 is not to my taste" in kept["reason"]
    assert '"id":"e57"' in kept["event"]
    assert len(wild.requests) < 30


def test_too_large_batches_are_halved(wild: Receiver, outbox: FileOutbox, tmp_path: Path) -> None:
    """A receiver that takes only small requests gets small ones, and is not asked again and again for large ones."""
    put(outbox, 100)
    wild.usually = lambda request: request.answer(413) if len(request.events) > 8 else take(request)
    report = relay_to(wild, tmp_path).run_once()
    assert (report.delivered, report.refused) == (100, 0)
    assert set(wild.ids.values()) == {1}
    assert sum(len(json.loads(body)) > 8 for body in wild.bodies) <= 4


def test_event_too_large_by_itself_is_set_aside(wild: Receiver, outbox: FileOutbox, tmp_path: Path) -> None:
    """What is too large even alone is kept apart, and does not stop what comes after it."""
    put(outbox, 2)
    outbox.put(Event("large", "order.created", 0, {"note": "x" * 5000}))
    put(outbox, 2, first=2)
    wild.usually = lambda request: (
        request.answer(413) if int(request.headers["Content-Length"]) > 3000 else take(request)
    )
    report = relay_to(wild, tmp_path).run_once()
    assert (report.delivered, report.refused) == (4, 1)


def test_retry_after_is_honoured(wild: Receiver, outbox: FileOutbox, tmp_path: Path) -> None:
    """A receiver that asks for a second of peace gets it."""
    put(outbox, 1)
    at: list[float] = []

    def note(request: Request) -> None:
        at.append(time.monotonic())
        (refuse(503, Retry_After="1") if len(at) == 1 else take)(request)

    wild.usually = note
    relay = relay_to(wild, tmp_path)
    relay.start()
    wait_until(lambda: len(at) == 2)
    relay.stop()
    assert at[1] - at[0] >= 1.0


def test_denied_token_is_loud_until_it_is_changed(
    wild: Receiver, outbox: FileOutbox, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    """401 sets nothing aside: it is said as an error, without the token, and ends when the token file has a new one."""
    put(outbox, 3)
    token = tmp_path / "token"
    token.write_text("old-secret")
    good = "Bearer new-secret"
    wild.usually = lambda request: take(request) if request.headers["Authorization"] == good else request.answer(401)
    relay = relay_to(wild, tmp_path, token_file=token)
    with caplog.at_level(logging.ERROR, "streamgauge.relay"):
        relay.start()
        wait_until(lambda: relay.totals.retried >= 2)
        assert "answered 401" in (relay.totals.trouble or "")
        token.write_text("new-secret\n")
        wait_until(lambda: relay.totals.is_drained)
        relay.stop()
    assert (relay.totals.delivered, relay.totals.refused) == (3, 0)
    assert "answered 401" in caplog.text
    assert "secret" not in caplog.text


def test_one_denied_outbox_does_not_stop_another(wild: Receiver, tmp_path: Path) -> None:
    """A receiver that denies one source still gets the events of the others."""
    denied, fine = FileOutbox(tmp_path / "outbox", "denied"), FileOutbox(tmp_path / "outbox", "fine")
    put(denied, 2)
    put(fine, 2)
    wild.usually = lambda request: (
        request.answer(403) if request.events[0]["source"].startswith("/denied/") else take(request)
    )
    report = relay_to(wild, tmp_path).run_once()
    assert {source for source, _, _ in wild.kept} == {fine.source}
    assert (report.delivered, report.backlog_events) == (2, 2)
    assert "answered 403" in (report.trouble or "")


def test_broken_outbox_does_not_stop_another(wild: Receiver, tmp_path: Path) -> None:
    """A spool that cannot be read is named; the others go on."""
    broken, fine = FileOutbox(tmp_path / "outbox", "broken"), FileOutbox(tmp_path / "outbox", "fine")
    put(broken, 2)
    put(fine, 2)
    spool = spool_of(broken, tmp_path / "outbox")
    (spool / "cursor").mkdir()
    report = relay_to(wild, tmp_path).run_once()
    assert (report.delivered, report.backlog_events) == (2, None)
    assert spool.name in (report.trouble or "")


def test_stop_finishes_the_request_under_way(wild: Receiver, outbox: FileOutbox, tmp_path: Path) -> None:
    """What the receiver takes while the relay is being stopped is settled, and is not sent again."""
    put(outbox, 3)
    is_sending = threading.Event()

    def slowly(request: Request) -> None:
        is_sending.set()
        time.sleep(0.2)
        take(request)

    wild.usually = slowly
    relay = relay_to(wild, tmp_path)
    relay.start()
    assert is_sending.wait(5)
    assert relay.stop()
    assert relay_to(wild, tmp_path).run_once() == Report()
    assert set(wild.ids.values()) == {1}


def test_events_put_while_it_runs_arrive(wild: Receiver, outbox: FileOutbox, tmp_path: Path) -> None:
    """A relay beside a service delivers what comes, as it comes."""
    relay = relay_to(wild, tmp_path)
    relay.start()
    for number in range(20):
        put(outbox, 1, first=number)
        time.sleep(0.005)
    wait_until(lambda: relay.totals.delivered == 20)
    assert relay.stop()
    assert (
        relay.totals.line(relay.totals.oldest_at)
        == "20 delivered, 0 requests retried, 0 refused; 0 events left (0 bytes)"
    )  # type: ignore[arg-type]
    assert set(wild.ids.values()) == {1}


def test_two_relays_over_many_spools(wild: Receiver, tmp_path: Path) -> None:
    """Two relays at once deliver every event of every spool once."""
    outboxes = [FileOutbox(tmp_path / "outbox", f"service-{number}") for number in range(6)]
    relays = [relay_to(wild, tmp_path, Tempo(most_events=5, poll_seconds=0.005)) for _ in range(2)]
    for relay in relays:
        relay.start()
    for number in range(10):
        for outbox in outboxes:
            outbox.put(Event(f"{outbox.source}-{number}", "t", 0, {}))
    wait_until(lambda: len(wild.kept) == 60)
    assert all(relay.stop() for relay in relays)
    assert set(wild.ids.values()) == {1}
