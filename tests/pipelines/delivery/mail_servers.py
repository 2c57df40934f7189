"""Mail servers on this machine: one that is real (aiosmtpd), and one that answers line by line as it was told to."""

from __future__ import annotations

import asyncio
import socketserver
import ssl
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from typing import Any, cast

from aiosmtpd.smtp import SMTP, AuthResult, Envelope, Session

USER, PASSWORD = "gauge", "sword%fish:17"


@dataclass
class Post:
    """What a real server took, and which addresses it refuses (code and text)."""

    letters: list[tuple[str, EmailMessage]] = field(default_factory=list)
    refused: dict[str, str] = field(default_factory=dict)
    logins: list[bool] = field(default_factory=list)

    async def handle_RCPT(  # noqa: N802  # the name is aiosmtpd's
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        """Refuse whom it was told to refuse."""
        if address in self.refused:
            return self.refused[address]
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802  # aiosmtpd's
        """Keep a copy for each recipient."""
        letter = cast(EmailMessage, message_from_bytes(cast(bytes, envelope.content), policy=default))  # type: ignore[arg-type]  # the policy makes it one
        self.letters += [(address, letter) for address in envelope.rcpt_tos]
        return "250 kept"

    def authenticate(self, _server: Any, _session: Any, _envelope: Any, _mechanism: str, told: Any) -> AuthResult:
        """Is it our user with our password?"""
        fits = (told.login, told.password) == (USER.encode(), PASSWORD.encode())
        self.logins.append(fits)
        return AuthResult(success=fits, handled=fits)


@contextmanager
def mail_server(
    post: Post, *, tls: ssl.SSLContext | None = None, is_tls_first: bool = False, wants_login: bool = False
) -> Iterator[int]:
    """A real server on a free port; yields the port."""
    options: dict[str, Any] = {"hostname": "mail.example", "tls_context": None if is_tls_first else tls}
    if wants_login:
        needs_tls = tls is not None and not is_tls_first  # with smtps it does not see that it has it
        options |= {"authenticator": post.authenticate, "auth_required": True, "auth_require_tls": needs_tls}
    loop = asyncio.new_event_loop()
    at_once = tls if is_tls_first else None
    made = loop.create_server(lambda: SMTP(post, loop=loop, **options), "127.0.0.1", 0, ssl=at_once)
    server = loop.run_until_complete(made)
    thread = threading.Thread(target=loop.run_forever, daemon=True)
    thread.start()
    try:
        yield server.sockets[0].getsockname()[1]
    finally:
        loop.call_soon_threadsafe(server.close)
        loop.call_soon_threadsafe(loop.stop)
        thread.join(5)


@contextmanager
def rude_server(lines: Sequence[str], *, drip_seconds: float = 0.0) -> Iterator[tuple[int, list[bytes]]]:
    """A server that says these lines, one after each it was told, and then closes; yields port and what it was told.

    With `drip_seconds` it never comes to an end: it says the last line again and again, as a reply that goes on.
    """
    heard: list[bytes] = []

    class Handler(socketserver.StreamRequestHandler):
        def handle(self) -> None:
            for line in lines:
                self.wfile.write(line.encode() + b"\r\n")
                heard.append(self.rfile.readline())
            for _ in range(2000 if drip_seconds else 0):
                self.wfile.write(b"250-and more\r\n")
                time.sleep(drip_seconds)

        def finish(self) -> None:
            self.connection.close()

    class Server(socketserver.ThreadingTCPServer):
        allow_reuse_address, daemon_threads, block_on_close = True, True, False

        def handle_error(self, request: Any, client_address: Any) -> None:
            """A client that went away is what these tests are about."""

    with Server(("127.0.0.1", 0), Handler) as server:
        threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()
        try:
            yield server.server_address[1], heard
        finally:
            server.shutdown()
