"""A workbook read back: refused where the sample is not as it was drawn, else what its exceptions say of the whole."""

from __future__ import annotations

import zipfile
from collections.abc import Iterator, Sequence
from dataclasses import asdict
from decimal import Decimal, InvalidOperation
from fractions import Fraction
from pathlib import Path
from typing import Any

import openpyxl

from metrics.audit import monetary_unit, stratified
from metrics.audit.item import Drawn, Item
from pipelines.auditing.population import MICRO
from pipelines.auditing.sample import MONETARY, Line, Sample
from pipelines.auditing.workbook import OURS, POPULATION, SAMPLE, STRATA, VALUE
from pipelines.errors import SourceError

_MOST_BYTES = 200_000_000  # unpacked: a workbook of a few kilobytes may claim to be more
_MOST_ROWS = 200_000
Rows = list[tuple[Any, ...]]


def project_file(path: Path) -> dict[str, Any]:
    """What the filled sample says of the population, as `streamgauge audit project --json` prints it.

    Raises:
        SourceError: no workbook of ours, a sample that was changed, or a value that is lacking or no number.
    """
    sheets = _read(path)
    sample, values = _sample(path, sheets)
    told = {
        name: sample.facts[name] for name in ("stream", "metric", "period", "unit", "method", "seed", "evidence_ids")
    }
    checked = [(line, value) for line, value in zip(sample.lines, values, strict=True) if line.part == "sample"]
    numbers = {"sampled": len(checked), "population_items": int(sample.facts["population_items"])}
    apart = [(line, value) for line, value in zip(sample.lines, values, strict=True) if line.part == "apart"]
    known = {"apart": len(apart), "apart_exceptions": sum(line.amount != value for line, value in apart)}
    found = _project_money(sample, checked) if sample.facts["method"] == MONETARY else _project_strata(sample, checked)
    return {**told, **numbers, **known, **found}


def _project_money(sample: Sample, checked: Sequence[tuple[Line, Decimal]]) -> dict[str, Any]:
    interval = Fraction(sample.facts["interval"])
    told = [
        monetary_unit.Checked(Drawn(Item(line.key, line.amount), line.is_certain), value) for line, value in checked
    ]
    found = monetary_unit.project(told, interval)
    return {
        "book_total": sample.facts["population_total"], "interval": sample.facts["interval_in_words"],
        "exceptions": found.exceptions, "projected_misstatement": str(found.projected),
        "upper_limit_overstatement": str(found.over_limit), "upper_limit_understatement": str(found.under_limit),
        "level": monetary_unit.LEVEL, "how": "tainting × interval; limits by Stringer with Poisson factors",
    }  # fmt: skip


def _project_strata(sample: Sample, checked: Sequence[tuple[Line, Decimal]]) -> dict[str, Any]:
    told = [stratified.Checked(line.stratum, float(line.amount), float(value)) for line, value in checked]
    found = stratified.project(told, sample.strata)
    return {
        "book_total": sample.facts["population_sum"], "exceptions": found.exceptions,
        "projected_exceptions": found.projected_exceptions, "by_mean_per_unit": asdict(found.by_mean),
        "by_ratio": found.by_ratio and asdict(found.by_ratio), "level": stratified.LEVEL,
        "how": "stratified mean per unit and combined ratio (Cochran 1977), Student's t",
    }  # fmt: skip


def _read(path: Path) -> dict[str, Rows]:
    try:
        with zipfile.ZipFile(path) as packed:
            if sum(part.file_size for part in packed.infolist()) > _MOST_BYTES:
                raise SourceError(f"{path.name} unpacks to more than {_MOST_BYTES:,} bytes; that is no sample of ours.")
        book = openpyxl.load_workbook(path, read_only=True, data_only=True)
    except (OSError, zipfile.BadZipFile, KeyError, ValueError) as error:
        raise SourceError(
            f"{path.name} cannot be read as a workbook ({error}). Give the file audit sample wrote."
        ) from error
    try:
        lacking = [name for name in (SAMPLE, POPULATION, STRATA) if name not in book.sheetnames]
        if lacking:
            raise SourceError(f"{path.name} has no sheet {lacking[0]!r}; give the file audit sample wrote, as XLSX.")
        return {
            name: [tuple(row) for row in book[name].iter_rows(min_row=1, max_row=_MOST_ROWS, values_only=True)]
            for name in (SAMPLE, POPULATION, STRATA)
        }
    finally:
        book.close()


def _sample(path: Path, sheets: dict[str, Rows]) -> tuple[Sample, list[Decimal]]:
    try:
        heads = [str(cell) for cell in sheets[SAMPLE][0] if cell is not None]
        place = heads.index(VALUE)
        rows = [row for row in sheets[SAMPLE][1:] if row and row[0] is not None]
        lines = tuple(_line(heads, row, place) for row in rows)
        facts = {str(name): _text(value) for name, value in (row[:2] for row in sheets[POPULATION][1:])}
        strata = tuple(_strata(sheets[STRATA]))
        digest = facts.pop("digest")
    except (IndexError, KeyError, ValueError, InvalidOperation) as error:
        raise SourceError(f"{path.name} is not a sample as audit sample wrote it ({error}).") from error
    if Sample(facts, strata, lines).digest != digest:
        raise SourceError(
            f"{path.name}: the sample is not as it was drawn; only the auditor's columns may be filled in. "
            "Draw it again with the same seed and copy the values over."
        )
    values = [
        _value(path, line, row[place] if place < len(row) else None) for line, row in zip(lines, rows, strict=True)
    ]
    return Sample(facts, strata, lines), values


def _line(heads: list[str], row: tuple[Any, ...], place: int) -> Line:
    cells = [_text(cell) for cell in row[:place]]
    number, part, stratum, certain, key = cells[:5]
    amount = Decimal(repr(float(row[5]))).quantize(MICRO)
    return Line(int(number), part, stratum, certain == "yes", key, amount,
                dict(zip(heads[len(OURS) : place], cells[len(OURS) :], strict=True)))  # fmt: skip


def _strata(rows: Rows) -> Iterator[stratified.Stratum]:
    for name, items, total, size in (row[:4] for row in rows[1:]):
        yield stratified.Stratum(str(name), int(items), float(total), int(size))


def _value(path: Path, line: Line, cell: object) -> Decimal:
    """What the auditor found.

    Raises:
        SourceError: nothing, or no number.
    """
    try:
        if cell is None or isinstance(cell, bool):
            raise InvalidOperation
        value = Decimal(repr(cell) if isinstance(cell, float) else str(cell).strip())
        if not value.is_finite():
            raise InvalidOperation
        return value.quantize(MICRO)
    except InvalidOperation as error:
        said = "is empty" if cell is None else f"holds {str(cell)[:40]!r}, which is no number"
        raise SourceError(f"{path.name}: the auditor's value of item {line.number} ({line.key}) {said}.") from error


def _text(cell: object) -> str:
    return "" if cell is None else str(cell)
