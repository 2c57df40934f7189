"""Whom to tell and how, as the environment names it: what is taken, and what is refused before anything is sent."""

from __future__ import annotations

import base64
from dataclasses import replace
from pathlib import Path

import pytest

from pipelines.delivery.outlets import Mailbox, Webhook, is_loopback, read_outlets, site_of
from pipelines.errors import SettingsError
from pipelines.settings import DeliverySettings, load_settings
from tests.pipelines.delivery.conftest import SECRET, TOLD

MAIL = replace(TOLD, smtp_url="smtp://mail.example", mail_to="ann@b.example, bob@b.example,ann@b.example")
HOOK = replace(TOLD, webhook_url="https://hooks.example/T0/hidden-path?k=1")


def mailbox(told: DeliverySettings) -> Mailbox:
    """The first mailbox."""
    return next(outlet for outlet in read_outlets(told) if isinstance(outlet, Mailbox))


@pytest.mark.parametrize(
    ("url", "port", "is_tls_first", "is_plain"),
    [
        ("smtp://mail.example", 587, False, False),
        ("smtp://mail.example:25", 25, False, False),
        ("smtps://mail.example", 465, True, False),
        ("smtp://127.0.0.1:1025", 1025, False, True),
        ("smtp://localhost", 25, False, True),
        ("smtps://[::1]", 465, True, False),
    ],
)
def test_tls_unless_it_is_this_machine(url: str, port: int, is_tls_first: bool, is_plain: bool) -> None:
    """A mail server elsewhere is spoken to by TLS from the start or STARTTLS; only this machine may do without."""
    server = mailbox(replace(MAIL, smtp_url=url)).server
    assert (server.port, server.is_tls_first, server.is_plain) == (port, is_tls_first, is_plain)


@pytest.mark.parametrize(
    ("host", "is_ours"),
    [
        ("127.0.0.2", True), ("::1", True), ("LOCALHOST", True), ("localhost.evil.example", False),
        ("127.0.0.1.evil.example", False), ("10.0.0.1", False), ("0.0.0.0", False),
    ],
)  # fmt: skip
def test_what_is_this_machine(host: str, is_ours: bool) -> None:
    """Loopback addresses and localhost, and no name that only begins so."""
    assert is_loopback(host) is is_ours


def test_whom_the_environment_names() -> None:
    """The webhook first, then each address once, in the order told."""
    labels = [outlet.label for outlet in read_outlets(replace(MAIL, webhook_url="https://hooks.example/x"))]
    assert labels[0].startswith("webhook hooks.example ")
    assert labels[1:] == ["ann@b.example", "bob@b.example"]


def test_whom_an_option_names() -> None:
    """Those named stand in place of the environment's: addresses, the webhook, or both."""
    told = replace(MAIL, webhook_url="https://hooks.example/x")
    assert [outlet.label for outlet in read_outlets(told, ("eve@c.example",))] == ["eve@c.example"]
    assert [type(outlet) for outlet in read_outlets(told, ("webhook",))] == [Webhook]
    assert [type(outlet) for outlet in read_outlets(told, ("eve@c.example", "webhook"))] == [Webhook, Mailbox]


def test_a_secret_comes_from_its_file_each_time(tmp_path: Path) -> None:
    """A file wins, its line break is no part of the secret, and a new one counts without a restart."""
    file = tmp_path / "password"
    told = replace(MAIL, smtp_url="smtp://gauge@mail.example", smtp_password="old", smtp_password_file=file)
    file.write_text("first pass\n", "utf-8")
    assert mailbox(told).server.password == "first pass"
    file.write_text("second", "utf-8")
    assert mailbox(told).server.password == "second"


def test_two_secrets_while_one_is_replaced(tmp_path: Path) -> None:
    """A file of two secrets gives two keys, in order."""
    second = base64.b64encode(b"b" * 32).decode()
    (tmp_path / "s").write_text(f"{SECRET}\nwhsec_{second}\n", "utf-8")
    [hook] = read_outlets(replace(HOOK, webhook_secret="", webhook_secret_file=tmp_path / "s"))
    assert isinstance(hook, Webhook)
    assert hook.keys == (base64.b64decode(SECRET.removeprefix("whsec_")), b"b" * 32)


def test_a_password_in_the_address_may_hold_any_letter() -> None:
    """What is escaped in the address is meant as the letter it stands for."""
    server = mailbox(replace(MAIL, smtp_url="smtp://me%40x:p%3A%40%2F@mail.example")).server
    assert (server.user, server.password) == ("me@x", "p:@/")


