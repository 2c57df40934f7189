"""One request to the receiver: a batch of CloudEvents goes out, what became of it comes back. It never raises.

Knows HTTP, TLS and the token; knows neither where events come from nor when to try again. Redirects are not followed:
a token goes only where it was told to go.
"""

from __future__ import annotations

import http.client
import ssl
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import Enum
from pathlib import Path
from socket import SHUT_RDWR
from urllib.parse import urlsplit

from streamgauge.errors import ConfigurationError
from streamgauge.relay.backoff import read_retry_after

_MOST_ANSWER_BYTES = 65_536
_SHOWN_CHARACTERS = 300
_TYPE = "application/cloudevents-batch+json"
# 4xx that speak of the sender, the address or the moment, not of the events: setting events aside would not help
_NOT_ABOUT_EVENTS = frozenset({404, 405, 407, 408, 421, 423, 425, 426, 429})


class Verdict(Enum):
    """What an answer means for the events that were sent."""

    KEPT = "the receiver has them"
    TOO_LARGE = "the receiver wants smaller requests"
    REFUSED = "the receiver will never take at least one of them"
    DENIED = "the token is not accepted"
    LATER = "the receiver cannot take them now"
    NO_ANSWER = "nobody knows whether they arrived"


@dataclass(frozen=True, slots=True)
class Reply:
    """What became of one request. `reason` is a sentence for a person and never holds the token."""

    verdict: Verdict
    reason: str
    retry_after_seconds: float | None = None


class Delivery:
    """Posts batches to `<endpoint>/events`, keeping one connection open; for one thread at a time.

    The token is given, or read from `token_file` before every request, so that a new one needs no restart.
    `timeout_seconds` bounds each wait, `deadline_seconds` the whole request, however slowly it drips.

    Raises:
        ConfigurationError: the endpoint is not an http(s) address, or it carries a name, a password or a query.
    """

    def __init__(
        self, endpoint: str, *, token: str | None = None, token_file: Path | None = None,
        timeout_seconds: float = 10.0, deadline_seconds: float = 60.0,
    ) -> None:  # fmt: skip
        is_secure, self._host, self._port, self._path = _read_endpoint(endpoint)
        self._tls = ssl.create_default_context() if is_secure else None
        self._token, self._token_file = token, token_file
        self._timeout_seconds, self._deadline_seconds = timeout_seconds, deadline_seconds
        self._connection: http.client.HTTPConnection | None = None

    def post(self, events: Sequence[bytes]) -> Reply:
        """Send events, each one JSON object, as one batch; the answer, or why there is none."""
        try:
            headers = {"Content-Type": _TYPE, **self._authorization()}
        except (OSError, ValueError) as error:
            return Reply(Verdict.DENIED, f"the token cannot be used: {error}")
        try:
            with self._deadline(self._connect()) as connection:
                return self._exchange(connection, b"[" + b",".join(events) + b"]", headers)
        except (OSError, http.client.HTTPException) as error:
            self.close()
            return Reply(Verdict.NO_ANSWER, f"no answer from {self._host}: {type(error).__name__}: {error}")

    def close(self) -> None:
        """Let the connection go; the next request opens another."""
        if self._connection is not None:
            self._connection.close()
            self._connection = None

    def _connect(self) -> http.client.HTTPConnection:
        if self._connection is None:
            where, timeout = (self._host, self._port), self._timeout_seconds
            self._connection = (
                http.client.HTTPConnection(*where, timeout=timeout)
                if self._tls is None
                else http.client.HTTPSConnection(*where, timeout=timeout, context=self._tls)
            )
        return self._connection

    @contextmanager
    def _deadline(self, connection: http.client.HTTPConnection) -> Iterator[http.client.HTTPConnection]:
        """Cut the connection when the whole exchange takes too long: a timeout sees only one wait at a time."""

        def cut() -> None:
            with suppress(OSError, AttributeError):  # it may be closed already, or not open yet
                connection.sock.shutdown(SHUT_RDWR)

        timer = threading.Timer(self._deadline_seconds, cut)
        timer.daemon = True
        timer.start()
        try:
            yield connection
        finally:
            timer.cancel()

    def _exchange(self, connection: http.client.HTTPConnection, body: bytes, headers: dict[str, str]) -> Reply:
        # a receiver that refuses early closes while we still send: its answer is there to be read all the same
        with suppress(BrokenPipeError, ConnectionResetError):
            connection.request("POST", self._path, body, headers)
        response = connection.getresponse()
        told = response.read(_MOST_ANSWER_BYTES)
        if response.will_close or not response.isclosed():
            self.close()
        retry_after = read_retry_after(response.getheader("Retry-After"), datetime.now(UTC))
        said = " ".join(told.decode("utf-8", "replace").replace(_token_in(headers), "(token)").split())
        shown = f"answered {response.status} {said[:_SHOWN_CHARACTERS]}".strip()
        return Reply(verdict_of(response.status), shown, retry_after)

    def _authorization(self) -> dict[str, str]:
        token = self._token if self._token_file is None else self._token_file.read_text("utf-8").strip()
        if token is None:
            return {}
        if not token.isascii() or not token.isprintable() or not token:
            raise ValueError("it is empty or holds characters that no header may carry")
        return {"Authorization": f"Bearer {token}"}


def _token_in(headers: dict[str, str]) -> str:
    return headers.get("Authorization", "Bearer (token)").removeprefix("Bearer ")


def _read_endpoint(endpoint: str) -> tuple[bool, str, int | None, str]:
    """Whether it is secure, host, port and the path of events.

    Raises:
        ConfigurationError: it is no address, or says more than one.
    """
    try:
        address = urlsplit(endpoint)
        port = address.port
    except ValueError as error:
        raise ConfigurationError("the endpoint is no address: its port is no number") from error
    if address.scheme not in ("http", "https") or not address.hostname or address.query or address.fragment:
        raise ConfigurationError("the endpoint is no address; expected such as https://gauge.example:8443")
    if address.username is not None:
        raise ConfigurationError("the endpoint carries a name or password; give a token by --token-file instead")
    return address.scheme == "https", address.hostname, port, f"{address.path.rstrip('/')}/events"


def verdict_of(status: int) -> Verdict:
    """What a status code means for the events; only 200 says that they are kept."""
    if status == 200:
        return Verdict.KEPT
    if status == 413:
        return Verdict.TOO_LARGE
    if status in (401, 403):
        return Verdict.DENIED
    if 400 <= status < 500 and status not in _NOT_ABOUT_EVENTS:
        return Verdict.REFUSED
    return Verdict.LATER
