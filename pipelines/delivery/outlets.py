"""Where a review is told: mailboxes and a webhook, as the environment names them, judged before anything is sent.

Knows addresses and secrets; sends nothing. No secret is in a `repr`, an error or a label.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import ipaddress
import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import SplitResult, unquote, urlsplit

from pipelines.errors import SettingsError
from pipelines.settings import DeliverySettings

WEBHOOK = "webhook"
"""What `--to` calls the webhook."""
_MOST_RECIPIENTS = 100
_MOST_SECRET_BYTES = 4096
_SECRET_PREFIX = "whsec_"  # noqa: S105  # the public mark of a secret, not one
_LOCAL, _LABEL = r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~.-]{1,64}", r"[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?"
_ADDRESS = re.compile(rf"{_LOCAL}@{_LABEL}(?:\.{_LABEL})*", re.ASCII)
_PRINTABLE = re.compile(r"[!-~]+", re.ASCII)


@dataclass(frozen=True, slots=True)
class MailServer:
    """Where letters are handed in. Unless `is_plain` nothing is told before TLS; `is_tls_first` is smtps."""

    host: str
    port: int
    sender: str
    is_tls_first: bool = False
    is_plain: bool = False
    user: str = ""
    password: str = field(default="", repr=False)


@dataclass(frozen=True, slots=True)
class Mailbox:
    """One person's address, and the server that takes letters for it."""

    address: str
    server: MailServer

    @property
    def label(self) -> str:
        """What it is called in records and on the screen."""
        return self.address


@dataclass(frozen=True, slots=True)
class Webhook:
    """An address that takes signed events. Its path may be secret, so that `label` names the host and a hash."""

    host: str
    port: int
    is_secure: bool
    path: str = field(repr=False)
    keys: tuple[bytes, ...] = field(repr=False)

    @property
    def label(self) -> str:
        """What it is called in records and on the screen."""
        whole = f"{self.is_secure}|{self.host}|{self.port}|{self.path}"
        return f"webhook {self.host} {hashlib.sha256(whole.encode()).hexdigest()[:8]}"


Outlet = Mailbox | Webhook


def read_outlets(told: DeliverySettings, only: Sequence[str] = ()) -> list[Outlet]:
    """Everybody who is to be told: the webhook and each mailbox of the environment, or those named, in that order.

    Raises:
        SettingsError: there is none, or an address, a secret or a server cannot be used.
    """
    addresses = [each for each in only if each != WEBHOOK] if only else _split(told.mail_to)
    is_hooked = WEBHOOK in only if only else bool(told.webhook_url)
    found: list[Outlet] = [_webhook(told)] if is_hooked else []
    if addresses:
        chosen = list(dict.fromkeys(_address(each, "the recipient") for each in addresses))
        if len(chosen) > _MOST_RECIPIENTS:
            raise SettingsError(f"{len(chosen)} recipients are named; {_MOST_RECIPIENTS} are the most. Use a list.")
        server = _mail_server(told)
        found += [Mailbox(address, server) for address in chosen]
    if not found:
        raise SettingsError(
            "Nobody is to be told: set STREAMGAUGE_MAIL_TO or STREAMGAUGE_WEBHOOK_URL, or say --to ann@example.org."
        )
    return found


def site_of(told: DeliverySettings) -> str:
    """The address under which pages are served, without a slash at its end.

    Raises:
        SettingsError: it is not set, or is no plain http(s) address.
    """
    if not told.site_url:
        raise SettingsError("STREAMGAUGE_SITE_URL is not set: where are the pages served? e.g. https://gauge.example")
    parts = _parts(told.site_url, "STREAMGAUGE_SITE_URL", ("https", "http"))
    if parts.username is not None or parts.query or parts.fragment:
        raise SettingsError("STREAMGAUGE_SITE_URL holds a user, a query or a fragment; everybody told would see it.")
    return told.site_url.rstrip("/")


def is_loopback(host: str) -> bool:
    """Is it this machine, so that nobody on the way could listen?"""
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host.lower() == "localhost"


