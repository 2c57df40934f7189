"""Names as small integers: the dictionary of one stream's ledger, and the SQL conditions made from it.

Only integers from the closed list ever reach SQL, never a name from outside.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

# Performer kinds inside SQL. 0 is unknown: two unknowns are no automation.
KIND_CODES = {"unknown": 0, "human": 1, "system": 2, "agent": 3, "external": 4}
AUTOMATED = (KIND_CODES["system"], KIND_CODES["agent"])
PERSONAL = (KIND_CODES["human"], KIND_CODES["external"])


@dataclass(frozen=True, slots=True)
class Dictionary:
    """Kind of name (step, role, …) → name → code, as the ledger keeps it."""

    codes: Mapping[str, Mapping[str, int]]

    def known(self, kind: str) -> Mapping[str, int]:
        """All names of a kind with their codes."""
        return self.codes.get(kind, {})

    def of(self, kind: str, names: Iterable[str]) -> list[int]:
        """Codes of those names that occur, ascending."""
        known = self.known(kind)
        return sorted({known[name] for name in names if name in known})

    def member(self, column: str, kind: str, names: Iterable[str]) -> str:
        """SQL condition: the coded column is one of these names."""
        return is_one_of(column, self.of(kind, names))


def is_one_of(column: str, codes: Iterable[int]) -> str:
    """SQL condition on integers; FALSE for an empty list, as `IN ()` is no SQL."""
    listed = ", ".join(str(int(code)) for code in codes)
    return f"{column} IN ({listed})" if listed else "FALSE"


def case_when(branches: Iterable[tuple[str, str]], otherwise: str) -> str:
    """SQL CASE over (condition, value) branches, leaving out those that can never hold."""
    lines = [f"WHEN {condition} THEN {value}" for condition, value in branches if condition != "FALSE"]
    return f"CASE {' '.join(lines)} ELSE {otherwise} END" if lines else otherwise
