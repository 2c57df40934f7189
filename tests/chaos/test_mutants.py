"""The storm has teeth: with one fault put into the code on purpose, the very same storm finds it."""

from __future__ import annotations

import re
from collections.abc import Iterable
from pathlib import Path

import pytest

from tests.chaos.mutants import MUTANTS
from tests.chaos.plan import Plan
from tests.chaos.storm import blow
from tests.chaos.verdict import judge

SEEDS = 4


def _short(folder: Path, seed: int, victims: Iterable[str], fault: str | None = None) -> Plan:
    return Plan(
        folder / f"storm-{seed}", seed, kills=8, pause_seconds=0.2, sync_seconds=0.05, case_seconds=0.15, fault=fault,
        weights=dict.fromkeys(victims, 1.0),
    )  # fmt: skip


@pytest.mark.parametrize("fault", MUTANTS)
def test_a_fault_is_found(tmp_path: Path, fault: str) -> None:
    """A promise that is broken in one place shows as events lost, doubled or without their numbers."""
    found = None
    for seed in range(SEEDS):
        blow(plan := _short(tmp_path, seed, MUTANTS[fault].victims, fault))
        try:
            judge(plan)
        except AssertionError as error:
            found = str(error)
            break
    assert found is not None, f"{SEEDS} storms did not notice that {fault}"
    print(f"\n{fault}: storm {seed}: {found.splitlines()[0]}")
    assert re.search(MUTANTS[fault].says, found), found


@pytest.mark.parametrize("victim", ["orders-0", "relay", "receiver", "loader"])
def test_the_same_storm_without_a_fault_passes(tmp_path: Path, victim: str) -> None:
    """What the mutants fail by is their fault and not the storm."""
    blow(plan := _short(tmp_path, 0, [victim]))
    judge(plan)
