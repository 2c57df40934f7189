"""Reading a stream file: YAML text → Stream, with errors that name the line.

Knows YAML and its positions; opens no file.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any

import yaml
from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from metrics.errors import ContractError, StreamFileError, suggest
from metrics.stream.calendars import calendar_problems
from metrics.stream.model import Stream

MAX_CHARACTERS = 1_000_000
_MAX_DEPTH = 12
_WORDS = {  # unit → word → how many; so many make one of the unit
    "days": {"second": 1, "minute": 60, "hour": 3600, "day": 86400, "week": 604800},
    "working_days": {"working day": 1},
    "share": {"%": 1, "point": 1},
}
_ONE = {"days": 86400, "share": 100}
_WANTED = {"days": "'3.5 days' or '2 hours'", "working_days": "'3 working days'", "share": "'90 %' or '1 point'"}
_OPENING = (
    yaml.FlowSequenceStartToken, yaml.FlowMappingStartToken, yaml.BlockSequenceStartToken, yaml.BlockMappingStartToken,
)  # fmt: skip
_KINDS = ("literal[", "tuple[")  # how pydantic names them in the place of a problem
_CLOSING = (yaml.FlowSequenceEndToken, yaml.FlowMappingEndToken, yaml.BlockEndToken)


_INTEGER = "tag:yaml.org,2002:int"
_AS_WRITTEN = (_INTEGER, "tag:yaml.org,2002:float", "tag:yaml.org,2002:timestamp")


class _Loader(yaml.SafeLoader):
    """Safe loading with duplicate keys refused, and times and numbers left as written: version 1.10 is not 1.1."""


_Loader.yaml_implicit_resolvers = {
    first: [(tag, rule) for tag, rule in rules if tag not in _AS_WRITTEN]
    for first, rules in yaml.SafeLoader.yaml_implicit_resolvers.items()
}
# Whole numbers that read back as they were written; the models make numbers of other texts where they want one.
_Loader.add_implicit_resolver(_INTEGER, re.compile(r"^(-?[1-9][0-9]{0,15}|0)$"), list("-0123456789"))


def parse_stream(text: str, path: str = "stream.yaml") -> Stream:
    """Read a stream file.

    Raises:
        StreamFileError: broken YAML, an unknown or missing key, a value out of range; names the line.
    """
    if len(text) > MAX_CHARACTERS:
        raise StreamFileError(f"is larger than {MAX_CHARACTERS:,} characters", path=path)
    root = _compose(text, path)
    try:
        content = _Loader("").construct_document(root)
        stream = Stream.model_validate(content)
    except ValidationError as error:
        raise _first_problem(error, root, path) from error
    except yaml.YAMLError as error:
        raise StreamFileError(str(error).splitlines()[0], path=path) from error
    for place, message in calendar_problems(stream):
        raise StreamFileError(f"{_named(place)}: {message}", path=path, line=_line_at(root, place))
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


def _compose(text: str, path: str) -> yaml.MappingNode:
    try:
        _refuse_tokens(text, path)
        root = yaml.compose(text, Loader=_Loader)
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else None
        raise StreamFileError(f"is not valid YAML: {error.problem}", path=path, line=line) from error
    except yaml.YAMLError as error:
        raise StreamFileError(f"is not valid YAML: {str(error).splitlines()[0]}", path=path) from error
    if not isinstance(root, yaml.MappingNode):
        raise StreamFileError("is empty or no mapping; it begins with 'stream: a_name'", path=path, line=1)
    _refuse_doubles(root, path)
    return root


def _refuse_tokens(text: str, path: str) -> None:
    """Aliases, and nesting, before anything is composed: each level makes every further token dearer."""
    depth = 0
    for token in yaml.scan(text, Loader=_Loader):
        depth += isinstance(token, _OPENING) - isinstance(token, _CLOSING)
        if depth > _MAX_DEPTH:
            raise StreamFileError("is nested too deeply", path=path, line=token.start_mark.line + 1)
        if isinstance(token, yaml.AliasToken):
            message = "YAML aliases (*name) are not accepted"
            raise StreamFileError(message, path=path, line=token.start_mark.line + 1)


def _refuse_doubles(node: yaml.Node, path: str) -> None:
    if isinstance(node, yaml.MappingNode):
        seen: set[str] = set()
        for key, value in node.value:
            line = key.start_mark.line + 1
            if not isinstance(key, yaml.ScalarNode):
                raise StreamFileError("a list or mapping is no name for a value", path=path, line=line)
            if key.value in seen:
                raise StreamFileError(f"{key.value!r} is given twice", path=path, line=line)
            seen.add(key.value)
            _refuse_doubles(value, path)
    elif isinstance(node, yaml.SequenceNode):
        for value in node.value:
            _refuse_doubles(value, path)


def _first_problem(error: ValidationError, root: yaml.Node, path: str) -> StreamFileError:
    problem = _furthest(error.errors())
    place = _place_of(problem)
    line, where = _line_at(root, place), _named(place)
    if problem["type"] == "extra_forbidden":
        known = _known_keys(place[:-1])
        message = f"{place[-1]!r} is not a known key.{suggest(str(place[-1]), known)}"
        return StreamFileError(message, path=path, line=line)
    if problem["type"] == "missing":
        return StreamFileError(f"{where!r} is missing", path=path, line=line)
    message = problem["msg"].removeprefix("Value error, ")
    return StreamFileError(f"{where}: {message}", path=path, line=line)


def _furthest(problems: list[ErrorDetails]) -> ErrorDetails:
    """The first problem; where a value may be of several kinds, that of the kind which came furthest into it."""
    first = _place_of(problems[0])
    within = [problem for problem in problems if _place_of(problem)[: len(first)] == first]
    return max(within, key=lambda problem: len(_place_of(problem)))


def _place_of(problem: ErrorDetails) -> list[int | str]:
    """Keys and positions, without the kinds of value that were tried there."""
    return [part for part in problem["loc"] if not (isinstance(part, str) and part.startswith(_KINDS))]


def _line_at(root: yaml.Node, place: Iterable[str | int]) -> int:
    """The line of a place, or of the innermost part of it that is written."""
    node, line = root, 1
    for part in place:
        found = _child(node, part)
        if found is None:
            break
        node, line = found
    return line


def _named(place: Iterable[str | int]) -> str:
    return ".".join(str(part) for part in place if part != "[key]")


def _child(node: yaml.Node, part: Any) -> tuple[yaml.Node, int] | None:
    if isinstance(node, yaml.MappingNode):
        for key, value in node.value:
            if key.value == str(part):
                return value, key.start_mark.line + 1
    if isinstance(node, yaml.SequenceNode) and isinstance(part, int) and part < len(node.value):
        return node.value[part], node.value[part].start_mark.line + 1
    return None


def _known_keys(place: list[Any]) -> Iterable[str]:
    """Keys allowed at a place, found by walking the models."""
    model: Any = Stream
    for part in place:
        if isinstance(part, int) or not (isinstance(model, type) and issubclass(model, BaseModel)):
            continue
        field = model.model_fields.get(str(part))
        if field is not None:  # else it names an entry, and names of entries are free
            model = _model_within(field.annotation)
    return model.model_fields if model is not None else ()


def _model_within(annotation: Any) -> Any:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return annotation
    return next((m for arg in getattr(annotation, "__args__", ()) if (m := _model_within(arg))), None)


def line_of(name: str, text: str) -> int | None:
    """The first line of a stream file that holds a name, from 1; None when none does."""
    return next((number for number, line in enumerate(text.splitlines(), 1) if name in line), None)
