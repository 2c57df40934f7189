"""The first bytes of a file, unpacked: what a source looks at to recognise its own.

Knows gzip and Zstandard by their first bytes, whatever the name says; knows no format.
"""

from __future__ import annotations

from pathlib import Path
from typing import BinaryIO, cast

import pyarrow as pa

HEAD_BYTES = 65_536
STEP_BYTES = 4_096
"""How much is unpacked at a time: where a packed stream breaks off, at most this much before the break is not seen."""

_PACKINGS = {b"\x1f\x8b": "gzip", b"\x28\xb5\x2f\xfd": "zstd"}


def packing_of(first: bytes) -> str | None:
    """How bytes are packed: gzip, zstd, or None where they are not."""
    return next((name for sign, name in _PACKINGS.items() if first.startswith(sign)), None)


def unpack(file: BinaryIO, packing: str | None) -> BinaryIO:
    """A stream of the unpacked bytes; reading it raises OSError where they are damaged or cut off."""
    if packing is None:
        return file
    return cast(BinaryIO, pa.CompressedInputStream(pa.PythonFile(file, "r"), packing))


def read_head(path: Path) -> bytes:
    """The first 64 KiB of a file, unpacked; what there is of them where it is shorter, damaged or not there.

    Says nothing of the damage: reading the file as a whole will.
    """
    found = bytearray()
    try:
        with path.open("rb") as file:
            packing = packing_of(file.read(4))
            file.seek(0)
            stream = unpack(file, packing)
            while len(found) < HEAD_BYTES and (more := stream.read(STEP_BYTES)):
                found += more
    except OSError:
        return bytes(found)
    return bytes(found)
