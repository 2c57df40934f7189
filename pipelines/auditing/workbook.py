"""The workbook an auditor fills in: the sample, where each item comes from, and what it was drawn from.

The same sample gives the same bytes: no clock enters, and whatever looks like a formula is written as text.
"""

from __future__ import annotations

import datetime as dt
import io
from collections.abc import Sequence

import xlsxwriter

from pipelines.auditing.sample import Sample
from pipelines.auditing.sources import HEADS, Source

SAMPLE, SOURCES, POPULATION, STRATA = "Sample", "Sources", "Population", "Strata"
OURS = ("item", "part", "stratum", "certain", "key", "book amount")
VALUE, NOTE = "auditor's value", "auditor's note"
_MADE_AT = dt.datetime(2000, 1, 1)  # noqa: DTZ001  # the same for every workbook; Excel knows no zone
_WIDTH = 18


def workbook_of(sample: Sample, sources: Sequence[Source]) -> bytes:
    """The XLSX file: fill in the column of the auditor's value, leave the rest, then `streamgauge audit project`."""
    out = io.BytesIO()
    book = xlsxwriter.Workbook(out, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False})
    book.set_properties({"title": "Audit sample", "created": _MADE_AT})
    head, open_ = book.add_format({"bold": True, "bottom": 1}), book.add_format({"bg_color": "#FFF7D6"})
    _put_sample(book.add_worksheet(SAMPLE), sample, head, open_)
    _put(book.add_worksheet(SOURCES), HEADS, sources, head)
    facts = [*sample.facts.items(), ("digest", sample.digest)]
    _put(book.add_worksheet(POPULATION), ("what", "value"), facts, head)
    strata = [(s.name, str(s.items), repr(s.total), str(s.size)) for s in sample.strata]
    _put(book.add_worksheet(STRATA), ("stratum", "items", "sum", "in the sample"), strata, head)
    book.close()
    return out.getvalue()


def words_of(sample: Sample) -> list[str]:
    """The names of the columns that tell an item apart."""
    return list(sample.lines[0].words) if sample.lines else []


def _put_sample(sheet: xlsxwriter.worksheet.Worksheet, sample: Sample, head: object, open_: object) -> None:
    words = words_of(sample)
    for column, name in enumerate([*OURS, *words, VALUE, NOTE]):
        sheet.write_string(0, column, name, head)
    for row, line in enumerate(sample.lines, 1):
        for column, text in enumerate(line.told):
            if OURS[column : column + 1] == ("book amount",):
                sheet.write_number(row, column, float(line.amount))
            else:
                sheet.write_string(row, column, text)
        for column in (len(line.told), len(line.told) + 1):
            sheet.write_blank(row, column, None, open_)
    sheet.set_column(0, len(OURS) + len(words) + 1, _WIDTH)
    sheet.freeze_panes(1, 0)


def _put(
    sheet: xlsxwriter.worksheet.Worksheet, heads: Sequence[str], rows: Sequence[Sequence[str]], head: object
) -> None:
    for column, name in enumerate(heads):
        sheet.write_string(0, column, name, head)
    for row, cells in enumerate(rows, 1):
        for column, text in enumerate(cells):
            sheet.write_string(row, column, text)
    sheet.set_column(0, len(heads) - 1, _WIDTH)
    sheet.freeze_panes(1, 0)
