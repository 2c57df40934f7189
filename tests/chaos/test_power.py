"""The power goes off before every single call to the disk: what was acknowledged arrives, under its number."""

from __future__ import annotations

import random
from collections import Counter
from pathlib import Path

import pytest

from tests.chaos.plan import STREAM
from tests.chaos.power import EVENTS, ForgetfulDisk, Machine, restart
from tests.pipelines.arrivals import ids, loaded, registered
from tests.receiver.disks import ShadowDisk


def _calls(folder: Path) -> int:
    """How often the disk is called when nothing goes wrong."""
    disk = ShadowDisk()
    machine = Machine(folder, disk)
    machine.work()
    assert len(machine.acknowledged) == len(machine.arrived()) == 2 * EVENTS
    return disk.calls


def _cut(folder: Path, at: int, luck: random.Random | None = None) -> Machine:
    """The machine after a cut before this call, with the power back and everything carried that is left."""
    disk = ShadowDisk(at)
    machine = Machine(folder / "before", disk)
    machine.work()
    after = restart(machine, disk, folder / "after", luck)
    after.carry()
    return after


def test_a_power_cut_at_any_call_keeps_what_was_acknowledged(tmp_path: Path) -> None:
    """Outbox, cursor and log together: every acknowledged event is in the log, and the numbers go on without a gap."""
    calls = _calls(tmp_path / "whole")
    assert calls > 60
    promised = Counter[int]()
    for at in range(calls + 1):
        for luck in (None, random.Random(at)):
            machine = _cut(tmp_path / f"{at}-{luck is None}", at, luck)
            arrived = machine.arrived()
            assert set(machine.acknowledged) <= arrived.keys(), at
            assert len(arrived) - len(machine.acknowledged) <= 1, "only the event that was being told may be there too"
            promised[len(machine.acknowledged)] += 1
            machine.work(rounds=1)
            _assert_numbered(list(machine.arrived().values()))
    assert set(promised) == set(range(2 * EVENTS + 1)), "cuts hit every moment of the telling"


def _assert_numbered(told: list[tuple[str, int]]) -> None:
    """Each source has used the numbers from 1 to its highest, each for one event."""
    for source in {source for source, _ in told}:
        numbers = sorted(number for name, number in told if name == source)
        assert numbers == list(range(1, len(numbers) + 1)), source


@pytest.mark.parametrize("tenth", range(1, 10, 2))
def test_a_power_cut_is_survived_into_the_ledger(tmp_path: Path, tenth: int) -> None:
    """From the verb to the ledger: each acknowledged event is there once, though what was sent is sent again."""
    machine = _cut(tmp_path, _calls(tmp_path / "whole") * tenth // 10, random.Random(tenth))
    machine.work(rounds=1)
    home = registered(machine.folder, STREAM)
    report = loaded(home)
    assert report.gaps == ()
    assert Counter(ids(home)).items() >= dict.fromkeys(machine.acknowledged, 1).items()
    assert len(ids(home)) == len(set(ids(home)))


def test_without_a_sync_the_cut_would_show(tmp_path: Path) -> None:
    """A disk whose sync keeps nothing, or an outbox that asks for none, loses events: the tests above can fail."""
    lying, trusting = ForgetfulDisk(), ShadowDisk()
    for disk, machine in (
        (lying, Machine(tmp_path / "lying", lying)),
        (trusting, Machine(tmp_path / "trusting", trusting, fsync=False)),
    ):
        machine.tell()
        after = restart(machine, disk, machine.folder / "after", None)
        after.carry()
        assert len(machine.acknowledged) == EVENTS
        assert after.arrived() == {}
