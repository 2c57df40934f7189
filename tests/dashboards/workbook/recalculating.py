"""A workbook calculated anew: by LibreOffice, and by the package `formulas`. Neither looks at values in the file."""

from __future__ import annotations

import re
import shutil
import subprocess
from pathlib import Path
from typing import Any

import formulas
import openpyxl

CALC = shutil.which("localc") and shutil.which("soffice")
"""LibreOffice with its spreadsheet; None where it is not installed (Debian: libreoffice-calc)."""
_ALWAYS = """<?xml version="1.0" encoding="UTF-8"?>
<oor:items xmlns:oor="http://openoffice.org/2001/registry">
<item oor:path="/org.openoffice.Office.Calc/Formula/Load"><prop oor:name="OOXMLRecalcMode" oor:op="fuse">
<value>0</value></prop></item></oor:items>
"""
_CELL = re.compile(r"'\[[^]]+\](?P<sheet>.+)'!(?P<cell>[A-Z]+[0-9]+)")


def by_libreoffice(path: Path) -> dict[tuple[str, str], Any]:
    """Every cell with a value, as LibreOffice calculates it; it is told to believe no value in the file."""
    assert CALC is not None
    profile, out = path.parent / "profile", path.parent / "recalculated"
    (profile / "user").mkdir(parents=True, exist_ok=True)
    (profile / "user" / "registrymodifications.xcu").write_text(_ALWAYS, "utf-8")
    subprocess.run(
        [CALC, "--headless", f"-env:UserInstallation={profile.as_uri()}", "--convert-to", "xlsx", "--outdir", str(out),
         str(path)],
        check=True, capture_output=True, timeout=120,
    )  # fmt: skip
    book = openpyxl.load_workbook(out / path.name, data_only=True)
    return {
        (sheet.title, cell.coordinate): cell.value
        for sheet in book for row in sheet.iter_rows() for cell in row if cell.value is not None
    }  # fmt: skip


def by_formulas(path: Path) -> dict[tuple[str, str], Any]:
    """Every cell with a value, as the package `formulas` calculates it; it knows sheets in capitals only."""
    titles = {title.upper(): title for title in openpyxl.load_workbook(path).sheetnames}
    solution = formulas.ExcelModel().loads(str(path)).finish().calculate()
    found = {}
    for key, ranges in solution.items():
        place = _CELL.fullmatch(str(key))
        if place is not None:
            value = ranges.value[0, 0]
            found[titles[place["sheet"].upper()], place["cell"]] = value.item() if hasattr(value, "item") else value
    return found
