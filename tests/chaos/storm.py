"""The storm: everything runs, somebody is killed every moment and started again at once; then calm, and all drains.

It runs in a process of its own, forked from one that has imported everything.
"""

from __future__ import annotations

import json
import multiprocessing
import os
import random
import time
from collections import Counter
from multiprocessing.process import BaseProcess

from tests.chaos.actors import die_with, end, fork, kill, wait
from tests.chaos.mutants import MUTANTS
from tests.chaos.plan import ACTORS, LOADER, PRODUCERS, RECEIVER, RELAY, Plan, reserve_port
from tests.chaos.roles import ROLES, Role, carry, load_once, make_database
from tests.pipelines.arrivals import registered

_CONTEXT = multiprocessing.get_context("forkserver")
_CONTEXT.set_forkserver_preload([__name__])
_DRAIN_SECONDS = 60.0
_LEFT = 75


def blow(plan: Plan) -> None:
    """Run a storm to its end in a process apart; `plan.outcome` says how it went.

    Raises:
        AssertionError: it did not come to an end.
    """
    plan.folder.mkdir()
    plan.journals.mkdir()
    registered(plan.folder, "calls")
    apart = _CONTEXT.Process(target=_blow, args=(plan,))
    apart.start()
    try:
        apart.join(plan.most_seconds + 2 * _DRAIN_SECONDS)
        assert not apart.is_alive(), "the storm did not end in time"
    finally:
        _kill(apart)
    assert apart.exitcode == 0, f"the storm broke off with {apart.exitcode}"


def _kill(apart: BaseProcess) -> None:
    apart.kill()
    apart.join()


def _blow(plan: Plan) -> None:
    die_with(os.getppid())
    make_database(plan.database)
    with reserve_port() as holding:
        Storm(plan, holding.getsockname()[1]).run()


class Storm:
    """All actors of one storm, and what became of them."""

    def __init__(self, plan: Plan, port: int) -> None:
        self._plan, self._port = plan, port
        self._chance = random.Random(plan.seed)
        self._living: dict[str, int] = {}
        self.kills: Counter[str] = Counter()
        self.fallen: list[str] = []
        self._began = time.monotonic()

    def run(self) -> None:
        """Rage, drain, and write down how it went."""
        for name in ACTORS:
            self._start(name)
        raged_seconds = self._rage()
        is_drained = self._drain()
        told = {
            "seed": self._plan.seed, "kills": self.kills, "fallen": self.fallen, "is_drained": is_drained,
            "raged_seconds": round(raged_seconds, 1), "seconds": round(time.monotonic() - self._began, 1),
        }  # fmt: skip
        self._plan.outcome.write_text(json.dumps(told))

    def _rage(self) -> float:
        plan, chance = self._plan, self._chance
        names, weights = list(plan.weights), list(plan.weights.values())
        while self.kills.total() < plan.kills and time.monotonic() - self._began < plan.most_seconds:
            time.sleep(chance.expovariate(1 / plan.pause_seconds))
            (name,) = chance.choices(names, weights)
            if kill(self._living.pop(name)):
                self.kills[name] += 1
            else:
                self.fallen.append(name)
            self._start(name)
        return time.monotonic() - self._began

    def _drain(self) -> bool:
        """Producers stop; whatever is on its way arrives. False where that took too long."""
        for name in (*PRODUCERS, RELAY):
            end(self._living.pop(name), 20)
        deadline = time.monotonic() + _DRAIN_SECONDS
        code = _LEFT
        while code == _LEFT and time.monotonic() < deadline:
            code = self._run(RELAY, lambda plan, port: carry(plan, port, "--once"))
        receiver = end(self._living.pop(RECEIVER), 20)
        end(self._living.pop(LOADER), 20)
        return (code, receiver, self._run(LOADER, load_once)) == (0, 0, 0)

    def _start(self, name: str) -> None:
        self._living[name] = self._fork(name, ROLES[name])

    def _run(self, name: str, role: Role) -> int:
        """An actor's last work, to its end; its exit code."""
        child = self._fork(name, role)
        status = wait(child, _DRAIN_SECONDS)
        if status is None:
            kill(child)
            return _LEFT
        return os.waitstatus_to_exitcode(status)

    def _fork(self, name: str, role: Role) -> int:
        fault = MUTANTS.get(self._plan.fault or "")

        def work() -> object:
            if fault is not None:
                fault.put_into(name)
            return role(self._plan, self._port)

        return fork(work, self._plan.said(name))
