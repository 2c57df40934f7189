"""Printing by Chromium: a page and its files become a PDF in a process of their own, or an error; nothing is left.

The browser sees a folder made for it alone and reaches no network; the policy of the page lets no script run. It is
given no variable of our environment, and a home, a profile and a temporary folder of its own, which go with it.
"""

from __future__ import annotations

import datetime as dt
import os
import shutil
import signal
import subprocess
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path

from dashboards.errors import PrintingError
from dashboards.printing.dates import dated

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
MOST_SECONDS = 90.0
"""A review takes two or three; a machine that has much else to do may need many times that."""
_OUT = "printed.pdf"
_FLAGS = (
    "--headless", "--disable-gpu", "--no-first-run", "--no-default-browser-check", "--disable-extensions",
    "--disable-background-networking", "--disable-component-update", "--disable-sync", "--disable-dev-shm-usage",
    "--host-resolver-rules=MAP * ~NOTFOUND", "--proxy-server=http://127.0.0.1:9",  # nobody is asked for anything
    "--user-agent=streamgauge",  # a PDF names the agent as its creator
    "--font-render-hinting=none", "--force-color-profile=srgb", "--force-device-scale-factor=1",
    "--no-pdf-header-footer", "--generate-pdf-document-outline",
)  # fmt: skip


def find_browser(told: Path | None = None) -> Path | None:
    """The browser told, else the first of `NAMES` on the PATH; None where there is none.

    Raises:
        PrintingError: nothing that runs lies where the one told should be.
    """
    if told is not None:
        if not (told.is_file() and os.access(told, os.X_OK)):
            raise PrintingError.from_no_browser(told)
        return told
    found = next((path for name in NAMES if (path := shutil.which(name))), None)
    return None if found is None else Path(found)


def print_pdf(
    browser: Path, files: Mapping[str, bytes], start: str, made_at: dt.datetime, most_seconds: float = MOST_SECONDS
) -> bytes:
    """The page `start` of these files as a PDF that says it was made at `made_at` (UTC).

    Raises:
        PrintingError: the browser failed, took longer than it may, or wrote no whole PDF.
    """
    with tempfile.TemporaryDirectory(prefix="streamgauge-print-", ignore_cleanup_errors=True) as name:
        folder = Path(name)
        for part, content in files.items():
            path = folder / "page" / part
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content)
        for own in ("home", "profile", "tmp"):
            (folder / own).mkdir()
        said = _run(_command(browser, folder, start), folder, most_seconds)
        out = folder / _OUT
        printed = out.read_bytes() if out.is_file() else b""
    if not (printed.startswith(b"%PDF-") and printed.rstrip().endswith(b"%%EOF")):
        raise PrintingError.from_failure(browser, "no whole PDF came of it", said)
    return dated(printed, made_at)


def _command(browser: Path, folder: Path, start: str) -> list[str]:
    # Chromium refuses its sandbox to root, as which containers run; the page runs no script and comes from us.
    rootless = ("--no-sandbox",) if os.geteuid() == 0 else ()
    return [
        str(browser), *_FLAGS, *rootless, f"--user-data-dir={folder / 'profile'}", f"--print-to-pdf={folder / _OUT}",
        (folder / "page" / start).as_uri(),
    ]  # fmt: skip


def _run(command: Sequence[str], folder: Path, most_seconds: float) -> str:
    """Run to the end, with all that it started; returns what it said last."""
    home, tmp = str(folder / "home"), str(folder / "tmp")
    given = {"PATH": os.defpath, "HOME": home, "XDG_CONFIG_HOME": home, "XDG_CACHE_HOME": home, "TMPDIR": tmp,
             "LANG": "C.UTF-8", "TZ": "UTC"}  # fmt: skip
    with (folder / "said").open("wb") as said:
        process = subprocess.Popen(  # noqa: S603  # the browser found above, with paths of our own
            command, stdin=subprocess.DEVNULL, stdout=said, stderr=said, env=given, cwd=folder, start_new_session=True
        )
        try:
            code = process.wait(most_seconds)
        except subprocess.TimeoutExpired as error:
            raise PrintingError.from_failure(
                Path(command[0]), f"no page came within {most_seconds:g} seconds"
            ) from error
        finally:
            _end(process)
    words = (folder / "said").read_text("utf-8", errors="replace")
    if code != 0:
        how = f"killed by signal {-code}" if code < 0 else f"it ended with {code}"
        raise PrintingError.from_failure(Path(command[0]), how, words)
    return words


def _end(process: subprocess.Popen[bytes]) -> None:
    """End what is left of its group: a browser is many processes."""
    try:
        os.killpg(process.pid, signal.SIGKILL)
    except ProcessLookupError:
        return
    finally:
        process.wait()
