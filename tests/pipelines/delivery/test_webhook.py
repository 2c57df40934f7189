"""Posting events to a real server: what is posted, who can check it, and every way in which it does not arrive."""

from __future__ import annotations

import base64
import datetime as dt
import json
import ssl
import subprocess
import time
from collections.abc import Callable

import pytest
from cloudevents.core.bindings.http import HTTPMessage, from_structured
from cloudevents.core.formats.json import JSONFormat

from dashboards.manifest import Manifest, Result
from pipelines.delivery.answer import MOST_TRIES, MOST_WAIT_SECONDS, Answer, persist
from pipelines.delivery.event import PUBLISHED, UPDATED, event_of, signed_headers
from pipelines.delivery.outlets import Webhook
from pipelines.delivery.post import post
from tests.pipelines.delivery.hook_server import Behaviour, drip, flood, hang_up, hook_server, status
from tests.pipelines.delivery.mail_servers import rude_server

KEY = base64.b64decode("MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw")
OTHER = b"another key of twenty-four."
AT = dt.datetime(2026, 10, 3, 4, 5, 6)
RESULTS = (Result("Bestellzeit", "4,0 Tage", "Schneller", "↓", "good", True), Result("Kosten", "", "", "", "flat"))
BUNDLE = Manifest(
    "orders", "Bestellungen", "2026-Q3", "Juli bis September 2026", "9 von 10 in 4,0 Tagen", "run", "fp", "0.1",
    language="de", results=RESULTS, freshness="Daten bis 30. September",
)  # fmt: skip


def hook(port: int, *keys: bytes) -> Webhook:
    """A webhook on this machine."""
    return Webhook("127.0.0.1", port, False, "/in?key=hidden-path", keys or (KEY,))


def body(*, is_update: bool = False) -> bytes:
    """The event of the bundle."""
    link = "https://g.example/orders/2026-Q3/"
    return event_of(BUNDLE, "https://g.example", link, "ab" * 32, "msg_1", AT, is_update=is_update)


def openssl_hmac(key: bytes, content: bytes) -> bytes:
    """HMAC-SHA256 by OpenSSL's command line, which shares no code with ours."""
    arguments = ["openssl", "dgst", "-sha256", "-mac", "HMAC", "-macopt", f"hexkey:{key.hex()}", "-binary"]
    return subprocess.run(arguments, input=content, capture_output=True, check=True).stdout


def test_the_example_of_the_specification() -> None:
    """The signature of the published test vector of Standard Webhooks is what we compute."""
    headers = signed_headers([KEY], "msg_p5jXN8AQM9LWM0D4loKWxJek", 1614265330, b'{"test": 2432232314}')
    assert headers["webhook-signature"] == "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="


def test_what_is_posted_can_be_checked() -> None:
    """Id, time and the very bytes of the body are signed, once for each key; path and type are as they should be."""
    with hook_server() as (port, taken):
        assert post(hook(port, KEY, OTHER), "msg_1", body()).is_delivered
    [(path, headers, got)] = taken.requests
    assert (path, got, headers["webhook-id"]) == ("/in?key=hidden-path", body(), "msg_1")
    assert headers["content-type"] == "application/cloudevents+json"
    assert abs(int(headers["webhook-timestamp"]) - time.time()) < 60
    content = f"msg_1.{headers['webhook-timestamp']}.".encode() + got
    made = [f"v1,{base64.b64encode(openssl_hmac(key, content)).decode()}" for key in (KEY, OTHER)]
    assert headers["webhook-signature"].split(" ") == made


def test_it_is_a_cloud_event() -> None:
    """The CloudEvents library reads it, and finds stream, quarter, words, link and the manifest's hash."""
    message = HTTPMessage({"content-type": "application/cloudevents+json"}, body())
    event = from_structured(message, JSONFormat())
    assert (event.get_id(), event.get_type(), event.get_subject()) == ("msg_1", PUBLISHED, "orders/2026-Q3")
    assert (event.get_source(), event.get_time()) == ("https://g.example/orders", AT.replace(tzinfo=dt.UTC))
    data = event.get_data()
    assert isinstance(data, dict)
    assert data["link"] == "https://g.example/orders/2026-Q3/"
    assert (data["sentence"], data["manifest_sha256"]) == (BUNDLE.sentence, "ab" * 32)
    assert [(told["label"], told["value"]) for told in data["results"]] == [
        ("Bestellzeit", "4,0 Tage"),
        ("Kosten", None),
    ]


def test_an_update_has_a_type_of_its_own() -> None:
    """Whoever takes only new reviews can tell an update by its type; the rest is the same."""
    first, second = json.loads(body()), json.loads(body(is_update=True))
    assert (first.pop("type"), second.pop("type")) == (PUBLISHED, UPDATED)
    assert first == second


