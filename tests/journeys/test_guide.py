"""The five-minute guide, run as it stands: a service, a queue and its worker, to numbers that are right."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest

from pipelines.loading.load import load
from pipelines.refresh import refresh
from pipelines.registry import load_all
from pipelines.settings import load_settings
from tests.journeys.command_line import ROOT
from tests.journeys.guide import commands, write_files
from tests.journeys.processes import free_port, running

REDIS = shutil.which("redis-server")
BIN = Path(sys.executable).parent
ORDERS = 20


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """An empty folder with the files of the guide."""
    assert write_files(tmp_path) == ["shop.py", "stream.yaml", "tasks.py", "test_shop.py"]
    return tmp_path


@pytest.fixture
def environment(folder: Path) -> dict[str, str]:
    """What a terminal has after the set-up: our commands on the path, everything in the folder."""
    return {
        **os.environ, "PATH": f"{BIN}:{os.environ['PATH']}", "PYTHONPATH": f"{folder}:{ROOT}",
        "STREAMGAUGE_HOME": str(folder / "home"),
    }  # fmt: skip


def _run(line: str, folder: Path, environment: dict[str, str]) -> str:
    done = subprocess.run(
        line, shell=True, cwd=folder, env=environment, capture_output=True, text=True, check=False, timeout=180
    )
    assert done.returncode == 0, f"{line}\n{done.stdout}\n{done.stderr}"
    return done.stdout


def _measured(folder: Path, environment: dict[str, str], *more: str) -> list[dict[str, Any]]:
    line = " ".join(["streamgauge metrics --period all --json", *more])
    values: list[dict[str, Any]] = json.loads(_run(line, folder, environment))
    return values


def test_a_service_reaches_the_page(folder: Path, environment: dict[str, str]) -> None:
    """The commands of the guide, one after the other: an order that was told is an order that is measured."""
    ports = {"8765": str(free_port()), "8000": str(free_port())}
    with ExitStack() as stack:
        for line in commands():
            for named, free in ports.items():
                line = line.replace(named, free)
            if line.endswith("&"):
                port = int(line.split("--port ")[1].split()[0])
                stack.enter_context(running(line.removesuffix("&").split(), folder, environment, port))
            else:
                _run(line, folder, environment)
    (value,) = [v for v in _measured(folder, environment, "--metric completion_rate") if v["statistic"] == "share"]
    assert (value["n"], value["value"]) == (1, 1.0)


def test_the_guide_tests_its_own_service(folder: Path, environment: dict[str, str]) -> None:
    """The test in the guide passes, and fails when the service does not tell."""
    line = f"{BIN / 'python'} -m pytest -q -p no:cacheprovider test_shop.py"
    _run(line, folder, environment)
    told = (folder / "shop.py").read_text("utf-8")
    (folder / "shop.py").write_text(told.replace('sg.event("order.created", channel=channel)', "pass"), "utf-8")
    with pytest.raises(AssertionError, match="1 failed"):
        _run(line, folder, environment)


@pytest.fixture
def broker(tmp_path: Path, environment: dict[str, str]) -> Iterator[str]:
    """A Redis of our own, on a socket in the folder."""
    if REDIS is None:
        pytest.skip("no redis-server: the guide's queue is not tested")
    address = tmp_path / "redis.sock"
    arguments = [REDIS, "--port", "0", "--unixsocket", str(address), "--save", "", "--dir", str(tmp_path)]
    with running(arguments, tmp_path, environment):
        deadline = time.monotonic() + 20
        while not address.exists() and time.monotonic() < deadline:
            time.sleep(0.05)
        yield f"redis+socket://{address}"


def test_a_queue_and_its_worker(folder: Path, environment: dict[str, str], broker: str) -> None:
    """Through a real Celery and Redis every order is packed once; a technical retry is one step with two attempts."""
    environment["REDIS_URL"] = broker
    port = free_port()
    worker = [str(BIN / "celery"), "-A", "tasks", "worker", "--concurrency", "2", "--loglevel", "warning"]
    _run("streamgauge load --stream stream.yaml", folder, environment)
    with running(["streamgauge", "receive", "--port", str(port)], folder, environment, port):
        with running(worker, folder, environment):
            _run(
                f"{BIN / 'python'} -c \"import tasks\nfor n in range({ORDERS}): tasks.receive(f'O-{{n}}')\"",
                folder, environment,
            )  # fmt: skip
            _wait_until_delivered(folder)
        relay = f"streamgauge relay --outbox outbox --endpoint http://127.0.0.1:{port} --once"
        _run(relay, folder, environment)
    settings = load_settings(folder / "home")
    load(settings, [registered.stream for registered in load_all(settings)])
    refresh(settings, load_all(settings))
    facts = json.loads(_run("streamgauge status --json", folder, environment))[0]
    failed = sum(1 for n in range(ORDERS) if str(n).endswith("7"))
    # created, scheduled, started, packed, delivered; a failed try is a start and an abort more
    assert (facts["cases"], facts["open_cases"], facts["events"]) == (ORDERS, 0, 5 * ORDERS + 2 * failed)
    assert (facts["quarantined"], facts["missing_numbers"]) == (0, 0)
    (share,) = [v for v in _measured(folder, environment, "--metric first_time_right") if v["statistic"] == "share"]
    assert share["value"] == 1.0


def _wait_until_delivered(folder: Path) -> None:
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        told = sum(p.read_bytes().count(b'"type":"order.delivered"') for p in (folder / "outbox").glob("*/*.spool"))
        if told == ORDERS:
            return
        time.sleep(0.2)
    raise AssertionError((folder / "said.txt").read_text("utf-8"))
