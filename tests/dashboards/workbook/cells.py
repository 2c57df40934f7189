"""Workbooks of the plausible stream of orders, and their cells as openpyxl reads them."""

from __future__ import annotations

import datetime as dt
import io
from pathlib import Path
from typing import Any

import openpyxl
from openpyxl.workbook import Workbook

from dashboards.language import speaking
from dashboards.pages.review import build_review
from dashboards.reading import read_bundle
from dashboards.workbook.build import review_workbook
from tests.dashboards.builder import QUARTER, STREAM, Published, orders
from tests.dashboards.order_rows import Row

COST, STARTED, RIGHT = "cost_per_transaction", "cost_per_started_case", "cost_per_first_time_right_case"
SHEETS = ["Summary", "Rates", "Drivers", "Unit cost", "Bridge", "Benefits", "Checks", "Definitions"]
SAME, CHANGED = "as published", "changed from published"


def costed_orders() -> Published:
    """The plausible stream with all three unit costs: what it cost, by what was completed, started, and right."""
    published = orders()
    like: Row = published.value(COST, "unit_cost")
    for metric, n in ((STARTED, 6390), (RIGHT, 5326)):
        value = 70839.6 / n
        ends = {"low": value - 1.1, "high": value + 1.1}
        published.rows["metric_values"].append(like | ends | {"metric": metric, "value": value, "n": n})
    return published


def workbook_of(published: Published, folder: Path, language: str = "en", password: str | None = None) -> bytes:
    """The workbook of its third quarter."""
    data = read_bundle(published.write(folder / "workbook.duckdb"), STREAM, QUARTER, language)
    with speaking(language):
        return review_workbook(data, build_review(data), password).content


def cached(content: bytes | Path) -> Workbook:
    """The workbook with the values that stand in the file."""
    return openpyxl.load_workbook(io.BytesIO(content) if isinstance(content, bytes) else content, data_only=True)


def formulas_in(content: bytes | Path) -> dict[tuple[str, str], str]:
    """Every formula by sheet and cell."""
    book = openpyxl.load_workbook(io.BytesIO(content) if isinstance(content, bytes) else content)
    return {
        (sheet.title, cell.coordinate): str(cell.value)
        for sheet in book for row in sheet.iter_rows() for cell in row if cell.data_type == "f"
    }  # fmt: skip


def rows_of(book: Workbook, sheet: str) -> list[list[Any]]:
    """The rows of a sheet, empty ones and cells at their ends left out; days as days."""
    found = []
    for row in book[sheet].iter_rows(values_only=True):
        cells = [value.date() if isinstance(value, dt.datetime) else value for value in row]
        while cells and cells[-1] is None:
            cells.pop()
        if cells:
            found.append(cells)
    return found


def row_of(book: Workbook, sheet: str, first: str, place: int = 0) -> list[Any]:
    """The cells behind the one that a row begins with: of the first such row, or a later one."""
    return [row for row in rows_of(book, sheet) if row[0] == first][place][1:]


def texts_of(book: Workbook, sheet: str) -> list[str]:
    """Every text of a sheet."""
    return [cell for row in rows_of(book, sheet) for cell in row if isinstance(cell, str)]


def cell_of(book: Workbook, sheet: str, first: str, column: int) -> Any:
    """The cell itself, in the first row that begins so; columns count from 1."""
    row = next(cells[0].row for cells in book[sheet].iter_rows(max_col=1) if cells[0].value == first)
    return book[sheet].cell(row, column)
