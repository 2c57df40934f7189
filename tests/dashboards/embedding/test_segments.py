"""A part of a stream shown alone: its own numbers, framed by its own token, and not a byte of any other part."""

from __future__ import annotations

import time
from pathlib import Path

import pytest
from fastapi.testclient import TestClient

from dashboards.app import create_app
from dashboards.embedding.grant import mint
from dashboards.embedding.keys import Key, KeyRing, new_key
from dashboards.embedding.refusal import RefusedTokenError
from dashboards.embedding.replay import ReplayStore
from dashboards.embedding.routes import Embedding
from dashboards.manifest import bundles_in, read_manifest, scope_of, views_of
from dashboards.publish import publish_review
from dashboards.reading import read_bundle
from dashboards.segment_pages import segment_pages
from tests.dashboards.builder import QUARTER, STREAM, Published, orders

OURS, THEIRS = "Süd & Söhne", "CANARY-NORTH"
OUR_TIME, THEIR_TIME = 3.14159, 8.76543


def two_parts() -> Published:
    """The plausible stream with two values of the segment region, one of them a canary."""
    published = orders()
    published.stream["stream_file"] += "\nsegments: {region: {attribute: region}}\n"
    published.rows["segment_values"] = [
        {
            "stream": STREAM, "metric": "flow_time", "statistic": "p90", "grain": "quarter", "period": QUARTER,
            "dimension": "region", "rank": rank, "segment": segment, "value": value, "low": value - 0.3,
            "high": value + 0.4, "n": n, "unit": "days", "segments": 2, "observations": 777_777,
        }
        for rank, (segment, value, n) in enumerate([(OURS, OUR_TIME, 4321), (THEIRS, THEIR_TIME, 8765)], 1)
    ]  # fmt: skip
    known = set(published_columns())
    published.rows["segment_values"] = [
        {name: value for name, value in row.items() if name in known} for row in published.rows["segment_values"]
    ]
    return published


def published_columns() -> tuple[str, ...]:
    """The columns of the published table."""
    from metrics.published import PUBLISHED

    return next(table for table in PUBLISHED if table.name == "segment_values").column_names


@pytest.fixture
def pages(tmp_path: Path) -> Path:
    """A published directory of that stream."""
    publish_review(two_parts().write(tmp_path / "p.duckdb"), tmp_path / "pages", STREAM, QUARTER)
    return tmp_path / "pages"


def client_of(pages: Path, folder: Path, scope: str) -> tuple[TestClient, Key]:
    """A server for holders of tokens, and a key of one scope."""
    key = new_key(folder / "keys.json", (scope,), ("https://intranet.example",))
    embedding = Embedding(KeyRing(folder / "keys.json"), ReplayStore(folder / "used.sqlite"), time.time)
    return TestClient(create_app(pages, embedding, is_open=False)), key


def test_no_byte_of_another_part_crosses(pages: Path) -> None:
    """In no file of the one is a name, value or count of the other, or of the whole stream."""
    ours = pages / scope_of(STREAM, "region", OURS) / QUARTER
    held = b"".join(path.read_bytes() for path in sorted(ours.rglob("*")) if path.is_file())
    assert b"3.1" in held and "Süd &amp; Söhne".encode() in held
    for canary in (THEIRS, "8.8", "8.77", str(THEIR_TIME), "8,765", "8765", "777"):
        assert canary.encode() not in held, canary
    whole = read_bundle(pages.parent / "p.duckdb", STREAM, QUARTER)
    for total in (whole.state.cases, whole.state.ended_cases, whole.state.open_cases, whole.state.events):
        assert f"{total:,}".encode() not in held, total


def test_a_token_of_a_part_opens_that_part_alone(pages: Path, tmp_path: Path) -> None:
    """Its page and its list of values come; another part, the stream and other views are refused."""
    ours, theirs = scope_of(STREAM, "region", OURS), scope_of(STREAM, "region", THEIRS)
    client, key = client_of(pages, tmp_path, ours)

    def ask(path: str, view: str, scope: str, kind: str = "page") -> int:
        token = mint(key, view, scope, QUARTER, now=time.time(), kind=kind)
        return client.get(f"{path}?token={token}").status_code

    assert ask("/embed", "segment", ours) == 200
    assert ask("/embed/values", "segment", ours, "file") == 200
    assert ask("/embed", "review", ours) == 404
    with pytest.raises(RefusedTokenError):
        mint(key, "segment", theirs, QUARTER, now=time.time())
    with pytest.raises(RefusedTokenError):
        mint(key, "review", STREAM, QUARTER, now=time.time())


def test_a_key_of_the_stream_opens_its_parts(pages: Path, tmp_path: Path) -> None:
    """Who may see the whole may see a part; the frame's link to values carries the part, not the stream."""
    client, key = client_of(pages, tmp_path, STREAM)
    token = mint(key, "segment", scope_of(STREAM, "region", OURS), "latest", now=time.time())
    page = client.get(f"/embed?token={token}")
    assert page.status_code == 200
    assert "Süd &amp; Söhne" in page.text


def test_parts_are_in_no_list_and_go_when_they_are_gone(pages: Path, tmp_path: Path) -> None:
    """The overview names streams alone; a value that is no more loses its page when the quarter is published anew."""
    ours = scope_of(STREAM, "region", OURS)
    assert [bundle.stream for bundle in bundles_in(pages)] == [STREAM]
    assert views_of(pages, ours) == {"segment"}
    assert read_manifest(pages / ours / QUARTER).views == {"segment": ["segment.csv", "segment.embed.html"]}
    published = two_parts()
    del published.rows["segment_values"][0]
    publish_review(published.write(tmp_path / "p2.duckdb"), pages, STREAM, QUARTER)
    assert views_of(pages, ours) == set()
    assert views_of(pages, scope_of(STREAM, "region", THEIRS)) == {"segment"}


def test_names_of_parts_are_safe_and_differ(tmp_path: Path) -> None:
    """Whatever a value is called, its scope is a plain file name; values that look alike have scopes that differ."""
    hostile = ["../../etc/passwd", "a/b", "", "ü", "Ü", "<script>", "北", "x" * 300, "A b", "a-b", "\u202eevil"]
    scopes = [scope_of(STREAM, "region", one) for one in hostile]
    assert len(set(scopes)) == len(hostile)
    for scope in scopes:
        assert set(scope.removeprefix(f"{STREAM}~region~")) <= set("abcdefghijklmnopqrstuvwxyz0123456789-")
        assert len(scope) < 130


def test_what_failures_are_split_by_is_no_part_of_the_stream(tmp_path: Path) -> None:
    """Severities and rules are no customers: only segments of the stream file have pages of their own."""
    published = two_parts()
    for row in published.rows["segment_values"]:
        row["dimension"] = "severity"
    data = read_bundle(published.write(tmp_path / "p.duckdb"), STREAM, QUARTER)
    assert list(segment_pages(data)) == []


def test_too_few_are_not_shown_alone(tmp_path: Path) -> None:
    """A value of fewer than thirty has no page: who is in it could be known by name."""
    published = two_parts()
    for row in published.rows["segment_values"]:
        row["n"] = 29
    data = read_bundle(published.write(tmp_path / "p.duckdb"), STREAM, QUARTER)
    assert list(segment_pages(data)) == []
