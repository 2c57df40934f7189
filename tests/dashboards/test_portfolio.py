"""Several streams on one page: each result is its stream's, classes are never mixed, and it is served like a review."""

from __future__ import annotations

import csv
import json
from pathlib import Path

import pytest
from starlette.testclient import TestClient

from dashboards.app import create_app
from dashboards.language import speaking
from dashboards.manifest import PORTFOLIO, is_bundle_name, scope_of
from dashboards.portfolio.page import Portfolio, build_portfolio
from dashboards.portfolio.publish import publish_portfolio
from dashboards.publish import publish_review
from dashboards.reading import read_bundle
from tests.dashboards.builder import QUARTER, STREAM, Published, orders
from tests.dashboards.page_text import read_page
from tests.dashboards.sheet_text import text_of

OTHER = "returns"


def two_streams() -> Published:
    """The plausible stream, and another one that got slower, claims hours only and asks for nothing."""
    one, other = orders(), orders()
    for rows in other.rows.values():
        for row in rows:
            row["stream"] = OTHER
    other.stream.update(
        name="Returns", stream_file=other.stream["stream_file"].replace("stream: orders", "stream: returns")
    )
    other.change("flow_time", "p90").update(verdict="Slower", difference=0.4)
    other.value("flow_time", "p90")["verdict"] = "Slower"
    other.rows["decisions"], other.rows["risks"] = [], []
    other.rows["benefit_bridge"] = [r for r in other.rows["benefit_bridge"] if r["benefit_class"] == "capacity"]
    both = {table: [*one.rows[table], *other.rows[table]] for table in one.rows}
    return Published(both)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Both reviews and their portfolio; read only."""
    found = tmp_path_factory.mktemp("portfolio")
    db = two_streams().write(found / "p.duckdb")
    for stream in (STREAM, OTHER):
        publish_review(db, found / "pages", stream, QUARTER)
    publish_portfolio(db, found / "pages", [STREAM, OTHER], QUARTER)
    return found


@pytest.fixture(scope="module")
def page(folder: Path) -> Portfolio:
    """The content of the page."""
    told = [read_bundle(folder / "p.duckdb", stream, QUARTER) for stream in (STREAM, OTHER)]
    with speaking("en"):
        return build_portfolio(told, PORTFOLIO)


def _rows(page: Portfolio, key: str) -> list[list[str]]:
    (card,) = [card for card in page.cards if card.key == key]
    return [] if card.table is None else [[text_of(cell) for cell in row] for row in card.table.rows]


def test_the_finding_counts_streams(page: Portfolio) -> None:
    """How many got faster and how many slower; no average of unlike things."""
    assert page.heading == "Of 2 streams 1 got faster, 1 got slower"


def test_each_result_is_that_of_its_stream(page: Portfolio) -> None:
    """Five results a stream, with last quarter, verdict and target."""
    rows = _rows(page, "results")
    assert [row[0] for row in rows] == ["Customer orders"] * 5 + ["Returns"] * 5
    assert rows[0][1:] == ["Order time (9 in 10)", "4.3 days", "4.0 days", "Faster", "Target 3.5 days · Not met"]
    assert rows[5][4] == "Slower"


def test_streams_add_up_within_a_class_and_no_class_with_another(page: Portfolio) -> None:
    """Hours of both are summed, cash is net of its run cost; a table has one class and one unit."""
    assert _rows(page, "class-capacity-hours") == [
        ["Customer orders", "310 hours", "310 hours"], ["Returns", "310 hours", "310 hours"],
        ["Together", "620 hours", "620 hours"],
    ]  # fmt: skip
    assert _rows(page, "class-cashable-eur") == [["Customer orders", "€3,200", "€3,900", "€3,900"]]


def test_decisions_and_gaps_name_their_stream(page: Portfolio) -> None:
    """What is asked for and what is at risk, stream by stream."""
    assert [row[:2] for row in _rows(page, "asked")] == [
        ["Customer orders", "Automate the check for known customers: Half of all orders wait for it"],
        ["Customer orders", "Agree how freed time becomes cash"],
    ]
    assert {row[0] for row in _rows(page, "gaps")} == {"Customer orders", "Returns"}


def test_every_number_names_its_stream(folder: Path) -> None:
    """The list of values tells which stream a number is of; totals name no stream."""
    lines = list(
        csv.DictReader((folder / "pages" / PORTFOLIO / QUARTER / "values.csv").read_text("utf-8-sig").splitlines())
    )
    assert len(lines) > 40
    for line in lines:
        assert line["origin"].startswith((f"{STREAM}: ", f"{OTHER}: ", "benefit_bridge/")), line
        assert "Σ" in line["origin"] or ": " in line["origin"]


def test_it_is_served_and_listed(folder: Path) -> None:
    """The list of reviews leads to it; it is served by its manifest like any bundle, and leads to each stream."""
    with TestClient(create_app(folder / "pages")) as client:
        assert f'href="{PORTFOLIO}/{QUARTER}/index.html"' in client.get("/").text
        answer = client.get(f"/{PORTFOLIO}/{QUARTER}/index.html")
        assert answer.status_code == 200
        links = {str(a.get("href")) for tag, a in read_page(answer.text).tags if tag == "a"}
        assert {f"../../{stream}/{QUARTER}/index.html" for stream in (STREAM, OTHER)} <= links
        for name in json.loads((folder / "pages" / PORTFOLIO / QUARTER / "manifest.json").read_text())["files"]:
            assert client.get(f"/{PORTFOLIO}/{QUARTER}/{name}").status_code == 200


def test_same_file_same_bytes(folder: Path, tmp_path: Path) -> None:
    """No clock and no order of reading is in it."""
    publish_portfolio(folder / "p.duckdb", tmp_path, [STREAM, OTHER], QUARTER)
    for path in (folder / "pages" / PORTFOLIO / QUARTER).rglob("*.*"):
        assert (
            tmp_path / PORTFOLIO / QUARTER / path.relative_to(folder / "pages" / PORTFOLIO / QUARTER)
        ).read_bytes() == (path.read_bytes())


def test_no_stream_can_have_its_name() -> None:
    """It is a name that files may have, and that no stream and no part of one gets."""
    assert is_bundle_name(PORTFOLIO, QUARTER)
    assert scope_of("all", "streams", "portfolio") != PORTFOLIO
