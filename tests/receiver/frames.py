"""Records, and segments made of them by hand."""

from __future__ import annotations

import gzip
from pathlib import Path

from pipelines.receiver.frame import Encoding, Record, Signal, encode_frame
from pipelines.receiver.segments import Damage, Frame, Position, read_frames

MARKER = b"\x01marker\xff"


def record(body: bytes = b"{}", *, sender: str = "orders", encoding: Encoding = Encoding.IDENTITY) -> Record:
    """A record of traces in JSON."""
    return Record(1_700_000_000_000_000_000, Signal.TRACES, "application/json", encoding, sender, body)


def packed(body: bytes) -> Record:
    """The same, gzipped by its sender."""
    return record(gzip.compress(body, mtime=0), encoding=Encoding.GZIP)


def framed(*records: Record, marker: bytes = MARKER) -> bytes:
    """The bytes of a segment."""
    return b"".join(b"".join(encode_frame(one, marker)) for one in records)


def put(folder: Path, content: bytes, name: str = "000000000001.seg") -> Path:
    """Write a segment."""
    path = folder / name
    path.write_bytes(content)
    return path


def read(folder: Path, since: Position | None = None) -> tuple[list[bytes], list[Damage]]:
    """Bodies of all intact frames, and all damages."""
    items = list(read_frames(folder, since))
    return [item.body for item in items if isinstance(item, Frame)], [
        item for item in items if isinstance(item, Damage)
    ]
