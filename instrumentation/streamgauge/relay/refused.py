"""What the receiver will never take, and what was damaged: kept beside the spool with the reason, for a person to mend.

Lines are framed as in a segment, each a JSON object with `reason` and either `event` (text) or `content` (base64) with
`segment` and `offset`. After a crash an entry may stand there twice. Knows one file; knows no network.
"""

from __future__ import annotations

import base64
import json
from collections.abc import Iterable, Iterator
from pathlib import Path

from streamgauge.disk import Disk
from streamgauge.outbox.lines import Damage, frame
from streamgauge.relay.lines import is_cut, read_bytes

_PIECE_BYTES = 65_536

Entry = dict[str, object]


def tell_refusal(event: bytes, reason: str) -> Entry:
    """An event that was refused, as an entry."""
    return {"reason": reason, "event": event.decode("utf-8", "replace")}


def tell_damage(segment: Path, damage: Damage) -> Iterator[Entry]:
    """Bytes that are no line, as entries of at most 64 KiB each.

    Raises:
        OSError: the segment cannot be read.
    """
    for start in range(damage.start, damage.end, _PIECE_BYTES):
        content = read_bytes(segment, start, min(_PIECE_BYTES, damage.end - start))
        told = base64.b64encode(content).decode()
        yield {"reason": damage.reason, "segment": segment.stem, "offset": start, "content": told}


def keep_aside(disk: Disk, path: Path, entries: Iterable[Entry]) -> None:
    """Append entries durably; what a crash left unfinished there is ended first.

    Raises:
        OSError: the disk refuses; some entries may be there, and will be there again.
    """
    is_new = not path.exists()
    descriptor = disk.open_append(path)
    try:
        if not is_new and is_cut(path):
            _write_whole(disk, descriptor, b"\n")
        for entry in entries:
            _write_whole(disk, descriptor, frame(json.dumps(entry).encode()))
        disk.sync(descriptor)
    finally:
        disk.close(descriptor)
    if is_new:
        disk.sync_folder(path.parent)


def _write_whole(disk: Disk, descriptor: int, content: bytes) -> None:
    written = disk.write(descriptor, content)
    if written != len(content):
        raise OSError(f"the disk took {written} of {len(content)} bytes that were to be set aside")
