"""The workbook is live: two programs that calculate it anew agree with it, and a changed rate does what it should."""

from __future__ import annotations

import zipfile
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from dashboards.workbook.build import NAME
from tests.dashboards.workbook.cells import CHANGED, SAME, cached, cell_of, costed_orders, formulas_in, workbook_of
from tests.dashboards.workbook.recalculating import CALC, by_formulas, by_libreoffice

Recalculate = Callable[[Path], dict[tuple[str, str], Any]]
LESS = 0.005
PROGRAMS = [
    pytest.param(
        by_libreoffice, id="LibreOffice",
        marks=pytest.mark.skipif(CALC is None, reason="LibreOffice Calc is not here: make machinery"),
    ),
    pytest.param(by_formulas, id="formulas"),
]  # fmt: skip


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """The workbook of the plausible stream, on disk."""
    found = tmp_path / NAME
    found.write_bytes(workbook_of(costed_orders(), tmp_path))
    return found


def _place(path: Path, sheet: str, first: str, column: int) -> tuple[str, str]:
    return sheet, str(cell_of(cached(path), sheet, first, column).coordinate)


def _change_rate(path: Path, line: str, rate: float) -> None:
    """As a reviewer does: open, write in the yellow cell, save. openpyxl keeps no calculated value."""
    book = openpyxl.load_workbook(path)
    cell_of(book, "Rates", line, 5).value = rate
    book.save(path)


@pytest.mark.parametrize("recalculate", PROGRAMS)
def test_calculated_anew_it_says_the_same(path: Path, recalculate: Recalculate) -> None:
    """Every formula gives the value that stands in the file: numbers to less than half a cent, texts to the letter."""
    found, told = recalculate(path), cached(path)
    live = formulas_in(path)
    assert len(live) > 100
    for sheet, cell in live:
        value, there = found[sheet, cell], told[sheet][cell].value
        if isinstance(there, str):
            assert value == there, (sheet, cell)
        else:
            assert abs(value - there) < LESS, (sheet, cell)
            assert value == pytest.approx(there, rel=1e-9, abs=1e-6), (sheet, cell)


@pytest.mark.parametrize("recalculate", PROGRAMS)
def test_a_changed_rate_moves_the_unit_cost_and_flips_its_check(path: Path, recalculate: Recalculate) -> None:
    """Operations at 60 for 52 an hour: 612.25 hours × 8 more, over 6,214 orders, and the checks say so."""
    _change_rate(path, "ops-2026", 60)
    found = recalculate(path)
    more = Decimal("612.25") * 8
    at = {name: _place(path, "Unit cost", name, 2) for name in ("One completed order", "One started order")}
    assert found[at["One completed order"]] == pytest.approx(float((Decimal("70839.6") + more) / 6214), abs=1e-9)
    assert found[at["One started order"]] == pytest.approx(float((Decimal("70839.6") + more) / 6390), abs=1e-9)
    assert found[_place(path, "Summary", "Unit cost", 2)] == found[at["One completed order"]]
    flipped = ("All checks together", "Rates that were changed", "One completed order", "Cost of the quarter: People")
    kept = (
        "Cost of the quarter: Licences",
        "Bridge of the cost: its end",
        "Rounding of rows, beside the most it can be",
    )
    assert {found[_place(path, "Checks", name, 5)] for name in flipped} == {CHANGED}
    assert {found[_place(path, "Checks", name, 5)] for name in kept} == {SAME}
    assert found[_place(path, "Summary", "All checks together", 2)] == CHANGED
    assert found[_place(path, "Rates", "ops-2026", 13)] == CHANGED
    assert found[_place(path, "Rates", "ware-2026", 13)] == SAME


def test_a_change_too_small_to_be_seen_is_said_all_the_same(path: Path) -> None:
    """A rate changed by less than can be seen, and one that nobody used, move no cost; that they changed is said."""
    _change_rate(path, "lake", 0.0050000001)
    _change_rate(path, "credit-lead", 700)
    found = by_formulas(path)
    assert found[_place(path, "Unit cost", "One completed order", 2)] == pytest.approx(11.4, abs=1e-6)
    assert found[_place(path, "Checks", "One completed order", 5)] == SAME
    assert found[_place(path, "Checks", "Rates that were changed", 2)] == 2
    assert found[_place(path, "Checks", "All checks together", 5)] == CHANGED


@pytest.mark.parametrize("recalculate", PROGRAMS)
def test_a_false_value_in_the_file_is_found(path: Path, recalculate: Recalculate) -> None:
    """Neither program believes the values that stand in the file: else these tests could not fail."""
    false = path.with_name("false.xlsx")
    with zipfile.ZipFile(path) as whole, zipfile.ZipFile(false, "w") as changed:
        for name in whole.namelist():
            content = whole.read(name)
            changed.writestr(name, content.replace(b"<v>11.4</v></c>", b"<v>11.5</v></c>"))
    place = _place(path, "Unit cost", "One completed order", 2)
    assert cached(false)[place[0]][place[1]].value == 11.5
    assert recalculate(false)[place] == pytest.approx(11.4, abs=1e-9)
