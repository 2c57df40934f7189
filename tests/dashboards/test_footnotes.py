"""From every number of every page to its footnote, and from there to definition, sample, interval, SQL and lineage."""

from __future__ import annotations

import re
from pathlib import Path

import duckdb
import pytest

from dashboards.bundle import BundleData
from dashboards.pages.view import Page, pages_of
from dashboards.parts.measure import measure
from dashboards.parts.notes import Note
from dashboards.reading import read_bundle
from dashboards.value_list import OF_METRIC, numbers_in
from metrics.published import PUBLISHED
from metrics.tables import CONTRACT
from tests.dashboards.builder import QUARTER, STREAM, orders

TABLES = {table.name for table in (*PUBLISHED, *CONTRACT)}


@pytest.fixture(scope="module")
def published(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The published file of the plausible stream."""
    return orders().write(tmp_path_factory.mktemp("footnotes") / "p.duckdb")


@pytest.fixture(scope="module")
def data(published: Path) -> BundleData:
    """What its pages are made of."""
    return read_bundle(published, STREAM, QUARTER)


def all_pages(data: BundleData) -> list[Page]:
    return [page for pages in pages_of(data).values() for page in pages]


def notes_for(page: Page, origin: str, data: BundleData) -> list[Note]:
    """The notes of a page that tell where a number of this origin comes from."""
    table, _, rest = origin.partition("/")
    metric = rest.partition("/")[0]
    told = {table.replace("_", " ").capitalize()}
    if table in OF_METRIC:
        told.add(measure(data, metric).label)
    return [note for note in page.content.notes if note.label in told]


def test_every_number_has_a_note_on_its_page(data: BundleData) -> None:
    """The source of every number is told by a note of the same page, or by the lines on quality and lineage."""
    lacking = {
        (page.stem, number.origin.split("/")[0])
        for page in all_pages(data) for _, number in numbers_in(page.content)
        if number.origin.partition("/")[0] not in ("streams", "check_results")
        and not notes_for(page, number.origin, data)
    }  # fmt: skip
    assert lacking == set()


def test_every_origin_names_a_published_row(data: BundleData, published: Path) -> None:
    """The table an origin names is published, and of a value its row is there with the very number."""
    connection = duckdb.connect(str(published), read_only=True)
    looked_up = 0
    for page in all_pages(data):
        for _, number in numbers_in(page.content):
            table, *path = number.origin.split("/")
            assert table in TABLES, number.origin
            if table == "metric_values" and len(path) == 4:
                metric, statistic, period, column = path
                assert column.isidentifier()
                found = connection.execute(
                    f'SELECT "{column}" FROM metric_values WHERE stream = $stream AND metric = $metric '
                    "AND statistic = $statistic AND period = $period",
                    {"stream": STREAM, "metric": metric, "statistic": statistic, "period": period},
                ).fetchall()
                assert (number.value,) in found, number.origin
                looked_up += 1
    assert looked_up > 100


def test_every_note_says_definition_sample_sql_and_lineage(data: BundleData) -> None:
    """No note is without any of them; a metric's tells its interval or why there is none; sums say they are sums."""
    for page in all_pages(data):
        assert page.content.notes, page.stem
        for note in page.content.notes:
            where = f"{page.stem}: {note.label}"
            assert note.definition and note.sample.text and note.sql and note.lineage, where
            assert note.intervals or note.method, where
            if note.intervals:
                assert all(re.search("interval|no data", line.text) for line in note.intervals), where


def test_the_sql_of_a_reports_note_gives_its_rows(data: BundleData, published: Path) -> None:
    """The SQL in the note of a table runs on the published file as printed, and finds rows where there are numbers."""
    connection = duckdb.connect(str(published), read_only=True)
    tables = {table.name.replace("_", " ").capitalize(): table.name for table in PUBLISHED}
    tried = 0
    for page in all_pages(data):
        for note in page.content.notes:
            if note.label in tables:
                rows = connection.execute(note.sql).fetchall()
                read = [n for _, n in numbers_in(page.content) if n.origin.startswith(f"{tables[note.label]}/")]
                assert rows or not read, f"{page.stem}: {note.label}"
                tried += 1
    assert tried > 10


def test_notes_of_a_page_are_numbered_in_order(data: BundleData) -> None:
    """Notes count from one, so that a footnote's figure finds its note."""
    for page in all_pages(data):
        assert [note.index for note in page.content.notes] == list(range(1, len(page.content.notes) + 1)), page.stem
