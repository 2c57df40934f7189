"""Office files whose bytes depend on nothing but what is in them: entries in order, no date of today."""

from __future__ import annotations

import io
import zipfile

_FIRST = "[Content_Types].xml"
_DAY = (1980, 1, 1, 0, 0, 0)


def sealed(container: bytes) -> bytes:
    """The same container with its entries sorted, types first, all of the first day a ZIP can name."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(container)) as found, zipfile.ZipFile(out, "w") as made:
        for name in sorted(found.namelist(), key=lambda name: (name != _FIRST, name)):
            entry = zipfile.ZipInfo(name, _DAY)
            entry.compress_type, entry.create_system, entry.external_attr = zipfile.ZIP_DEFLATED, 3, 0o644 << 16
            made.writestr(entry, found.read(name), compresslevel=6)
    return out.getvalue()
