"""Printing a page with the Chromium of the machine: the same page, as PDF."""

from __future__ import annotations

import shutil
import subprocess
import tempfile
from collections.abc import Mapping
from pathlib import Path

_BROWSERS = ("chromium", "chromium-browser", "google-chrome")
_SECONDS = 60
_FLAGS = (
    "--headless", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--no-first-run",
    "--no-pdf-header-footer", "--generate-pdf-document-outline", "--virtual-time-budget=2000",
)  # fmt: skip


def print_pdf(files: Mapping[str, bytes], start: str) -> bytes | None:
    """The file `start` of these files, which may refer to each other, as a tagged PDF; None where no browser can.

    The size of the paper is what its style sheet says.
    """
    browser = next((found for name in _BROWSERS if (found := shutil.which(name))), None)
    if browser is None:
        return None
    with tempfile.TemporaryDirectory(prefix="streamgauge-print-") as name:
        folder = Path(name)
        for path, content in files.items():
            (folder / path).parent.mkdir(parents=True, exist_ok=True)
            (folder / path).write_bytes(content)
        printed = folder / ".printed.pdf"
        told = [browser, *_FLAGS, f"--user-data-dir={folder / '.profile'}", f"--print-to-pdf={printed}"]
        try:
            subprocess.run(  # noqa: S603  # the browser that is installed; what it opens was written here
                [*told, (folder / start).as_uri()], check=True, capture_output=True, timeout=_SECONDS, cwd=folder
            )
        except (subprocess.SubprocessError, OSError):
            return None  # a browser that will not start is as none: the page is there, and says the same
        return printed.read_bytes() if printed.is_file() else None
