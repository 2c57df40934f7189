"""Gzip: who takes it, what is worth it, and the same bytes for the same content."""

from __future__ import annotations

import gzip

WORTH_PACKING = 1024
"""Bytes from which a text is sent packed."""
_QUICK = 5


def takes_gzip(accept_encoding: str) -> bool:
    """Does a reader who sends this Accept-Encoding take gzip?"""
    for part in accept_encoding.lower().split(","):
        name, _, weight = part.replace(" ", "").partition(";q=")
        if name == "gzip":
            return weight.strip("0.") != "" or weight == ""
    return False


def pack(content: bytes, *, quick: bool = False) -> bytes:
    """The content as gzip without a time in it; `quick` for what is packed for one reader only."""
    return gzip.compress(content, _QUICK if quick else 9, mtime=0)
