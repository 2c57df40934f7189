"""Files of money: CSV and XLSX say the same, and hostile or careless ones are refused with the place and what to do."""

from __future__ import annotations

import datetime as dt
import re
import zipfile
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl import Workbook

from pipelines.errors import SourceError
from pipelines.money import sheet, xlsx
from pipelines.money.cells import read_amount, read_decimal
from pipelines.money.lines import Bill, Rate, read_bills, read_exchange, read_rates

RATES = "rate_id,cost_class,driver,unit,amount,currency,valid_from,valid_to"
GOOD = "r1,people,clerk,hour,40.00,EUR,2026-01-01,"
BILLS = "bill_id,month,cost_class,driver,amount,currency,allocation,capacity,unit"


def csv(folder: Path, *lines: str, name: str = "rates.csv", header: str = RATES) -> Path:
    """A CSV file."""
    path = folder / name
    path.write_text("\n".join([header, *lines]) + "\n", "utf-8")
    return path


def book(folder: Path, *rows: list[Any], name: str = "rates.xlsx") -> Path:
    """An XLSX file."""
    workbook = Workbook()
    for row in rows:
        workbook.active.append(row)
    workbook.save(folder / name)
    return folder / name


def test_a_line_is_read_as_told(tmp_path: Path) -> None:
    """Every column in its type, empty ones unknown, and the range where it is told."""
    path = csv(tmp_path, f"{GOOD},38,44.5", header=f"{RATES},low,high")
    assert read_rates(path) == (
        Rate("r1", "people", "clerk", "hour", Decimal(40), "EUR", dt.date(2026, 1, 1), None, Decimal(38),
             Decimal("44.5")),
    )  # fmt: skip


def test_xlsx_says_what_csv_says(tmp_path: Path) -> None:
    """Numbers, days as days or as text, and empty cells of a workbook give the lines of the same CSV."""
    header = BILLS.split(",")
    rows: list[list[Any]] = [
        ["b1", dt.date(2026, 1, 1), "compute", "cpu", 1440.1, "EUR", "usage", 9600, "s"],
        ["b2", "2026-02", "licence", "suite", "-0.10", "EUR", "started_cases", None, None],
        ["b3", dt.datetime(2026, 3, 1), "shared", "desk", 52.333333333333336, "EUR", "finished_cases", None, "x"],
    ]
    told = csv(
        tmp_path, "b1,2026-01-01,compute,cpu,1440.10,EUR,usage,9600,s",
        "b2,2026-02,licence,suite,-0.10,EUR,started_cases,,",
        "b3,2026-03-01,shared,desk,52.333333,EUR,finished_cases,,x", header=BILLS,
    )  # fmt: skip
    assert read_bills(book(tmp_path, header, *rows)) == read_bills(told)


bills = st.builds(
    Bill,
    st.from_regex(r"[a-z]{1,8}", fullmatch=True),
    st.dates(dt.date(2020, 1, 1), dt.date(2030, 1, 1)).map(lambda day: day.replace(day=1)),
    st.sampled_from(["people", "compute", "licence", "shared"]), st.just("cpu"),
    st.decimals(Decimal("-999999999"), Decimal("999999999"), places=4), st.just("EUR"),
    st.sampled_from(["usage", "started_cases", "finished_cases"]),
    st.none() | st.integers(0, 10**9).map(float), st.none() | st.just("s"),
)  # fmt: skip


@settings(max_examples=25, deadline=None)
@given(told=st.lists(bills, min_size=1, max_size=5))
def test_whatever_a_workbook_holds_csv_holds(tmp_path_factory: pytest.TempPathFactory, told: list[Bill]) -> None:
    """Amounts survive the binary numbers of a workbook to the last digit that money has in it."""
    folder = tmp_path_factory.mktemp("books")
    rows = [
        [b.bill_id, b.month, b.cost_class, b.driver, float(b.amount), b.currency, b.allocation, b.capacity, b.unit]
        for b in told
    ]
    assert read_bills(book(folder, BILLS.split(","), *rows)) == tuple(told)


