"""Make the example's log: `python -m examples.order_to_cash.simulate --out DIR`.

Writes DIR/events.jsonl (CloudEvents) and DIR/truth.json (the numbers a perfect instrument would read off it).
"""

from __future__ import annotations

import argparse
import gc
import json
import sys
import time
from pathlib import Path

from examples.order_to_cash.demand import draw_orders
from examples.order_to_cash.firm import ORDERS
from examples.order_to_cash.telling import write_lines
from examples.order_to_cash.truth import count_truth
from examples.order_to_cash.world import World

SEED = 7


def simulate(folder: Path, count: int = ORDERS, seed: int = SEED) -> None:
    """Write events.jsonl and truth.json into the folder; the same count and seed give the same bytes."""
    folder.mkdir(parents=True, exist_ok=True)
    orders = draw_orders(count, seed)
    work = World(orders).run()
    _say(f"{count:,} orders, {len(work):,} steps")
    with (folder / "events.jsonl").open("w", encoding="utf-8", newline="\n") as file:
        file.writelines(write_lines(orders, work, seed))
    _say(f"wrote {folder / 'events.jsonl'}")
    truth = json.dumps(count_truth(orders, work, seed), indent=2) + "\n"
    (folder / "truth.json").write_text(truth, encoding="utf-8", newline="\n")
    _say(f"wrote {folder / 'truth.json'}")


def main(arguments: list[str] | None = None) -> None:
    """Read the command line and simulate."""
    parser = argparse.ArgumentParser(prog="python -m examples.order_to_cash.simulate", description=__doc__)
    parser.add_argument("--out", type=Path, required=True, metavar="DIR", help="folder to write into")
    parser.add_argument("--orders", type=_positive, default=ORDERS, help="number of orders (%(default)s)")
    parser.add_argument("--seed", type=int, default=SEED, help="seed of all random numbers (%(default)s)")
    chosen = parser.parse_args(arguments)
    began = time.monotonic()
    simulate(chosen.out, chosen.orders, chosen.seed)
    _say(f"{time.monotonic() - began:.1f} s")


def _positive(text: str) -> int:
    number = int(text)
    if number < 1:
        raise argparse.ArgumentTypeError(f"{number} orders cannot be simulated; give at least 1")
    return number


def _say(text: str) -> None:
    print(text, file=sys.stderr, flush=True)


if __name__ == "__main__":
    gc.disable()  # nothing dies before the end: walking all that lives again and again would cost a quarter of the time
    main()
