"""A browser that fails: a clear error, nothing half, nothing left; and what was published before stays."""

from __future__ import annotations

import datetime as dt
import subprocess
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from dashboards.errors import PrintingError
from dashboards.pages.full_review import FullReview
from dashboards.printing.browser import find_browser, print_pdf
from dashboards.printing.printer import find_printer
from dashboards.publish import publish_review
from tests.dashboards.builder import QUARTER, STREAM, orders
from tests.dashboards.serving import CHROMIUM

AT = dt.datetime(2026, 10, 1, 5, 12)
PAGE = {"review.html": b"<!doctype html><html lang=en><title>T</title><h1>One line</h1></html>"}
needs_browser = pytest.mark.skipif(
    CHROMIUM is None, reason="no chromium, chromium-browser or google-chrome: nothing was printed"
)


def browser_that(folder: Path, does: str) -> Path:
    """A program in place of the browser."""
    path = folder / "browser"
    path.write_text(f"#!/bin/sh\n{does}\n")
    path.chmod(0o755)
    return path


@pytest.mark.parametrize(
    ("does", "why"),
    [
        ("kill -9 $$", "killed by signal 9"),
        ("echo no sandbox here >&2; exit 21", "it ended with 21. It said last: no sandbox here"),
        ("exit 0", "no whole PDF came of it"),
        (
            'for a in "$@"; do case $a in --print-to-pdf=*) echo %PDF-1.4 half > "${a#*=}";; esac; done',
            "no whole PDF came of it",
        ),
    ],
)
def test_a_browser_that_fails_is_told(tmp_path: Path, does: str, why: str) -> None:
    """Killed, ended with an error, silent or half done: the error says which, what it said, and what to do."""
    with pytest.raises(PrintingError) as told:
        print_pdf(browser_that(tmp_path, does), PAGE, "review.html", AT)
    assert why in str(told.value)
    assert str(told.value).endswith("with STREAMGAUGE_CHROMIUM=none the PDF is set without a browser.")


def test_one_that_hangs_is_ended_with_all_it_started(tmp_path: Path) -> None:
    """After the time it may take, browser and children are gone, and so is its folder."""
    told = tmp_path / "children"
    browser = browser_that(tmp_path, f'sleep 300 & echo "$! $TMPDIR" > {told}; wait')
    with pytest.raises(PrintingError, match=r"no page came within 0\.5 seconds"):
        print_pdf(browser, PAGE, "review.html", AT, most_seconds=0.5)
    child, folder = told.read_text().split()
    state = subprocess.run(["ps", "-o", "stat=", "-p", child], capture_output=True, text=True, check=False).stdout
    assert state.strip()[:1] in ("", "Z")  # gone, or dead and not yet buried by the machine's first process
    assert not Path(folder).parent.exists()


def test_it_sees_nothing_of_our_environment(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """No variable of this process reaches the browser, secrets included; home and temporary folder are its own."""
    monkeypatch.setenv("SOME_TOKEN", "hidden")
    told = tmp_path / "environment"
    with pytest.raises(PrintingError):
        print_pdf(browser_that(tmp_path, f"env > {told}"), PAGE, "review.html", AT)
    given = dict(line.split("=", 1) for line in told.read_text().splitlines())
    assert "SOME_TOKEN" not in given
    assert given["HOME"].startswith(str(Path(given["TMPDIR"]).parent))


def test_no_browser_at_the_path_told_is_refused(tmp_path: Path) -> None:
    """A path that leads nowhere, or to no program, is a mistake that is told, not a reason to print otherwise."""
    (tmp_path / "text").write_text("no program")
    for path in (tmp_path / "nothing", tmp_path / "text", tmp_path):
        with pytest.raises(PrintingError, match="where nothing lies that can be run"):
            find_printer(str(path))


@needs_browser
def test_a_real_browser_that_is_too_slow_leaves_nothing(tmp_path: Path) -> None:
    """Chromium ended in the middle: an error, and none of its processes is left."""
    browser = find_browser()
    assert browser is not None
    with pytest.raises(PrintingError, match="no page came within"):
        print_pdf(browser, PAGE, "review.html", AT, most_seconds=0.2)
    alive = subprocess.run(["ps", "-eo", "args"], capture_output=True, text=True, check=True).stdout
    assert "streamgauge-print-" not in alive.replace("pytest", "")


@needs_browser
def test_the_browser_reaches_no_network() -> None:
    """A page that asks a server for a picture is printed without it, and the server hears nothing."""
    asked: list[str] = []

    class Listening(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            asked.append(self.path)
            self.send_error(404)

        def log_message(self, *args: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Listening)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        sources = [f"http://127.0.0.1:{server.server_port}/", f"http://localhost:{server.server_port}/"]
        page = "".join(f"<img src={source}picture.png><link rel=stylesheet href={source}s.css>" for source in sources)
        printed = print_pdf(find_browser() or Path(), {"a.html": page.encode() + PAGE["review.html"]}, "a.html", AT)
    finally:
        server.shutdown()
        server.server_close()
    assert printed.startswith(b"%PDF-")
    assert asked == []


def test_a_failure_leaves_what_was_published(tmp_path: Path) -> None:
    """When the PDF cannot be made, the review that stands stays as it is, to the last byte."""
    db = orders().write(tmp_path / "p.duckdb")
    out = tmp_path / "pages"
    publish_review(db, out, STREAM, QUARTER)
    before = {path: path.read_bytes() for path in out.rglob("*") if path.is_file()}

    def failing(review: FullReview, made_at: dt.datetime) -> bytes:
        return print_pdf(browser_that(tmp_path, "exit 1"), PAGE, "review.html", made_at)

    with pytest.raises(PrintingError):
        publish_review(db, out, STREAM, QUARTER, printer=failing)
    assert {path: path.read_bytes() for path in out.rglob("*") if path.is_file()} == before
