"""A published review: whole, reproducible, small, and equal to the table it came from."""

from __future__ import annotations

import csv
import gzip
import hashlib
import json
import re
import threading
from collections.abc import Callable
from pathlib import Path

import duckdb
import pytest

from dashboards.errors import NotPublishedError, PublishedFileError
from dashboards.publish import ReviewBundle, publish_review
from dashboards.reading import read_bundle
from dashboards.value_list import inert
from metrics.errors import PeriodError
from tests.dashboards.builder import QUARTER, STREAM, Published, orders
from tests.dashboards.page_text import read_page

Publish = Callable[[Published], ReviewBundle]
BANNED = ("significant", "p-value", "percentile", "P90", "p90", "throughput", "RAG", "caused by")
FIRST_VIEW_BYTES = 120_000


def sent(path: Path) -> int:
    """Bytes of a file of a bundle as they travel: those of its packed twin where it has one."""
    twin = path.with_name(f"{path.name}.gz")
    return (twin if twin.is_file() else path).stat().st_size


_DATES = r"\d{1,2} [A-Z][a-z]{2,8}\b(?: \d{4})?"
_NOT_VALUES = (
    _DATES,
    r"\d{1,2}:\d\d UTC",
    r"(?:July|April) to (?:September|June) \d{4}",
    r"[Rr]elease \d\.\d",
    r"\b2\.[2-5]\b",
    r"95 times of 100",
    r"asked in 2026-Q2",
    r"does not begin at 0",
    r"\b(?:9|85) in 10+\b",
    r"compare from 100",
    r"\d of \d measures got better, (?:\d|none) got worse",
)


def _files(directory: Path) -> dict[str, bytes]:
    return {str(p.relative_to(directory)): p.read_bytes() for p in sorted(directory.rglob("*")) if p.is_file()}


def test_the_same_input_gives_the_same_bytes(tmp_path: Path) -> None:
    """Publishing twice, into different places, changes no byte."""
    db = orders().write(tmp_path / "p.duckdb")
    first = publish_review(db, tmp_path / "a", STREAM, QUARTER)
    second = publish_review(db, tmp_path / "b", STREAM, QUARTER)
    assert _files(tmp_path / "a") == _files(tmp_path / "b")
    assert first.sentences == second.sentences


def test_the_manifest_vouches_for_every_file(pages: Path) -> None:
    """The manifest lists the hash of each file, and what the numbers were made from."""
    bundle = pages / STREAM / QUARTER
    manifest = json.loads((bundle / "manifest.json").read_text("utf-8"))
    files = _files(bundle)
    del files["manifest.json"]
    hashes = {name: hashlib.sha256(content).hexdigest() for name, content in files.items()}
    twins = {name.removesuffix(".gz"): hashes.pop(name) for name in list(hashes) if name.endswith(".gz")}
    assert manifest["files"] == hashes
    assert manifest["packed"] == twins
    assert all(gzip.decompress(files[f"{name}.gz"]) == files[name] for name in twins)
    assert {"index.html", "static/style.css", "values.csv"} <= twins.keys()
    assert not [name for name in twins if name.endswith(".embed.html")]
    assert (manifest["run_id"], manifest["ledger_fingerprint"], manifest["code_version"]) == (
        "8f3c1e",
        "5d0ac91f22b7",
        "0.1.0",
    )


def test_first_view_is_small_and_has_no_script(pages: Path) -> None:
    """Page, style sheet and fonts send at most 120 KB in at most 6 requests, without script or inline style."""
    html = (pages / STREAM / QUARTER / "index.html").read_text("utf-8")
    page = read_page(html)
    linked = {a["href"] for tag, a in page.tags if tag == "link" and not str(a["href"]).startswith("data:")}
    size = sum(sent(pages / STREAM / QUARTER / str(name)) for name in ("index.html", *linked))
    assert size <= FIRST_VIEW_BYTES
    assert len(linked) + 1 <= 6
    assert not [tag for tag, a in page.tags if tag in ("script", "style", "iframe") or "style" in a]
    assert not [name for _, a in page.tags for name in a if name.startswith("on")]


def test_every_published_value_equals_the_table(tmp_path: Path) -> None:
    """Each line of values.csv that names a row of the file holds exactly its value."""
    db = orders().write(tmp_path / "p.duckdb")
    bundle = publish_review(db, tmp_path / "pages", STREAM, QUARTER)
    checked = 0
    with duckdb.connect(str(db), read_only=True) as connection:
        for line in csv.DictReader(bundle.values.read_text("utf-8-sig").splitlines()):
            found = _stored(connection, line["origin"])
            if found is not None:
                assert float(line["value"]) == found, line
                checked += 1
    assert checked > 150


def _stored(connection: duckdb.DuckDBPyConnection, origin: str) -> float | None:
    """The value a line of values.csv says it is; None where it is made of several."""
    table, *key = origin.split("/")
    if table == "metric_values" and len(key) == 4:
        sql = f"SELECT {key[3]} FROM metric_values WHERE metric = ? AND statistic = ? AND period = ?"
        return _one(connection, sql, key[:3])
    if table == "comparisons" and key[4] != "n":
        sql = f"SELECT {key[4]} FROM comparisons WHERE metric = ? AND statistic = ? AND kind = ? AND label = ?"
        return _one(connection, sql, key[:4])
    if table == "targets":
        return _one(connection, "SELECT target FROM targets WHERE metric = ? AND statistic = ?", key[:2])
    if table == "value_stream" and len(key) == 3 and key[2] in ("accurate_share", "visits", "case_share"):
        return _one(connection, f"SELECT {key[2]} FROM value_stream WHERE period = ? AND step = ?", key[:2])
    return None


