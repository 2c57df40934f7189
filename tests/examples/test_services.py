"""The firm as services: what real processes tell, through outbox, relay and receiver, is what the simulation writes."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
import time
from collections import Counter, defaultdict
from pathlib import Path

import pytest

from examples.order_to_cash.demand import draw_orders
from examples.order_to_cash.services.processes import Processes, ServiceDiedError
from examples.order_to_cash.services.run import run
from examples.order_to_cash.telling import write_lines
from examples.order_to_cash.world import World
from pipelines.receiver.segments import Frame, read_frames
from tests.examples.same_told import RENAMED, Told, renaming, said

ORDERS, SEED = 300, 7


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The home of one run of all services."""
    made = tmp_path_factory.mktemp("services")
    run(made, ORDERS, SEED)
    return made


@pytest.fixture(scope="module")
def received(home: Path) -> list[Told]:
    """Every event that the receiver took, once, in the order of what it says."""
    frames = list(read_frames(home / "inbox"))
    assert all(isinstance(frame, Frame) for frame in frames)
    events = [event for frame in frames if isinstance(frame, Frame) for event in json.loads(frame.body)]
    return sorted({(event["source"], event["id"]): event for event in events}.values(), key=said)


@pytest.fixture(scope="module")
def simulated() -> list[Told]:
    """Every event that the simulation writes of the same orders, in the same order."""
    orders = draw_orders(ORDERS, SEED)
    return sorted(map(json.loads, write_lines(orders, World(orders).run(), SEED)), key=said)


def test_services_tell_what_the_simulation_writes(received: list[Told], simulated: list[Told]) -> None:
    """Case, step, instant, lifecycle, performer, outcome, attempt, release, cost, channel and failure are the same."""
    told, written = Counter(map(said, received)), Counter(map(said, simulated))
    assert told - written == Counter()
    assert written - told == Counter()
    assert set(written.values()) == {1}


@pytest.mark.parametrize("name", RENAMED)
def test_ids_stand_for_the_same(received: list[Told], simulated: list[Told], name: str) -> None:
    """What is one execution or one person for the simulation is one for the services, and no two are one."""
    assert len(renaming(simulated, received, name)) > 5


def test_no_sequence_has_a_gap(received: list[Told]) -> None:
    """Each outbox numbers what it tells from 1 on, and all of it arrived."""
    numbers: dict[str, list[int]] = defaultdict(list)
    for event in received:
        numbers[event["source"]].append(event["data"]["event.sequence"])
    services = {source.split("/")[1] for source in numbers}
    assert services == {"shop", "office", "credit", "warehouse", "carrier", "billing", "monitoring"}
    assert all(sorted(found) == list(range(1, len(found) + 1)) for found in numbers.values())


def test_work_done_again_says_of_what(received: list[Told]) -> None:
    """A second check or pick names the execution that it mends, which ended in failure, of the same case."""
    failed = {
        (event["data"]["case.id"], event["data"]["step.instance_id"])
        for event in received
        if event["data"].get("outcome") == "failure"
    }
    again = [e["data"] for e in received if "rework.of" in e["data"] and e["data"]["lifecycle"] == "complete"]
    assert again
    assert all((data["case.id"], data["rework.of"]) in failed and data["rework.reason"] for data in again)


def test_a_process_that_dies_is_not_overlooked(tmp_path: Path) -> None:
    """A service that ends with an error ends the run, and its last words are in the message."""
    with Processes(tmp_path) as processes:
        processes.start("stock", "examples.order_to_cash.services.stock", "--folder", tmp_path)
        with pytest.raises(ServiceDiedError, match=r"(?s)stock ended with 2.*--orders"):
            processes.wait_until(lambda: False, "nothing", 30)


def test_a_run_leaves_no_process_behind(tmp_path: Path) -> None:
    """Who interrupts a run finds every process it started ended."""
    run_module = [sys.executable, "-m", "examples.order_to_cash.services.run", "--home", str(tmp_path)]
    running = subprocess.Popen([*run_module, "--orders", "2000"], stderr=subprocess.DEVNULL)
    address = tmp_path / "services" / "addresses" / "shop"
    deadline = time.monotonic() + 60
    while not address.exists() and time.monotonic() < deadline:
        time.sleep(0.1)
    running.send_signal(signal.SIGTERM)
    assert running.wait(60) != 0
    assert address.exists()
    assert not [path for path in Path("/proc").glob("[0-9]*/cmdline") if str(tmp_path) in _text(path)]


def _text(path: Path) -> str:
    try:
        return path.read_text("utf-8", "replace")
    except OSError:  # it ended while we looked
        return ""
