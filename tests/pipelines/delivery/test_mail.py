"""Handing letters in: what a real server takes, what a rude one does, and nothing readable on the way."""

from __future__ import annotations

import base64
import datetime as dt
import ssl
import time

import pytest

from dashboards.notice import Notice
from pipelines.delivery.letter import letter_of
from pipelines.delivery.mail import hand_in
from pipelines.delivery.outlets import MailServer
from tests.pipelines.delivery.mail_servers import PASSWORD, USER, Post, mail_server, rude_server

AT = dt.datetime(2026, 10, 3, 4)
TLS = tuple[ssl.SSLContext, ssl.SSLContext]
LETTER = letter_of(
    Notice("Bericht über Öl", "Grüße: 4,0 Tage\n", "<p>Grüße</p>"), "g@example.org", "a@b.example", "i", AT
)


def plain(port: int, **more: str) -> MailServer:
    """A server on this machine, which needs no TLS."""
    return MailServer("127.0.0.1", port, "g@example.org", is_plain=True, **more)


def test_a_letter_arrives_as_it_was_written() -> None:
    """Subject, both parts, sender, recipient and id are what was handed in."""
    post = Post()
    with mail_server(post) as port:
        assert hand_in(plain(port), LETTER).is_delivered
    [(address, letter)] = post.letters
    assert address == letter["To"] == "a@b.example"
    assert (letter["Subject"], letter["From"]) == ("Bericht über Öl", "g@example.org")
    assert (letter["Message-ID"], letter["Auto-Submitted"]) == ("<i@example.org>", "auto-generated")
    text, html = letter.get_body(("plain",)), letter.get_body(("html",))
    assert text is not None and text.get_content() == "Grüße: 4,0 Tage\r\n"
    assert html is not None and html.get_content() == "<p>Grüße</p>\r\n"


@pytest.mark.parametrize("is_tls_first", [True, False], ids=["smtps", "starttls"])
def test_user_and_password_go_through_tls(certificates: TLS, is_tls_first: bool) -> None:
    """With TLS from the start or by STARTTLS the server learns user and password, and takes the letter."""
    shown, trusted = certificates
    post = Post()
    with mail_server(post, tls=shown, is_tls_first=is_tls_first, wants_login=True) as port:
        server = MailServer("127.0.0.1", port, "g@example.org", is_tls_first, user=USER, password=PASSWORD)
        assert hand_in(server, LETTER, trusted).is_delivered
    assert (len(post.letters), post.logins) == (1, [True])


@pytest.mark.parametrize("is_tls_first", [True, False], ids=["smtps", "starttls"])
def test_a_certificate_nobody_vouches_for_ends_it(certificates: TLS, is_tls_first: bool) -> None:
    """A server that cannot show who it is gets neither password nor letter, and trying again is of no use."""
    post = Post()
    with mail_server(post, tls=certificates[0], is_tls_first=is_tls_first, wants_login=True) as port:
        server = MailServer("127.0.0.1", port, "g@example.org", is_tls_first, user=USER, password=PASSWORD)
        answer = hand_in(server, LETTER)
    assert (answer.is_delivered, answer.is_final, answer.is_of_server) == (False, True, True)
    assert "certificate" in answer.reason
    assert (post.letters, post.logins) == ([], [])


def test_a_server_without_tls_gets_nothing() -> None:
    """A server elsewhere that offers no TLS is told neither password nor letter."""
    post = Post()
    with mail_server(post, wants_login=True) as port:
        answer = hand_in(MailServer("127.0.0.1", port, "g@example.org", user=USER, password=PASSWORD), LETTER)
    assert (answer.is_final, answer.is_of_server, post.letters, post.logins) == (True, True, [], [])
    assert "no TLS" in answer.reason


def test_a_wrong_password_is_told_without_it() -> None:
    """The reason says that user or password were refused, names neither, and no letter goes."""
    post = Post()
    with mail_server(post, wants_login=True) as port:
        answer = hand_in(plain(port, user=USER, password="wrong-horse"), LETTER)
    assert (answer.is_delivered, answer.is_final) == (False, True)
    assert "refused user or password" in answer.reason
    assert "wrong-horse" not in answer.reason


@pytest.mark.parametrize(("said", "is_final"), [("550 no such user", True), ("451 come back later", False)])
def test_an_address_that_is_refused(said: str, is_final: bool) -> None:
    """5xx is for good, 4xx for now, and neither is a fault of the server for other addresses."""
    post = Post(refused={"a@b.example": said})
    with mail_server(post) as port:
        answer = hand_in(plain(port), LETTER)
    assert (answer.is_delivered, answer.is_final, answer.is_of_server) == (False, is_final, False)
    assert said in answer.reason


def test_nobody_listens() -> None:
    """A closed port is told with host and port, and may be open the next time."""
    with mail_server(Post()) as port:
        pass
    answer = hand_in(plain(port), LETTER)
    assert (answer.is_delivered, answer.is_final, answer.is_of_server) == (False, False, True)
    assert f"127.0.0.1, port {port}" in answer.reason


def test_a_connection_cut_after_the_letter_is_no_delivery() -> None:
    """A server that goes away before it says that it has the letter may not have it."""
    with rude_server(["220 hi", "250 hello", "250 ok", "250 ok", "354 go on"]) as (port, _):
        answer = hand_in(plain(port), LETTER)
    assert (answer.is_delivered, answer.is_final) == (False, False)


def test_a_reply_without_end_is_cut() -> None:
    """A server that goes on talking is cut off at the deadline, however short each of its waits is."""
    with rude_server(["220 hi"], drip_seconds=0.05) as (port, _):
        begun = time.monotonic()
        answer = hand_in(plain(port), LETTER, timeout_seconds=5, deadline_seconds=0.5)
    assert not answer.is_delivered
    assert time.monotonic() - begun < 4


def test_a_server_that_repeats_the_password_is_not_quoted() -> None:
    """Whatever form it repeats it in, the password is not in the reason; what else it says is, as one line."""
    whole = base64.b64encode(f"\0{USER}\0tulip-9".encode()).decode()
    said = f"554 you said {whole} and tulip-9 and {base64.b64encode(b'tulip-9').decode()}\x1b[31m"
    with rude_server(["220 hi", "250-hello\r\n250 AUTH PLAIN", "235 in", said]) as (port, _):
        answer = hand_in(plain(port, user=USER, password="tulip-9"), LETTER)
    assert answer.reason == "the mail server 127.0.0.1 refused the letter: 554 you said … and … and … [31m"
