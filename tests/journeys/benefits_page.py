"""docs/benefits.md as commands and figures: what a reader of finance would type, and what stands there."""

from __future__ import annotations

import re

from tests.journeys.command_line import ROOT

PAGE = ROOT / "docs" / "benefits.md"
_KEYS = {
    "benefits": ("benefit",), "benefit_bridge": ("benefit_class", "level"), "freed_capacity": ("step",),
    "cost_of_ownership": ("integration", "cost_kind"),
}  # fmt: skip
_FIGURE = re.compile(r"^\| (\w+) \| (.+?) \| (\w+) \| (\S+) \|", re.MULTILINE)


def shown_commands() -> list[tuple[list[str], str]]:
    """Every command of the page with what it prints."""
    blocks = re.findall(r"```console\n\$ streamgauge (.*?)\n(.*?)```", PAGE.read_text("utf-8"), re.DOTALL)
    return [(command.split(), told.strip()) for command, told in blocks]


def shown_figures() -> list[tuple[str, dict[str, str], str, str]]:
    """Every figure of the page: its report, what its row has, its column and its value."""
    return [
        (report, dict(zip(_KEYS[report], row.split("/"), strict=True)), column, value)
        for report, row, column, value in _FIGURE.findall(PAGE.read_text("utf-8")) if report in _KEYS
    ]  # fmt: skip


def shown_yaml() -> list[str]:
    """The pieces of files of the page."""
    return re.findall(r"```yaml\n(.*?)```", PAGE.read_text("utf-8"), re.DOTALL)