REFUSED = {
    "nobody": (TOLD, "Nobody is to be told"),
    "no server": (replace(MAIL, smtp_url=""), "SMTP_URL is not set"),
    "no scheme": (replace(MAIL, smtp_url="mail.example:25"), "begins with smtp://"),
    "web server": (replace(MAIL, smtp_url="https://mail.example"), "begins with smtp://"),
    "bad port": (replace(MAIL, smtp_url="smtp://mail.example:99999"), "begins with smtp://"),
    "path": (replace(MAIL, smtp_url="smtp://mail.example/inbox"), "more than a server"),
    "user alone": (replace(MAIL, smtp_url="smtp://gauge@mail.example"), "has a user and no password"),
    "password alone": (replace(MAIL, smtp_password="hunter2"), "has a password and no user"),
    "umlaut": (replace(MAIL, smtp_url="smtp://gauge@mail.example", smtp_password="hunter2ö"), "beyond ASCII"),
    "no file": (replace(MAIL, smtp_password_file=Path("nowhere/pw")), "SMTP_PASSWORD_FILE"),
    "no sender": (replace(MAIL, mail_from=""), "MAIL_FROM is not set"),
    "sender with a header": (replace(MAIL, mail_from="g@x.example\nBcc: all@x.example"), "one plain address"),
    "recipient with a header": (replace(MAIL, mail_to="a@x.example\r\nBcc:b@x.example"), "one plain address"),
    "recipient with a name": (replace(MAIL, mail_to="Ann <a@x.example>"), "one plain address"),
    "recipient with an option": (replace(MAIL, mail_to="a@x.example> NOTIFY=NEVER"), "one plain address"),
    "recipient of two": (replace(MAIL, mail_to="a@x.example b@x.example"), "one plain address"),
    "crowd": (replace(MAIL, mail_to=",".join(f"p{n}@x.example" for n in range(101))), "100 are the most"),
    "plain hook": (replace(HOOK, webhook_url="http://hooks.example/hidden-path"), "plain http"),
    "hook with a user": (replace(HOOK, webhook_url="https://me:hunter2@hooks.example/"), "holds a user"),
    "hook of a file": (replace(HOOK, webhook_url="file:///etc/passwd"), "begins with https://"),
    "hook with a header": (replace(HOOK, webhook_url="https://hooks.example/a b\r\nX: hidden-path"), "begins with"),
    "no secret": (replace(HOOK, webhook_secret=""), "has no secret"),
    "short secret": (replace(HOOK, webhook_secret="whsec_aHVudGVyMg=="), "24 to 64 random bytes"),
    "other secret": (replace(HOOK, webhook_secret="hunter2" * 8), "24 to 64 random bytes"),
}


@pytest.mark.parametrize("name", REFUSED)
def test_what_cannot_be_used_is_refused(name: str) -> None:
    """A sentence says what is wrong, and repeats neither passwords nor secret paths."""
    told, words = REFUSED[name]
    with pytest.raises(SettingsError) as caught:
        read_outlets(told)
    assert words in str(caught.value)
    for secret in ("hunter2", "aHVudGVyMg", "hidden-path"):
        assert secret not in str(caught.value)


@pytest.mark.parametrize("url", ["", "gauge.example", "https://me:pw@g.example", "https://g.example/?t=1", "ftp://g.example",
    "https://g.example/#x", "https://g.example/a\nb", "javascript:alert(1)"])  # fmt: skip
def test_a_place_of_pages_that_is_none(url: str) -> None:
    """Pages are served at a plain http(s) address, without a user or a query that everybody told would get."""
    with pytest.raises(SettingsError, match="STREAMGAUGE_SITE_URL"):
        site_of(replace(TOLD, site_url=url))


def test_no_secret_is_shown(monkeypatch: pytest.MonkeyPatch) -> None:
    """Settings and outlets of an environment full of secrets show none of them."""
    for name, value in {
        "SITE_URL": "https://g.example", "SMTP_URL": "smtp://gauge:hunter2@mail.example", "MAIL_FROM": "g@x.example",
        "MAIL_TO": "a@x.example", "WEBHOOK_URL": "https://hooks.example/hidden-path", "WEBHOOK_SECRET": SECRET,
    }.items():  # fmt: skip
        monkeypatch.setenv(f"STREAMGAUGE_{name}", value)
    settings = load_settings()
    outlets = read_outlets(settings.delivery)
    shown = f"{settings!r} {settings.delivery!r} {outlets!r} {[outlet.label for outlet in outlets]}"
    assert len(outlets) == 2
    for secret in ("hunter2", "hidden-path", SECRET, SECRET.removeprefix("whsec_"), "MfKQ9r8G"):
        assert secret not in shown
    assert repr(base64.b64decode(SECRET.removeprefix("whsec_"))) not in shown


@pytest.mark.parametrize(
    ("name", "value"), [("DAY", "0"), ("DAY", "23"), ("DAY", "third"), ("HOUR", "24"), ("HOUR", "-1")]
)
def test_a_morning_that_is_none(name: str, value: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Day and hour of the schedule stand in every month and on every clock."""
    monkeypatch.setenv(f"STREAMGAUGE_DELIVERY_{name}", value)
    with pytest.raises(SettingsError, match=f"STREAMGAUGE_DELIVERY_{name}"):
        load_settings()
