"""A PDF as a test reads it, by poppler: its properties, fonts, texts, and where each word stands."""

from __future__ import annotations

import re
import shutil
import subprocess
from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from xml.etree import ElementTree as ET

POPPLER = shutil.which("pdftotext") is not None
WHY = "no poppler-utils (Debian: apt-get install poppler-utils): what stands in a PDF cannot be read, tests skipped"
_FIGURES = re.compile(r"\d[\d.,]*\d|\d")
_X = "{http://www.w3.org/1999/xhtml}"


@dataclass(frozen=True)
class Line:
    """A line of text and its box in points, from the top left of its page."""

    text: str
    left: float
    top: float
    right: float
    bottom: float


@dataclass(frozen=True)
class Sheet:
    """One page: its size in points, and its lines from the top."""

    width: float
    height: float
    lines: tuple[Line, ...]

    @property
    def body(self) -> list[Line]:
        """Lines between the running titles and the foot."""
        return [line for line in self.lines if line.top > 44 and line.bottom < self.height - 42]

    @property
    def text(self) -> str:
        """All of it."""
        return " ".join(line.text for line in self.lines)


def said(tool: str, content: bytes, folder: Path, *options: str) -> str:
    """What one of poppler's tools says of a PDF."""
    path = folder / "read.pdf"
    path.write_bytes(content)
    out = ["-"] if tool == "pdftotext" else []
    done = subprocess.run([tool, *options, str(path), *out], capture_output=True, check=True)
    return done.stdout.decode(errors="replace")


def properties(content: bytes, folder: Path) -> dict[str, str]:
    """Title, dates, tags, size, as pdfinfo names them."""
    lines = said("pdfinfo", content, folder).splitlines()
    return {name: value.strip() for name, _, value in (line.partition(":") for line in lines)}


def fonts(content: bytes, folder: Path) -> list[tuple[str, str, str]]:
    """Name, kind and whether it is embedded, of each font."""
    rows = said("pdffonts", content, folder).splitlines()[2:]
    return [(row[:36].strip(), row[37:54].strip(), row[72:75].strip()) for row in rows]


def text_of(content: bytes, folder: Path) -> str:
    """All text in the order it was written."""
    return said("pdftotext", content, folder, "-raw")


def sheets(content: bytes, folder: Path) -> list[Sheet]:
    """Every page with its lines."""
    told = re.sub(r"[\x00-\x08\x0b\x0c\x0e-\x1f]", "", said("pdftotext", content, folder, "-bbox-layout"))
    return [_sheet(page) for page in ET.fromstring(told).iter(f"{_X}page")]


def figures(text: str) -> Counter[str]:
    """How often each figure stands in a text."""
    return Counter(_FIGURES.findall(text))


def _sheet(page: ET.Element) -> Sheet:
    lines = [
        Line(" ".join(word.text or "" for word in line.iter(f"{_X}word")), *(float(line.attrib[name]) for name in _BOX))
        for line in page.iter(f"{_X}line")
    ]
    return Sheet(
        float(page.attrib["width"]), float(page.attrib["height"]), tuple(sorted(lines, key=lambda each: each.bottom))
    )


_BOX = ("xMin", "yMin", "xMax", "yMax")
