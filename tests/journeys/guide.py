"""The blocks of docs/instrument.md as files and commands: what a newcomer would copy."""

from __future__ import annotations

import re
from pathlib import Path

from tests.journeys.command_line import ROOT

GUIDE = ROOT / "docs" / "instrument.md"
_BLOCK = re.compile(r"^```(\w+)\n(.*?)^```$", re.DOTALL | re.MULTILINE)


def write_files(folder: Path) -> list[str]:
    """Write every block that begins with a file's name into the folder; returns the names."""
    names = []
    for _, text in _BLOCK.findall(GUIDE.read_text("utf-8")):
        first = text.partition("\n")[0]
        if match := re.fullmatch(r"# ([\w.]+\.(?:py|yaml))", first):
            (folder / match[1]).write_text(text, "utf-8")
            names.append(match[1])
    return names


def commands() -> list[str]:
    """The lines of the shell block, without their comments."""
    (text,) = (text for kind, text in _BLOCK.findall(GUIDE.read_text("utf-8")) if kind == "sh")
    return [line.partition("  #")[0].strip() for line in text.splitlines()]
