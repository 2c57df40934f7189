"""The shape of a table: its columns with types, units and meaning, its key, and what one row is."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Column:
    """A column: its name carries the unit, `meaning` says the rest."""

    name: str
    type: str
    meaning: str
    required: bool = False


@dataclass(frozen=True, slots=True)
class Table:
    """A table: `one_row` completes the sentence 'one row is …'."""

    name: str
    one_row: str
    key: tuple[str, ...]
    columns: tuple[Column, ...]

    @property
    def column_names(self) -> tuple[str, ...]:
        """The names, in order."""
        return tuple(column.name for column in self.columns)

    def ddl(self, name: str | None = None) -> str:
        """CREATE TABLE statement in DuckDB's dialect."""
        lines = [f'  "{c.name}" {c.type}{" NOT NULL" if c.required else ""}' for c in self.columns]
        return f"CREATE TABLE {name or self.name} (\n" + ",\n".join(lines) + "\n)"
