"""What the receiver answers: statuses, and google.rpc.Status in the format of the request, as OTLP/HTTP asks.

Knows HTTP's words; decides nothing. A text never repeats a body, a header or a token.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, field

JSON = "application/json"
PROTOBUF = "application/x-protobuf"

# codes of google.rpc.Code
_CODES = {400: 3, 401: 16, 413: 3, 415: 3, 503: 14}


class RefusedError(Exception):
    """A request that is not taken. `reason` is one of a closed list of words, for counting."""

    def __init__(self, status: int, reason: str, text: str, retry_after_seconds: int | None = None) -> None:
        super().__init__(text)
        self.status, self.reason, self.text = status, reason, text
        self.retry_after_seconds = retry_after_seconds


@dataclass(frozen=True, slots=True)
class Answer:
    """A response, complete."""

    status: int
    content_type: str
    body: bytes
    headers: tuple[tuple[bytes, bytes], ...] = field(default=())


def accepted(content_type: str) -> Answer:
    """All of it is on the disk: an empty message of success, in the format of the request."""
    return Answer(200, PROTOBUF, b"") if content_type == PROTOBUF else Answer(200, JSON, b"{}")


def refused(error: RefusedError, content_type: str) -> Answer:
    """Why it is not taken, and when to try again."""
    headers: list[tuple[bytes, bytes]] = []
    if error.retry_after_seconds is not None:
        headers.append((b"retry-after", str(error.retry_after_seconds).encode()))
    if error.status == 401:
        headers.append((b"www-authenticate", b"Bearer"))
    code = _CODES[error.status]
    if content_type == PROTOBUF:
        return Answer(error.status, PROTOBUF, _encode_status(code, error.text), tuple(headers))
    body = json.dumps({"code": code, "message": error.text}).encode()
    return Answer(error.status, JSON, body, tuple(headers))


def _encode_status(code: int, text: str) -> bytes:
    """google.rpc.Status in protobuf: field 1 is the code, field 2 the message."""
    message = text.encode()
    return bytes((0x08, code, 0x12)) + _encode_varint(len(message)) + message


def _encode_varint(number: int) -> bytes:
    pieces = bytearray()
    while number > 0x7F:
        pieces.append(number & 0x7F | 0x80)
        number >>= 7
    pieces.append(number)
    return bytes(pieces)
