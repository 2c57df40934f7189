"""Every message that pages say: literals in Python and templates, and closed lists of those that are looked up.

A message that is neither is a fault: nobody could know whether it has a translation.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from string import Formatter

import jinja2
from jinja2 import nodes

from dashboards.directions import WAYS
from dashboards.numbers import UNITS
from dashboards.pages.definitions import DATED_BY
from dashboards.parts.closing import CAUSES
from dashboards.parts.effects import BOTH_WAYS
from dashboards.parts.hero import BESIDE
from dashboards.parts.measure import LABELS, NOT_RELIABLE
from dashboards.parts.notes import table_label
from dashboards.parts.run_words import COURSES, MOVES, SIGNALS
from dashboards.parts.scorecard import TIERS
from dashboards.parts.value_map import KINDS
from dashboards.reading import OUR_WORDS
from metrics.catalog import CATALOG
from metrics.cost.reasons import REASONS
from metrics.metric import Reading, Verdict
from metrics.published import PUBLISHED
from metrics.summarise import NOTHING_ENDED, NOTHING_OBSERVED, NOTHING_TO_DIVIDE_BY
from metrics.survival import TOO_MUCH_OPEN
from metrics.tables import RATES
from pipelines.checks.laws import LAWS

ROOM = Path(__file__).parents[2] / "dashboards"
_LAWS = tuple(law.says for law in LAWS)
_DIRECTIONS = tuple(way for ways in WAYS for way in (ways.down, ways.up))
LISTS: Mapping[tuple[str, str], tuple[str, ...]] = {
    ("numbers.py", "one"): tuple(one for one, _ in UNITS.values()),
    ("numbers.py", "many"): tuple(many for _, many in UNITS.values()),
    ("language.py", "one if n == 1 else many"): (),  # what `say_of` was given is found where it was given
    ("reading.py", "word"): tuple(OUR_WORDS.values()),
    ("reasons.py", "reason"): (
        *REASONS, NOTHING_OBSERVED, NOTHING_ENDED, NOTHING_TO_DIVIDE_BY, TOO_MUCH_OPEN,
        *dict.fromkeys(metric.told_by[1] for metric in CATALOG if metric.told_by),
    ),
    ("wording.py", "verdict.value"): tuple(verdict.value for verdict in Verdict),
    ("wording.py", "message"): tuple(
        message for way in _DIRECTIONS for message in (way.moved, way.likely)
    ),
    ("wording.py", "down.about"): tuple(way.about for way in _DIRECTIONS),
    ("wording.py", "down.range"): tuple(way.range for way in _DIRECTIONS),
    ("wording.py", "either"): tuple(ways.either for ways in WAYS),
    ("parts/gaps.py", "check.check_name.replace('_', ' ')"): tuple(law.name.replace("_", " ") for law in LAWS),
    ("pages/data_quality.py", "check.detail or ''"): _LAWS,
    ("pages/definitions.py", "DATED_BY.get(known.reading, known.reading)"): tuple(DATED_BY.values()),
    ("pages/definitions.py", "known.sentence"): tuple(metric.sentence for metric in CATALOG),
    ("memo/contracts.py", "check.check_name.replace('_', ' ')"): tuple(law.name.replace("_", " ") for law in LAWS),
    ("memo/page.py", "known.sentence"): tuple(metric.sentence for metric in CATALOG),
    ("pages/metric.py", "known.sentence"): tuple(metric.sentence for metric in CATALOG),
    ("pages/standardise.py", "NOT_RELIABLE"): (NOT_RELIABLE,),
    ("parts/distribution.py", "NOT_RELIABLE"): (NOT_RELIABLE,),
    ("parts/earlier.py", "NOT_RELIABLE"): (NOT_RELIABLE,),
    ("parts/readings.py", "NOT_RELIABLE"): (NOT_RELIABLE,),
    ("parts/release_table.py", "verdict.value"): tuple(verdict.value for verdict in Verdict),
    ("parts/rollouts.py", "read_verdict(row.verdict).value"): tuple(verdict.value for verdict in Verdict),
    ("parts/standing.py", "NOT_RELIABLE"): (NOT_RELIABLE,),
    ("parts/effects.py", "BOTH_WAYS[len(faster) == 1, len(slower) == 1]"): tuple(BOTH_WAYS.values()),
    ("parts/closing.py", "CAUSES[Cause(cause)]"): tuple(CAUSES.values()),
    ("parts/effects.py", "NOT_RELIABLE"): (NOT_RELIABLE,),
    ("parts/effects.py", "verdict.value"): tuple(verdict.value for verdict in Verdict),
    ("parts/hero.py", "message"): tuple(BESIDE.values()),
    ("parts/measure.py", "LABELS[metric]"): tuple(LABELS.values()),
    ("parts/measure.py", "NOT_RELIABLE"): (NOT_RELIABLE,),
    ("parts/measure.py", "known.label"): tuple(metric.label for metric in CATALOG),
    ("parts/notes.py", "c.detail"): _LAWS,
    ("parts/notes.py", "known.reading"): tuple(reading.value for reading in Reading),
    ("parts/notes.py", "table.one_row"): tuple(table.one_row for table in (*PUBLISHED, RATES)),
    ("parts/notes.py", "table_label(table)"): tuple(map(table_label, (*PUBLISHED, RATES))),
    ("parts/run.py", "NOT_RELIABLE"): (NOT_RELIABLE,),
    ("parts/run_words.py", "SIGNALS[signal.rule is Rule.OUTSIDE, signal.is_above]"): tuple(SIGNALS.values()),
    ("parts/run_words.py", "COURSES[how]"): tuple(COURSES.values()),
    ("parts/run_words.py", "MOVES[how]"): tuple(MOVES.values()),
    ("parts/scorecard.py", "_tier(found)"): TIERS,
    ("parts/tiles.py", "known.sentence"): tuple(metric.sentence for metric in CATALOG),
    ("workbook/definitions.py", "known.sentence"): tuple(metric.sentence for metric in CATALOG),
    ("parts/value_map.py", "kind"): tuple(kind for kind in KINDS.values() if kind),
}  # fmt: skip
"""Messages that are looked up: the module and the expression said, and all it can be."""


@dataclass(frozen=True, slots=True)
class Said:
    """One call: where, what (None: no literal), and the names of the parts given (None: told only at run time)."""

    module: str
    message: str | None
    expression: str
    given: frozenset[str] | None


def names_in(message: str) -> frozenset[str]:
    """The {names} of a message."""
    return frozenset(name for _, name, _, _ in Formatter().parse(message) if name is not None)


@cache
def python_calls() -> tuple[Said, ...]:
    """Every call of `say` and `say_of` in the room."""
    return tuple(
        said
        for path in sorted(ROOM.rglob("*.py"))
        for said in _calls_in(path.relative_to(ROOM).as_posix(), ast.parse(path.read_text("utf-8")))
    )


@cache
def template_calls() -> tuple[Said, ...]:
    """Every call of `say` in templates."""
    found = []
    for path in sorted((ROOM / "templates").rglob("*.j2")):
        tree = jinja2.Environment(autoescape=True).parse(path.read_text("utf-8"))
        for call in tree.find_all(nodes.Call):
            if isinstance(call.node, nodes.Name) and call.node.name == "say":
                first = call.args[0]
                text = first.value if isinstance(first, nodes.Const) else None
                given = frozenset(pair.key for pair in call.kwargs)
                found.append(Said(path.relative_to(ROOM).as_posix(), text, str(first), given))
    return tuple(found)


def every_message() -> dict[str, str]:
    """Every message with the first module that says it, in the order of the modules."""
    found: dict[str, str] = {}
    for said in (*python_calls(), *template_calls()):
        told = (said.message,) if said.message is not None else LISTS.get((said.module, said.expression), ())
        for message in told:
            found.setdefault(message, said.module)
    return found


def module_level_calls() -> list[str]:
    """Calls outside any function: they would speak English for ever, whatever is spoken later."""
    found = []
    for path in sorted(ROOM.rglob("*.py")):
        tree = ast.parse(path.read_text("utf-8"))
        inside = {id(call) for node in ast.walk(tree) if _is_function(node) for call in ast.walk(node)}
        found += [
            f"{path.name}:{node.lineno}" for node in ast.walk(tree)
            if isinstance(node, ast.Call) and _is_say(node) and id(node) not in inside
        ]  # fmt: skip
    return found


def _calls_in(module: str, tree: ast.Module) -> Iterator[Said]:
    scopes = {id(call): node for node in ast.walk(tree) if _is_function(node) for call in ast.walk(node)}
    for call in ast.walk(tree):
        if isinstance(call, ast.Call) and (wanted := _is_say(call)):
            texts = _texts_of(scopes.get(id(call)))
            keys = [keyword.arg for keyword in call.keywords]
            given = None if None in keys else frozenset(key for key in keys if key)
            for argument in call.args[wanted]:
                expression = ast.unparse(argument)
                for message in _literals(argument, texts) or [None]:
                    yield Said(module, message, expression, given)


def _is_say(call: ast.Call) -> slice | None:
    """Which arguments of a call are messages."""
    name = call.func.id if isinstance(call.func, ast.Name) else ""
    return {"say": slice(0, 1), "say_of": slice(1, 3)}.get(name)


def _is_function(node: ast.AST) -> bool:
    return isinstance(node, ast.FunctionDef | ast.Lambda)


def _texts_of(scope: ast.AST | None) -> dict[str, list[str | None]]:
    """Local names that only ever hold literals."""
    held: dict[str, list[str | None]] = {}
    for node in ast.walk(scope) if scope is not None else ():
        if isinstance(node, ast.Assign) and len(node.targets) == 1:
            pairs = [(node.targets[0], node.value)]
            if isinstance(node.targets[0], ast.Tuple) and isinstance(node.value, ast.Tuple):
                pairs = list(zip(node.targets[0].elts, node.value.elts, strict=False))
            for target, value in pairs:
                if isinstance(target, ast.Name):
                    held.setdefault(target.id, []).extend(_literals(value, {}) or [None])
    return {name: found for name, found in held.items() if None not in found}


def _literals(node: ast.expr, texts: Mapping[str, list[str | None]]) -> list[str | None]:
    """The texts an argument can be, where the code itself says so; none where it does not."""
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        return [node.value]
    if isinstance(node, ast.Name):
        return list(texts.get(node.id, ()))
    return []
