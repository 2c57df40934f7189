"""The style sheet and the fonts that every bundle holds a copy of, so that it can be kept and moved by itself."""

from __future__ import annotations

from pathlib import Path

FOLDER = Path(__file__).parent / "static"
_NAMES = ("style.css", "inter-latin-400-normal.woff2", "inter-latin-600-normal.woff2")


def static_files() -> dict[str, bytes]:
    """Their bytes, by their path in a bundle."""
    return {f"static/{name}": (FOLDER / name).read_bytes() for name in _NAMES}
