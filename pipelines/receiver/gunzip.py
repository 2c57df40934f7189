"""Unpacking gzip without trusting it: in bounded steps, up to a size and a ratio that the caller names.

Knows bytes; knows neither HTTP nor files. Several members one after the other are one body, as RFC 1952 says.
"""

from __future__ import annotations

import zlib

_STEP_BYTES = 1_048_576  # unpacked at once; a bomb is noticed after at most this much more
_FED_BYTES = 65_536  # taken in at once
_MOST_MEMBERS = 4_096  # an empty member costs 20 bytes to send and a turn to unpack
_WITH_GZIP_HEADER = 16 + zlib.MAX_WBITS


class BrokenGzipError(ValueError):
    """The bytes are not gzip, or end too early."""


class TooLargeError(ValueError):
    """More comes out than is allowed."""


def gunzip(packed: bytes, most_bytes: int, most_ratio: float = float("inf")) -> bytes:
    """The unpacked bytes: at most `most_bytes`, and beyond the first MiB at most `most_ratio` for each packed byte.

    Raises:
        BrokenGzipError: no gzip, torn, or followed by something else.
        TooLargeError: a limit would be passed; nothing beyond it was unpacked.
    """
    allowed = min(float(most_bytes), max(most_ratio * len(packed), float(_STEP_BYTES)))
    pieces, size, at = [], 0, 0
    for _ in range(_MOST_MEMBERS):
        member = zlib.decompressobj(_WITH_GZIP_HEADER)
        while not member.eof:
            fed = packed[at : at + _FED_BYTES]
            piece = _unpack(member, fed)
            at += len(fed) - len(member.unused_data if member.eof else member.unconsumed_tail)
            size += len(piece)
            if size > allowed:
                raise TooLargeError(f"unpacks to more than {int(allowed)} bytes")
            if not fed and not piece and not member.eof:
                raise BrokenGzipError("the gzip body ends too early")
            pieces.append(piece)
        if at == len(packed):
            return b"".join(pieces)
    raise TooLargeError(f"holds more than {_MOST_MEMBERS} gzip members")


def _unpack(member: zlib._Decompress, packed: bytes) -> bytes:
    try:
        return member.decompress(packed, _STEP_BYTES)
    except zlib.error as error:
        raise BrokenGzipError("the body is not gzip, or is damaged") from error
