"""What a stream file means, without its words: two files of one meaning give the same numbers.

Names, labels, notes and reasons are words. A release after the days that matter changes none of their numbers, and
releases are listed as they come; so those are no part of the meaning either.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any
from zoneinfo import ZoneInfo

from metrics.stream.model import Stream

_WORDS = {"label", "note", "reason", "manual_on_purpose"}
_OF_THE_FILE = {"version", "name", "owner", "words", "review"}
"""What no number depends on."""


def meaning_of(stream: Stream, until_on: dt.date | None = None) -> dict[str, Any]:
    """The stream file as plain values without its words; without releases from the local day `until_on`, if given."""
    told = stream.model_dump(mode="json", exclude=_OF_THE_FILE)
    zone = ZoneInfo(stream.time_zone)
    told["releases"] = [
        {key: value for key, value in kept.items() if key != "name"}
        for kept, release in zip(told["releases"], stream.releases, strict=True)
        if until_on is None or release.at.astimezone(zone).date() < until_on
    ]
    # A purpose in words makes a manual step a designed one: that it is there is meaning, how it reads is not.
    for step in told["steps"]:
        step["is_on_purpose"] = step["manual_on_purpose"] is not None
    meaning: dict[str, Any] = _without_words(told)
    return meaning


def changed_sections(before: Mapping[str, Any], after: Mapping[str, Any]) -> list[str]:
    """Top-level keys of two meanings that differ, in order of the file."""
    return [key for key in dict.fromkeys((*before, *after)) if before.get(key) != after.get(key)]


def _without_words(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _without_words(item) for key, item in value.items() if key not in _WORDS}
    return [_without_words(item) for item in value] if isinstance(value, list) else value
