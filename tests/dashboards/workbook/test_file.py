"""The workbook as a file of the bundle: its bytes, its place in the manifest, its link, its language."""

from __future__ import annotations

import io
import json
import zipfile
from pathlib import Path

import pytest
from starlette.testclient import TestClient

from dashboards.app import create_app
from dashboards.manifest import digest
from dashboards.publish import publish_review
from dashboards.workbook.build import NAME
from pipelines.settings import Settings, load_settings
from tests.dashboards.builder import QUARTER, STREAM, orders
from tests.dashboards.page_text import read_page
from tests.dashboards.workbook.cells import cached, costed_orders, row_of, rows_of, workbook_of


def test_the_same_input_gives_the_same_bytes(tmp_path: Path) -> None:
    """Made twice it is the same file; no part of it bears the day on which it was made."""
    first, second = (workbook_of(costed_orders(), tmp_path) for _ in range(2))
    assert first == second
    with zipfile.ZipFile(io.BytesIO(first)) as whole:
        assert {part.date_time for part in whole.infolist()} == {(1980, 1, 1, 0, 0, 0)}
        assert whole.read("docProps/core.xml").count(b"1980-01-01T00:00:00Z") == 2


def test_it_is_a_file_of_the_bundle(pages: Path) -> None:
    """The manifest lists it with its hash, and as a file of the review."""
    bundle = pages / STREAM / QUARTER
    manifest = json.loads((bundle / "manifest.json").read_text("utf-8"))
    assert manifest["files"][NAME] == digest((bundle / NAME).read_bytes())
    assert NAME in manifest["views"]["review"]


def test_the_review_offers_it(pages: Path) -> None:
    """A link on the page of the review, beside the list of values; not in a frame, which opens no other file."""
    bundle = pages / STREAM / QUARTER
    offered = {
        name: [a["href"] for _, a in read_page((bundle / name).read_text("utf-8")).tags if "download" in a]
        for name in ("index.html", "index.embed.html", "unit-cost.html")
    }  # fmt: skip
    assert NAME in offered["index.html"]
    assert NAME not in offered["index.embed.html"]
    answer = TestClient(create_app(pages)).get(f"/{STREAM}/{QUARTER}/{NAME}")
    assert answer.headers["content-type"].startswith("application/vnd.openxmlformats")
    assert answer.content == (bundle / NAME).read_bytes()


def test_it_speaks_german(tmp_path: Path) -> None:
    """Sheets, heads, findings and the sign of money; numbers stay numbers."""
    book = cached(workbook_of(costed_orders(), tmp_path, "de"))
    assert book.sheetnames == [
        "Übersicht", "Sätze", "Treiber", "Stückkosten", "Brücke", "Nutzen", "Prüfungen", "Definitionen",
    ]  # fmt: skip
    assert row_of(book, "Stückkosten", "order, abgeschlossen")[:2] == [11.4, 11.4]
    assert {row[-1] for row in rows_of(book, "Prüfungen")[2:]} == {"wie veröffentlicht"}
    assert book["Sätze"]["E4"].number_format == "#,##0.00#### [$€];-#,##0.00#### [$€]"


def test_the_password_comes_from_the_settings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """STREAMGAUGE_WORKBOOK_PASSWORD; it is shown nowhere, and an empty one is none."""
    monkeypatch.setenv("STREAMGAUGE_WORKBOOK_PASSWORD", "quarterly")
    told = load_settings(tmp_path)
    assert told.workbook_password == "quarterly"
    assert "quarterly" not in repr(told)
    monkeypatch.setenv("STREAMGAUGE_WORKBOOK_PASSWORD", "")
    assert load_settings(tmp_path).workbook_password is Settings(tmp_path).workbook_password is None


def test_the_password_reaches_the_workbook_and_no_other_file(tmp_path: Path) -> None:
    """Publishing with a password changes the workbook and its line in the manifest alone."""
    db, found = orders().write(tmp_path / "p.duckdb"), []
    for place, password in (("a", None), ("b", "quarterly")):
        bundle = publish_review(db, tmp_path / place, STREAM, QUARTER, workbook_password=password)
        found.append({p.name: p.read_bytes() for p in bundle.directory.rglob("*") if p.is_file()})
    assert {name for name in found[0] if found[0][name] != found[1][name]} == {NAME, "manifest.json"}
    assert not [name for name, content in found[1].items() if b"quarterly" in content and name.endswith(".json")]
