"""SQL as tokens, with the expressions of an f-string as holes in it."""

from __future__ import annotations

import ast
import re
from dataclasses import dataclass
from itertools import count

MARK = "\ue000"
"""Around the number of a hole: the n-th expression of an f-string."""
_HOLE = rf"{MARK}\d+{MARK}"
_TOKEN = re.compile(
    rf"(?P<space>\s+)|(?P<comment>--[^\n]*)|(?P<hole>\w*(?:{_HOLE}\w*)+)|(?P<text>'(?:[^']|'')*')|(?P<name>\"[^\"]*\")"
    r"|(?P<number>\d+(?:\.\d+)?(?:[eE]\d+)?)|(?P<word>[$]?[A-Za-z_][\w]*)|(?P<sign><>|!=|<=|>=|<<|>>|::|\|\||->|.)",
    re.DOTALL,
)
_WORDS = re.compile(
    r"\b(SELECT|FROM|WHERE|CASE|WHEN|NULL|FILTER|JOIN|OVER|NOT|BETWEEN|AND|OR|DISTINCT|UNION|GROUP BY|ORDER BY|AS"
    r"|TRUE|FALSE|PARTITION BY|INTERVAL|DATE|IN)\b"
)
_CALLS = re.compile(
    r"\b(count|sum|min|max|avg|coalesce|nullif|least|greatest|epoch_us|arg_min|arg_max|lag|lead|round|bit_count|replace"
    r"|quantile_cont|date_trunc|date_diff|abs|floor|ceil|len|list_\w+|array_\w+)\("
)
_COMPARES = re.compile(r"(?<![=<>!])(=|<>|<=|>=|<|>)(?!=)")


@dataclass(frozen=True, slots=True)
class Token:
    """A word, number, sign, text, name, hole, comment or space, with the depth of parentheses it stands in."""

    kind: str
    text: str
    depth: int

    @property
    def upper(self) -> str:
        """The word as SQL sees it; empty for what is no word."""
        return self.text.upper() if self.kind == "word" else ""


def tokens_of(text: str) -> list[Token]:
    """The tokens of a text; joined, they are the text. A closing parenthesis has the depth of what is around it."""
    found, depth = [], 0
    for match in _TOKEN.finditer(text):
        kind = match.lastgroup or "sign"
        if kind == "sign" and match[0] in ")]}":
            depth -= 1
        found.append(Token(kind, match[0], depth))
        if kind == "sign" and match[0] in "([{":
            depth += 1
    return found


def is_sql(text: str) -> bool:
    """Is this SQL, whole or a part? Told by words in capitals, calls of its functions, or a comparison with a hole."""
    if _WORDS.search(text) or _CALLS.search(text):
        return True
    return MARK in text and bool(_COMPARES.search(text))


def flat(node: ast.Constant | ast.JoinedStr) -> str:
    """The text of a string, its expressions as holes."""
    if isinstance(node, ast.Constant):
        return str(node.value)
    numbers = count()
    return "".join(
        str(part.value) if isinstance(part, ast.Constant) else f"{MARK}{next(numbers)}{MARK}" for part in node.values
    )


def shown(text: str, node: ast.Constant | ast.JoinedStr) -> str:
    """A text for people: its holes as the expressions that stand in them."""
    if isinstance(node, ast.Constant):
        return text
    holes = [ast.unparse(part.value) for part in node.values if isinstance(part, ast.FormattedValue)]
    return re.sub(_HOLE, lambda match: _braced(holes[int(match[0].strip(MARK))]), text)


def unflat(text: str, node: ast.Constant | ast.JoinedStr) -> ast.Constant | ast.JoinedStr:
    """A string of that text, with the expressions of `node` in its holes."""
    if isinstance(node, ast.Constant):
        return ast.copy_location(ast.Constant(text), node)
    holes = [part for part in node.values if not isinstance(part, ast.Constant)]
    values: list[ast.expr] = []
    for part in re.split(rf"({_HOLE})", text):
        if part.startswith(MARK):
            values.append(holes[int(part.strip(MARK))])
        elif part:
            values.append(ast.copy_location(ast.Constant(part), node))
    return ast.copy_location(ast.JoinedStr(values), node)


def _braced(expression: str) -> str:
    return "{" + (expression if len(expression) <= 60 else expression[:57] + "…") + "}"
