"""What the names of the wire contract mean in a batch: which attribute fills which column, and what it may say.

Shared by the sources that speak the contract (CloudEvents, OpenTelemetry log records and spans), so that an event
means the same whichever way it comes. Knows names under their short form and columns; knows no format.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from functools import lru_cache
from typing import Any

import polars as pl

from pipelines.sources.batch import to_batch
from streamgauge.attributes import BY_SHORT_NAME

TEXTS = {  # attributes that are text, by their short name, and the column each fills
    "step.name": "step",
    "lifecycle": "lifecycle",
    "step.instance_id": "activity_id",
    "performer.kind": "performer_kind",
    "performer.id": "performer",
    "performer.role": "role",
    "performer.team": "team",
    "outcome": "outcome",
    "service.version": "release",
    "failure.id": "failure_id",
    "failure.stage": "failure_stage",
}
# texts that fill a column and stay in `attributes` too, where events imported earlier have them
KEPT_TEXTS = {"stream.name": "stream", "deployment.environment.name": "environment", "corrects": "corrects"}
# attributes that are whole numbers: column, smallest, largest
NUMBERS = {"event.sequence": ("sequence", 0, 2**63 - 1), "attempt": ("attempt", 1, 2**31 - 1)}
# attributes whose words are fixed; a stream file maps the words of `lifecycle`, so it stays open
CLOSED = {name: frozenset(BY_SHORT_NAME[name].values) for name in ("performer.kind", "failure.stage")}

COLUMNS = (
    *(*TEXTS.values(), *KEPT_TEXTS.values(), *(column for column, _, _ in NUMBERS.values())),
    *("is_retracted", "attributes"),
)
ROW = ("source", "event_id", "case_id", "event_at", *COLUMNS, "place", "problem")

_ENCODER = json.JSONEncoder(ensure_ascii=False, sort_keys=True, allow_nan=False, separators=(",", ":"))
_TEXT_NAMES = (*TEXTS, *KEPT_TEXTS)
_TEXT_OR_NONE = frozenset({str, type(None)})
# what says of a row that is no event whose it is
_NAMING = {"stream.name": "stream", "deployment.environment.name": "environment"}
_TAKEN = frozenset({"case.id", *TEXTS, *NUMBERS})

Row = Sequence[object]
"""One event in the order of ROW."""


class RefusedError(ValueError):
    """Why something told cannot be a row; its text is the problem a person reads."""


def to_frame(rows: Iterable[Row]) -> pl.DataFrame:
    """A batch from rows in the order of ROW."""
    columns = list(zip(*rows, strict=True)) or [()] * len(ROW)
    return to_batch({name: list(told) for name, told in zip(ROW, columns, strict=True)})


def problem_row(
    place: str, problem: str, source: object = None, event_id: object = None, told: Mapping[str, Any] | None = None
) -> Row:
    """A row that says why it is no event, with what names it as far as that could be read.

    Its number is among that: what arrived and is no event has arrived all the same.
    """
    named = told or {}
    texts = {"source": source, "event_id": event_id, **{column: named.get(name) for name, column in _NAMING.items()}}
    kept: dict[str, object] = {column: text for column, text in texts.items() if isinstance(text, str)}
    with suppress(RefusedError):
        kept["sequence"] = _read_number("event.sequence", named.get("event.sequence"))
    return [problem if name == "problem" else kept.get(name, place if name == "place" else None) for name in ROW]


def read_columns(told: Mapping[str, Any], more: dict[str, Any]) -> tuple[object, ...]:
    """The values of COLUMNS from attributes under their short names; `more` goes into `attributes` besides.

    Raises:
        RefusedError: an attribute of the contract is of another type, or no word of its closed list.
    """
    texts = read_texts(told, _TEXT_NAMES)
    for name, words in CLOSED.items():
        if (word := told.get(name)) is not None and word not in words:
            raise RefusedError(f"{name} is {shown(word)}; expected one of {', '.join(sorted(words))}")
    numbers = [None if (number := told.get(name)) is None else _read_number(name, number) for name in NUMBERS]
    rest = {name: value for name, value in told.items() if name not in _TAKEN} | more
    return (*texts, *numbers, _read_retraction(told), _write_json(rest))


def read_texts(told: Mapping[str, Any], names: Sequence[str]) -> list[Any]:
    """The texts of these names, None where not told: millions of times, so the culprit is sought only on failure.

    Raises:
        RefusedError: one of them is empty or no text.
    """
    texts = list(map(told.get, names))
    if not _TEXT_OR_NONE.issuperset(map(type, texts)) or "" in texts:
        wrong = next(n for n, text in zip(names, texts, strict=True) if text == "" or type(text) not in _TEXT_OR_NONE)
        raise RefusedError(f"{wrong} is {shown(told[wrong])}; it must be a text that is not empty")
    return texts


def find_case(told: Mapping[str, Any], subject: Any) -> str:
    """The case the attributes name, else the failure that hit the whole stream, else the event's subject.

    Raises:
        RefusedError: no case is named, or a failure is told by half.
    """
    case = read_texts(told, ("case.id",))[0]
    failure = told.get("failure.id")
    if (failure is None) != (told.get("failure.stage") is None):
        raise RefusedError("failure.id and failure.stage come together: give both or neither")
    case = case or (f"failure:{failure}" if failure else read_texts({"subject": subject}, ("subject",))[0])
    if case is None:
        raise RefusedError("names no case: give case.id in data, or subject")
    return str(case)


def shown(value: Any) -> str:
    """A value as a person may see it in a sentence: at most 60 characters."""
    text = repr(value)
    return text if len(text) <= 60 else text[:57] + "..."


def _read_number(name: str, value: Any) -> int:
    _, least, most = NUMBERS[name]
    if type(value) is not int or not least <= value <= most:
        raise RefusedError(f"{name} is {shown(value)}; it must be a whole number of at least {least}")
    return value


def _read_retraction(told: Mapping[str, Any]) -> bool | None:
    is_retracted = told.get("retracted")
    if is_retracted is None:
        return None
    if type(is_retracted) is not bool:
        raise RefusedError(f"retracted is {shown(is_retracted)}; it must be true or false")
    if is_retracted and told.get("corrects") is None:
        raise RefusedError("retracted is true, but corrects does not name the event that never happened")
    return is_retracted


def _write_json(rest: dict[str, Any]) -> str:
    if {str}.issuperset(map(type, rest.values())):  # most events say the same few words: 1 and true must not meet here
        return _write_words(tuple(rest.items()))
    try:
        return _ENCODER.encode(rest)
    except ValueError as error:
        raise RefusedError("holds a number JSON does not have: one too large") from error


@lru_cache(maxsize=256)
def _write_words(words: tuple[tuple[str, str], ...]) -> str:
    return _ENCODER.encode(dict(words))
