"""Names from a log as safe YAML and safe comments: nothing a name holds can end its scalar or its line."""

from __future__ import annotations

import re
from collections.abc import Iterable

import yaml

_SHOWN = 90
_ENDLESS = 1 << 30
_PLAIN = re.compile(r"[^\W\d_](?:[\w ()/.-]*[\w)])?")


def scalar(text: str) -> str:
    """A YAML scalar that reads back as exactly this text, on one line, in a list of either style."""
    if _PLAIN.fullmatch(text) and yaml.safe_load(text) == text:
        return text
    quoted: str = yaml.safe_dump(text, default_style='"', width=_ENDLESS, allow_unicode=text.isprintable())
    return quoted.removesuffix("\n")


def listed(names: Iterable[str], indent: str) -> list[str]:
    """A YAML list, a name a line."""
    return [f"{indent}- {scalar(name)}" for name in names]


def comment(text: str, indent: str = "") -> str:
    """One comment line; whatever could end it becomes a space."""
    return f"{indent}# {one_line(text)}"


def named(name: str) -> str:
    """A name from the log for a comment: in quotes, on one line, not endless."""
    shown = one_line(name)
    return "'" + (shown if len(shown) <= _SHOWN else shown[: _SHOWN - 1] + "…") + "'"


def one_line(text: str) -> str:
    """The text with every character that does not print as a space."""
    return "".join(character if character.isprintable() else " " for character in text).rstrip()


def percent(part: float, whole: float) -> str:
    """A share in words: '98.7 %', and '< 0.1 %' for what is little but there."""
    share = part / whole
    return "< 0.1 %" if 0 < share < 0.001 else f"{100 * share:.1f} %"


def heading(title: str) -> list[str]:
    """An empty line and the title of a section."""
    return ["", comment(f"--- {title} ---")]
