"""What the command line loads before it knows what was asked."""

from __future__ import annotations

import subprocess
import sys

HEAVY = ("dagster", "duckdb", "numpy", "openpyxl", "plotly", "polars", "pptx", "xlsxwriter")


def test_the_command_line_starts_light() -> None:
    """Libraries that take long to load, or much memory, come with the command that needs them."""
    code = f"import sys, pipelines.cli; print(*[name for name in {HEAVY!r} if name in sys.modules])"
    ended = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=120)
    assert ended.stdout.split() == []