def _one(connection: duckdb.DuckDBPyConnection, sql: str, key: list[str]) -> float:
    return float(connection.execute(sql, key).fetchall()[0][0])


def test_every_number_a_reader_sees_is_in_the_list_of_values(pages: Path) -> None:
    """Walking the executive part, no figure stands there that values.csv does not hold."""
    bundle = pages / STREAM / QUARTER
    lines = list(csv.DictReader((bundle / "values.csv").read_text("utf-8-sig").splitlines()))
    shown = {part for line in lines for part in re.findall(r"\d[\d,.]*\d|\d", line["shown"])}
    strange = set()
    for text in read_page(_without_charts((bundle / "index.html").read_text("utf-8"))).executive:
        plain = text.replace("\u00a0", " ")
        for pattern in _NOT_VALUES:
            plain = re.sub(pattern, " ", plain)
        if "usual range" not in plain and not re.fullmatch(r"[\d.]+–[\d.]+ \w+|\d{1,2}|1 earlier.*", plain.strip()):
            strange |= {n for n in re.findall(r"\d[\d,.]*\d|\d", plain) if n not in shown}
    assert strange <= {"1"}, strange  # 'Other paths: 1 more step', 'Technical note 1'


def _without_charts(html: str) -> str:
    return re.sub(r"aria-label=\"Technical note \d+\"", "", re.sub(r"<svg.*?</svg>", "", html, flags=re.S))


def test_data_elements_hold_the_raw_value(pages: Path) -> None:
    """Each <data value> on the page is one of the raw values in values.csv."""
    bundle = pages / STREAM / QUARTER
    raw = {float(line["value"]) for line in csv.DictReader((bundle / "values.csv").read_text("utf-8-sig").splitlines())}
    tagged = [
        float(str(a["value"])) for tag, a in read_page((bundle / "index.html").read_text("utf-8")).tags if tag == "data"
    ]
    assert len(tagged) > 100
    assert set(tagged) <= raw


def test_the_executive_part_speaks_plainly(pages: Path) -> None:
    """None of the banned words stands outside the technical notes."""
    text = " ".join(read_page((pages / STREAM / QUARTER / "index.html").read_text("utf-8")).executive)
    assert not [word for word in BANNED if re.search(rf"\b{re.escape(word)}\b", text)]


def test_a_new_bundle_replaces_the_old_without_a_gap(tmp_path: Path) -> None:
    """While a review is published again, a reader always finds a whole page."""
    db = orders().write(tmp_path / "p.duckdb")
    bundle = publish_review(db, tmp_path / "pages", STREAM, QUARTER)
    missing, stop = [], threading.Event()

    def look() -> None:
        while not stop.is_set():
            try:
                missing.extend([] if bundle.page.read_bytes().endswith(b"</html>\n") else ["half"])
            except FileNotFoundError:
                missing.append("gone")

    reader = threading.Thread(target=look)
    reader.start()
    for _ in range(3):
        publish_review(db, tmp_path / "pages", STREAM, QUARTER)
    stop.set()
    reader.join()
    assert missing == []
    assert sorted(p.name for p in (tmp_path / "pages" / STREAM).iterdir()) == [QUARTER]


def test_the_list_names_streams_and_periods(tmp_path: Path) -> None:
    """The list links every published review, newest first."""
    db = orders().write(tmp_path / "p.duckdb")
    for period in ("2026-Q2", QUARTER):
        bundle = publish_review(db, tmp_path / "pages", STREAM, period)
    links = [a["href"] for tag, a in read_page(bundle.listing.read_text("utf-8")).tags if tag == "a"]
    assert list(dict.fromkeys(links[1:])) == ["orders/2026-Q3/index.html", "orders/2026-Q2/index.html"]


@pytest.mark.parametrize("text", ["=1+1", "+1", "-1", "@x", "\tx", "\rx"])
def test_cells_never_start_a_formula(text: str) -> None:
    """A cell that a spreadsheet would run is quoted."""
    assert inert(text) == "'" + text


def test_errors_name_what_exists(tmp_path: Path) -> None:
    """A missing file, table, stream or quarter is refused with a sentence that helps."""
    with pytest.raises(PublishedFileError, match="Run the pipeline first"):
        read_bundle(tmp_path / "none.duckdb", STREAM, QUARTER)
    db = orders().write(tmp_path / "p.duckdb")
    with pytest.raises(NotPublishedError, match="Did you mean 'orders'"):
        read_bundle(db, "order", QUARTER)
    with pytest.raises(NotPublishedError, match="one quarter"):
        read_bundle(db, STREAM, "2026-07")
    with pytest.raises(PeriodError, match="not a period"):
        read_bundle(db, STREAM, "soon")
    (tmp_path / "text.duckdb").write_text("this is no database, though it is long enough to be looked at as one" * 20)
    with pytest.raises(PublishedFileError, match="cannot be read"):
        read_bundle(tmp_path / "text.duckdb", STREAM, QUARTER)
    with duckdb.connect(str(db)) as connection:
        connection.execute("DROP TABLE targets")
    with pytest.raises(PublishedFileError, match="no table 'targets'"):
        read_bundle(db, STREAM, QUARTER)
