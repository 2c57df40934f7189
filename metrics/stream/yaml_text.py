"""YAML from outside → a model, with errors that name the line. For the stream file and the files beside it.

Knows YAML and its positions; knows no section, and opens no file.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any, TypeVar

import yaml
from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from metrics.errors import StreamFileError, suggest

MAX_CHARACTERS = 1_000_000
_MAX_DEPTH = 12
_Model = TypeVar("_Model", bound=BaseModel)
_OPENING = (
    yaml.FlowSequenceStartToken, yaml.FlowMappingStartToken, yaml.BlockSequenceStartToken, yaml.BlockMappingStartToken,
)  # fmt: skip
_KINDS = ("literal[", "tuple[", "function-", "constrained-")  # how pydantic names them in the place of a problem
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


def read_model(text: str, path: str, model: type[_Model], begins: str) -> tuple[_Model, yaml.MappingNode]:
    """The model that a YAML text says, and the node in which `line_at` finds lines; `begins` shows how one begins.

    Raises:
        StreamFileError: broken YAML, an unknown or missing key, a value out of range; names the line.
    """
    if len(text) > MAX_CHARACTERS:
        raise StreamFileError(f"is larger than {MAX_CHARACTERS:,} characters", path=path)
    root = _compose(text, path, begins)
    try:
        return model.model_validate(_Loader("").construct_document(root)), root
    except ValidationError as error:
        raise _first_problem(error, root, path, model) from error
    except yaml.YAMLError as error:
        raise StreamFileError(str(error).splitlines()[0], path=path) from error


def line_at(root: yaml.Node, place: Iterable[str | int]) -> int:
    """The line of a place, or of the innermost part of it that is written."""
    node, line = root, 1
    for part in place:
        found = _child(node, part)
        if found is None:
            break
        node, line = found
    return line


def place_words(place: Iterable[str | int]) -> str:
    """A place as it reads in a message: `steps.0.name`."""
    return ".".join(str(part) for part in place if part != "[key]")


def _compose(text: str, path: str, begins: str) -> yaml.MappingNode:
    try:
        _refuse_tokens(text, path)
        root = yaml.compose(text, Loader=_Loader)
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else None
        raise StreamFileError(f"is not valid YAML: {error.problem}", path=path, line=line) from error
    except yaml.YAMLError as error:
        raise StreamFileError(f"is not valid YAML: {str(error).splitlines()[0]}", path=path) from error
    if not isinstance(root, yaml.MappingNode):
        raise StreamFileError(f"is empty or no mapping; it begins with {begins!r}", path=path, line=1)
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


def _first_problem(error: ValidationError, root: yaml.Node, path: str, model: type[BaseModel]) -> StreamFileError:
    problem = _furthest(error.errors())
    place = _place_of(problem)
    line, where = line_at(root, place), place_words(place)
    if problem["type"] == "extra_forbidden":
        known = _known_keys(model, place[:-1])
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


def _child(node: yaml.Node, part: Any) -> tuple[yaml.Node, int] | None:
    if isinstance(node, yaml.MappingNode):
        for key, value in node.value:
            if key.value == str(part):
                return value, key.start_mark.line + 1
    if isinstance(node, yaml.SequenceNode) and isinstance(part, int) and part < len(node.value):
        return node.value[part], node.value[part].start_mark.line + 1
    return None


def _known_keys(outermost: type[BaseModel], place: list[Any]) -> Iterable[str]:
    """Keys allowed at a place, found by walking the models."""
    model: Any = outermost
    for part in place:
        field = {f.alias or name: f for name, f in model.model_fields.items()}.get(str(part))
        # No field: a position or the name of an entry. Such names are free, so one may be that of a field, too.
        model = (field and _model_within(field.annotation)) or model
    return [field.alias or name for name, field in model.model_fields.items()]


def _model_within(annotation: Any) -> Any:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return annotation
    return next((m for arg in getattr(annotation, "__args__", ()) if (m := _model_within(arg))), None)
