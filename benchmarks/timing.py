"""Timing: wall and processor seconds of a piece of work, best of several rounds with their spread, and peak memory."""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypeVar

Result = TypeVar("Result")


@dataclass(frozen=True, slots=True)
class Taken:
    """Seconds one round took: on the clock, and of all processors together, which load by others hardly changes."""

    wall: float
    cpu: float

    def __add__(self, other: Taken) -> Taken:
        return Taken(self.wall + other.wall, self.cpu + other.cpu)


@dataclass(slots=True)
class Clock:
    """Rounds by the name of the work, in the order first seen."""

    rounds: dict[str, list[Taken]] = field(default_factory=dict)

    def time(self, name: str, work: Callable[[], Result]) -> Result:
        """Do the work once, note what it took, return what it returned."""
        began, worked = time.perf_counter(), time.process_time()
        result = work()
        taken = Taken(time.perf_counter() - began, time.process_time() - worked)
        self.rounds.setdefault(name, []).append(taken)
        return result

    def add_total(self, name: str, parts: list[str]) -> None:
        """Sum parts that have the same number of rounds, round by round."""
        per_round = zip(*(self.rounds[part] for part in parts), strict=True)
        self.rounds[name] = [sum(taken, Taken(0.0, 0.0)) for taken in per_round]

    def best(self, name: str) -> Taken:
        """Least wall and least processor seconds of all rounds."""
        rounds = self.rounds[name]
        return Taken(min(taken.wall for taken in rounds), min(taken.cpu for taken in rounds))

    def spread(self, name: str) -> float:
        """Slowest round over the fastest, on the clock."""
        walls = [taken.wall for taken in self.rounds[name]]
        return max(walls) / min(walls)


def forget_peak_memory() -> None:
    """Let the peak begin anew, where the system can (Linux)."""
    control = Path("/proc/self/clear_refs")
    if os.access(control, os.W_OK):
        control.write_text("5")


def peak_memory_mb() -> float | None:
    """Peak resident memory since `forget_peak_memory`; None where the system does not tell."""
    status = Path("/proc/self/status")
    if not status.exists():
        return None
    lines = (line for line in status.read_text().splitlines() if line.startswith("VmHWM:"))
    return next((int(line.split()[1]) / 1024 for line in lines), None)