REFUSED = {
    "semicolons": (GOOD.replace(",", ";"), RATES.replace(",", ";"), "is divided by ';'; write it divided by commas"),
    "a decimal comma": (GOOD.replace("40.00", '"40,00"'), RATES, "'40,00' has a comma; write digits and a decimal"),
    "thousands": (GOOD.replace("40.00", '"1.040,00"'), RATES, "'1.040,00' has a comma"),
    "not a number": (GOOD.replace("40.00", "NaN"), RATES, "line 2: 'NaN' is not a decimal number"),
    "infinity": (GOOD.replace("40.00", "Infinity"), RATES, "'Infinity' is not a decimal number"),
    "beyond floats": (GOOD.replace("40.00", "1e400"), RATES, "'1e400' is not a decimal number"),
    "beyond money": (GOOD.replace("40.00", "1e12"), RATES, "'1e12' is too large"),
    "too fine": (GOOD.replace("40.00", "0.0000001"), RATES, "has more than six decimals"),
    "digits of another script": (GOOD.replace("40.00", "४०"), RATES, "is not a decimal number"),
    "a formula": (GOOD.replace("40.00", "=1+1"), RATES, "'=1+1' is not a decimal number"),
    "a wrong column": (GOOD, RATES.replace("amount", "ammount"), "no column 'amount'. Did you mean 'ammount'?"),
    "an unknown column": (f"{GOOD},x", f"{RATES},note", "the column 'note' is not known"),
    "a column twice": (f"{GOOD},1", f"{RATES},amount", "names 'amount' twice"),
    "too few cells": ("r1,people", RATES, "line 2: only 2 cells under 8 columns"),
    "too many cells": (f"{GOOD},1,2", RATES, "line 2: 10 cells, but the header names 8 columns"),
    "an empty cell": (GOOD.replace("clerk", ""), RATES, "line 2: the cell is empty; every line needs one"),
    "a class that is none": (GOOD.replace("people", "folk"), RATES, "'folk' is not known there. Known: 'compute'"),
    "a currency that is none": (GOOD.replace("EUR", "€"), RATES, "'€' is no currency"),
    "a day that is none": (GOOD.replace("2026-01-01", "01.02.2026"), RATES, "'01.02.2026' is not a date"),
    "an end before the begin": (f"{GOOD}2026-01-01", RATES, "2026-01-01 is not after 2026-01-01"),
    "an open quote": (GOOD.replace("clerk", '"clerk'), RATES, "not readable as CSV"),
    "low above": (f"{GOOD},41,", f"{RATES},low,high", "40.000000 lies outside low to high"),
    "high below": (f"{GOOD},,39", f"{RATES},low,high", "40.000000 lies outside low to high"),
    "nothing": ("", "", "is empty: its first line should name the columns rate_id"),
    "no text": ("r1\0,people,clerk,hour,40.00,EUR,2026-01-01,", RATES, "not a text file"),
}  # fmt: skip


@pytest.mark.parametrize(("line", "header", "words"), REFUSED.values(), ids=REFUSED)
def test_a_careless_file_is_refused_with_what_to_do(tmp_path: Path, line: str, header: str, words: str) -> None:
    """What was wrong, where, and what is expected, whatever is wrong."""
    with pytest.raises(SourceError) as caught:
        read_rates(csv(tmp_path, line, header=header))
    assert words in str(caught.value)


def test_a_mark_of_byte_order_is_no_part_of_a_name(tmp_path: Path) -> None:
    """What Excel saves as CSV UTF-8 begins with a mark, and is read like any other."""
    path = csv(tmp_path, GOOD)
    path.write_bytes(b"\xef\xbb\xbf" + path.read_bytes())
    assert read_rates(path)[0].rate_id == "r1"


def test_another_encoding_is_told(tmp_path: Path) -> None:
    """A file that is not UTF-8 is refused rather than read as other letters."""
    path = csv(tmp_path, GOOD)
    path.write_bytes(path.read_bytes().replace(b"clerk", "Büro".encode("latin-1")))
    with pytest.raises(SourceError, match="not UTF-8; save it as 'CSV UTF-8'"):
        read_rates(path)


@pytest.mark.parametrize(
    ("limit", "value", "words"), [("MOST_BYTES", 10, "is larger than"), ("MOST_ROWS", 1, "has more than 1 rows")]
)
def test_what_is_huge_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, limit: str, value: int, words: str
) -> None:
    """Bytes and rows are bounded, and the error says what to do."""
    monkeypatch.setattr(sheet, limit, value)
    with pytest.raises(SourceError, match=words):
        read_rates(csv(tmp_path, GOOD, GOOD.replace("r1", "r2")))


def test_a_line_without_end_is_refused(tmp_path: Path) -> None:
    """A line longer than any sheet has is refused before it is read whole."""
    with pytest.raises(SourceError, match=r"line 2: longer than 100,000 characters"):
        read_rates(csv(tmp_path, "x" * 200_000))


def test_more_columns_than_any_sheet_has(tmp_path: Path) -> None:
    """A header of hundreds of columns is refused."""
    with pytest.raises(SourceError, match=r"has 508 columns; 500 at most"):
        read_rates(csv(tmp_path, GOOD, header=RATES + "".join(f",c{n}" for n in range(500))))


def test_another_kind_of_file_and_none(tmp_path: Path) -> None:
    """A file of another ending, and one that is not there, are told so."""
    with pytest.raises(SourceError, match=r"Known endings: \.csv, \.xlsx"):
        read_rates(csv(tmp_path, GOOD, name="rates.txt"))
    with pytest.raises(SourceError, match="does not exist"):
        read_rates(tmp_path / "none.csv")


