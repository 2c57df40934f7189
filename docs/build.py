"""Writes the generated pages of docs/ from the code they describe; with --check it only says whether they are fresh.

Knows which page comes from what; the text of each page is made in its own file.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path

from docs.attribute_page import write_attributes
from docs.beside_page import write_benefits_file, write_decisions_file
from docs.command_page import write_command_line
from docs.metric_page import write_metrics
from docs.stream_page import write_stream_file
from docs.table_page import write_tables

FOLDER = Path(__file__).parent
PAGES: dict[str, Callable[[], str]] = {
    "metrics.md": write_metrics,
    "tables.md": write_tables,
    "stream-file.md": write_stream_file,
    "benefits-file.md": write_benefits_file,
    "decisions-file.md": write_decisions_file,
    "command-line.md": write_command_line,
    "attributes.md": write_attributes,
}


def stale_pages(folder: Path = FOLDER) -> list[str]:
    """Names of generated pages that are missing or differ from what the code says now."""
    return [name for name, write in PAGES.items() if not _holds(folder / name, write())]


def build(folder: Path = FOLDER) -> list[str]:
    """Write the pages that are stale; returns their names."""
    stale = stale_pages(folder)
    for name in stale:
        (folder / name).write_text(PAGES[name](), "utf-8")
    return stale


def main(arguments: list[str]) -> int:
    """0 when all is well; 1 with --check when a page is stale."""
    if arguments not in ([], ["--check"]):
        sys.stderr.write("usage: python -m docs.build [--check]\n")
        return 2
    is_check = arguments == ["--check"]
    stale = stale_pages() if is_check else build()
    for name in stale:
        sys.stdout.write(f"docs/{name} {'is stale: run make docs' if is_check else 'written'}\n")
    return 1 if is_check and stale else 0


def _holds(path: Path, text: str) -> bool:
    return path.is_file() and path.read_text("utf-8") == text


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
