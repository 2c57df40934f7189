"""The app serves published bytes under strict headers, and nothing else."""

from __future__ import annotations

import gzip
import json
import shutil
from pathlib import Path

import pytest
from fastapi.testclient import TestClient

from dashboards.app import create_app
from dashboards.manifest import digest
from dashboards.shelf import Shelf

PAGE = "/orders/2026-Q3/"
POLICY = {
    "default-src": "'none'", "style-src": "'self'", "img-src": "'self' data:", "font-src": "'self'",
    "base-uri": "'none'",
    "form-action": "'none'", "frame-ancestors": "'none'",
}  # fmt: skip


@pytest.fixture
def client(pages: Path) -> TestClient:
    """A client of the app over one published review."""
    return TestClient(create_app(pages), follow_redirects=False)


def test_a_review_is_served_as_published(client: TestClient, pages: Path) -> None:
    """Page and assets come byte for byte with their type."""
    for name, kind in (
        ("", "text/html"),
        ("index.html", "text/html"),
        ("static/style.css", "text/css"),
        ("values.csv", "text/csv"),
    ):
        answer = client.get(PAGE + name)
        assert answer.status_code == 200
        assert answer.headers["content-type"].startswith(kind)
        assert answer.content == (pages / "orders/2026-Q3" / (name or "index.html")).read_bytes()
    assert client.get(PAGE + "static/inter-latin-400-normal.woff2").headers["content-type"] == "font/woff2"


@pytest.mark.parametrize("path", ["/", PAGE, "/nothing", "/healthz", PAGE + "static/style.css", "/a/b/c/d"])
def test_every_answer_carries_the_headers(client: TestClient, path: str) -> None:
    """Policy, nosniff and no-referrer stand on every answer, also on a 404."""
    headers = client.get(path).headers
    policy = dict(part.split(" ", 1) for part in headers["content-security-policy"].split("; "))
    assert policy == POLICY
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["referrer-policy"] == "no-referrer"
    assert headers["cache-control"]


def test_unchanged_bytes_are_not_sent_again(client: TestClient) -> None:
    """A known ETag gives 304 without a body, under the same headers."""
    first = client.get(PAGE)
    again = client.get(PAGE, headers={"If-None-Match": f'W/{first.headers["etag"]}, "other"'})
    assert (again.status_code, again.content) == (304, b"")
    assert again.headers["content-security-policy"]
    assert again.headers["etag"] == first.headers["etag"]
    assert client.get(PAGE, headers={"If-None-Match": '"other"'}).status_code == 200


@pytest.mark.parametrize(
    "path",
    [
        "/../etc/passwd", "/%2e%2e/%2e%2e/etc/passwd", PAGE + "../../index.html%00", PAGE + "%2e%2e/%2e%2e/secret.txt",
        PAGE + "..%2f..%2fsecret.txt", PAGE + "static/../../../../secret.txt", PAGE + "/etc/passwd",
        PAGE + "manifest.json",
        PAGE + "static/", PAGE + "static/FONTS.md", "/orders/..%2f..%2f/index.html", "/.git/2026-Q3/config",
        "/ORDERS/2026-Q3/index.html", "/orders/2026-Q9/index.html", "/orders/2026-Q2/",
        PAGE + "index.html%5c..%5csecret.txt",
        "/docs", "/openapi.json", "/redoc",
    ],
)  # fmt: skip
def test_what_no_manifest_lists_is_not_served(client: TestClient, pages: Path, path: str) -> None:
    """Traversal, encodings of it, unlisted files and unknown names answer 404 with a friendly page."""
    (pages / "secret.txt").write_text("canary")
    answer = client.get(path)
    assert answer.status_code == 404
    assert "canary" not in answer.text
    assert "There is no page here" in answer.text


def test_other_methods_are_refused(client: TestClient) -> None:
    """The app is read only."""
    assert client.post(PAGE).status_code == 405
    assert client.delete("/").status_code == 405
    assert client.head(PAGE).status_code == 200


