"""What holds of every page of a bundle, whichever view it is of; found by reflection: a new page is tested at once."""

from __future__ import annotations

import csv
import json
import re
from pathlib import Path

import pytest

from dashboards.manifest import EXPLORE
from dashboards.pages.view import pages_of, views
from dashboards.reading import read_bundle
from dashboards.value_list import numbers_in
from tests.dashboards.builder import QUARTER, STREAM, Published, orders
from tests.dashboards.page_text import read_page
from tests.dashboards.test_publish import BANNED, FIRST_VIEW_BYTES, sent


@pytest.fixture(scope="module")
def bundle(pages: Path) -> Path:
    """The published review of the plausible stream."""
    return pages / STREAM / QUARTER


def stems(bundle: Path) -> list[str]:
    """Every page of the bundle without scripts, as it is read here; each has a twin that is framed elsewhere."""
    names = sorted(path.name for path in bundle.glob("*.html") if path.stem != EXPLORE)
    found = [name.removesuffix(".html") for name in names if not name.endswith(".embed.html")]
    assert [name for name in names if name.endswith(".embed.html")] == [f"{stem}.embed.html" for stem in found]
    return found


def static_bytes(bundle: Path) -> int:
    """Bytes of the style sheet and the fonts as they travel: the packed twin of what has one."""
    return sum(sent(path) for path in (bundle / "static").iterdir() if path.suffix != ".gz")


def test_views_are_found_and_stand_in_order() -> None:
    """Each module with a VIEW is one, names are unique, and the review comes first."""
    found = views()
    assert found[0].name == "review"
    assert len({view.name for view in found}) == len(found)
    assert [view.place for view in found] == sorted(view.place for view in found)


def test_every_page_is_listed_on_every_page(bundle: Path) -> None:
    """The list of pages names all, links all, and marks the one that is open."""
    wanted = {f"{stem}.html" for stem in stems(bundle)}
    for stem in stems(bundle):
        links = [a for tag, a in read_page((bundle / f"{stem}.html").read_text("utf-8")).tags if tag == "a"]
        assert wanted <= {a["href"] for a in links}
        assert [a["href"] for a in links if a.get("aria-current")] == [f"{stem}.html"]


def test_the_manifest_says_which_files_belong_to_which_view(bundle: Path) -> None:
    """Each page and its list of values belong to exactly one view; static files to none."""
    manifest = json.loads((bundle / "manifest.json").read_text("utf-8"))
    owned = [name for names in manifest["views"].values() for name in names]
    assert len(owned) == len(set(owned))
    assert set(owned) == {name for name in manifest["files"] if not name.startswith("static/")}
    assert manifest["views"]["review"] == ["index.embed.html", "index.html", "values.csv", "review.xlsx"]


def test_every_page_is_plain_small_and_without_script(bundle: Path) -> None:
    """No script, no inline style, no banned word in the executive part, and at most 120 KB at first view."""
    static = static_bytes(bundle)
    for stem in stems(bundle):
        html = (bundle / f"{stem}.html").read_text("utf-8")
        read = read_page(html)
        assert "<script" not in html
        assert not [a for _, a in read.tags if "style" in a]
        assert not [word for word in BANNED if re.search(rf"\b{re.escape(word)}\b", " ".join(read.executive))], stem
        assert sent(bundle / f"{stem}.html") + static <= FIRST_VIEW_BYTES, stem


def test_every_number_is_in_its_pages_list_of_values(bundle: Path) -> None:
    """Each tagged number of a page is in the list of values that the page links."""
    for stem in stems(bundle):
        read = read_page((bundle / f"{stem}.html").read_text("utf-8"))
        downloads = {str(a["href"]) for tag, a in read.tags if tag == "a" and "download" in a}
        (values,) = {name for name in downloads if name.endswith(".csv")}
        lines = list(csv.DictReader((bundle / values).read_text("utf-8-sig").splitlines()))
        tagged = {float(str(a["value"])) for tag, a in read.tags if tag == "data"}
        assert tagged <= {float(line["value"]) for line in lines}, stem
        assert all(line["origin"] for line in lines)


def test_every_footnote_leads_to_a_note(bundle: Path) -> None:
    """No link into the technical notes of a page is broken, and no page is without notes."""
    for stem in stems(bundle):
        html = (bundle / f"{stem}.html").read_text("utf-8")
        notes = set(re.findall(r'id="(note-\d+)"', html))
        assert set(re.findall(r'href="#(note-\d+)"', html)) <= notes, stem
        assert notes, stem


def test_a_stream_with_nothing_has_pages_too(tmp_path: Path) -> None:
    """Empty tables give pages that say so: no error, no number made of nothing."""
    published = Published({"streams": [orders().stream | {"cases": 0, "ended_cases": 0, "measured_cases": 0}]})
    data = read_bundle(published.write(tmp_path / "p.duckdb"), STREAM, QUARTER)
    found = pages_of(data)
    assert "review" in found
    for pages in found.values():
        for page in pages:
            assert all(number.value == number.value for _, number in numbers_in(page.content))  # no NaN
