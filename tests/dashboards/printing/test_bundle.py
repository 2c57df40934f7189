"""The PDF as a file of the bundle: named in the manifest, offered where it was made, and of the page's view."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path

import pytest
from markupsafe import Markup

from dashboards.printing.dates import dated
from dashboards.printing.page import css_string
from dashboards.printing.pictures import colours, on_plates, standing_alone
from dashboards.publish import ReviewBundle, find_printer, publish_review
from tests.dashboards.builder import QUARTER, STREAM, orders
from tests.dashboards.printing.test_failing import AT


@pytest.fixture(scope="module")
def bundle(tmp_path_factory: pytest.TempPathFactory) -> ReviewBundle:
    """A bundle with a PDF, set without a browser."""
    folder = tmp_path_factory.mktemp("pdf")
    db = orders().write(folder / "p.duckdb")
    return publish_review(db, folder / "pages", STREAM, QUARTER, printer=find_printer("none"))


def test_the_manifest_vouches_for_it(bundle: ReviewBundle) -> None:
    """review.pdf is listed with its hash, and belongs to the full review."""
    told = json.loads(bundle.manifest.read_bytes())
    content = (bundle.directory / "review.pdf").read_bytes()
    assert told["files"]["review.pdf"] == hashlib.sha256(content).hexdigest()
    assert [view for view, names in told["views"].items() if "review.pdf" in names] == ["full-review"]
    assert not (bundle.directory / "review.pdf.gz").exists()


def test_it_is_offered_where_it_was_made(bundle: ReviewBundle, pages: Path) -> None:
    """First page and full review lead to it; framed pages, and bundles without one, do not."""
    for name in ("index.html", "full-review.html"):
        assert '<a class="btn" href="review.pdf" download>' in (bundle.directory / name).read_text("utf-8")
        assert "review.pdf" not in (pages / STREAM / QUARTER / name).read_text("utf-8")
    for name in ("index.embed.html", "full-review.embed.html", "failures.html"):
        assert "review.pdf" not in (bundle.directory / name).read_text("utf-8")
    assert not (pages / STREAM / QUARTER / "review.pdf").exists()


def test_dates_keep_their_length() -> None:
    """Both dates are those told, a PDF keeps its length, and nothing else of it moves."""
    made = b"1 0 obj\n<</CreationDate (D:20990101000000+02'00')\n/ModDate (D:20990101000000Z)>>\n(D:20990101000000)"
    told = dated(made, AT)
    assert told == (
        b"1 0 obj\n<</CreationDate (D:20261001051200+00'00')\n/ModDate (D:20261001051200Z)>>\n(D:20990101000000)"
    )
    assert len(told) == len(made)


def test_a_name_is_only_a_name_in_the_margins() -> None:
    """No character of a stream's name ends the string of a style sheet or the sheet."""
    assert css_string('a"}</style>\\\n') == '"a\\22 \\7d \\3c \\2f style\\3e \\5c \\a "'


def test_a_plate_lies_under_a_text_across_lines() -> None:
    """Each outlined text gets a plate of its length on its side, and no outline."""
    drawn = on_plates(Markup('<svg ><text x="100" y="50" text-anchor="end" class="halo">abcd</text></svg>'))
    assert drawn == (
        '<svg ><rect x="71.1" y="40.0" width="30.9" height="13" fill="var(--card)" fill-opacity="0.85"/>'
        '<text x="100" y="50" text-anchor="end">abcd</text></svg>'
    )
    alone = standing_alone(drawn)
    assert "var(" not in alone
    assert 'fill="#fff"' in alone
    assert colours()["good"] == "#0b5cad"
