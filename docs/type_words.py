"""A type, and between what it has to be, in words that a person who writes YAML knows."""

from __future__ import annotations

import types
from collections.abc import Iterable, Mapping
from typing import Annotated, Any, Literal, Union, get_args, get_origin

from pydantic import BaseModel
from pydantic.fields import FieldInfo

from metrics.finance import months
from metrics.stream import section

_PLAIN = {
    "str": "text", "int": "whole number", "float": "number", "bool": "true or false", "datetime": "instant",
    "date": "day", "Decimal": "exact number",
}  # fmt: skip
_NAMED = {
    section.TimeZone: "IANA time zone, e.g. `Europe/Berlin`",
    months.Month: "month, e.g. `2026-08`",
}
_PATTERNS = {
    str(get_args(section.Identifier)[1].metadata[0].pattern): "identifier (`a-z`, `0-9`, `_`)",
    "^[A-Z]{3}$": "currency, e.g. `EUR`",
    r"^\d{4}-Q[1-4]$": "quarter, e.g. `2026-Q3`",
}


def type_text(annotation: Any) -> str:
    """A type and its bounds: 'whole number, 1 to 12'."""
    if annotation in _NAMED:
        return _NAMED[annotation]
    origin, inner = get_origin(annotation), get_args(annotation)
    if origin is Annotated:
        return _bounded(type_text(inner[0]), _told(inner[1:]))
    if origin is Literal:
        return ("one of " if len(inner) > 1 else "") + ", ".join(f"`{word}`" for word in inner)
    if origin is tuple:
        return f"list of {type_text(inner[0])}"
    if origin in (dict, Mapping):
        return f"mapping of {type_text(inner[0])} to {type_text(inner[1])}"
    if origin in (Union, types.UnionType):
        kinds = [type_text(part) for part in inner if part is not type(None)]
        return (", or " if "," in kinds[0] else " or ").join(kinds)
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return f"[{annotation.__name__}](#{annotation.__name__.lower()})"
    return _PLAIN.get(getattr(annotation, "__name__", ""), str(annotation))


def _told(metadata: Iterable[Any]) -> dict[str, Any]:
    """Bounds by name, as pydantic keeps them: each in an object of its own, or several in one."""
    told: dict[str, Any] = {}
    for one in metadata:
        if isinstance(one, FieldInfo):
            told |= _told(one.metadata)
        else:
            told |= {name: getattr(one, name) for name in getattr(one, "__slots__", ()) if hasattr(one, name)}
            told |= getattr(one, "__dict__", {})
    return told


def _bounded(kind: str, told: Mapping[str, Any]) -> str:
    if "pattern" in told:
        return _PATTERNS.get(told["pattern"], f"{kind} like `{told['pattern']}`")
    parts = [
        _length(kind, told.get("min_length"), told.get("max_length")),
        f"above {told['gt']:,}" if "gt" in told else "",
        _span(told.get("ge"), told.get("le")),
        f"up to {told['max_digits']} digits, {told['decimal_places']} behind the point" if "max_digits" in told else "",
    ]
    return ", ".join([kind, *filter(None, parts)])


def _length(kind: str, least: int | None, most: int | None) -> str:
    if kind != _PLAIN["str"]:
        return _span(least, most)
    if most is None:
        return "not empty" if least == 1 else ""
    return f"{_span(least, most)} characters"


def _span(least: Any, most: Any) -> str:
    if least is not None and most is not None:
        return f"{least:,} to {most:,}"
    return f"at least {least:,}" if least is not None else "" if most is None else f"at most {most:,}"