def test_changed_bytes_are_not_served(pages: Path, tmp_path: Path) -> None:
    """A file whose hash is not the manifest's is not handed out, plain or packed; the untouched form still is."""
    copy = shutil.copytree(pages, tmp_path / "copy")
    (copy / "orders/2026-Q3/index.html").write_text("tampered")
    (copy / "orders/2026-Q3/values.csv.gz").write_bytes(gzip.compress(b"tampered"))
    client = TestClient(create_app(copy))
    for path, taken in ((PAGE, "identity"), (PAGE + "values.csv", "gzip")):
        answer = client.get(path, headers={"Accept-Encoding": taken})
        assert answer.status_code == 404
        assert "tampered" not in answer.text
    assert client.get(PAGE, headers={"Accept-Encoding": "gzip"}).status_code == 200
    assert client.get(PAGE + "values.csv", headers={"Accept-Encoding": "identity"}).status_code == 200


@pytest.mark.parametrize(
    ("taken", "is_packed"),
    [("gzip", True), ("br, GZIP;q=0.5", True), ("identity", False), ("gzip;q=0", False), ("gzip; q=0.0", False)],
)
def test_what_was_packed_when_published_is_sent_packed(client: TestClient, taken: str, is_packed: bool) -> None:
    """Readers who take gzip get the published twin, with an ETag of its own; others get the bytes as they are."""
    answer = client.get(PAGE, headers={"Accept-Encoding": taken})
    assert (answer.headers.get("content-encoding") == "gzip") == is_packed
    assert answer.headers["etag"].endswith('-gzip"') == is_packed
    assert answer.headers["vary"] == "Accept-Encoding"
    known = {"Accept-Encoding": taken, "If-None-Match": answer.headers["etag"]}
    assert client.get(PAGE, headers=known).status_code == 304


def test_a_bundle_that_is_published_anew_is_seen_at_once(pages: Path, tmp_path: Path) -> None:
    """What was kept in memory is given up as soon as the manifest is another one."""
    copy = shutil.copytree(pages, tmp_path / "copy")
    client = TestClient(create_app(copy))
    assert client.get(PAGE).status_code == 200
    bundle = copy / "orders/2026-Q3"
    manifest = json.loads((bundle / "manifest.json").read_text())
    (bundle / "index.html").write_text("fresh")
    manifest["files"]["index.html"] = digest(b"fresh")
    manifest["packed"] = {}
    (bundle / "manifest.json").write_text(json.dumps(manifest))
    assert client.get(PAGE).text == "fresh"
    (bundle / "manifest.json").unlink()
    assert client.get(PAGE).status_code == 404


def test_memory_is_bounded(pages: Path) -> None:
    """A shelf holds at most as many bytes as it may, and gives the right ones all the same."""
    bundle = pages / "orders/2026-Q3"
    shelf = Shelf(pages, most_bytes=30_000)
    names = [path.name for path in sorted(bundle.glob("*.html"))]
    for name in names * 2:
        found = shelf.file("orders", "2026-Q3", name)
        assert found is not None and found.content == (bundle / name).read_bytes()
        assert sum(len(content) for content in shelf._contents.values()) == shelf._held_bytes <= 30_000


def test_a_manifest_cannot_reach_outside(pages: Path, tmp_path: Path) -> None:
    """A manifest that lists a path outside its bundle is refused whole, and the list leaves it out."""
    copy = shutil.copytree(pages, tmp_path / "copy")
    path = copy / "orders/2026-Q3/manifest.json"
    manifest = json.loads(path.read_text())
    manifest["files"]["../../secret.txt"] = "0" * 64
    path.write_text(json.dumps(manifest))
    client = TestClient(create_app(copy))
    assert client.get(PAGE).status_code == 404
    assert "No review has been published yet" in client.get("/").text


def test_the_list_and_the_empty_list(client: TestClient, tmp_path: Path) -> None:
    """`/` links every review; an empty directory says that nothing is published yet."""
    assert 'href="orders/2026-Q3/index.html"' in client.get("/").text
    assert client.get("/index.html").content == client.get("/").content
    assert "No review has been published yet" in TestClient(create_app(tmp_path)).get("/").text


def test_an_address_without_slash_is_sent_on(client: TestClient) -> None:
    """Relative links need the slash; unknown reviews are not redirected."""
    answer = client.get("/orders/2026-Q3")
    assert (answer.status_code, answer.headers["location"]) == (308, PAGE)
    assert client.get("/orders/2025-Q1").status_code == 404


def test_health(client: TestClient) -> None:
    """The health address answers without touching any page."""
    assert client.get("/healthz").text == "ok\n"
