"""Reading the log: every intact frame in order, and every stretch that is not, said with its size.

Knows the folder of segments and the layout of a frame; writes nothing, and imports no web server. Damage is never an
error: an intact head is believed about its length, otherwise the next frame is looked for by magic and marker.
Memory is bounded by one frame and its unpacked body.
"""

from __future__ import annotations

import os
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from pipelines.receiver.errors import ReceiverError
from pipelines.receiver.frame import (
    HEADER_BYTES,
    LARGEST_BODY_BYTES,
    LARGEST_HEAD_BYTES,
    MAGIC,
    Encoding,
    Head,
    Signal,
    decode_head,
)
from pipelines.receiver.gunzip import BrokenGzipError, TooLargeError, gunzip

__all__ = ["Damage", "Frame", "Position", "Segment", "Signal", "list_segments", "read_frames"]

_DIGITS = 12
_CHUNK_BYTES = 1_048_576
_LISTINGS = 100


@dataclass(frozen=True, slots=True, order=True)
class Position:
    """A place in the log: `segment` is its number in 12 digits, `offset` bytes into it. Positions compare in order."""

    segment: str
    offset: int

    def as_text(self) -> str:
        """`000000000012:4711`."""
        return f"{self.segment}:{self.offset}"

    @classmethod
    def from_text(cls, text: str) -> Position:
        """The position that `as_text` wrote.

        Raises:
            ValueError: the text is not `<12 digits>:<whole number>`.
        """
        segment, colon, offset = text.partition(":")
        if (
            len(segment) != _DIGITS
            or not colon
            or not all(part.isascii() and part.isdigit() for part in (segment, offset))
        ):
            raise ValueError(f"{text!r} is no position of the log; expected <12 digits>:<offset>")
        return cls(segment, int(offset))


@dataclass(frozen=True, slots=True)
class Frame:
    """One request as it was received; `body` is unpacked. `end` is where reading goes on after it."""

    start: Position
    end: Position
    received_at_ns: int
    signal: Signal
    content_type: str
    sender: str
    body: bytes


@dataclass(frozen=True, slots=True)
class Damage:
    """Bytes that are no intact frame: torn by a crash, or changed since. `end` is where reading goes on after them."""

    start: Position
    end: Position
    skipped_bytes: int
    reason: str


@dataclass(frozen=True, slots=True)
class Segment:
    """One file of the log; `is_open` while a process may still write to it."""

    number: int
    is_open: bool

    @property
    def name(self) -> str:
        """Its number in 12 digits."""
        return f"{self.number:0{_DIGITS}d}"

    def path(self, folder: Path) -> Path:
        """Its file in the folder of the log."""
        return folder / f"{self.name}.{'open' if self.is_open else 'seg'}"


def read_frames(folder: Path, since: Position | None = None) -> Iterator[Frame | Damage]:
    """Frames and damages in order, from `since` on, or from the oldest segment.

    Stops quietly at the unfinished tail of the newest segment while that is open; what comes later is read by the next
    call. Segments before the one that a reader's position names may be removed, none from there on.

    Raises:
        ReceiverError: `since` lies ahead of every segment: the log it belongs to is gone.
        OSError: the system cannot read a file.
    """
    found = list_segments(folder)
    newest = found[-1].name if found else ""
    if since is not None and since.segment > newest:
        raise ReceiverError.from_position_ahead(folder, since.as_text())
    expected = since
    for segment in found:
        if since is not None and segment.name < since.segment:
            continue
        if expected is not None and segment.name > expected.segment:
            yield Damage(expected, Position(segment.name, 0), 0, "a segment of the log is missing")
            expected = None
        offset = since.offset if since is not None and since.segment == segment.name else 0
        yield from _read_segment(folder, segment, offset, is_last=segment.name == newest)
        expected = Position(f"{segment.number + 1:0{_DIGITS}d}", 0)


def list_segments(folder: Path) -> list[Segment]:
    """The segments in order. A listing may miss a name that is just being changed, so two in a row must agree."""
    before: list[Segment] | None = None
    for _ in range(_LISTINGS):
        now = _list_once(folder)
        if now == before:
            return now
        before = now
    raise ReceiverError(f"The segments in {folder} change faster than they can be listed. Try again.")