@pytest.mark.parametrize(
    ("behaviour", "is_final", "words"),
    [
        (status(400), True, "answered 400 Bad Request"),
        (status(410), True, "answered 410 Gone"),
        (status(429, Retry_After="7"), False, "answered 429"),
        (status(503), False, "answered 503"),
        (status(300), True, "redirects are not followed"),
        (hang_up, False, "no answer from 127.0.0.1"),
    ],
    ids=["400", "410", "429", "503", "300", "closed"],
)
def test_what_is_no_delivery(behaviour: Behaviour, is_final: bool, words: str) -> None:
    """Only 2xx is a delivery; what speaks of the moment may be tried again, what speaks of us not."""
    with hook_server(behaviour) as (port, _):
        answer = post(hook(port), "msg_1", body())
    assert (answer.is_delivered, answer.is_final) == (False, is_final)
    assert words in answer.reason
    assert "hidden-path" not in answer.reason


def test_a_redirect_is_not_followed() -> None:
    """The event goes where it was told to go, and nowhere else, however it is asked."""
    with hook_server() as (other, elsewhere):
        for code in (301, 302, 303, 307, 308):
            with hook_server(status(code, Location=f"http://127.0.0.1:{other}/")) as (port, taken):
                assert not post(hook(port), "msg_1", body()).is_delivered
            assert len(taken.requests) == 1
        assert elsewhere.requests == []


def test_a_later_time_is_asked_for() -> None:
    """Retry-After is read from an answer that refuses for now."""
    with hook_server(status(429, Retry_After="7")) as (port, _):
        assert post(hook(port), "msg_1", body()).retry_after_seconds == 7


def test_a_server_that_drips_is_cut() -> None:
    """A header without end is cut off at the deadline, though no single wait is long."""
    with hook_server(drip) as (port, _):
        begun = time.monotonic()
        answer = post(hook(port), "msg_1", body(), timeout_seconds=5, deadline_seconds=0.5)
    assert not answer.is_delivered
    assert time.monotonic() - begun < 4


def test_a_server_that_says_nothing_is_left() -> None:
    """Whoever takes the event and never answers is waited for no longer than told."""
    with hook_server(lambda _: time.sleep(3)) as (port, _):
        begun = time.monotonic()
        answer = post(hook(port), "msg_1", body(), timeout_seconds=0.3)
    assert not answer.is_delivered
    assert time.monotonic() - begun < 2


def test_a_flood_is_not_drunk() -> None:
    """A body of a hundred megabytes is not read: 2xx is all we need to know."""
    with hook_server(flood) as (port, _):
        begun = time.monotonic()
        assert post(hook(port), "msg_1", body()).is_delivered
    assert time.monotonic() - begun < 2


def test_what_is_no_http_is_no_delivery() -> None:
    """A server that speaks another language, at whatever length, is no answer."""
    with rude_server(["220 I am a mail server " + "x" * 100_000]) as (port, _):
        answer = post(hook(port), "msg_1", body())
    assert (answer.is_delivered, answer.is_final) == (False, False)


def test_a_certificate_nobody_vouches_for_gets_nothing(certificates: tuple[ssl.SSLContext, ssl.SSLContext]) -> None:
    """Over https the server must show who it is before it sees the event; with one that does, it arrives."""
    secure = certificates[0]
    with hook_server(tls=secure) as (port, taken):
        to = Webhook("127.0.0.1", port, True, "/", (KEY,))
        refused = post(to, "msg_1", body())
        assert (refused.is_delivered, refused.is_final, taken.requests) == (False, True, [])
        assert post(to, "msg_1", body(), certificates[1]).is_delivered
        assert len(taken.requests) == 1


def tries(*answers: Answer) -> tuple[Callable[[], Answer], list[int]]:
    """Something that answers so, one after the other, the last one for ever; and how often it was asked."""
    asked: list[int] = []

    def send() -> Answer:
        asked.append(1)
        return answers[min(len(asked), len(answers)) - 1]

    return send, asked


LATER, NEVER, KEPT = Answer(False, "later"), Answer(False, "never", is_final=True), Answer(True)


def test_it_is_tried_again_and_not_for_ever() -> None:
    """What may pass is tried four times, with waits that grow; then it is left for the next time."""
    waits: list[float] = []
    send, asked = tries(LATER)
    assert persist(send, waits.append) == LATER
    assert (len(asked), len(waits)) == (MOST_TRIES, MOST_TRIES - 1)
    assert sum(waits) <= MOST_WAIT_SECONDS


@pytest.mark.parametrize(("answers", "count"), [([LATER, KEPT], 2), ([NEVER], 1), ([LATER, NEVER], 2)])
def test_it_ends_where_more_is_of_no_use(answers: list[Answer], count: int) -> None:
    """What arrived, and what never will, is not tried again."""
    send, asked = tries(*answers)
    assert persist(send, lambda _: None) == answers[-1]
    assert len(asked) == count


def test_a_server_that_wants_hours_is_asked_the_next_time() -> None:
    """Whoever asks for more patience than a minute is not waited for."""
    waits: list[float] = []
    send, asked = tries(Answer(False, "later", retry_after_seconds=900))
    assert not persist(send, waits.append).is_delivered
    assert (len(asked), waits) == (1, [])
