"""The published pages over HTTP, from the command a user types: served on this machine only, and nothing else."""

from __future__ import annotations

import http.client
import socket
import subprocess
import time
from collections.abc import Iterator

import pytest

from tests.journeys.command_line import PROGRAM, ROOT, facts, measured
from tests.journeys.orders import rows, write_log, write_stream

Answer = tuple[int, str]


@pytest.fixture(scope="module")
def port(tmp_path_factory: pytest.TempPathFactory) -> Iterator[int]:
    """`streamgauge serve` as a process on a free port of the loopback; it ends with the tests."""
    folder = tmp_path_factory.mktemp("serve")
    measured(folder / "home", (write_log(folder / "orders.csv", rows()), write_stream(folder)))
    facts("review", "--period", "2025-Q1", "--home", folder / "home")
    (folder / "home" / "published" / "secret.txt").write_text("secret")
    free = _free_port()
    arguments = [*PROGRAM, "serve", "--home", str(folder / "home"), "--port", str(free)]
    server = subprocess.Popen(arguments, cwd=ROOT, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)
    try:
        _wait_for(free, server)
        yield free
    finally:
        server.terminate()
        server.wait(timeout=20)
        assert server.stderr is not None
        server.stderr.close()


def _free_port() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])


def _wait_for(port: int, server: subprocess.Popen[str]) -> None:
    deadline = time.monotonic() + 30
    while time.monotonic() < deadline:
        assert server.poll() is None, server.stderr.read() if server.stderr else "ended"
        with socket.socket() as tried:
            if tried.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.1)
    raise AssertionError("the server did not answer within 30 s")


def _get(port: int, path: str) -> Answer:
    """The path exactly as written: no client tidies it on the way."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
    try:
        connection.putrequest("GET", path, skip_accept_encoding=True)
        connection.endheaders()
        answer = connection.getresponse()
        return answer.status, answer.read().decode("utf-8", "replace")
    finally:
        connection.close()


def test_the_first_page_leads_to_the_review(port: int) -> None:
    """The root names the stream and links to its quarter."""
    status, text = _get(port, "/")
    assert status == 200
    assert "Orders" in text
    assert "2025-Q1" in text


def test_the_review_is_served(port: int) -> None:
    """The page of the quarter comes as published."""
    status, text = _get(port, "/orders/2025-Q1/")
    assert status == 200
    assert text.lstrip().lower().startswith("<!doctype html>")
    assert "Orders" in text


@pytest.mark.parametrize(
    "path",
    [
        "/../secret.txt", "/..%2fsecret.txt", "/%2e%2e/secret.txt", "/orders/../../secret.txt",
        "/orders/2025-Q1/..%2f..%2f..%2fsecret.txt", "/orders/2025-Q1/%2e%2e/%2e%2e/%2e%2e/streamgauge.duckdb",
        "//etc/passwd", "/%2fetc%2fpasswd", "/orders/2025-Q1/..\\..\\..\\secret.txt", "/secret.txt",
    ],
)  # fmt: skip
def test_nothing_outside_the_pages_is_served(port: int, path: str) -> None:
    """However a path is written, it leads to no file that was not published."""
    status, text = _get(port, path)
    assert status in (400, 404), text[:200]
    assert "secret" not in text.replace("secret.txt", "")
    assert "root:" not in text


def test_an_unknown_quarter_is_not_found(port: int) -> None:
    """A page that was never published is 404 and no stack."""
    status, text = _get(port, "/orders/2031-Q1/")
    assert status == 404
    assert "Traceback" not in text
