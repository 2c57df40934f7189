"""A sheet: rows of text cells under a header, out of CSV or XLSX, with the place of each row for errors.

Bounded in bytes, rows and columns; hostile until parsed. Rows come one by one, so a long export needs little memory.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from metrics.errors import suggest
from pipelines.errors import SourceError

MOST_BYTES = 1 << 30
MOST_ROWS = 5_000_000
MOST_COLUMNS = 500
MOST_CHARACTERS = 100_000  # of one cell
_OTHER_DELIMITERS = ";\t|"


@dataclass(frozen=True, slots=True)
class SheetRow:
    """One row: cells by column, empty ones None, and where it stands."""

    file: str
    line: int
    cells: Mapping[str, str | None]

    def wrong(self, column: str, problem: str) -> SourceError:
        """The error of a cell, with its place."""
        return SourceError(f"{self.file}, line {self.line}: {problem} (column {column!r}).")

    def required(self, column: str) -> str:
        """A cell that may not be empty."""
        told = self.cells.get(column)
        if told is None:
            raise self.wrong(column, "the cell is empty; every line needs one")
        return told


def read_sheet(path: Path, required: Sequence[str], optional: Sequence[str] | None = None) -> Iterator[SheetRow]:
    """Rows of a CSV or XLSX file that has these columns. `optional=None` lets any further column be.

    Raises:
        SourceError: no such file or format, a column missing or unknown, too large, or not text as it should be.
    """
    from pipelines.money.xlsx import read_xlsx

    if not path.is_file():
        raise SourceError(f"{path} does not exist, or is no file.")
    if path.stat().st_size > MOST_BYTES:
        raise SourceError(f"{path.name} is larger than {MOST_BYTES >> 20} MiB; split it by month.")
    suffix = path.suffix.lower()
    if suffix not in (".csv", ".xlsx"):
        raise SourceError.from_unknown_format(path, (".csv", ".xlsx"))
    lines = read_xlsx(path) if suffix == ".xlsx" else _read_csv(path)
    header = _header(path.name, next(lines, (1, []))[1], required, optional)
    yield from _rows(path.name, header, lines)


def _rows(file: str, header: list[str], lines: Iterator[tuple[int, list[str]]]) -> Iterator[SheetRow]:
    for count, (line, cells) in enumerate(lines):
        if not any(cell.strip() for cell in cells):
            continue
        if count >= MOST_ROWS:
            raise SourceError(f"{file} has more than {MOST_ROWS:,} rows; split it by month.")
        if len(cells) > len(header) and any(cells[len(header) :]):
            raise SourceError(f"{file}, line {line}: {len(cells)} cells, but the header names {len(header)} columns.")
        if len(cells) < len(header):
            raise SourceError(f"{file}, line {line}: only {len(cells)} cells under {len(header)} columns.")
        yield SheetRow(file, line, dict(zip(header, (cell.strip() or None for cell in cells), strict=False)))


def _header(file: str, cells: list[str], required: Sequence[str], optional: Sequence[str] | None) -> list[str]:
    header = [cell.strip() for cell in cells]
    while header and not header[-1]:
        header.pop()
    if not header:
        raise SourceError(f"{file} is empty: its first line should name the columns {', '.join(required)}.")
    if len(header) > MOST_COLUMNS:
        raise SourceError(f"{file} has {len(header)} columns; {MOST_COLUMNS} at most can be read.")
    if len(header) == 1 and (other := next((mark for mark in _OTHER_DELIMITERS if mark in header[0]), None)):
        raise SourceError(
            f"{file} is divided by {other!r}; write it divided by commas, with decimal points, or as XLSX."
        )
    if repeated := next((name for name in header if header.count(name) > 1), None):
        raise SourceError(f"{file}: the header names {repeated!r} twice.")
    if missing := next((name for name in required if name not in header), None):
        raise SourceError(f"{file} has no column {missing!r}.{suggest(missing, header)}")
    known = (*required, *(optional or ()))
    if optional is not None and (unknown := next((name for name in header if name not in known), None)):
        raise SourceError(f"{file}: the column {unknown!r} is not known.{suggest(unknown, known)}")
    return header


def _read_csv(path: Path) -> Iterator[tuple[int, list[str]]]:
    """Lines of a CSV file with their numbers; a mark of byte order in front is no part of the first name."""
    with path.open("rb") as raw, io.TextIOWrapper(raw, "utf-8-sig", newline="") as file:
        reader = csv.reader(_bounded(file, path.name), strict=True)
        try:
            for cells in reader:
                if any("\0" in cell for cell in cells):
                    raise SourceError(f"{path.name}, line {reader.line_num}: not a text file.")
                yield reader.line_num, cells
        except UnicodeDecodeError as error:
            raise SourceError(f"{path.name} is not UTF-8; save it as 'CSV UTF-8', or as XLSX.") from error
        except csv.Error as error:
            raise SourceError(f"{path.name}, line {reader.line_num}: not readable as CSV ({error}).") from error


def _bounded(file: io.TextIOWrapper, name: str) -> Iterator[str]:
    number = 0
    while line := file.readline(MOST_CHARACTERS + 1):
        number += 1
        if len(line) > MOST_CHARACTERS:
            raise SourceError(f"{name}, line {number}: longer than {MOST_CHARACTERS:,} characters.")
        yield line
