"""Reading a stream file: YAML text → Stream, with errors that name the line.

Knows YAML and its positions; opens no file.
"""

from __future__ import annotations

import re

from metrics.errors import ContractError, StreamFileError
from metrics.stream.calendars import calendar_problems
from metrics.stream.model import Stream
from metrics.stream.yaml_text import MAX_CHARACTERS, line_at, place_words, read_model

__all__ = ["MAX_CHARACTERS", "line_of", "parse_stream", "read_quantity"]

_WORDS = {  # unit → word → how many; so many make one of the unit
    "days": {"second": 1, "minute": 60, "hour": 3600, "day": 86400, "week": 604800},
    "working_days": {"working day": 1},
    "share": {"%": 1, "point": 1},
}
_ONE = {"days": 86400, "share": 100}
_WANTED = {"days": "'3.5 days' or '2 hours'", "working_days": "'3 working days'", "share": "'90 %' or '1 point'"}


def parse_stream(text: str, path: str = "stream.yaml") -> Stream:
    """Read a stream file.

    Raises:
        StreamFileError: broken YAML, an unknown or missing key, a value out of range; names the line.
    """
    stream, root = read_model(text, path, Stream, "stream: a_name")
    for place, message in calendar_problems(stream):
        raise StreamFileError(f"{place_words(place)}: {message}", path=path, line=line_at(root, place))
    return stream


def read_quantity(text: str, unit: str) -> float:
    """A target or change: '3.5 days', '2 hours', '90 %', '1 point', '0.10' in the metric's own unit.

    Raises:
        ContractError: the text is no such quantity, or of another unit.
    """
    match = re.fullmatch(r"\s*(-?\d+(?:\.\d+)?)\s*((?:working )?[a-z%A-Z]*)\s*", text)
    word = match[2].rstrip("s").lower() if match else ""
    if match and word == "" and (unit != "share" or abs(float(match[1])) <= 1):  # 90 was meant as 90 %
        return float(match[1])
    if match and word in _WORDS.get(unit, {}):
        many, one = _WORDS[unit][word], _ONE.get(unit, 1)
        return float(match[1]) * many / one
    if match and unit not in _WORDS and not any(word in words for words in _WORDS.values()):
        return float(match[1])
    raise ContractError(
        f"{text!r} is not a quantity in {unit.replace('_', ' ')}; write {_WANTED.get(unit, 'a number')}."
    )


def line_of(name: str, text: str) -> int | None:
    """The first line of a stream file that holds a name, from 1; None when none does."""
    return next((number for number, line in enumerate(text.splitlines(), 1) if name in line), None)
