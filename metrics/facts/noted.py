"""Attributes that facts read out of what an event said besides: few events say them, and the text is wide.

The ledger's dictionary notes which of them ever occurred (kind `attribute`). Where one never did, its SQL is a
constant, and the text is not even read.

- `handoff.mode`: how the work was passed on, `automated` or `manual`, where a service knows it.
- `streamgauge.counted_in`: the event touches several cases, and is told in each as that case's own time needs it; it
  is counted in the case named here, which is another one than its own.
"""

from __future__ import annotations

from metrics.facts.dictionary import Dictionary
from metrics.query import literal

HANDOFF_MODE = "handoff.mode"
COUNTED_IN = "streamgauge.counted_in"
NOTED = (HANDOFF_MODE, COUNTED_IN)
KIND = "attribute"  # of these names in the dictionary
MODE_CODES = {"automated": 1, "manual": 2}
_ALWAYS, _NEVER = "TRUE", "NULL::INTEGER"


def counted_sql(dictionary: Dictionary) -> str:
    """SQL: is the event counted in this case, and not in another one that shares it?"""
    if COUNTED_IN not in dictionary.known(KIND):
        return _ALWAYS
    return f"CASE WHEN {mentions_sql(COUNTED_IN)} THEN NOT json_exists(attributes, '/{COUNTED_IN}') ELSE TRUE END"


def mode_sql(dictionary: Dictionary) -> str:
    """SQL for the code of the handoff mode the event told; NULL where it told none."""
    if HANDOFF_MODE not in dictionary.known(KIND):
        return _NEVER
    words = " ".join(f"WHEN {literal(word)} THEN {code}" for word, code in MODE_CODES.items())
    told = f"CASE json_extract_string(attributes, '/{HANDOFF_MODE}') {words} END"
    return f"CASE WHEN {mentions_sql(HANDOFF_MODE)} THEN {told} END"


def is_told_by_events(sql: str) -> bool:
    """Does this SQL look at events, or is it the same for all?"""
    return sql not in (_ALWAYS, _NEVER)


def mentions_sql(name: str) -> str:
    """SQL condition: may the event say this attribute? Far cheaper than to parse what it says."""
    return f"contains(attributes, {literal(chr(34) + name + chr(34))})"
