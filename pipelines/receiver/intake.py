"""Taking one request: who sends, what, how much; then the log, and 200 only when it is on the disk.

Knows HTTP as ASGI gives it, and the order of the checks; knows no meaning of a body. All checks that need no body come
before it is read, so that a request that cannot be taken costs nothing.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Mapping
from dataclasses import dataclass, field

from starlette.types import Receive, Scope, Send

from pipelines.receiver.answers import JSON, PROTOBUF, Answer, RefusedError, accepted, refused
from pipelines.receiver.binary_event import structured
from pipelines.receiver.errors import LogRefusedError
from pipelines.receiver.forms import FormError, check_json, check_protobuf
from pipelines.receiver.frame import Encoding, Record, Signal
from pipelines.receiver.gunzip import BrokenGzipError, TooLargeError, gunzip
from pipelines.receiver.limits import Limits
from pipelines.receiver.log import WriteAheadLog
from pipelines.receiver.self_metrics import FRAMES, RECEIVED_BYTES, REJECTIONS, REQUESTS
from pipelines.receiver.tokens import Tokens

STRUCTURED, BATCH = "application/cloudevents+json", "application/cloudevents-batch+json"
CONTENT_TYPES = {
    Signal.TRACES: (PROTOBUF, JSON),
    Signal.LOGS: (PROTOBUF, JSON),
    Signal.EVENTS: (STRUCTURED, BATCH, JSON),
}
_ENCODINGS = {"": Encoding.IDENTITY, "identity": Encoding.IDENTITY, "gzip": Encoding.GZIP, "x-gzip": Encoding.GZIP}
_OPENINGS = {JSON: b"{", STRUCTURED: b"{", BATCH: b"["}
_LONGEST_LENGTH = 18  # digits of a Content-Length that are worth reading
_INLINE_BYTES = 1_048_576  # what takes about a millisecond; more is checked beside the event loop, one at a time
_UNPACKING_COST = 16  # a packed byte takes as long as so many plain ones


class _LeftError(Exception):
    """The sender went away before the body was whole."""


@dataclass(slots=True)
class Held:
    """What all requests together hold at this moment."""

    requests: int = 0
    body_bytes: int = 0
    large: asyncio.Lock = field(default_factory=asyncio.Lock)


@dataclass(frozen=True, slots=True)
class _Told:
    """What the headers of a request say."""

    sender: str
    content_type: str
    encoding: Encoding
    raw: list[tuple[bytes, bytes]]


class Intake:
    """The ASGI application of one path that takes a signal."""

    def __init__(
        self, signal: Signal, path: str, log: WriteAheadLog, tokens: Tokens, limits: Limits, held: Held
    ) -> None:
        self._signal, self._path = signal, path
        self._log, self._tokens, self._limits, self._held = log, tokens, limits, held

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request; nothing where its sender left."""
        began = time.perf_counter()
        headers: dict[str, str] = {name.decode("latin-1"): value.decode("latin-1") for name, value in scope["headers"]}
        content_type, is_unread = _base_type(headers), True
        try:
            told = self._read_head(scope, headers, content_type)
            is_unread = False
            answer = await self._take(told, receive)
        except RefusedError as error:
            self._log.self_metrics.add(REJECTIONS, reason=error.reason)
            answer = refused(error, content_type)
        except _LeftError:
            self._log.self_metrics.add(REJECTIONS, reason="sender_left")
            return
        await _send(answer, send, is_last=is_unread and "expect" in headers)
        self._log.self_metrics.observe(
            REQUESTS, time.perf_counter() - began, http_request_method="POST", http_route=self._path,
            http_response_status_code=str(answer.status),
        )  # fmt: skip

    async def _take(self, told: _Told, receive: Receive) -> Answer:
        held = self._held
        held.requests += 1
        pieces: list[bytes] = []
        try:
            await self._read_body(receive, pieces)
            record = await self._prepare(told, b"".join(pieces))
            await asyncio.wrap_future(self._log.append(record))
        except LogRefusedError as error:
            raise RefusedError(503, error.reason, str(error), error.retry_after_seconds) from error
        finally:
            held.requests -= 1
            held.body_bytes -= sum(map(len, pieces))
        self._log.self_metrics.add(FRAMES, signal=self._signal)
        self._log.self_metrics.add(RECEIVED_BYTES, len(record.body), signal=self._signal)
        return accepted(told.content_type)

    def _read_head(self, scope: Scope, headers: Mapping[str, str], content_type: str) -> _Told:
        """All that can be refused before the body is read."""
        sender = self._tokens.sender_of(headers.get("authorization"))
        if content_type not in CONTENT_TYPES[self._signal] or _has_other_charset(headers):
            expected = ", ".join(CONTENT_TYPES[self._signal])
            raise RefusedError(
                415, "content_type", f"The content type is not taken here; expected {expected}, in UTF-8."
            )
        encoding = _ENCODINGS.get(headers.get("content-encoding", "").strip().lower())
        if encoding is None:
            raise RefusedError(415, "content_encoding", "The content encoding is not known; expected gzip or none.")
        if self._signal is Signal.EVENTS and content_type == JSON and "ce-specversion" not in headers:
            raise RefusedError(
                400, "no_cloudevent", f"{JSON} is an event's data, its attributes stand in ce- headers; there are none."
            )
        length = headers.get("content-length", "")
        announced = int(length[:_LONGEST_LENGTH]) if length.isascii() and length.isdigit() else 0
        if announced > self._limits.body_bytes:
            raise self._too_large()
        if self._held.requests >= self._limits.concurrent_requests:
            raise RefusedError(503, "too_many_requests", "Too many requests at a time. Send again later.", 1)
        problem = self._log.refusal(announced)
        if problem is not None:
            raise RefusedError(503, problem.reason, str(problem), problem.retry_after_seconds)
        return _Told(sender, content_type, encoding, scope["headers"])

    async def _read_body(self, receive: Receive, pieces: list[bytes]) -> None:
        size = 0
        try:
            async with asyncio.timeout(self._limits.body_seconds):
                more = True
                while more:
                    message = await receive()
                    if message["type"] == "http.disconnect":
                        raise _LeftError
                    piece: bytes = message.get("body", b"")
                    more = message.get("more_body", False)
                    pieces.append(piece)
                    self._held.body_bytes += len(piece)
                    size += len(piece)
                    self._check_size(size)
        except TimeoutError as error:
            text = f"The body did not come within {self._limits.body_seconds:g} s. Send again."
            raise RefusedError(503, "slow_body", text, 1) from error

    def _check_size(self, size: int) -> None:
        if size > self._limits.body_bytes:
            raise self._too_large()
        if self._held.body_bytes > self._limits.held_bytes and size < self._held.body_bytes:
            raise RefusedError(503, "memory", "Too many bodies are in memory. Send again later.", 1)

    def _too_large(self) -> RefusedError:
        return RefusedError(
            413, "body_too_large", f"The body is larger than {self._limits.body_bytes} bytes. Send less."
        )

    async def _prepare(self, told: _Told, body: bytes) -> Record:
        """The record to store; large bodies are looked at one at a time, so that memory stays bounded."""
        is_packed = told.encoding is Encoding.GZIP
        is_quick = told.content_type == PROTOBUF and not is_packed
        if is_quick or len(body) * (_UNPACKING_COST if is_packed else 1) <= _INLINE_BYTES:
            return self._to_record(told, body)
        async with self._held.large:
            return await asyncio.to_thread(self._to_record, told, body)

    def _to_record(self, told: _Told, body: bytes) -> Record:
        content_type, encoding = told.content_type, told.encoding
        try:
            unpacked = self._unpack(body) if encoding is Encoding.GZIP else body
            if content_type == PROTOBUF:
                check_protobuf(unpacked)
            elif self._signal is Signal.EVENTS and content_type == JSON:
                if unpacked.strip():
                    check_json(unpacked)
                content_type, encoding, body = STRUCTURED, Encoding.IDENTITY, structured(told.raw, unpacked)
            else:
                check_json(unpacked, _OPENINGS[content_type])
        except (FormError, BrokenGzipError) as error:
            raise RefusedError(400, "malformed", f"The request cannot be decoded: {error}.") from error
        except TooLargeError as error:
            raise RefusedError(413, "unpacked_too_large", f"The gzip body {error}. Send less.") from error
        return Record(time.time_ns(), self._signal, content_type, encoding, told.sender, body)

    def _unpack(self, body: bytes) -> bytes:
        return gunzip(body, self._limits.unpacked_bytes, self._limits.unpacked_ratio)


def _base_type(headers: Mapping[str, str]) -> str:
    return headers.get("content-type", "").partition(";")[0].strip().lower()


def _has_other_charset(headers: Mapping[str, str]) -> bool:
    for parameter in headers.get("content-type", "").split(";")[1:]:
        name, _, value = parameter.partition("=")
        if name.strip().lower() == "charset" and value.strip().strip('"').lower() not in ("utf-8", "utf8", "us-ascii"):
            return True
    return False


async def _send(answer: Answer, send: Send, *, is_last: bool) -> None:
    """Send it; who waits to be asked for a body that nobody wants is told that the connection ends."""
    headers = [
        (b"content-type", answer.content_type.encode()),
        (b"content-length", str(len(answer.body)).encode()),
        *answer.headers,
        *([(b"connection", b"close")] if is_last else []),
    ]
    await send({"type": "http.response.start", "status": answer.status, "headers": headers})
    await send({"type": "http.response.body", "body": answer.body})
