"""Where a spool is to be read next: everything before it is with the receiver, or set aside.

Knows one small file; knows nothing of what the offset points at.
"""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from pathlib import Path

from streamgauge.disk import Disk


@dataclass(frozen=True, slots=True)
class Cursor:
    """`segment` is its first sequence in 20 digits, `offset` in bytes, `sequence` the last one settled."""

    segment: str
    offset: int
    sequence: int


def read_cursor(path: Path) -> Cursor | None:
    """The cursor kept there; None where there is none, or a damaged one: then what is there is sent again.

    Raises:
        OSError: the file is there and cannot be read.
    """
    try:
        told = json.loads(path.read_bytes())
        return Cursor(str(told["segment"]), int(told["offset"]), int(told["sequence"]))
    except FileNotFoundError:
        return None
    except (ValueError, TypeError, KeyError):
        return None


def write_cursor(disk: Disk, path: Path, cursor: Cursor) -> None:
    """Keep the cursor durably. Only ever after the receiver said 200: what lies before it is never sent again.

    Raises:
        OSError: the disk refuses; the cursor is the old one or the new one, whole.
    """
    disk.write_whole(path, json.dumps(asdict(cursor)).encode())