def test_a_formula_that_holds_no_value_is_refused(tmp_path: Path) -> None:
    """Nothing is calculated here; a formula as a program wrote it, never opened, has no value."""
    row = ["r1", "people", "clerk", "hour", "=20*2", "EUR", "2026-01-01", None]
    with pytest.raises(SourceError, match="line 2, cell E2: a formula without a value"):
        read_rates(book(tmp_path, RATES.split(","), row))


def test_a_formula_is_read_as_it_was_last_seen(tmp_path: Path) -> None:
    """The value a spreadsheet program saved beside a formula is the cell."""
    row = ["r1", "people", "clerk", "hour", "=20*2", "EUR", "2026-01-01", None]
    path = _with(book(tmp_path, RATES.split(","), row), rb"<f>20\*2</f><v( /|></v|/)>", b"<f>20*2</f><v>40</v>")
    assert read_rates(path)[0].amount == Decimal(40)


@pytest.mark.parametrize(
    ("value", "words"), [(b"1e400", "is no number that can be read"), (b"1e15", "1e+15 is no number")]
)
def test_numbers_beyond_money_in_a_workbook(tmp_path: Path, value: bytes, words: str) -> None:
    """A binary number that is infinite or too large is refused, with its cell."""
    row = ["r1", "people", "clerk", "hour", 40, "EUR", "2026-01-01", None]
    path = _with(book(tmp_path, RATES.split(","), row), b"<v>40</v>", b"<v>" + value + b"</v>")
    with pytest.raises(SourceError) as caught:
        read_rates(path)
    assert words in str(caught.value).replace("1000000000000000.0", "1e+15")


def test_an_error_in_a_cell_is_told(tmp_path: Path) -> None:
    """#DIV/0! is no amount."""
    row = ["r1", "people", "clerk", "hour", "#DIV/0!", "EUR", "2026-01-01", None]
    with pytest.raises(SourceError, match="cell E2: the error #DIV/0!"):
        read_rates(book(tmp_path, RATES.split(","), row))


def test_a_workbook_that_declares_entities_or_is_none(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A bomb is refused before it is opened: entities, what unpacks to too much, and what is no workbook at all."""
    path = book(tmp_path, RATES.split(","))
    bomb = _with(path, b"<worksheet", b'<!DOCTYPE x [<!ENTITY a "b">]><worksheet')
    with pytest.raises(SourceError, match="declares XML entities"):
        read_rates(bomb)
    (tmp_path / "no.xlsx").write_bytes(b"no zip at all")
    with pytest.raises(SourceError, match="is no XLSX file"):
        read_rates(tmp_path / "no.xlsx")
    with zipfile.ZipFile(tmp_path / "other.xlsx", "w") as archive:
        archive.writestr("hello.txt", "hello")
    with pytest.raises(SourceError, match="is a damaged XLSX file"):
        read_rates(tmp_path / "other.xlsx")
    monkeypatch.setattr(xlsx, "MOST_UNPACKED", 100)
    with pytest.raises(SourceError, match="unpacks to more than"):
        read_rates(book(tmp_path, RATES.split(","), name="large.xlsx"))


def _with(path: Path, old: bytes, new: bytes) -> Path:
    """The workbook with what matches `old` in its first sheet replaced; how an empty element is written is free."""
    changed = path.with_name(f"changed-{path.name}")
    with zipfile.ZipFile(path) as whole, zipfile.ZipFile(changed, "w") as archive:
        for name in whole.namelist():
            content = whole.read(name)
            if name.endswith("sheet1.xml"):
                content, found = re.subn(old, new, content)
                assert found
            archive.writestr(name, content)
    return changed


def test_an_exchange_rate_is_above_0(tmp_path: Path) -> None:
    """A rate of 0 would make money vanish."""
    header = "from_currency,to_currency,rate,valid_from,valid_to,source"
    with pytest.raises(SourceError, match="an exchange rate of 0 is none"):
        read_exchange(csv(tmp_path, "USD,EUR,0,2026-01-01,,bank", header=header))


@given(st.text(max_size=30))
def test_a_cell_is_a_number_or_a_sentence(text: str) -> None:
    """Any text is a finite number or a ValueError, never another error, never NaN."""
    try:
        number = read_decimal(text)
    except ValueError:
        return
    assert number.is_finite()
    assert text.isascii()


@given(st.decimals(Decimal("-999999999999"), Decimal("999999999999"), places=6))
def test_an_amount_is_what_was_written(amount: Decimal) -> None:
    """Money of six decimals comes out as it went in."""
    assert read_amount(f"{amount:f}") == amount
