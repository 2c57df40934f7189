"""The dates in a PDF: those of the run whose numbers it shows, instead of the moment somebody printed it.

So the same published file gives the same bytes, and the properties of the document tell a reader how old its numbers
are. The new dates are as long as the old ones: a PDF finds its parts by their place in bytes.
"""

from __future__ import annotations

import datetime as dt
import re

_DATE = re.compile(rb"(/(?:CreationDate|ModDate) ?)\(D:(\d{14})[^)]*\)")


def dated(printed: bytes, made_at: dt.datetime) -> bytes:
    """The PDF with both dates of its information set to `made_at`, in UTC."""

    def told(found: re.Match[bytes]) -> bytes:
        rest = len(found[0]) - len(found[1]) - len("(D:)") - 14
        zone = b"Z" if rest == 1 else b"+00'00'"[:rest]
        return found[1] + b"(D:" + f"{made_at:%Y%m%d%H%M%S}".encode() + zone.ljust(rest) + b")"

    return _DATE.sub(told, printed)
