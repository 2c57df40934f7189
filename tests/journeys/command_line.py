"""Runs commands as a user would: through the entry point in this process, or as a process of its own."""

from __future__ import annotations

import io
import json
import subprocess
import sys
from contextlib import redirect_stderr, redirect_stdout
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from unittest.mock import patch

from pipelines import cli
from pipelines.refresh import refresh
from pipelines.registry import load_all
from pipelines.settings import Settings

ROOT = Path(__file__).parents[2]
PROGRAM = [sys.executable, "-m", "pipelines.cli"]


@dataclass(frozen=True, slots=True)
class Ended:
    """How a command ended: its exit code and what it said."""

    code: int
    out: str
    err: str

    @property
    def facts(self) -> Any:
        """What --json printed."""
        return json.loads(self.out)


def command(*arguments: object) -> Ended:
    """A command through `main`, in this process: what a process does, without the seconds of starting one."""
    out, err, code = io.StringIO(), io.StringIO(), 0
    with patch.object(sys, "argv", ["streamgauge", *map(str, arguments)]), redirect_stdout(out), redirect_stderr(err):
        try:
            cli.main()
        except SystemExit as ended:
            code = ended.code if isinstance(ended.code, int) else 0 if ended.code is None else 1
    return Ended(code, out.getvalue(), err.getvalue())


def process(*arguments: object) -> Ended:
    """A command as a process of its own."""
    done = subprocess.run(
        [*PROGRAM, *map(str, arguments)], capture_output=True, text=True, check=False, cwd=ROOT, timeout=300
    )
    return Ended(done.returncode, done.stdout, done.stderr)


def facts(*arguments: object) -> Any:
    """What a command prints with --json; it must succeed."""
    ended = command(*arguments, "--json")
    assert ended.code == 0, ended.err
    return ended.facts


def measured(home: Path, *imports: tuple[Path, Path]) -> Settings:
    """A home into which (log, stream file) were imported, and whose tables are up to date."""
    for log, stream in imports:
        facts("import", log, "--stream", stream, "--home", home)
    settings = Settings(home=home)
    refresh(settings, load_all(settings))
    return settings
