"""Handing a letter in at a mail server: TLS unless the server is this machine, bounded time, and a plain answer.

What a server says is shown short, as one line and without the password, should it repeat it.
"""

from __future__ import annotations

import base64
import smtplib
import ssl
from contextlib import suppress
from email.message import EmailMessage

from dashboards.notice import one_line
from pipelines.delivery.answer import Answer, deadline
from pipelines.delivery.outlets import MailServer

_TIMEOUT_SECONDS, _DEADLINE_SECONDS = 20.0, 60.0
_SHOWN_LETTERS = 200
_FINAL_CODE = 500


def hand_in(
    server: MailServer, letter: EmailMessage, trust: ssl.SSLContext | None = None,
    timeout_seconds: float = _TIMEOUT_SECONDS, deadline_seconds: float = _DEADLINE_SECONDS,
) -> Answer:  # fmt: skip
    """Send one letter to its one recipient. Certificates are checked against those the system trusts, or `trust`."""
    context = trust or ssl.create_default_context()
    made = (
        smtplib.SMTP_SSL(timeout=timeout_seconds, context=context)
        if server.is_tls_first
        else smtplib.SMTP(timeout=timeout_seconds)
    )
    try:
        with deadline(deadline_seconds, lambda: made.sock):
            return _hand_in(made, server, letter, context)
    except (OSError, smtplib.SMTPException) as error:
        return _failed(server, error)
    finally:
        made.close()


def _hand_in(made: smtplib.SMTP, server: MailServer, letter: EmailMessage, context: ssl.SSLContext) -> Answer:
    made._host = server.host  # type: ignore[attr-defined]  # the name TLS checks; smtplib sets it only where it connects at once
    made.connect(server.host, server.port)
    if not server.is_plain and not server.is_tls_first:
        made.starttls(context=context)
    if server.user:
        made.login(server.user, server.password)
    made.send_message(letter)
    with suppress(OSError, smtplib.SMTPException):  # it has the letter; how it says goodbye changes nothing
        made.quit()
    return Answer(is_delivered=True)


def _failed(server: MailServer, error: Exception) -> Answer:
    """Why it was not taken; refusals of the 5xx kind and certificates that do not fit stay so however often we try."""
    where = f"the mail server {server.host}"
    match error:
        case smtplib.SMTPRecipientsRefused(recipients=told):
            code, said = next(iter(told.values()))
            return Answer(False, f"{where} refused the address: {_shown(server, code, said)}", code >= _FINAL_CODE)
        case smtplib.SMTPNotSupportedError():
            reason = f"{where} offers no TLS or no way to log in that we know, so nothing was sent"
            return Answer(False, reason, is_final=True, is_of_server=True)
        case smtplib.SMTPAuthenticationError(smtp_code=code):
            return Answer(False, f"{where} refused user or password ({code})", code >= _FINAL_CODE, is_of_server=True)
        case smtplib.SMTPResponseException(smtp_code=code, smtp_error=said):
            return Answer(False, f"{where} refused the letter: {_shown(server, code, said)}", code >= _FINAL_CODE)
        case ssl.SSLCertVerificationError(verify_message=said):
            reason = f"{where} has no certificate that can be trusted: {one_line(str(said))}"
            return Answer(False, reason, is_final=True, is_of_server=True)
    return Answer(False, f"no answer from {where}, port {server.port}: {type(error).__name__}", is_of_server=True)


def _shown(server: MailServer, code: int, said: bytes | str) -> str:
    text = said.decode("utf-8", "replace") if isinstance(said, bytes) else said
    if server.password:
        plain, user = server.password.encode(), server.user.encode()
        for secret in (plain, base64.b64encode(plain), base64.b64encode(b"\0" + user + b"\0" + plain)):
            text = text.replace(secret.decode(), "…")
    return f"{code} {one_line(text)[:_SHOWN_LETTERS]}"
