"""`make demo`: the order-to-cash example from simulated events to the published page, through the command line.

Every step is the command a user would type, run as a process of its own; only the events are made up.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import time
from pathlib import Path

from rich.console import Console

HERE = Path(__file__).parent
PERIOD = "2026-Q3"
_console = Console(soft_wrap=True)


def main() -> None:
    """Simulate, import, run, publish; then say what came out and where it lies."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--home", type=Path, default=Path(".demo"))
    parser.add_argument("--orders", type=int, default=30_000)
    options = parser.parse_args()
    begun = time.monotonic()
    home, log = options.home, options.home / "events" / "events.jsonl"
    _step("1/4  Simulating orders", [sys.executable, "-m", "examples.order_to_cash.simulate", "--out", str(log.parent),
                                     "--orders", str(options.orders)])  # fmt: skip
    _step("2/4  Importing events", _streamgauge("import", str(log), "--stream", str(HERE / "stream.yaml"), home=home))
    _step("3/4  Running the Dagster job", _streamgauge("run", home=home))
    _console.print("[b]4/4  Publishing[/b]")
    command = _streamgauge("review", "--period", PERIOD, "--json", home=home)
    told = json.loads(subprocess.run(command, check=True, stdout=subprocess.PIPE).stdout)
    _console.print(f"\n[b]Customer orders, {PERIOD}[/b]")
    for sentence in told[0]["sentences"]:
        _console.print(f"  • {sentence}", highlight=False)
    _console.print(f"\nThe page: [b]{told[0]['page']}[/b]\nTo read it in a browser: [b]make serve[/b]")
    _console.print(f"[dim]Done in {time.monotonic() - begun:.0f} s.[/dim]", highlight=False)


def _streamgauge(*arguments: str, home: Path) -> list[str]:
    return [sys.executable, "-m", "pipelines.cli", *arguments, "--home", str(home)]


def _step(title: str, command: list[str]) -> None:
    _console.print(f"[b]{title}[/b]")
    done = subprocess.run(command, check=False)
    if done.returncode:
        sys.exit(done.returncode)


if __name__ == "__main__":
    main()
