"""docs/stream-file.md: every key of the stream file, read off the models that check it."""

from __future__ import annotations

import types
from collections.abc import Iterable, Iterator, Mapping
from typing import Annotated, Any, Literal, Union, get_args, get_origin

from pydantic import BaseModel
from pydantic.fields import FieldInfo

from docs.markdown import fenced, generated_from, page, table
from metrics.stream import section
from metrics.stream.model import Stream
from metrics.stream.performer_registry import COLUMNS, REQUIRED
from metrics.stream.section import Section

MINIMAL = """
stream: customer_orders
name: Customer orders
time_zone: Europe/Berlin
trigger:
  steps: [Receive order]
outcomes:
  - name: delivered
    kind: completed
    steps: [Deliver]
"""
_PLAIN = {
    "str": "text", "int": "whole number", "float": "number", "bool": "true or false", "datetime": "instant",
    "date": "day", "Decimal": "exact number",
}  # fmt: skip
REGISTRY = """
performer,kind,role,valid_from,valid_to
p-2f9c0d1e5a7b3c44,human,clerk,,2026-03-01
p-2f9c0d1e5a7b3c44,agent,,2026-03-01,
scanner-7,system,,,
"""
_NAMED = {
    section.TimeZone: "IANA time zone, e.g. `Europe/Berlin`",
    section.Identifier: "identifier (`a-z`, `0-9`, `_`)",
}


def write_stream_file() -> str:
    """The whole page."""
    return page(
        ["# The stream file"],
        generated_from("the sections in `metrics/stream/`"),
        [
            "One `stream.yaml` per value stream says what the log cannot: what starts the clock and what stops it,",
            "who is automated, what counts as rework and as a failure, and what to reach.",
            "Draft one with `streamgauge init LOG`.",
            "Unknown keys are refused, and every error names the line.",
        ],
        ["## The smallest one"],
        fenced("yaml", MINIMAL),
        ["## Keys"],
        *(part for kind in _sections(Stream) for part in _write_section(kind)),
        ["## The performer registry"],
        [
            f"The CSV that `performers.registry` names has the columns {_listed(COLUMNS)};",
            f"all but {_listed(REQUIRED)} may be left out or empty.",
            "A line holds from the local day `valid_from` to the day before `valid_to`. Lines of one performer never",
            "overlap. On a day that none of them covers the kind is unknown: an account used outside its dates is",
            "nobody's guess. A role or team stands where the event told none.",
            "Here an AI agent took over a clerk's account:",
        ],
        fenced("csv", REGISTRY),
    )


def _listed(names: Iterable[str]) -> str:
    return ", ".join(f"`{name}`" for name in names)


def _sections(kind: type[Section]) -> list[type[Section]]:
    """A section and all within it, in the order in which their keys stand."""
    inner = [part for field in kind.model_fields.values() for part in _named_in(field.annotation)]
    return list(dict.fromkeys([kind, *(found for part in inner for found in _sections(part))]))


def _named_in(annotation: Any) -> Iterator[type[Section]]:
    if isinstance(annotation, type) and issubclass(annotation, Section):
        yield annotation
    for part in get_args(annotation):
        yield from _named_in(part)


def _write_section(kind: type[Section]) -> Iterator[list[str]]:
    yield [f"### {kind.__name__}"]
    yield [" ".join((kind.__doc__ or "").split())]
    rows = (
        (f"`{name}`", type_text(field.rebuild_annotation()), _default_text(field), field.description or "")
        for name, field in kind.model_fields.items()
    )
    yield table(("key", "type", "default", "meaning"), rows)


def type_text(annotation: Any) -> str:
    """A type in words a person who writes YAML knows."""
    if annotation in _NAMED:
        return _NAMED[annotation]
    origin, inner = get_origin(annotation), get_args(annotation)
    if origin is Annotated:
        return type_text(inner[0])
    if origin is Literal:
        return "one of " + ", ".join(f"`{word}`" for word in inner)
    if origin is tuple:
        return f"list of {type_text(inner[0])}"
    if origin in (dict, Mapping):
        return f"mapping of {type_text(inner[0])} to {type_text(inner[1])}"
    if origin in (Union, types.UnionType):
        return " or ".join(type_text(part) for part in inner if part is not type(None))
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return f"[{annotation.__name__}](#{annotation.__name__.lower()})"
    return _PLAIN.get(getattr(annotation, "__name__", ""), str(annotation))


def _default_text(field: FieldInfo) -> str:
    if field.is_required():
        return "**required**"
    default = field.get_default(call_default_factory=True)
    if default is None or default in ((), {}, "") or isinstance(default, BaseModel):
        return ""
    if isinstance(default, tuple):
        return f"`[{', '.join(map(str, default))}]`"
    return f"`{str(default).lower() if isinstance(default, bool) else default}`"
