"""Guessing which column of a table is what, from its header and its first rows.

Knows usual names of columns and how times are written; every guess is told, so that a person can mend it.
"""

from __future__ import annotations

import csv
import datetime as dt
import re
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

import polars as pl

from metrics.stream.source import Source
from pipelines.drafting.offsets import SAMPLE_BYTES, beginning_of
from pipelines.errors import SourceError

SAMPLE_ROWS = 2_000
NAMES: dict[str, tuple[str, ...]] = {
    "case_id": (
        "caseid", "case", "caseconceptname", "casename", "caseidentifier", "traceid", "trace", "processinstanceid",
        "instanceid", "orderid", "ticketid", "requestid", "incidentid", "claimid", "documentid", "caseno", "casenumber",
    ),
    "step": (
        "activity", "activityname", "conceptname", "step", "stepname", "task", "taskname", "event", "eventname",
        "action", "operation", "activitylabel", "status", "state",
    ),
    "event_at": (
        "timestamp", "timetimestamp", "eventat", "eventtime", "time", "completetimestamp", "endtimestamp", "endtime",
        "datetime", "occurredat", "eventtimestamp", "createdat", "date", "starttimestamp", "starttime",
    ),
    "event_id": ("eventid", "eventidentifier", "eventuuid"),
    "sequence": ("sequence", "sequencenumber", "eventsequence", "sorting"),
    "lifecycle": ("lifecycletransition", "lifecycle", "transition"),
    "activity_id": ("conceptinstance", "activityinstance", "activityinstanceid"),
    "performer": ("resource", "orgresource", "performer", "user", "username", "userid", "actor", "employee"),
    "role": ("role", "orgrole", "userrole"),
    "team": ("team", "orggroup", "group", "department", "orgunit"),
    "attempt": ("attempt", "retry", "try"),
    "outcome": ("outcome", "result"),
    "release": ("release", "serviceversion", "softwareversion"),
}  # fmt: skip
TIME_FORMATS = (
    "%d.%m.%Y %H:%M:%S", "%d.%m.%Y %H:%M", "%d/%m/%Y %H:%M:%S", "%d/%m/%Y %H:%M", "%m/%d/%Y %H:%M:%S",
    "%m/%d/%Y %H:%M", "%m/%d/%Y %I:%M:%S %p", "%Y/%m/%d %H:%M:%S", "%Y/%m/%d %H:%M", "%d-%m-%Y %H:%M:%S",
    "%d-%m-%Y %H:%M", "%Y%m%d%H%M%S", "%d.%m.%Y", "%d/%m/%Y", "%m/%d/%Y",
)  # fmt: skip
_REQUIRED = ("case_id", "step", "event_at")
_OFFSET = re.compile(r":.*(?:[zZ]|[+-]\d\d(?::?\d\d)?)$")


@dataclass(frozen=True, slots=True)
class Reading:
    """How a log is read, and what was guessed about it, in sentences."""

    source: Source
    guesses: list[str] = field(default_factory=list)


def read_table_columns(path: Path) -> Reading:
    """The mapping of a CSV or Parquet file, guessed.

    Raises:
        SourceError: the file has no header, or no column looks like a case, a step or a time.
    """
    is_parquet = path.suffix.lower() == ".parquet"
    told, form, guesses = _read_parquet(path) if is_parquet else _read_text(path)
    columns = _guess(told)
    for ours in _REQUIRED:
        if ours not in columns:
            raise SourceError(
                f"{path.name}: no column looks like {ours!r}. Columns: {', '.join(map(repr, told))}. "
                "Rename one in the header (case, activity, timestamp), or write source.columns yourself."
            )
    guesses += [f"{ours} is read from {theirs!r}" for ours, theirs in columns.items()]
    times = [value for value in told[columns["event_at"]] if value]
    form |= _guess_times(times, guesses)
    return Reading(Source.model_validate({"columns": columns, **form}), guesses)


