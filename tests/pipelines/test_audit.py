"""The auditor's kit from end to end: a sample is drawn, filled in and projected; a changed one is refused."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from pipelines.refresh import refresh
from pipelines.registry import load_all
from pipelines.settings import Settings
from tests.journeys.command_line import command, facts
from tests.journeys.orders import rows, write_log, write_stream


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Forty orders, one of whose names looks like a formula, published."""
    folder = tmp_path_factory.mktemp("audit")
    told = [("=1+2" if order == "o4" else order, *rest) for order, *rest in rows(40)]
    log = write_log(folder / "orders.csv", told)  # type: ignore[arg-type]
    facts("import", log, "--stream", write_stream(folder), "--home", folder / "home")
    settings = Settings(home=folder / "home", threads=2)
    refresh(settings, load_all(settings))
    return folder / "home"


def _draw(home: Path, out: Path, metric: str, method: str, size: int = 12, *more: str) -> Any:
    asked = ("--period", "all", "--method", method, "--size", size, "--seed", "autumn", "--out", out, "--home", home)
    return facts("audit", "sample", metric, *asked, *more)


def _fill(path: Path, wrong: dict[int, float] | None = None) -> None:
    """Fill in the book amount for every item, and for some another value."""
    book = openpyxl.load_workbook(path)
    sheet = book["Sample"]
    heads = [cell.value for cell in sheet[1]]
    for number, row in enumerate(sheet.iter_rows(min_row=2), 1):
        row[heads.index("auditor's value")].value = (wrong or {}).get(number, row[heads.index("book amount")].value)
    book.save(path)


def _cells(path: Path, sheet: str) -> list[tuple[Any, ...]]:
    return [tuple(row) for row in openpyxl.load_workbook(path)[sheet].iter_rows(values_only=True)]


def test_a_sample_of_money_is_projected(home: Path, tmp_path: Path) -> None:
    """One item at half its amount: half an interval is projected, and the limit follows Stringer."""
    out = tmp_path / "sample.xlsx"
    drawn = _draw(home, out, "cost_per_transaction", "monetary-unit")
    assert Decimal(drawn["interval_in_words"]) * 12 == pytest.approx(
        Decimal(drawn["population_total"]), abs=Decimal("0.001")
    )
    amount = next(row[5] for row in _cells(out, "Sample")[1:] if row[3] == "no")
    number = next(n for n, row in enumerate(_cells(out, "Sample")[1:], 1) if row[3] == "no")
    _fill(out, {number: amount / 2})
    found = facts("audit", "project", out)
    interval = float(drawn["interval_in_words"])
    assert found["exceptions"] == 1
    assert float(found["projected_misstatement"]) == pytest.approx(interval / 2, rel=1e-6)
    assert float(found["upper_limit_overstatement"]) == pytest.approx(interval * (2.9957 + 0.5 * 1.7481), rel=1e-4)
    assert "projected_misstatement" in command("audit", "project", out).out


def test_a_stratified_sample_is_projected(home: Path, tmp_path: Path) -> None:
    """Cases by segment: every stratum stands with its size, and without exceptions the ratio gives the book total."""
    out = tmp_path / "sample.xlsx"
    _draw(home, out, "flow_time", "stratified", 10, "--by", "channel", "--allocation", "proportional")
    assert [(row[0], row[3]) for row in _cells(out, "Strata")[1:]] == [("phone", "4"), ("web", "6")]
    _fill(out)
    found = facts("audit", "project", out)
    assert (found["exceptions"], found["projected_exceptions"]) == (0, 0)
    assert found["by_ratio"]["value"] == pytest.approx(float(found["book_total"]))
    assert found["by_mean_per_unit"]["low"] < found["by_mean_per_unit"]["high"]


def test_the_same_seed_gives_the_same_bytes(home: Path, tmp_path: Path) -> None:
    """No clock is in a workbook; another seed draws another sample."""
    first, again, other = (tmp_path / f"{name}.xlsx" for name in ("first", "again", "other"))
    _draw(home, first, "cost_per_transaction", "monetary-unit")
    _draw(home, again, "cost_per_transaction", "monetary-unit")
    asked = (
        "--period",
        "all",
        "--method",
        "monetary-unit",
        "--size",
        12,
        "--seed",
        "winter",
        "--out",
        other,
        "--home",
        home,
    )
    facts("audit", "sample", "cost_per_transaction", *asked)
    assert first.read_bytes() == again.read_bytes() != other.read_bytes()


