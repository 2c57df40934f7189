"""`make demo`: the order-to-cash example from running services to the published page, through the command line.

Every step is a command a user would type, run as a process of its own; only the clock is simulated.
"""

from __future__ import annotations

import argparse
import json
import shutil
import subprocess
import sys
import time
from pathlib import Path

from rich.console import Console

from examples.order_to_cash.firm import ORDERS
from examples.order_to_cash.services.run import SEED

HERE = Path(__file__).parent
PERIOD = "2026-Q3"
MARK = "made-by-the-demo"
SERVICES = "examples.order_to_cash.services.run"
_console = Console(soft_wrap=True)


def main() -> None:
    """Run the services, load what arrived, measure, publish; then say what came out and where it lies."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--home", type=Path, default=Path(".demo"))
    parser.add_argument("--orders", type=int, default=ORDERS)
    parser.add_argument("--seed", type=int, default=SEED)
    options = parser.parse_args()
    begun = time.monotonic()
    home = _make_anew(options.home)
    run = [sys.executable, "-m", SERVICES, "--home", str(home), "--orders", str(options.orders)]
    _step("1/4  Running the order services", [*run, "--seed", str(options.seed)])
    _step("2/4  Loading what arrived", _streamgauge("load", "--stream", str(HERE / "stream.yaml"), home=home))
    _step("3/4  Running the Dagster job", _streamgauge("run", home=home))
    _console.print("[b]4/4  Publishing[/b]")
    command = _streamgauge("review", "--period", PERIOD, "--json", home=home)
    told = json.loads(subprocess.run(command, check=True, stdout=subprocess.PIPE).stdout)
    _console.print(f"\n[b]Customer orders, {PERIOD}[/b]")
    for sentence in told[0]["sentences"]:
        _console.print(f"  • {sentence}", highlight=False)
    _console.print(f"\nThe page: [b]{told[0]['page']}[/b]\nTo read it in a browser: [b]make serve[/b]")
    _console.print(f"[dim]Done in {time.monotonic() - begun:.0f} s.[/dim]", highlight=False)


def _make_anew(home: Path) -> Path:
    """An empty home: the same orders told once more would be other events of the same orders."""
    if home.exists() and any(home.iterdir()):
        if not (home / MARK).exists():
            sys.exit(
                f"{home} is not of the demo, which begins with an empty home: remove it, or choose another --home."
            )
        shutil.rmtree(home)
    home.mkdir(parents=True, exist_ok=True)
    (home / MARK).touch()
    return home


def _streamgauge(*arguments: str, home: Path) -> list[str]:
    return [sys.executable, "-m", "pipelines.cli", *arguments, "--home", str(home)]


def _step(title: str, command: list[str]) -> None:
    _console.print(f"[b]{title}[/b]")
    done = subprocess.run(command, check=False)
    if done.returncode:
        sys.exit(done.returncode)


if __name__ == "__main__":
    main()
