"""docs/command-line.md: every command with its arguments and options, read off the command line itself."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import typer

from docs.markdown import fenced, generated_from, page, table
from pipelines.cli import app

FACT = """
{"stream": "order_to_cash", "metric": "flow_time", "statistic": "p50", "period": "2026-Q3", "grain": "quarter",
 "dimensions": {}, "value": 3.04, "low": 2.93, "high": 3.15, "n": 2632, "unit": "days", "verdict": "Faster",
 "definition_version": "1.0.0"}
"""


def write_command_line() -> str:
    """The whole page."""
    commands: dict[str, Any] = typer.main.get_command(app).commands  # type: ignore[attr-defined]  # a group has commands
    return page(
        ["# The command line"],
        generated_from("`pipelines/cli.py`"),
        [
            "`streamgauge COMMAND --help` says the same in the terminal.",
            "Facts go to standard output, progress and errors to standard error.",
        ],
        table(
            ("Exit code", "Meaning"),
            [
                ("0", "done"),
                ("1", "done, and something is not as it should be: a check failed, or something needed is missing"),
                ("2", "bad input: one sentence says what, and what to do; nothing was changed"),
                ("130", "stopped with Ctrl-C; what was complete is kept"),
            ],
        ),
        ["`metrics --json` prints a list of objects with exactly these keys."],
        fenced("json", FACT),
        [
            "No data is `null`, never 0, and `verdict` then says why. Where something is unknown (who did a step, the",
            "exact time), `least` and `most` say what the value could be all the same.",
        ],
        *(part for name, command in commands.items() for part in _write_command(name, command)),
    )


def _write_command(name: str, command: Any) -> Iterator[list[str]]:
    yield [f"## {name}"]
    yield [command.help]
    yield fenced("console", f"$ streamgauge {' '.join([name, *_usage(command)])}")
    yield table(("", "Meaning"), [(f"`{_shown(p)}`", _meaning(p)) for p in command.params])


def _usage(command: Any) -> Iterator[str]:
    for parameter in sorted(command.params, key=lambda p: p.param_type_name):  # arguments come first
        shown = _shown(parameter)
        if parameter.nargs == -1:
            shown += "…"
        yield shown if parameter.required else f"[{shown}]"


def _shown(parameter: Any) -> str:
    if parameter.param_type_name == "argument":
        return str(parameter.name).upper().removesuffix("S") if parameter.nargs == -1 else str(parameter.name).upper()
    value = "" if parameter.is_flag else f" {parameter.opts[0].strip('-').upper()}"
    return f"{parameter.opts[0]}{value}"


def _meaning(parameter: Any) -> str:
    has_default = parameter.default is not None and not parameter.is_flag
    return f"{parameter.help}{f' Default: `{parameter.default}`.' if has_default else ''}"
