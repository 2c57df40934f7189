"""The overview of all streams: what is opened first, made of manifests alone."""

from __future__ import annotations

import json
from dataclasses import asdict, replace
from pathlib import Path

import pytest

from dashboards.manifest import NAME, Manifest, ManifestError, Result, bundles_in, read_manifest
from dashboards.pages.listing import overview, render_listing, style_of
from tests.dashboards.builder import QUARTER, STREAM
from tests.dashboards.page_text import read_page
from tests.dashboards.test_publish import FIRST_VIEW_BYTES

LONG = "Überlanger" * 30
FASTER = Result("Order time", "4.0 days", "Faster", "↓", "good", is_sure=True)
SLOWER = Result("Order time", "5.0 days", "Slower", "↑", "bad", is_sure=True)
LIKELY = Result("Order time", "4.5 days", "Likely faster", "↓", "good")


def bundle(stream: str, first: Result, period: str = "2026-Q3", **more: object) -> Manifest:
    """A manifest of a quarter whose first result is this one."""
    until_on = {"2026-Q2": "2026-07-01", "2026-Q3": "2026-10-01"}[period]
    told = Manifest(
        stream=stream, name=stream.capitalize(), period=period, period_words=f"words of {period}",
        sentence=f"Sentence of {stream}.", run_id="r", ledger_fingerprint="f", code_version="0.1.0",
        results=(first,) * 5, freshness="Data complete to 30 September", until_on=until_on,
    )  # fmt: skip
    return replace(told, **more)  # type: ignore[arg-type]  # a test names fields as they are


def told(bundles: list[Manifest]) -> str:
    """The visible text of the overview."""
    return " ".join(read_page(render_listing(bundles)).executive)


@pytest.mark.parametrize(
    ("firsts", "said"),
    [
        ([FASTER], "Sentence of s0."),
        ([FASTER, SLOWER, FASTER], "Of 3 streams 2 got faster, 1 got slower"),
        ([FASTER, LIKELY], "Of 2 streams 1 got faster, none got slower"),
        ([SLOWER, LIKELY], "Of 2 streams 1 got slower, none got faster"),
        ([LIKELY, LIKELY], "None of 2 streams got clearly faster or slower"),
        ([], "Operating reviews"),
    ],
)
def test_the_heading_is_the_finding(firsts: list[Result], said: str) -> None:
    """One stream says its sentence, several how many surely moved; a likely change is not counted."""
    assert overview([bundle(f"s{place}", first) for place, first in enumerate(firsts)]).heading == said


def test_a_published_review_is_on_the_overview_with_its_five_results(pages: Path) -> None:
    """Names, values and verdicts of the tiles stand in the manifest, and so on the overview; it has no script."""
    html = render_listing(bundles_in(pages))
    text = " ".join(read_page(html).executive)
    for word in ("Customer orders", "July to September 2026", "Data complete to 30 September", "Order time", "4.0 days",
                 "Faster", "12 hours", "2.4 : 1", "87%", "€11.40", "Likely cheaper"):  # fmt: skip
        assert word in text
    assert "<script" not in html
    assert len(html.encode()) < FIRST_VIEW_BYTES / 2


def test_a_gain_of_an_earlier_quarter_is_none_of_today() -> None:
    """A stream whose newest review is a quarter older than another's is named, and not counted."""
    page = overview([bundle("a", FASTER), bundle("b", FASTER, "2026-Q2")])
    assert page.heading == "Of 2 streams 1 got faster, none got slower"
    assert page.lead == ("Data that stop early: B.",)
    assert [stream.is_current for stream in page.streams] == [True, False]
    assert page.streams[1].care == ("There is no review of a later quarter, as other streams have.",)


def test_unreliable_and_stale_streams_say_so() -> None:
    """Both are named at the head and marked on their card; of many the first four are named."""
    page = overview([
        bundle("a", FASTER), bundle("b", LIKELY, is_reliable=False),
        bundle("c", LIKELY, is_current=False, freshness="Data stops at 12 September 2026"),
    ])  # fmt: skip
    assert page.lead == ("Not measured reliably: B.", "Data that stop early: C.")
    assert [stream.is_current for stream in page.streams] == [True, False, False]
    assert "Data stops at 12 September 2026" in told([bundle("c", LIKELY, freshness="Data stops at 12 September 2026")])
    many = overview([bundle(f"s{place}", LIKELY, is_current=False) for place in range(7)])
    assert many.lead == ("Data that stop early: S0, S1, S2, S3 and 3 others.",)


def test_earlier_quarters_are_folded_away() -> None:
    """The newest review is the card; older ones are links with their sentences."""
    (stream,) = overview([bundle("a", FASTER), bundle("a", SLOWER, "2026-Q2", sentence="It was slow.")]).streams
    assert stream.newest.href == "a/2026-Q3/index.html"
    assert [(entry.href, entry.sentence) for entry in stream.earlier] == [("a/2026-Q2/index.html", "It was slow.")]


def test_a_result_without_a_value_is_no_data() -> None:
    """An empty value is said as such, never as 0."""
    assert "no data" in told([bundle("a", Result("Order time", "", "No data", "–", "flat"))])


def test_bundles_of_older_versions_stay_on_the_list(tmp_path: Path, pages: Path) -> None:
    """A manifest without results, freshness and flags is read; its card has its sentence and no tiles."""
    old = asdict(read_manifest(pages / STREAM / QUARTER))
    for name in ("results", "freshness", "until_on", "is_current", "is_reliable", "language"):
        del old[name]
    place = tmp_path / STREAM / QUARTER
    place.mkdir(parents=True)
    (place / NAME).write_text(json.dumps(old), "utf-8")
    (found,) = bundles_in(tmp_path)
    assert overview([found]).streams[0].results == ()
    assert found.sentence in told([found])


def test_the_style_is_that_of_this_version() -> None:
    """Beside a bundle of an older version, whose style sheet knows no tiles, the newer one lends its own."""
    old, new = bundle("a", FASTER, results=()), bundle("b", FASTER)
    assert style_of([old, new]) == "b/2026-Q3/static/style.css"
    assert style_of([old]) == "a/2026-Q3/static/style.css"
    assert style_of([]) is None


@pytest.mark.parametrize("results", [[{"label": "x"}], ["x"], [{"odd": 1}], 7, [[1, 2]]])
def test_results_that_are_none_make_no_manifest(tmp_path: Path, pages: Path, results: object) -> None:
    """A damaged manifest is refused by name and left out of the list, which does not fall with it."""
    broken = asdict(read_manifest(pages / STREAM / QUARTER)) | {"results": results}
    place = tmp_path / STREAM / QUARTER
    place.mkdir(parents=True)
    (place / NAME).write_text(json.dumps(broken), "utf-8")
    with pytest.raises(ManifestError, match="Publish this review again"):
        read_manifest(place)
    assert bundles_in(tmp_path) == []


def test_hostile_words_stay_text() -> None:
    """Names, sentences and results that look like markup, or have 300 letters, are shown as written."""
    evil = "</h2><script>alert(1)</script>"
    hostile = bundle("a", Result(evil + LONG, evil, evil, evil, "good"), name=evil + LONG, sentence=evil)
    page = read_page(render_listing([hostile, bundle("b", FASTER)]))
    assert not [tag for tag, _ in page.tags if tag == "script"]
    assert any(evil in text for text in page.executive)
