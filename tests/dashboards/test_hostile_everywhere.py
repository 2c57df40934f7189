"""Hostile texts in every column that comes from outside, over every page, list and file of a bundle."""

from __future__ import annotations

import csv
import json
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from dashboards.publish import ReviewBundle, publish_review
from metrics.published import PUBLISHED
from tests.dashboards.builder import QUARTER, STREAM, Published, orders
from tests.dashboards.hostile_rows import SCRIPT, TEMPLATE, TOLD_OUTSIDE, hostile_orders, many_segments
from tests.dashboards.page_text import read_page
from tests.dashboards.serving import CHROMIUM, chromium
from tests.dashboards.test_publish import FIRST_VIEW_BYTES

OUR_SCRIPT = re.compile(r"static/embed\.js|\.\./\.\./live/(explore|plotly)-[0-9a-f]{16}\.js")
Publish = Callable[[Published], ReviewBundle]
_OURS = frozenset({
    "baseline", "basis", "basis_id", "before_period", "begins", "benefit_class", "better", "cases_fingerprint",
    "cause", "causes", "class", "closed_digest", "cost_class", "cost_kind", "currency", "decision",
    "definition_version",
    "digest", "dimension", "dimensions", "ends", "evidence_basis", "evidence_id", "family", "grain",
    "inputs_fingerprint", "kind", "level", "limit_basis", "line", "measure", "metric", "observations_fingerprint",
    "part", "past_targets", "performer_kind", "period", "phantom_reason", "point", "previous_performer_kind",
    "quarter", "reading", "rebase_reason", "review", "risk", "row_key", "segments", "signal", "sql_hash",
    "stage", "state",
    "statistic", "stratum", "stream", "stream_file", "stream_file_hash", "time_zone", "unit", "variant", "verdict",
    "version",
})  # fmt: skip
"""Columns with words of closed lists, keys, hashes and JSON, or made hostile in a way of their own."""


@pytest.fixture(scope="module")
def hostile(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of a published bundle whose texts are all hostile; read only."""
    folder = tmp_path_factory.mktemp("hostile")
    return publish_review(hostile_orders().write(folder / "p.duckdb"), folder / "pages", STREAM, QUARTER).directory


def test_every_text_column_is_known_to_be_ours_or_theirs() -> None:
    """A new column of text must be said to come from outside, or not."""
    columns = {c.name for table in PUBLISHED for c in table.columns if c.type == "VARCHAR"}
    assert columns - TOLD_OUTSIDE - _OURS == set()


def test_no_text_becomes_markup_on_any_page(hostile: Path) -> None:
    """No script of others, no image, frame or handler appears on any page, framed or not."""
    for path in hostile.glob("*.html"):
        tags = read_page(path.read_text("utf-8")).tags
        sources = [a["src"] or "" for tag, a in tags if tag == "script" and a.get("type") != "application/json"]
        assert not [source for source in sources if not OUR_SCRIPT.fullmatch(source)], path.name
        assert not [tag for tag, _ in tags if tag in ("img", "iframe", "object", "embed")], path.name
        assert not [name for _, attributes in tags for name in attributes if name.startswith("on")], path.name


def test_texts_stand_on_pages_as_they_were_written(hostile: Path) -> None:
    """Nothing is evaluated on the way: the texts of script and template are read by people."""
    read = [read_page(path.read_text("utf-8")) for path in hostile.glob("*.html")]
    told = " ".join(text for page in read for text in (*page.executive, *page.technical))
    assert SCRIPT in told
    assert TEMPLATE in told
    assert "49${" not in told


def test_no_file_turns_the_direction_of_reading(hostile: Path) -> None:
    """Characters that turn or hide what follows are in no file that people read."""
    for path in (*hostile.glob("*.html"), *hostile.glob("*.csv")):
        assert not {"\u202e", "\u202d", "\u2066"} & set(path.read_text("utf-8")), path.name


def test_no_cell_of_any_list_starts_a_formula(hostile: Path) -> None:
    """In every CSV text cells never begin like a formula, whatever they hold."""
    for path in hostile.rglob("*.csv"):
        for line in csv.DictReader(path.read_text("utf-8-sig").splitlines()):
            bad = [cell for cell in line.values() if cell.startswith(("=", "+", "@", "\t", "\r")) or _is_minus(cell)]
            assert not bad, path.name


def test_the_data_for_programs_are_json(hostile: Path) -> None:
    """What programs read can be read."""
    found = list(hostile.rglob("*.json"))
    assert len(found) > 1
    for path in found:
        json.loads(path.read_text("utf-8"))


@pytest.mark.parametrize("cases", [0, 1])
def test_a_quarter_of_no_case_or_one_has_all_pages(publish: Publish, cases: int) -> None:
    """Values of no or one observation have no range and no verdict; each page is there and says so."""
    published = orders()
    for row in published.rows["metric_values"]:
        row.update(low=None, high=None, n=cases, verdict="No data" if cases == 0 else "Too few to say")
        row.update(value=None if cases == 0 else row["value"], reason="nothing finished" if cases == 0 else None)
    for row in published.rows["comparisons"]:
        row.update(before_n=cases, after_n=cases, difference=None, low=None, high=None, low80=None, high80=None)
        row["verdict"] = "No data" if cases == 0 else "Too few to say"
    published.stream.update(cases=cases, ended_cases=cases, measured_cases=cases, open_cases=0)
    bundle = publish(published)
    for path in bundle.directory.glob("*.html"):
        page = read_page(path.read_text("utf-8"))
        told = " ".join((*page.executive, *page.technical))
        assert "nan" not in told.lower().split(), path.name
        assert "None" not in told.split(), path.name


def test_ten_thousand_segments_stay_a_small_page(publish: Publish) -> None:
    """Of ten thousand values the largest are shown, the rest are counted, and no page grows past the first view."""
    bundle = publish(many_segments(orders(), 10_000))
    for path in bundle.directory.glob("*.html"):
        assert len(path.read_bytes()) < FIRST_VIEW_BYTES, path.name
    page = read_page((bundle.directory / "metric-flow-time.html").read_text("utf-8"))
    told = " ".join(page.executive)
    assert "Customer 00001" in told
    assert "Customer 09999" not in told
    assert "9,976" in told


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    """One browser for all tests of this file."""
    with chromium() as started:
        yield started


@pytest.mark.skipif(CHROMIUM is None, reason="no chromium, chromium-browser or google-chrome: browser tests skipped")
@pytest.mark.parametrize("width", [320, 1280])
def test_no_page_breaks_or_runs_anything(browser: Any, hostile: Path, width: int) -> None:
    """In a browser no dialog opens, nothing is loaded from elsewhere, and no page is pushed sideways."""
    page = browser.new_page(viewport={"width": width, "height": 900})
    said: list[str] = []
    page.on("dialog", lambda dialog: dialog.dismiss())
    page.on("dialog", lambda dialog: said.append(dialog.message))
    page.on("request", lambda request: said.append(request.url) if request.url.startswith("http") else None)
    for path in sorted(hostile.glob("*.html")):
        if not path.stem.startswith("explore"):
            page.goto(path.as_uri())
            assert page.evaluate("document.documentElement.scrollWidth") <= width, path.name
    assert said == []
    page.close()


def _is_minus(cell: str) -> bool:
    """Does a cell begin with a minus and is no number?"""
    if not cell.startswith("-"):
        return False
    try:
        float(cell)
    except ValueError:
        return True
    return False
