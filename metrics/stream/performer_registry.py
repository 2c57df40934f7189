"""The performer registry: who is a person, a system or an agent from when to when, as a table of dated lines.

One line a performer and span of local days, like a rate card: `performer, kind, role, team, valid_from, valid_to`.
`valid_to` is the first day a line no longer holds; an empty date is open. Lines of one performer may leave gaps, on
which the kind is unknown, and never overlap. Knows text and its lines; opens no file.
"""

from __future__ import annotations

import csv
import datetime as dt
import itertools
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import get_args

from metrics.errors import StreamFileError, suggest
from metrics.stream.section import PerformerKind

COLUMNS = ("performer", "kind", "role", "team", "valid_from", "valid_to")
REQUIRED = ("performer", "kind")
MAX_CHARACTERS = 50_000_000
_DAY = re.compile(r"\d{4}-\d\d-\d\d")
_KINDS = get_args(PerformerKind)


@dataclass(frozen=True, slots=True)
class RegistryLine:
    """What one performer is on the local days `valid_from` ≤ day < `valid_to`; None is open. `line` counts from 1."""

    performer: str
    kind: str
    role: str | None = None
    team: str | None = None
    valid_from: dt.date | None = None
    valid_to: dt.date | None = None
    line: int = 0


PerformerRegistry = tuple[RegistryLine, ...]


def parse_registry(text: str, path: str = "performers.csv") -> PerformerRegistry:
    """Read a performer registry.

    Raises:
        StreamFileError: a column is unknown or missing, a kind or date is none, two lines hold on one day.
    """
    if len(text) > MAX_CHARACTERS:
        raise StreamFileError(f"is larger than {MAX_CHARACTERS:,} characters", path=path)
    lines = tuple(_read_lines(text.removeprefix("\ufeff"), path))
    _refuse_overlaps(lines, path)
    return lines


def _read_lines(text: str, path: str) -> Iterator[RegistryLine]:
    reader = csv.reader(text.splitlines(keepends=True), strict=True)
    try:
        header = [name.strip() for name in next(reader, [])]
        _check_header(header, path)
        for cells in reader:
            if not any(cell.strip() for cell in cells):
                continue
            if len(cells) != len(header):
                message = f"{len(cells)} cells, but the header names {len(header)}"
                raise StreamFileError(message, path=path, line=reader.line_num)
            told = {name: cell.strip() or None for name, cell in zip(header, cells, strict=True)}
            yield _read_line(told, path, reader.line_num)
    except csv.Error as error:
        raise StreamFileError(f"is not a CSV table: {error}", path=path, line=reader.line_num) from error


def _check_header(header: list[str], path: str) -> None:
    for number, name in enumerate(header):
        if name not in COLUMNS:
            raise StreamFileError(f"{name!r} is not a known column.{suggest(name, COLUMNS)}", path=path, line=1)
        if name in header[:number]:
            raise StreamFileError(f"the header names {name!r} twice", path=path, line=1)
    for name in REQUIRED:
        if name not in header:
            raise StreamFileError(f"has no column {name!r}", path=path, line=1)


def _read_line(told: dict[str, str | None], path: str, line: int) -> RegistryLine:
    performer, kind = told["performer"], told["kind"]
    if performer is None:
        raise StreamFileError("names no performer", path=path, line=line)
    if kind is None or kind not in _KINDS:
        raise StreamFileError(f"the kind {kind!r} is none of {', '.join(_KINDS)}", path=path, line=line)
    first, until = (_read_day(told.get(name), path, line) for name in ("valid_from", "valid_to"))
    if first is not None and until is not None and until <= first:
        raise StreamFileError(f"valid_to {until} is not after valid_from {first}", path=path, line=line)
    return RegistryLine(performer, kind, told.get("role"), told.get("team"), first, until, line)


def _read_day(text: str | None, path: str, line: int) -> dt.date | None:
    if text is None:
        return None
    try:
        if _DAY.fullmatch(text):
            return dt.date.fromisoformat(text)
    except ValueError:
        pass  # a thirtieth of February is answered as every other text that is no day
    raise StreamFileError(f"{text!r} is no day; write e.g. 2026-07-01", path=path, line=line)


def _refuse_overlaps(lines: Iterable[RegistryLine], path: str) -> None:
    def by_performer(line: RegistryLine) -> tuple[str, dt.date]:
        return line.performer, line.valid_from or dt.date.min

    for one, other in itertools.pairwise(sorted(lines, key=by_performer)):
        begins = other.valid_from or dt.date.min
        if one.performer == other.performer and (one.valid_to is None or one.valid_to > begins):
            on = "the earliest days" if other.valid_from is None else str(other.valid_from)
            message = (
                f"{one.performer!r} is {other.kind} here and {one.kind} in line {one.line}, both on {on}; "
                "let one end before the other begins"
            )
            raise StreamFileError(message, path=path, line=other.line)
