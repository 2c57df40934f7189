"""Faults in SQL: another comparison, AND for OR, a condition lost, sum for max, a filter lost, an order turned.

Works on tokens, so a text may be whole or a part with holes. What no database would take is sorted out by running it.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator

from benchmarks.mutants.edit import Edit, Place
from benchmarks.mutants.sql_terms import CLAUSES, Text, is_of_between, key_end, since, until
from benchmarks.mutants.sql_tokens import Token, flat, is_sql, shown, tokens_of, unflat

SIGNS = {"=": "<>", "<>": "=", "!=": "=", "<": "<=", "<=": "<", ">": ">=", ">=": ">", "+": "-", "-": "+", "/": "*"}
CALLS = {
    "min": "max", "max": "min", "sum": "max", "avg": "max", "least": "greatest", "greatest": "least", "lag": "lead",
    "lead": "lag", "arg_min": "arg_max", "arg_max": "arg_min", "bool_or": "bool_and", "bool_and": "bool_or",
    "floor": "ceil", "ceil": "floor", "first_value": "last_value", "last_value": "first_value", "bit_or": "bit_and",
    "first": "last", "last": "first", "row_number": "dense_rank",
}  # fmt: skip
WORDS = {
    "TRUE": "FALSE",
    "FALSE": "TRUE",
    "DESC": "ASC",
    "LEFT": "",
    "DISTINCT": "",
    "EXCEPT": "INTERSECT",
    "ANTI": "SEMI",
}
BARE = ("coalesce", "nullif", "abs", "round")
"""Calls of which the first argument alone is left."""
Cut = tuple[int, int, str, str]
"""First token, token after the last, what stands there instead, and the change in words."""


def edits_of_text(node: ast.Constant | ast.JoinedStr, place: Place) -> Iterator[Edit]:
    """Every fault of a string that is SQL, each once."""
    whole = flat(node)
    if not is_sql(whole):
        return
    tokens = tokens_of(whole)
    text = Text(tokens, [n for n, token in enumerate(tokens) if token.kind not in ("space", "comment")])
    seen = {_squeezed(whole)}
    for first, after, instead, change in _cuts(text):
        start, end = text.told[first], text.told[after - 1] + 1
        changed = "".join(t.text for t in tokens[:start]) + instead + "".join(t.text for t in tokens[end:])
        if _squeezed(changed) not in seen:
            seen.add(_squeezed(changed))
            before = "".join(token.text for token in tokens[:start])
            line = shown(whole.split("\n")[before.count("\n")], node).strip()
            at = node.lineno + before.count("\n")
            yield Edit(place, unflat(changed, node), shown(" ".join(change.split()), node), at, line)


def _cuts(text: Text) -> Iterator[Cut]:
    for place in range(len(text.told)):
        token = text.at(place)
        if token.kind == "sign":
            yield from _sign(text, place, token.text)
        elif token.kind == "number" and text.at(place - 1).upper != "INTERVAL":
            yield from _number(text, place, token.text)
        elif token.kind == "text" and _is_code(token.text) and text.at(place - 1).upper != "DATE":
            yield place, place + 1, f"{token.text[:-1]}?'", f"{token.text} → {token.text[:-1]}?'"
        elif token.kind == "word":
            yield from _word(text, place, token)


def _is_code(text: str) -> bool:
    """A value that is compared or grouped by, not a sentence for people."""
    return len(text) > 2 and len(text.split()) <= 3


def _sign(text: Text, place: int, sign: str) -> Iterator[Cut]:
    other = SIGNS.get(sign)
    before = text.at(place - 1)
    is_product = before.text == ")" or (before.kind in ("word", "number", "hole") and before.upper not in CLAUSES)
    if sign == "*" and is_product and before.upper != "DISTINCT":
        other = "/"
    if other is not None and place > 0:
        yield place, place + 1, other, f"{sign} → {other}"


def _number(text: Text, place: int, number: str) -> Iterator[Cut]:
    is_of_type = text.at(place - 2).upper == "DECIMAL" or text.at(place - 4).upper == "DECIMAL"
    if not is_of_type:
        value = float(number)
        other = str(int(number) + 1) if number.isdigit() else repr(value * 1.1) if value else "1.0"
        yield place, place + 1, other, f"{number} → {other}"


def _word(text: Text, place: int, token: Token) -> Iterator[Cut]:
    word, called = token.upper, token.text.lower()
    before, following = text.at(place - 1).upper, text.at(place + 1)
    if following.text == "(" and called in CALLS:
        yield place, place + 1, CALLS[called], f"{called} → {CALLS[called]}"
    if following.text == "(" and called in BARE:
        yield from _first_argument(text, place)
    if word in WORDS and not (word == "LEFT" and following.upper != "JOIN"):
        yield place, place + 1, WORDS[word], f"{word} → {WORDS[word]}" if WORDS[word] else f"drop {word}"
    if word == "NOT":
        yield place, place + 1, "", f"drop NOT before {following.text}"
    if word in ("IN", "EXISTS") and before != "NOT" and following.text == "(":
        yield place, place + 1, f"NOT {word}", f"{word} → NOT {word}"
    if word == "IS":
        yield from _is(text, place)
    if word in ("AND", "OR"):
        yield from _joined(text, place, word)
    yield from _clause(text, place, word)
    yield from _union(text, place, word)


def _union(text: Text, place: int, word: str) -> Iterator[Cut]:
    before, following = text.at(place - 1).upper, text.at(place + 1).upper
    if word == "JOIN" and before not in ("LEFT", "ASOF", "CROSS", "SEMI", "ANTI", "POSITIONAL"):
        yield place, place + 1, "LEFT JOIN", "JOIN → LEFT JOIN"
    if word == "UNION" and following == "ALL":
        yield place, place + 2, "UNION", "UNION ALL → UNION"
    if word == "NULLS" and following in ("FIRST", "LAST"):
        other = "LAST" if following == "FIRST" else "FIRST"
        yield place, place + 2, f"NULLS {other}", f"NULLS {following} → NULLS {other}"


def _clause(text: Text, place: int, word: str) -> Iterator[Cut]:
    following = text.at(place + 1)
    if word == "FILTER" and following.text == "(":
        end = text.closing(place + 1)
        yield place, end, "", f"drop {text.written(place, end)}"
    if word == "PARTITION" and following.upper == "BY":
        end = until(text, place + 2)
        yield place, end, "", f"drop {text.written(place, end)}"
    if word in ("WHERE", "QUALIFY", "HAVING"):
        end = until(text, place + 1)
        if text.at(end).upper not in ("AND", "OR"):
            yield place, end, "", f"drop {text.written(place, end)}"
    if word == "BY" and text.at(place - 1).upper == "ORDER":
        end = key_end(text, place + 1)
        if text.at(end).upper not in ("DESC", "ASC", "NULLS") and end > place + 1:
            key = text.written(place + 1, end)
            yield place + 1, end, f"{key} DESC", f"ORDER BY {key} → {key} DESC"


def _is(text: Text, place: int) -> Iterator[Cut]:
    is_not = text.at(place + 1).upper == "NOT"
    what = text.at(place + 2 if is_not else place + 1).upper
    if what in ("NULL", "DISTINCT"):
        was, other = ("IS NOT", "IS") if is_not else ("IS", "IS NOT")
        yield place, place + (2 if is_not else 1), other, f"{was} {what} → {other} {what}"


def _joined(text: Text, place: int, word: str) -> Iterator[Cut]:
    """AND for OR, and each side left out; the AND of a BETWEEN joins nothing."""
    if is_of_between(text, place):
        return
    other = "OR" if word == "AND" else "AND"
    yield place, place + 1, other, f"{word} → {other}"
    start, end = since(text, place), until(text, place + 1)
    if end > place + 1:
        yield place, end, "", f"drop {text.written(place, end)}"
    if start < place:
        yield start, place + 1, "", f"drop {text.written(start, place + 1)}"


def _first_argument(text: Text, place: int) -> Iterator[Cut]:
    """Only the first argument of a call: what stands in where it is unknown, or its rounding, is lost."""
    end = text.closing(place + 1)
    inner = text.at(place + 1).depth + 1
    comma = next((n for n in range(place + 2, end) if text.at(n).depth == inner and text.at(n).text == ","), end - 1)
    if comma > place + 2:
        first = text.written(place + 2, comma)
        yield place, end, f"({first})", f"{text.written(place, end)} → {first}"


def _squeezed(text: str) -> str:
    return "".join(text.split())