def test_every_item_leads_to_its_source(home: Path, tmp_path: Path) -> None:
    """Each sampled case has its events with id, key, source and segment file, and each cost its rate."""
    out = tmp_path / "sample.xlsx"
    _draw(home, out, "cost_per_transaction", "monetary-unit", 30)
    heads, *items = _cells(out, "Sample")
    cases = {row[heads.index("case_id")] for row in items} - {None}
    assert {row[heads.index("rate_id")] for row in items} >= {"r1"}
    _, *sources = _cells(out, "Sources")
    assert {row[0] for row in sources} == cases
    assert all(row[3] and len(row[4]) == 16 and (home / "ledger" / "orders" / row[6]).is_file() for row in sources)
    facts_ = dict(row[:2] for row in _cells(out, "Population")[1:])
    assert facts_["evidence_ids"].startswith("sg-")
    assert len(facts_["population_fingerprint"]) == 64


def test_what_looks_like_a_formula_is_text(home: Path, tmp_path: Path) -> None:
    """A case called =1+2 stands as these words, and the file is read back as it was."""
    out = tmp_path / "sample.xlsx"
    _draw(home, out, "flow_time", "stratified", 40)
    cell = next(c for row in openpyxl.load_workbook(out)["Sample"] for c in row if c.value == "=1+2")
    assert cell.data_type == "s"
    _fill_keeping_text(out)
    assert facts("audit", "project", out)["exceptions"] == 0


def _fill_keeping_text(path: Path) -> None:
    book = openpyxl.load_workbook(path)
    sheet = book["Sample"]
    heads = [cell.value for cell in sheet[1]]
    for row in sheet.iter_rows(min_row=2):
        row[heads.index("auditor's value")].value = row[heads.index("book amount")].value
    for one in book:
        for row in one.iter_rows():
            for cell in row:
                if isinstance(cell.value, str):
                    cell.data_type = "s"  # openpyxl would save it as a formula; Excel keeps it as it is
    book.save(path)


@pytest.mark.parametrize("column", ["book amount", "key", "stratum"])
def test_a_changed_sample_is_refused(home: Path, tmp_path: Path, column: str) -> None:
    """Another amount, item or stratum than was drawn: refused with a sentence, whatever was filled in."""
    out = tmp_path / "sample.xlsx"
    _draw(home, out, "flow_time", "stratified", 6)
    _fill(out)
    book = openpyxl.load_workbook(out)
    heads = [cell.value for cell in book["Sample"][1]]
    cell = book["Sample"].cell(row=3, column=heads.index(column) + 1)
    cell.value = cell.value + 1 if isinstance(cell.value, int | float) else "other"
    book.save(out)
    ended = command("audit", "project", out)
    assert ended.code == 2
    assert "not as it was drawn" in " ".join(ended.err.split())


def test_a_removed_item_or_another_seed_is_refused(home: Path, tmp_path: Path) -> None:
    """A row that was deleted, and a fact of the population that was edited, are seen as well."""
    for change in (lambda book: book["Sample"].delete_rows(3), lambda book: book["Population"].cell(2, 2, "else")):
        out = tmp_path / "sample.xlsx"
        out.unlink(missing_ok=True)
        _draw(home, out, "flow_time", "stratified", 6)
        _fill(out)
        book = openpyxl.load_workbook(out)
        change(book)  # type: ignore[no-untyped-call]
        book.save(out)
        assert "not as it was drawn" in " ".join(command("audit", "project", out).err.split())


def test_what_is_not_filled_in_is_told(home: Path, tmp_path: Path) -> None:
    """An empty value and one that is no number: the item is named."""
    out = tmp_path / "sample.xlsx"
    _draw(home, out, "flow_time", "stratified", 6)
    assert "of item 1 (" in command("audit", "project", out).err
    _fill(out, {2: "about 3"})  # type: ignore[dict-item]
    assert "'about 3', which is no number" in " ".join(command("audit", "project", out).err.split())


def test_what_cannot_be_sampled_is_refused(home: Path, tmp_path: Path) -> None:
    """Days are no money; an unknown stratum, method or metric; a file that is there; a file that is no workbook."""
    out = tmp_path / "sample.xlsx"
    base = ("--period", "all", "--size", 5, "--seed", "1", "--out", out, "--home", home)
    for asked, said in (
        (("flow_time", "--method", "monetary-unit"), "is no money"),
        (("flow_time", "--method", "stratified", "--by", "colour"), "does not exist"),
        (("flow_time", "--method", "lots"), "does not exist"),
        (("nothing", "--method", "stratified"), "does not exist"),
    ):
        ended = command("audit", "sample", *asked, *base)
        assert ended.code == 2
        assert said in " ".join(ended.err.split())
    out.write_bytes(b"no workbook")
    assert "exists already" in command("audit", "sample", "flow_time", "--method", "stratified", *base).err
    assert "cannot be read as a workbook" in " ".join(command("audit", "project", out).err.split())