def _list_once(folder: Path) -> list[Segment]:
    found: dict[int, Segment] = {}
    for path in folder.iterdir() if folder.is_dir() else ():
        stem, _, kind = path.name.partition(".")
        if len(stem) == _DIGITS and stem.isascii() and stem.isdigit() and kind in ("open", "seg"):
            number = int(stem)
            is_open = kind == "open" and (number not in found or found[number].is_open)
            found[number] = Segment(number, is_open)
    return [found[number] for number in sorted(found)]


def _read_segment(folder: Path, segment: Segment, offset: int, *, is_last: bool) -> Iterator[Frame | Damage]:
    descriptor = _open(folder, segment)
    try:
        reading = _Reading(descriptor, segment.name, os.fstat(descriptor).st_size)
        yield from reading.read(offset, is_growing=is_last and segment.is_open)
    finally:
        os.close(descriptor)


def _open(folder: Path, segment: Segment) -> int:
    """The segment's file, which may have been sealed since it was listed."""
    try:
        return os.open(segment.path(folder), os.O_RDONLY | os.O_CLOEXEC)
    except FileNotFoundError:
        return os.open(Segment(segment.number, is_open=False).path(folder), os.O_RDONLY | os.O_CLOEXEC)


class _Reading:
    """One pass over one file, as long as it was when the pass began."""

    def __init__(self, descriptor: int, name: str, size: int) -> None:
        self._descriptor, self._name, self._size = descriptor, name, size
        self._marker: bytes | None = None
        first = self._head(0)
        self._marker = first.marker if first else None

    def read(self, offset: int, *, is_growing: bool) -> Iterator[Frame | Damage]:
        """Items from `offset`. At the end of a growing file what is not whole is no damage yet."""
        damaged_at, reason = offset, ""
        while offset < self._size:
            head = self._head(offset)
            if head is None:
                reason, offset = reason or "no intact frame begins here", self._find(offset + 1)
                continue
            end = offset + head.head_bytes + head.body_bytes
            found = self._frame(head, offset, end) if end <= self._size else "the file ends within a frame"
            if isinstance(found, str):
                reason, offset = reason or found, min(end, self._size)
                continue
            self._marker = head.marker
            if reason:
                yield self._damage(damaged_at, offset, reason)
            yield found
            offset = damaged_at = end
            reason = ""
        if reason and not is_growing:
            yield self._damage(damaged_at, self._size, reason)

    def _head(self, offset: int) -> Head | None:
        """The intact head at `offset`, of this segment as far as its marker is known."""
        return self._known(decode_head(os.pread(self._descriptor, LARGEST_HEAD_BYTES, offset)))

    def _known(self, head: Head | None) -> Head | None:
        return None if head is None or self._marker not in (None, head.marker) else head

    def _frame(self, head: Head, start: int, end: int) -> Frame | str:
        """The frame, or why it is none."""
        body = os.pread(self._descriptor, head.body_bytes, start + head.head_bytes)
        if len(body) != head.body_bytes or zlib.crc32(body) != head.body_crc:
            return "the checksum of the body is wrong"
        if head.encoding is Encoding.GZIP:
            try:
                body = gunzip(body, LARGEST_BODY_BYTES)
            except (BrokenGzipError, TooLargeError) as error:
                return f"the body cannot be unpacked: {error}"
        return Frame(
            Position(self._name, start), Position(self._name, end), head.received_at_ns, head.signal,
            head.content_type, head.sender, body,
        )  # fmt: skip

    def _damage(self, start: int, end: int, reason: str) -> Damage:
        return Damage(Position(self._name, start), Position(self._name, end), end - start, reason)

    def _find(self, offset: int) -> int:
        """Where the next intact head begins, at or after `offset`; the end of the file where none does."""
        wanted = MAGIC + (self._marker or b"")
        while offset + HEADER_BYTES <= self._size:
            chunk = os.pread(self._descriptor, _CHUNK_BYTES + LARGEST_HEAD_BYTES, offset)
            place = chunk.find(wanted, 0, _CHUNK_BYTES + len(wanted))
            while place >= 0:
                if self._known(decode_head(chunk[place : place + LARGEST_HEAD_BYTES])):
                    return offset + place
                place = chunk.find(wanted, place + 1, _CHUNK_BYTES + len(wanted))
            offset += _CHUNK_BYTES
        return self._size
