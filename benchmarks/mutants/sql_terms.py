"""Where a term of SQL begins and ends: a condition between two ANDs, a key of an order, a filter in its parentheses."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from benchmarks.mutants.sql_tokens import Token

CLAUSES = {
    "AND", "OR", "WHERE", "ON", "HAVING", "QUALIFY", "WHEN", "THEN", "ELSE", "END", "GROUP", "ORDER", "LIMIT", "UNION",
    "SELECT", "AS", "WINDOW", "LEFT", "JOIN", "FROM", "CASE", "PARTITION", "ASOF", "USING", "INNER", "FILTER",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Text:
    """The tokens of a text, those that say something, and where they stand in it."""

    tokens: Sequence[Token]
    told: Sequence[int]

    def at(self, place: int) -> Token:
        """The n-th token that says something; one of nothing outside the text."""
        return self.tokens[self.told[place]] if 0 <= place < len(self.told) else Token("end", "", -1)

    def written(self, first: int, until: int) -> str:
        """The text between two tokens that say something."""
        return "".join(token.text for token in self.tokens[self.told[first] : self.told[until - 1] + 1])

    def closing(self, opening: int) -> int:
        """The place after the parenthesis that closes the one opened here."""
        depth = self.at(opening).depth
        place = opening + 1
        while place < len(self.told) and not (self.at(place).depth == depth and self.at(place).text in ")]}"):
            place += 1
        return min(place + 1, len(self.told))


def is_of_between(text: Text, place: int) -> bool:
    """Does this AND belong to a BETWEEN, and join no conditions?"""
    depth, back = text.at(place).depth, place - 1
    while back >= 0 and text.at(back).depth >= depth:
        if text.at(back).depth == depth and text.at(back).upper in ("AND", "OR", "WHERE", "WHEN", "ON"):
            return False
        if text.at(back).depth == depth and text.at(back).upper in ("BETWEEN", "ROWS", "RANGE"):
            return True
        back -= 1
    return False


def until(text: Text, place: int) -> int:
    """The end of the term that begins here: the next clause, comma or closing parenthesis around it."""
    depth = text.at(place).depth
    while place < len(text.told) and not _ends(text.at(place), depth) and not _is_clause(text, place, depth):
        if text.at(place).upper == "CASE":
            place = _case_end(text, place)
        else:
            place += 1
    return place


def _ends(token: Token, depth: int) -> bool:
    return token.depth < depth or (token.depth == depth and token.text == ",")


def _is_clause(text: Text, place: int, depth: int) -> bool:
    token = text.at(place)
    if token.depth != depth or token.upper not in CLAUSES - {"CASE"}:
        return False
    is_distinct = token.upper == "FROM" and text.at(place - 1).upper == "DISTINCT"
    return not is_distinct and not (token.upper == "AND" and is_of_between(text, place))


def _case_end(text: Text, place: int) -> int:
    """The place after the END of a CASE, others within it counted."""
    open_cases = 0
    while place < len(text.told):
        open_cases += {"CASE": 1, "END": -1}.get(text.at(place).upper, 0)
        place += 1
        if open_cases == 0:
            break
    return place


def since(text: Text, place: int) -> int:
    """The begin of the term that ends before this place."""
    depth, back = text.at(place).depth, place
    while back > 0 and not _ends(text.at(back - 1), depth) and not _begins(text, back - 1, depth):
        back -= 1
    return back


def _begins(text: Text, place: int, depth: int) -> bool:
    return text.at(place).upper not in ("END", "FILTER") and _is_clause(text, place, depth)


def key_end(text: Text, place: int) -> int:
    """The end of one key of an ORDER BY."""
    depth = text.at(place).depth
    stops = {"DESC", "ASC", "NULLS", "ROWS", "RANGE"}
    while place < len(text.told) and not _ends(text.at(place), depth) and not _is_clause(text, place, depth):
        if text.at(place).depth == depth and text.at(place).upper in stops:
            break
        place += 1
    return place
