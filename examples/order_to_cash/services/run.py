"""Run the firm: `python -m examples.order_to_cash.services.run --home DIR`.

Starts receiver, relay and services, plays the customers, waits until all that was told has arrived, and stops them.
Writes DIR/inbox (what the receiver took) and DIR/services (databases, spools and logs of the services).
"""

from __future__ import annotations

import argparse
import sys
import time
from pathlib import Path

from rich.console import Console
from rich.progress import track

from examples.order_to_cash.demand import draw_orders
from examples.order_to_cash.firm import ORDERS
from examples.order_to_cash.services import queues
from examples.order_to_cash.services.arrival import Arrival
from examples.order_to_cash.services.customers import place_orders
from examples.order_to_cash.services.processes import Processes, ServiceDiedError

SEED = 7
QUEUES = ("shop", "warehouse", "carrier", "billing")
WEB_SERVICES = ("shop", "credit", "stock")
CONSUMERS = ("monitoring", "office", "warehouse", "carrier", "billing")
_PACKAGE = "examples.order_to_cash.services"
_START_SECONDS, _WORK_SECONDS = 60, 900
_console = Console(stderr=True, soft_wrap=True, highlight=False)


def run(home: Path, orders: int = ORDERS, seed: int = SEED) -> None:
    """Let the firm work on these orders; returns when all it told is in home/inbox.

    Raises:
        ServiceDiedError: a process died, or something did not end.
    """
    folder = home / "services"
    for name in ("addresses", "logs", "spool"):
        (folder / name).mkdir(parents=True)
    for name in QUEUES:
        queues.connect(folder / f"{name}.db").close()
    with Processes(folder / "logs") as processes:
        arrival = Arrival(processes, home, folder)
        place = ("--folder", folder, "--orders", orders, "--seed", seed)
        for name in WEB_SERVICES:
            processes.start(name, f"{_PACKAGE}.{name}", *place)
        for name in WEB_SERVICES:
            processes.wait_until((folder / "addresses" / name).exists, f"the address of {name}", _START_SECONDS)
        for name in CONSUMERS:
            processes.start(name, f"{_PACKAGE}.{name}", *place)
        _play_customers(processes, folder, orders, seed)
        with _console.status("     The last orders are worked on", spinner="line"):
            processes.wait_until(lambda: processes.have_ended(*CONSUMERS), "the last payment", _WORK_SECONDS)
            processes.stop(*WEB_SERVICES)
            arrival.finish()


def _play_customers(processes: Processes, folder: Path, orders: int, seed: int) -> None:
    placing = place_orders(draw_orders(orders, seed), folder)
    for placed in track(placing, "     Orders placed", orders, console=_console, disable=not _console.is_terminal):
        if placed % 100 == 0:
            processes.check()


def main() -> None:
    """Read the command line and run."""
    parser = argparse.ArgumentParser(prog=f"python -m {_PACKAGE}.run", description=__doc__)
    parser.add_argument("--home", type=Path, required=True)
    parser.add_argument("--orders", type=int, default=ORDERS, help="number of orders (%(default)s)")
    parser.add_argument("--seed", type=int, default=SEED, help="seed of all random numbers (%(default)s)")
    chosen = parser.parse_args()
    begun = time.monotonic()
    try:
        run(chosen.home, chosen.orders, chosen.seed)
    except ServiceDiedError as error:
        sys.exit(str(error))
    except KeyboardInterrupt:
        sys.exit(130)
    _console.print(f"     {chosen.orders:,} orders in {time.monotonic() - begun:.0f} s")


if __name__ == "__main__":
    main()
