"""The first worksheet of an XLSX file as lines of text. A formula is read as the value it was last seen with.

Nothing is calculated here: a formula that holds no value is refused. Numbers are binary in XLSX; they are read to the
fifteen digits Excel shows, to a millionth.
"""

from __future__ import annotations

import datetime as dt
import math
import warnings
import zipfile
from collections.abc import Iterator
from contextlib import closing
from decimal import Decimal
from pathlib import Path
from typing import Any

from openpyxl import load_workbook

from pipelines.errors import SourceError
from pipelines.money.cells import LARGEST, rounded

MOST_UNPACKED = 256 << 20
_FORMULA = "f"


def read_xlsx(path: Path) -> Iterator[tuple[int, list[str]]]:
    """Lines of the first worksheet with their numbers.

    Raises:
        SourceError: no XLSX, too large unpacked, or a cell that is an error, a formula without value or no number.
    """
    _refuse_bombs(path)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of parts of a workbook that are not read
            told = load_workbook(path, read_only=True, data_only=False, keep_links=False)
            seen = load_workbook(path, read_only=True, data_only=True, keep_links=False)
            with closing(told), closing(seen):
                yield from _lines(path.name, told, seen)
    except SourceError:
        raise
    except Exception as error:  # openpyxl raises whatever its parsers do; any of it means the file cannot be read
        raise SourceError(f"{path.name} is a damaged XLSX file ({type(error).__name__}). Save it again.") from error


def _lines(name: str, told: Any, seen: Any) -> Iterator[tuple[int, list[str]]]:
    if not told.worksheets:
        raise SourceError(f"{name} holds no worksheet.")
    rows = [book.worksheets[0].iter_rows() for book in (told, seen)]
    width = 0
    for line, (formulas, values) in enumerate(zip(*rows, strict=True), 1):
        cells = [_text(name, line, formula, value) for formula, value in zip(formulas, values, strict=True)]
        while len(cells) > width and not cells[-1]:
            cells.pop()
        width = width or len(cells)
        yield line, cells + [""] * (width - len(cells))


def _text(name: str, line: int, formula: Any, value: Any) -> str:
    found = value.value
    place = f"{name}, line {line}, cell {getattr(formula, 'coordinate', '?')}"
    if found is None:
        if getattr(formula, "data_type", "") == _FORMULA:
            raise SourceError(f"{place}: a formula without a value. Open the file, save it, or write the value.")
        return ""
    if getattr(value, "data_type", "") == "e":
        raise SourceError(f"{place}: the error {found}. Mend it, or write the value.")
    if isinstance(found, dt.datetime):
        return found.date().isoformat() if found.time() == dt.time() else found.isoformat()
    if isinstance(found, bool):
        return "true" if found else "false"
    return _number(place, found) if isinstance(found, int | float) else str(found)


def _number(place: str, found: float) -> str:
    if not math.isfinite(found) or abs(found) >= LARGEST:
        raise SourceError(f"{place}: {found} is no number that can be read; amounts lie below {LARGEST:,}.")
    return f"{rounded(Decimal(f'{found:.15g}')).normalize():f}"


def _refuse_bombs(path: Path) -> None:
    """Before anything is unpacked: how large it says it is, and that it declares no entities."""
    try:
        with zipfile.ZipFile(path) as archive:
            if sum(member.file_size for member in archive.infolist()) > MOST_UNPACKED:
                raise SourceError(f"{path.name} unpacks to more than {MOST_UNPACKED >> 20} MiB; split it by month.")
            for member in archive.infolist():
                if member.filename.endswith((".xml", ".rels")) and b"<!DOCTYPE" in archive.read(member):
                    raise SourceError(f"{path.name} declares XML entities, which no spreadsheet needs.")
    except (zipfile.BadZipFile, NotImplementedError, RuntimeError, OSError) as error:
        raise SourceError(f"{path.name} is no XLSX file, or a damaged or locked one. Save it again.") from error
