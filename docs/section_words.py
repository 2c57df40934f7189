"""Every key of a section of a file that people write, and of all within it, read off the models that check it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, get_args

from pydantic import BaseModel
from pydantic.fields import FieldInfo

from docs.markdown import table
from docs.type_words import type_text
from metrics.stream.section import Section


def write_sections(*kinds: type[Section]) -> Iterator[list[str]]:
    """A heading, what the section is, and a table of its keys; a section that stands in two is told once."""
    for section in dict.fromkeys(found for kind in kinds for found in _sections(kind)):
        yield from _write_section(section)


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
    yield [_words_of(kind)]
    rows = (
        (
            f"`{field.alias or name}`",
            type_text(field.rebuild_annotation()),
            _default_text(field),
            field.description or _first_sentence_of(field),
        )
        for name, field in kind.model_fields.items()
    )
    yield table(("key", "type", "default", "meaning"), rows)


def _words_of(kind: type[Section]) -> str:
    return " ".join((kind.__doc__ or "").split())


def _first_sentence_of(field: FieldInfo) -> str:
    """What the section that a key holds says of itself; nothing for a plain value."""
    told = next((_words_of(kind).split(". ")[0].rstrip(".") for kind in _named_in(field.annotation)), "")
    return told[:1].lower() + told[1:]


def _default_text(field: FieldInfo) -> str:
    if field.is_required():
        return "**required**"
    default = field.get_default(call_default_factory=True)
    if default is None or default in ((), {}, "") or isinstance(default, BaseModel):
        return ""
    if isinstance(default, tuple):
        return f"`[{', '.join(map(str, default))}]`"
    return f"`{str(default).lower() if isinstance(default, bool) else default}`"
