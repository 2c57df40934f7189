"""The list of values of a page: every number on it, where it comes from, raw and as shown."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from dataclasses import fields, is_dataclass
from typing import Any

from dashboards.numbers import Number

OF_METRIC = frozenset({"metric_values", "comparisons", "targets"})
"""Tables whose rows are told by the note of their metric: its value, its changes, its target."""
_ON_EVERY_PAGE = frozenset({"streams", "check_results"})
"""Tables that the lines on data quality and lineage tell, which no page is without."""
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n")


def numbers_in(part: Any, place: str = "") -> Iterator[tuple[str, Number]]:
    """Every number of a page with the part it stands in, in page order."""
    if isinstance(part, Number):
        yield place, part
    elif isinstance(part, tuple):
        for item in part:
            yield from numbers_in(item, place)
    elif is_dataclass(part):
        for field in fields(part):
            yield from numbers_in(getattr(part, field.name), place or field.name)


def sources_in(parts: Any) -> list[str]:
    """What the numbers of a page come from, in page order: a metric, or a published table, as notes are named."""
    found: dict[str, None] = {}
    for _, shown in numbers_in(parts):
        table, _, rest = shown.origin.partition("/")
        if table not in _ON_EVERY_PAGE:
            found[rest.partition("/")[0] if table in OF_METRIC else table] = None
    return list(found)


def values_csv(content: Any) -> bytes:
    """Part, origin, unit, raw value and text of each number, as CSV. Cells never start a formula."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow(["part", "origin", "unit", "value", "shown"])
    for part, shown in dict.fromkeys(numbers_in(content)):
        texts = [inert(text) for text in (part, shown.origin, shown.unit)]
        writer.writerow([*texts, repr(float(shown.value)), inert(shown.text)])
    return out.getvalue().encode("utf-8-sig")


def inert(text: str) -> str:
    """Text that no spreadsheet reads as a formula."""
    return "'" + text if text.startswith(_FORMULA) else text