def _mail_server(told: DeliverySettings) -> MailServer:
    if not told.smtp_url:
        raise SettingsError(
            "STREAMGAUGE_SMTP_URL is not set: which server takes mail? e.g. smtp://user@mail.example:587"
        )
    parts = _parts(told.smtp_url, "STREAMGAUGE_SMTP_URL", ("smtp", "smtps"))
    if parts.path.strip("/") or parts.query or parts.fragment:
        raise SettingsError("STREAMGAUGE_SMTP_URL has more than a server: write smtp://user@mail.example:587.")
    is_tls_first, host = parts.scheme == "smtps", parts.hostname or ""
    password = unquote(parts.password or "") or _secret(told.smtp_password, told.smtp_password_file, "SMTP_PASSWORD")
    user = unquote(parts.username or "")
    if bool(user) != bool(password):
        raise SettingsError(
            f"The mail server has a {'user' if user else 'password'} and no {'password' if user else 'user'}: write "
            "smtp://user@mail.example:587, and the password into the file that STREAMGAUGE_SMTP_PASSWORD_FILE names."
        )
    if not (user + password).isascii():
        raise SettingsError("User or password of the mail server has letters beyond ASCII; choose others.")
    return MailServer(
        host, parts.port or (465 if is_tls_first else 25 if is_loopback(host) else 587),
        _address(told.mail_from, "STREAMGAUGE_MAIL_FROM"), is_tls_first,
        is_plain=not is_tls_first and is_loopback(host), user=user, password=password,
    )  # fmt: skip


def _webhook(told: DeliverySettings) -> Webhook:
    if not told.webhook_url:
        raise SettingsError(
            "STREAMGAUGE_WEBHOOK_URL is not set: where shall events go? e.g. https://hooks.example/gauge"
        )
    parts = _parts(told.webhook_url, "STREAMGAUGE_WEBHOOK_URL", ("https", "http"))
    if parts.username is not None or parts.fragment:
        raise SettingsError("STREAMGAUGE_WEBHOOK_URL holds a user or a fragment; the signature says who we are.")
    host, is_secure = parts.hostname or "", parts.scheme == "https"
    if not is_secure and not is_loopback(host):
        raise SettingsError(f"STREAMGAUGE_WEBHOOK_URL is plain http to {host}, which anybody could read; write https.")
    path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    secrets = _secret(told.webhook_secret, told.webhook_secret_file, "WEBHOOK_SECRET").split()
    if not secrets:
        raise SettingsError(
            "The webhook has no secret, so nobody could tell our events from others: write one into the file that "
            "STREAMGAUGE_WEBHOOK_SECRET_FILE names. Make one: echo whsec_$(openssl rand -base64 32)"
        )
    port = parts.port or (443 if is_secure else 80)
    return Webhook(host, port, is_secure, path, tuple(map(_key, secrets)))


def _key(secret: str) -> bytes:
    """The bytes of a secret as Standard Webhooks writes it; the message never repeats it."""
    try:
        key = base64.b64decode(secret.removeprefix(_SECRET_PREFIX), validate=True)
    except (binascii.Error, ValueError):
        key = b""
    if not secret.startswith(_SECRET_PREFIX) or not 24 <= len(key) <= 64:
        raise SettingsError(
            f"A secret of the webhook is not {_SECRET_PREFIX} and the base64 of 24 to 64 random bytes. "
            f"Make one: echo {_SECRET_PREFIX}$(openssl rand -base64 32)"
        )
    return key


def _secret(told: str, file: Path | None, name: str) -> str:
    """A secret from its file, read each time so that a new one needs no restart, or from the environment."""
    if file is None:
        return told
    try:
        content = file.read_bytes()[: _MOST_SECRET_BYTES + 1].decode("utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise SettingsError(f"STREAMGAUGE_{name}_FILE, {file}, cannot be read: {type(error).__name__}.") from None
    if len(content) > _MOST_SECRET_BYTES:
        raise SettingsError(f"STREAMGAUGE_{name}_FILE, {file}, is far too long for a secret.")
    return content.strip()


def _address(text: str, what: str) -> str:
    """An address of plain letters: nothing in it can begin another header or another recipient."""
    if not _ADDRESS.fullmatch(text):
        shown = f"is {text[:80]!r}" if text else "is not set"
        raise SettingsError(f"{what[:1].upper()}{what[1:]} {shown}; write one plain address, e.g. ann@example.org.")
    return text


def _split(told: str) -> list[str]:
    return [each for part in told.split(",") if (each := part.strip())]


def _parts(url: str, name: str, schemes: Sequence[str]) -> SplitResult:
    """The parts of an address. Messages do not repeat it: it may hold a password or a secret path."""
    wanted = " or ".join(f"{scheme}://" for scheme in schemes)
    try:
        parts = urlsplit(url)
        is_fit = parts.scheme in schemes and bool(parts.hostname) and parts.port != 0 and _PRINTABLE.fullmatch(url)
    except ValueError:
        is_fit = None
    if not is_fit:
        raise SettingsError(f"{name} is no address that begins with {wanted} and names a host.")
    return parts
