"""The little Markdown the generated pages need."""

from __future__ import annotations

from collections.abc import Iterable, Sequence


def table(header: Sequence[str], rows: Iterable[Sequence[str]]) -> list[str]:
    """A table; what could end a cell is escaped."""
    lines = [_row(header), _row(["---"] * len(header))]
    return [*lines, *(_row([cell.replace("|", "\\|").replace("\n", " ") for cell in row]) for row in rows)]


def fenced(language: str, text: str) -> list[str]:
    """A block of code."""
    return [f"```{language}", text.strip("\n"), "```"]


def page(*parts: Iterable[str]) -> str:
    """A page from groups of lines, an empty line between two."""
    return "\n\n".join("\n".join(part) for part in parts) + "\n"


def generated_from(source: str) -> list[str]:
    """The line that says not to edit the page by hand."""
    return [f"*Generated from {source} by `make docs`; edit there, not here.*"]


def _row(cells: Sequence[str]) -> str:
    return f"| {' | '.join(cells)} |"
