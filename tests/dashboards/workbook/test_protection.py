"""What a reader of the workbook can change, and what nothing in it can do."""

from __future__ import annotations

import io
import re
import zipfile
from pathlib import Path
from xml.etree import ElementTree as ET

import openpyxl
import pytest

from tests.dashboards.hostile_rows import EMOJI, FORMULA, LONG, RIGHT_TO_LEFT, SCRIPT, hostile_orders
from tests.dashboards.workbook.cells import cached, costed_orders, formulas_in, rows_of, texts_of, workbook_of

FUNCTIONS = {"SUM", "IF", "ABS", "MAX", "ROUND", "COUNTIF"}
PASSWORD = "only-from-settings"


@pytest.fixture(scope="module")
def content(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    """The workbook of the plausible stream."""
    return workbook_of(costed_orders(), tmp_path_factory.mktemp("protection"))


@pytest.fixture(scope="module")
def hostile(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    """A workbook whose every text from outside is hostile, those of rates, bills and benefits, too."""
    published = hostile_orders()
    names = {"Operations": FORMULA, "Warehouse": LONG, "Credit": RIGHT_TO_LEFT, "scans": EMOJI, "platform": SCRIPT,
             "GB hours": "@SUM(1)", "order suite": "-1+1", "ops-2026": "=1+1", "ware-2026": f"{LONG}2"}  # fmt: skip
    for table in ("rates", "bills", "costs"):
        for row in published.rows[table]:
            for column in {"driver", "rate_id", "bill_id", "unit"} & row.keys():
                row[column] = names.get(row[column], row[column])
    for row in published.rows["benefits"]:
        row.update(sentence=f"=HYPERLINK(1) {row['sentence']}", budget_line="+cmd", owner_role="\t=1", evidence_id="@x")
    return workbook_of(published, tmp_path_factory.mktemp("hostile"))


def test_only_the_rates_can_be_changed(content: bytes) -> None:
    """Every sheet is protected; unlocked are the five yellow cells, which take numbers of 0 or more."""
    book = openpyxl.load_workbook(io.BytesIO(content))
    assert all(sheet.protection.sheet for sheet in book)
    opened = {
        (sheet.title, cell.coordinate)
        for sheet in book for row in sheet.iter_rows() for cell in row if not cell.protection.locked
    }  # fmt: skip
    assert opened == {("Rates", f"E{row}") for row in range(4, 9)}
    (told,) = book["Rates"].data_validations.dataValidation
    assert (str(told.sqref), told.type, told.operator, told.formula1) == ("E4:E8", "decimal", "greaterThanOrEqual", "0")
    assert not told.allowBlank
    assert told.showErrorMessage
    assert not [sheet.title for sheet in book if sheet.title != "Rates" and sheet.data_validations.dataValidation]


def test_a_password_protects_and_is_nowhere_to_read(content: bytes, tmp_path: Path) -> None:
    """Asked for, each sheet asks for it; the file holds a hash, never the word. Without one there is no hash."""
    locked = workbook_of(costed_orders(), tmp_path, password=PASSWORD)
    book, other = (openpyxl.load_workbook(io.BytesIO(each)) for each in (locked, content))
    assert {sheet.protection.password for sheet in other} == {None}
    hashes = {sheet.protection.password for sheet in book}
    assert len(hashes) == 1
    assert None not in hashes
    assert not [name for name, part in _parts(locked).items() if PASSWORD.encode() in part]


@pytest.mark.parametrize("which", ["content", "hostile"])
def test_there_are_no_macros_links_or_calls_outside(which: str, request: pytest.FixtureRequest) -> None:
    """No macro, no external link, no connection, no object; formulas use six plain functions and name own cells."""
    made: bytes = request.getfixturevalue(which)
    parts = _parts(made)
    odd = re.compile(r"vba|macro|external|connection|embedding|activex|ctrlprop|drawing|query|customxml", re.I)
    assert not [name for name in parts if odd.search(name)]
    for name, part in parts.items():
        ET.fromstring(part)  # well formed
        if name.endswith(".rels"):
            assert b"TargetMode" not in part, name
        if "/worksheets/" in name:
            assert b"<hyperlink" not in part, name
    for place, formula in formulas_in(made).items():
        plain = re.sub(r'"[^"]*"', "", formula)
        assert set(re.findall(r"([A-Z]+)\(", plain)) <= FUNCTIONS, place
        assert set(re.findall(r"'([^']+)'!", plain)) <= {
            "Rates",
            "Drivers",
            "Unit cost",
            "Bridge",
            "Benefits",
            "Checks",
        }


def test_hostile_texts_are_texts(hostile: bytes, content: bytes) -> None:
    """What looks like a formula is a text; long, right-to-left and pictured names stand as they were written."""
    rates = texts_of(cached(hostile), "Rates")
    for text in (FORMULA, LONG, RIGHT_TO_LEFT, EMOJI, "=1+1", f"{LONG}2"):
        assert text in rates
    drivers = texts_of(cached(hostile), "Drivers")
    assert {"@SUM(1)", "-1+1", SCRIPT} <= set(drivers)
    claims = [row for row in rows_of(cached(hostile), "Benefits") if str(row[0]).startswith("=HYPERLINK(1)")]
    assert len(claims) == 5
    assert claims[0][7:] == ["=1", "+cmd", "@x"]
    is_ours = re.compile(r"=(?:SUM|IF|ROUND|COUNTIF|'[A-Z][a-z ]+'!\$[A-Z]+\$\d+)")
    assert all(is_ours.match(formula) for formula in formulas_in(hostile).values())
    whole = b"".join(_parts(hostile).values()).decode()
    assert not {"\u202e", "\u202d", "\u2066"} & set(whole)


def test_a_text_that_no_cell_holds_is_cut_and_says_so(tmp_path: Path) -> None:
    """SQL of 60,000 letters: the file opens, and the end of the cell tells that there is more."""
    published = costed_orders()
    published.rows["definitions"][0]["sql"] = "SELECT 1 -- " + "long " * 12_000
    found = [text for text in texts_of(cached(workbook_of(published, tmp_path)), "Definitions") if len(text) > 9_000]
    assert [text[-28:] for text in found] == [" (cut: a cell holds no more)"]
    assert len(found[0]) < 32_767


def _parts(content: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(content)) as whole:
        return {name: whole.read(name) for name in whole.namelist()}
