"""The shape of one stored request, in bytes: a header that is sure of itself, the names, and the body as it came.

Knows the layout and nothing of files. A frame is, all numbers little-endian:

    magic 4 · marker 8 · received_at_ns 8 · signal 1 · encoding 1 · length of content type 1 · length of sender 1 ·
    length of body 4 · CRC32 of body 4 · CRC32 of all before and of the names 4 · content type · sender · body

The marker is drawn at random for every segment, as Avro does: a body that holds the bytes of a frame is never taken
for one, because nobody who sends it can know the marker. The header has a checksum of its own, so that the length of a
frame can be believed where its body is damaged.
"""

from __future__ import annotations

import struct
import zlib
from dataclasses import dataclass
from enum import StrEnum

MAGIC = b"\xf5SG\x01"  # 0xF5 stands in no UTF-8 text; the last byte is the version of the layout
MARKER_BYTES = 8
LARGEST_BODY_BYTES = 268_435_456  # of one request, as stored and as unpacked: what a reader must be able to hold
LONGEST_NAME_BYTES = 255  # of a content type and of a sender's name

_HEADER = struct.Struct("<4s8sqBBBBII")
_CHECKSUM = struct.Struct("<I")
HEADER_BYTES = _HEADER.size + _CHECKSUM.size
LARGEST_HEAD_BYTES = HEADER_BYTES + 2 * LONGEST_NAME_BYTES


class Signal(StrEnum):
    """What a request carries, told by the path it was sent to."""

    TRACES = "traces"
    LOGS = "logs"
    EVENTS = "events"


class Encoding(StrEnum):
    """How the body was packed by its sender; it is stored as it came."""

    IDENTITY = "identity"
    GZIP = "gzip"


_SIGNALS = (Signal.TRACES, Signal.LOGS, Signal.EVENTS)  # the number on disk is the place in this list: only append
_ENCODINGS = (Encoding.IDENTITY, Encoding.GZIP)  # likewise


@dataclass(frozen=True, slots=True)
class Record:
    """One request as it is given to the log. `received_at_ns` is nanoseconds since 1970 UTC."""

    received_at_ns: int
    signal: Signal
    content_type: str
    encoding: Encoding
    sender: str
    body: bytes


@dataclass(frozen=True, slots=True)
class Head:
    """What a frame says before its body. `head_bytes` and `body_bytes` are its two lengths."""

    marker: bytes
    received_at_ns: int
    signal: Signal
    content_type: str
    encoding: Encoding
    sender: str
    body_crc: int
    head_bytes: int
    body_bytes: int


def encode_frame(record: Record, marker: bytes) -> tuple[bytes, bytes]:
    """Head and body of a frame, to be written one after the other.

    Raises:
        ValueError: the body or a name is longer than a frame can hold.
    """
    names = (record.content_type.encode("utf-8"), record.sender.encode("utf-8"))
    if len(record.body) > LARGEST_BODY_BYTES or max(map(len, names)) > LONGEST_NAME_BYTES:
        raise ValueError(f"a frame holds at most {LARGEST_BODY_BYTES} bytes, and names of {LONGEST_NAME_BYTES}")
    header = _HEADER.pack(
        MAGIC, marker, record.received_at_ns, _SIGNALS.index(record.signal), _ENCODINGS.index(record.encoding),
        len(names[0]), len(names[1]), len(record.body), zlib.crc32(record.body),
    )  # fmt: skip
    text = b"".join(names)
    return header + _CHECKSUM.pack(zlib.crc32(text, zlib.crc32(header))) + text, record.body


def decode_head(content: bytes) -> Head | None:
    """The head at the beginning of `content`, None where it is not intact; LARGEST_HEAD_BYTES of content are enough."""
    if len(content) < HEADER_BYTES or not content.startswith(MAGIC):
        return None
    _, marker, received_at_ns, signal, encoding, type_bytes, sender_bytes, body_bytes, body_crc = _HEADER.unpack_from(
        content
    )
    (told,) = _CHECKSUM.unpack_from(content, _HEADER.size)
    middle, end = HEADER_BYTES + type_bytes, HEADER_BYTES + type_bytes + sender_bytes
    text = content[HEADER_BYTES:end]
    if len(content) < end or zlib.crc32(text, zlib.crc32(content[: _HEADER.size])) != told:
        return None
    if signal >= len(_SIGNALS) or encoding >= len(_ENCODINGS) or body_bytes > LARGEST_BODY_BYTES:
        return None
    content_type, sender = content[HEADER_BYTES:middle], content[middle:end]
    return Head(
        marker, received_at_ns, _SIGNALS[signal], content_type.decode("utf-8", "replace"), _ENCODINGS[encoding],
        sender.decode("utf-8", "replace"), body_crc, end, body_bytes,
    )  # fmt: skip