def _guess(told: dict[str, list[str]]) -> dict[str, str]:
    """Our name → their column: by name first, the time else by content; no column twice."""
    plain = {re.sub(r"[^a-z0-9]", "", name.lower()): name for name in reversed(told)}
    found: dict[str, str] = {}
    for ours, names in NAMES.items():
        theirs = next((plain[name] for name in names if name in plain and plain[name] not in found.values()), None)
        if theirs is not None and _FITS.get(ours, _fits_anything)(told[theirs]):
            found[ours] = theirs
    if "event_at" not in found:
        timed = (name for name, values in told.items() if name not in found.values() and _fits_times(values))
        if (name := next(timed, None)) is not None:
            found["event_at"] = name
    return {ours: found[ours] for ours in NAMES if ours in found}


def _guess_times(times: list[str], guesses: list[str]) -> dict[str, str]:
    """How times are written: a format where they are not ISO 8601, and a zone where they have no offset."""
    form: dict[str, str] = {}
    if not all(map(_is_iso, times)):
        fitting = [pattern for pattern in TIME_FORMATS if _fits_format(times, pattern)]
        if fitting:
            form["time_format"] = fitting[0]
            guesses.append(
                f"times are written {fitting[0]}" + (f"; {fitting[1]} would fit, too" if fitting[1:] else "")
            )
    if not all(_OFFSET.search(value) for value in times):
        form["time_zone"] = "UTC"
        guesses.append("times have no offset: time_zone UTC is a placeholder; name the zone the clocks showed")
    return form


def _read_parquet(path: Path) -> tuple[dict[str, list[str]], dict[str, str], list[str]]:
    try:
        frame = pl.scan_parquet(path).head(SAMPLE_ROWS).collect()
    except (pl.exceptions.PolarsError, OSError) as error:
        raise SourceError(f"{path.name} is no readable Parquet file: {str(error).splitlines()[0]}") from error
    told = {name: ["" if value is None else str(value) for value in frame[name].to_list()] for name in frame.columns}
    return told, {}, []


def _read_text(path: Path) -> tuple[dict[str, list[str]], dict[str, str], list[str]]:
    content = beginning_of(path)
    if not content:
        raise SourceError(f"{path.name} is empty or cannot be unpacked.")
    text, encoding = _decode(content)
    lines = text.splitlines(keepends=True)
    lines = lines[: SAMPLE_ROWS + 1] if len(content) < SAMPLE_BYTES else lines[:-1][: SAMPLE_ROWS + 1]
    is_tab = ".tsv" in path.name.lower()
    delimiter = "\t" if is_tab else max(",;\t|", key=(lines or [""])[0].count)
    rows = list(csv.reader(lines, delimiter=delimiter))
    if not rows or not any(rows[0]):
        raise SourceError(f"{path.name} has no header line; the first line names the columns.")
    told = {name: [row[place] for row in rows[1:] if place < len(row)] for place, name in enumerate(rows[0])}
    form = {} if encoding == "utf-8" else {"encoding": encoding}
    if delimiter != "," and not is_tab:
        form["delimiter"] = delimiter
    return told, form, [f"{key} is {value!r}" for key, value in form.items()]


def _decode(content: bytes) -> tuple[str, str]:
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        return content.decode("utf-16", errors="replace"), "utf-16"
    try:
        return content[: content.rfind(b"\n") + 1 or None].decode("utf-8-sig"), "utf-8"
    except UnicodeDecodeError:
        return content.decode("latin-1"), "latin-1"


def _is_iso(value: str) -> bool:
    try:
        return bool(dt.datetime.fromisoformat(value)) and not value.isdigit()
    except ValueError:
        return False


def _fits_format(values: list[str], pattern: str) -> bool:
    try:
        return all(dt.datetime.strptime(value, pattern) for value in values)  # noqa: DTZ007 — only the form is judged
    except ValueError:
        return False


def _fits_times(values: list[str]) -> bool:
    told = [value for value in values if value]
    return bool(told) and (all(map(_is_iso, told)) or any(_fits_format(told, pattern) for pattern in TIME_FORMATS))


def _fits_ids(values: list[str]) -> bool:
    return all(values) and len(set(values)) == len(values)


def _fits_numbers(values: list[str]) -> bool:
    return all(re.fullmatch(r"\d{1,9}", value) for value in values if value)


def _fits_anything(values: list[str]) -> bool:
    return any(values) or not values


_FITS: dict[str, Callable[[list[str]], bool]] = {
    "event_id": _fits_ids, "sequence": _fits_numbers, "attempt": _fits_numbers,
}  # fmt: skip
